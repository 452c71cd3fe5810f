/* SPDX-License-Identifier: MIT */
/* The templates, the style sheet and the script of this folder, as they are compiled in. */
#pragma once

#include "../common.h"

struct page_file {
	const char *name;
	const char *text;
	size_t length;
};

/* In the order of their names, ended by a NULL name. Made by embed.py. */
extern const struct page_file page_files[];
