/* SPDX-License-Identifier: MIT */
/*
 * Any text as an operation's SQL file is read or refused in words, and each statement read makes a
 * list or none.
 */
#include <errno.h>
#include <string.h>

#include "../../api/list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void fuzz_list(const struct sql_file *file)
{
	for (size_t i = 0; i < file->order_count; i++) {
		for (int segment = 0; segment < LIST_SEGMENTS; segment++) {
			CLEANUP_FREE char *text = NULL;
			int r = list_statement(&file->statements[0], &file->orders[i], segment & 1,
					       (enum list_segment)segment, &text);

			must(r == 0 ? text != NULL : r == -EINVAL);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP_FREE char *text = strndup((const char *)data, size), *error = NULL;
	struct sql_file *file = NULL;
	int r = sqlfile_parse("/nonexistent", "fuzz.sql", text, &file, &error);

	must(r == 0 || r == -EINVAL);
	must((r == 0) == (file != NULL) && (r == 0) == (error == NULL));
	if (r < 0)
		return 0;
	must(file->statement_count && file->statement_count <= LIMIT_STATEMENTS);
	fuzz_list(file);
	sqlfile_free(file);
	return 0;
}
