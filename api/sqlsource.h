/* SPDX-License-Identifier: MIT */
/* The files that operations are read from: which ones may be included, and how much is read. */
#pragma once

#include "common.h"

/*
 * Reads a whole file of at most SQLFILE_BYTES. 0 with owned ret_text, NUL-terminated; -EINVAL when
 * it is too long or contains a zero byte; another negative errno when it cannot be read. ret_fault
 * says it in words, static.
 */
int sqlsource_read(const char *path, char **ret_text, const char **ret_fault) MUST_CHECK;
/* What is wrong with an include's path; NULL when it names a file below the operations folder. */
const char *sqlsource_include_fault(const char *path);
