/* SPDX-License-Identifier: MIT */
/*
 * The input is lines: each but the last is a template to add, the last is a path to find. Whatever
 * is added, a match has as many values as its template has parameters, and none of them could be
 * mistaken for a dot segment.
 */
#include <string.h>

#include "../../api/route.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_match(const struct route_match *match)
{
	const char *at = match->operation;
	size_t parameters = 0;

	while ((at = strchr(at, '{'))) {
		parameters++;
		at++;
	}
	if (parameters != match->count || !match->allowed)
		abort();
	for (size_t i = 0; i < match->count; i++)
		if (match->values[i][0] == '\0' || strcmp(match->values[i], ".") == 0 ||
		    strcmp(match->values[i], "..") == 0)
			abort();
}

static void find(const struct route_table *table, const char *path)
{
	for (enum method method = METHOD_GET; method <= METHOD_UNKNOWN; method++) {
		struct route_match match;
		int r = route_find(table, method, path, &match);

		if (r == 0)
			check_match(&match);
		else if (match.count > 0)
			abort();
		route_match_finish(&match);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP_FREE char *text = strndup((const char *)data, size);
	struct route_table *table;
	char *line = text, *end;

	if (!text || route_table_new(&table) < 0)
		return 0;
	for (; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		if (route_add(table, METHOD_GET, line, line) == 0 &&
		    route_add(table, METHOD_POST, line, line) < 0)
			abort();
	}
	find(table, line);
	route_table_free(table);
	return 0;
}
