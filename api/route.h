/* SPDX-License-Identifier: MIT */
/* From method and path to an operation: a trie over path templates, literals before parameters. */
#pragma once

#include "limit.h"
#include "request.h"

enum {
	ROUTE_NO_PATH = 1, /* no template fits: 404 */
	ROUTE_NO_METHOD,   /* a template fits, but not with this method: 405, see match.allowed */
	ROUTE_BAD_PATH,    /* not a normal path (empty, "." or ".." segment, bad escape, %00, bad
			      UTF-8, too deep): 400 */
};

struct route_table;

struct route_match {
	const void *operation; /* what route_add was given */
	unsigned allowed;      /* bit 1 << METHOD_… for each method of this path, HEAD and OPTIONS
				  included */
	size_t count;          /* path parameters, in the order of the template */
	char *values[LIMIT_PATH_SEGMENTS]; /* percent-decoded ("+" stays "+"), owned by the match */
};

int route_table_new(struct route_table **ret_table) MUST_CHECK;
struct route_table *route_table_free(struct route_table *table);
/*
 * Adds "/v1/schools/{urn}" for a method; a template is whole segments, literal or {name}. GET
 * brings HEAD along. 0; -EINVAL (malformed template, a name twice in it, no operation, or HEAD,
 * OPTIONS or METHOD_UNKNOWN); -EEXIST (this method and shape is taken; shapes that differ only in
 * parameter names are one); -ENOMEM. operation is borrowed.
 */
int route_add(struct route_table *table, enum method method, const char *path_template,
	      const void *operation) MUST_CHECK;
/*
 * Finds what a raw path (as sent, without query) means. 0 with ret_match owned by the caller;
 * ROUTE_NO_PATH; ROUTE_NO_METHOD with allowed set (nothing owned); ROUTE_BAD_PATH; -ENOMEM. "/" is
 * a path of no segments; a trailing "/" is ROUTE_NO_PATH; a bad segment anywhere is ROUTE_BAD_PATH,
 * whether or not the path's beginning leads somewhere. Segments are compared decoded. A literal
 * segment wins over a parameter, with backtracking when the literal branch leads nowhere. A HEAD
 * request finds the GET operation. OPTIONS is nobody's operation: ROUTE_NO_METHOD, and the caller
 * answers it from allowed.
 */
int route_find(const struct route_table *table, enum method method, const char *path,
	       struct route_match *ret_match) MUST_CHECK;
void route_match_finish(struct route_match *match);
