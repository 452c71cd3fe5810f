/* SPDX-License-Identifier: MIT */
/* The closed header of an operation's SQL file: "-- key: value" lines at its very beginning. */
#pragma once

#include "sqlfile.h"

/*
 * Reads the header into file. 0 with ret_body, the text behind the header, and ret_line, the number
 * of its first line. -EINVAL with ret_line, the line at fault (the first when a required key is
 * missing), and an owned ret_error in words; -ENOMEM. file owns whatever was read, also on failure.
 */
int sqlheader_parse(struct sql_file *file, const char *text, const char **ret_body,
		    size_t *ret_line, char **ret_error) MUST_CHECK;
/* Does this comment ("-- …") start with a header's key? Behind the header one is overlooked. */
bool sqlheader_is_key(const char *comment, size_t length);
