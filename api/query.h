/* SPDX-License-Identifier: MIT */
/* The query of a URL, parsed strictly: what cannot be decoded is an error, never dropped. */
#pragma once

#include "common.h"
#include "limit.h"

enum {
	QUERY_BAD_ENCODING = 1, /* a bad percent escape, an encoded NUL, bytes that are not UTF-8,
				   an empty name ("a&&b" has one) */
	QUERY_TOO_MANY,         /* more than LIMIT_QUERY_PAIRS */
};

struct query_pair {
	char *name;  /* decoded; "+" and %20 are a space */
	char *value; /* decoded; "" when there is no "=" */
	char *raw;   /* the value as sent: a list is split at its commas before it is decoded */
};

struct query {
	struct query_pair pairs[LIMIT_QUERY_PAIRS];
	size_t count;
};

/*
 * Parses "a=1&b=2" (NULL or "" is empty). 0, QUERY_…, -ENOMEM; on anything but 0 the query owns
 * nothing.
 */
int query_parse(const char *raw, struct query *ret_query) MUST_CHECK;
void query_finish(struct query *query);

/*
 * Percent-decodes length bytes; plus says whether "+" is a space. 0 with an owned NUL-terminated
 * ret_text, QUERY_BAD_ENCODING, -ENOMEM. The path uses it too.
 */
int query_decode(const char *raw, size_t length, bool plus, char **ret_text) MUST_CHECK;
/* Adds text percent-encoded for a query value (RFC 3986 unreserved characters and "," ":" stay). */
struct buffer;
int query_encode(struct buffer *buffer, const char *text);
