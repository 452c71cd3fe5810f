/* SPDX-License-Identifier: MIT */
/* The closed list of string formats that are rules: date, date-time, uuid. */
#pragma once

#include "common.h"

struct format {
	const char *name;
	const char *meaning; /* "a date, such as 2026-09-01": completes "must be …" */
	bool (*holds)(const char *text, size_t length);
};

/* The format of this name; NULL when it is not in the list. */
const struct format *format_find(const char *name);
