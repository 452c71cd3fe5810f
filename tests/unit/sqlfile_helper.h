/* SPDX-License-Identifier: MIT */
/* What the tests of SQL files share: parsing that succeeds, and refusals with their exact words. */
#pragma once

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../api/buffer.h"
#include "../../api/sqlfile.h"

#define HEADER "-- cost: read\n"
#define CLEANUP_FILE CLEANUP(file_finish)

static inline void file_finish(struct sql_file **file)
{
	sqlfile_free(*file);
}

static inline struct sql_file *parsed_below(const char *root, const char *text)
{
	CLEANUP_FREE char *error = NULL;
	struct sql_file *file = NULL;
	int r = sqlfile_parse(root, "list.sql", text, &file, &error);

	if (r < 0)
		fail_msg("%d: %s", r, error ? error : "no error text");
	assert_null(error);
	assert_non_null(file);
	return file;
}

static inline struct sql_file *parsed(const char *text)
{
	return parsed_below("/nonexistent", text);
}

static inline void assert_refused_below(const char *root, const char *text, const char *error)
{
	CLEANUP_FREE char *found = NULL;
	struct sql_file untouched, *file = &untouched;

	assert_int_equal(sqlfile_parse(root, "list.sql", text, &file, &found), -EINVAL);
	assert_ptr_equal(file, &untouched);
	assert_string_equal(found, error);
}

static inline void assert_refused(const char *text, const char *error)
{
	assert_refused_below("/nonexistent", text, error);
}
