/* SPDX-License-Identifier: MIT */
/* One-shot gzip of a reply body. */
#pragma once

#include "common.h"

/* 0 with owned ret_bytes, -ENOMEM, -E2BIG. Equal bytes give equal results: no time, no name. */
int gzip_compress(const void *bytes, size_t length, char **ret_bytes,
		  size_t *ret_length) MUST_CHECK;
