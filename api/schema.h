/* SPDX-License-Identifier: MIT */
/*
 * JSON Schema (draft 2020-12, the closed set of keywords in the README) compiled once and applied
 * to many values.
 */
#pragma once

#include "problem.h"

struct schema_set; /* all schemas compiled from one document; $ref resolves inside it */
struct schema;     /* one compiled schema, owned by its set */

enum {
	SCHEMA_ASSERT_FORMAT = 1 << 0, /* format is a rule (a closed list), not an annotation */
	SCHEMA_ALLOW_OPENAPI = 1 << 1, /* OpenAPI's annotation "example" is known too */
};

/*
 * A set over a whole JSON document (borrowed; must outlive the set). "#" in a $ref means this
 * document. 0 or -ENOMEM.
 */
int schema_set_new(const json_t *document, unsigned flags, struct schema_set **ret_set) MUST_CHECK;
struct schema_set *schema_set_free(struct schema_set *set);

/*
 * The schema at a JSON Pointer of the set's document ("" is the whole document), with all that it
 * refers to; compiled once however often asked for, by one thread at a time. 0; -ENOMEM; -EINVAL
 * with ret_error owned by the caller ("<pointer>: <what is wrong>") for an unknown keyword, a
 * keyword's malformed value, a pattern outside the subset, an unresolvable or remote $ref, a schema
 * that applies itself without end. What was compiled before stays good.
 */
int schema_compile(struct schema_set *set, const char *pointer, const struct schema **ret_schema,
		   char **ret_error) MUST_CHECK;

/*
 * Applies a schema; every violation is added to the list with a JSON Pointer that starts with at
 * ("" for a body); its code is the keyword. A missing or unknown member is itself pointed at;
 * anyOf, oneOf and not complain once about the whole value. 0 when the value is valid, 1 when it is
 * not (also when it is nested too deeply or takes too long: code "limit"), -ENOMEM. Safe from many
 * threads at once.
 */
int schema_validate(const struct schema *schema, const json_t *value, const char *at,
		    struct violations *list) MUST_CHECK;

/*
 * The keywords that are enforced, NULL-terminated: the README's table and the refusal of all others
 * come from it.
 */
const char *const *schema_keywords(void);
