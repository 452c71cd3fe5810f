/* SPDX-License-Identifier: MIT */
/* The contract: one OpenAPI document, read strictly, compiled once, immutable afterwards. */
#pragma once

#include "operation.h"
#include "route.h"

struct contract {
	json_t *document;
	char *text; /* the file as it is, for /openapi.json */
	size_t text_length;
	char *yaml; /* the file beside it, for /openapi.yaml; NULL when there is none */
	size_t yaml_length;
	char *older; /* the file beside it, for /openapi-3.0.json; NULL when there is none */
	size_t older_length;
	json_t *sources; /* JSON Pointer prefix -> the author's file; NULL when there is none */
	struct schema_set *schemas;
	struct route_table *routes;
	size_t count;
	struct operation *operations;
	size_t scope_count;
	const char **scopes; /* every scope that the security schemes declare; names are borrowed */
};

/*
 * Reads path (and beside it openapi.yaml, openapi-3.0.json and sources.json when they are there).
 * Anything unknown, missing or contradictory refuses the whole. 0; -EINVAL or -ENOENT with an owned
 * ret_error "file: pointer: what"; -ENOMEM.
 */
int contract_load(const char *path, struct contract **ret_contract, char **ret_error) MUST_CHECK;
struct contract *contract_free(struct contract *contract);
/* Whether the contract declares a scope. */
bool contract_has_scope(const struct contract *contract, const char *scope);

/* Makes an error that names the author's file for a JSON Pointer. Always -EINVAL or -ENOMEM. */
int contract_fail(const struct contract *contract, const char *pointer, char **ret_error,
		  const char *format, ...) PRINTF_LIKE(4, 5);
/* The same from a schema's error, "<pointer>: <what>". */
int contract_fail_schema(const struct contract *contract, const char *error, char **ret_error);
/* Refuses every member that the closed vocabulary lacks, and compiles every schema. 0, -EINVAL,
 * -ENOMEM. */
int contract_check(const struct contract *contract, char **ret_error) MUST_CHECK;

/* A place in the document: the value with $refs followed, and its own JSON Pointer. */
struct place {
	const json_t *value; /* NULL: nothing there */
	char pointer[512];
};
struct place contract_root(const struct contract *contract);
/* A member (or an array's element by number) of a place, its $ref followed. */
struct place contract_member(const struct contract *contract, const struct place *place,
			     const char *name);
