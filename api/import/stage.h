/* SPDX-License-Identifier: MIT */
/* A file's rows in the staging table: typed, and rejected where a value is not of its type. */
#pragma once

#include "load.h"

/*
 * Creates the temporary table staging in the open transaction and fills it from the file. Rejected
 * rows are in it too, with their reason and without values. 0 with the columns that the file has
 * and the number of its rows; -errno with a fault.
 */
int stage_fill(struct copy *copy, const struct load_file *file, struct progress *progress,
	       struct columns *ret_columns, long *ret_count, struct fault *fault) MUST_CHECK;
