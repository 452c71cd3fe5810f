/* SPDX-License-Identifier: MIT */
/*
 * Every error that a client can see: one table of problem types (RFC 9457) and the list of
 * violations beneath one.
 */
#pragma once

#include "buffer.h"

struct problem_type {
	const char *slug; /* the last segment of its type URI, /problems/<slug> */
	int status;
	const char *title;
	const char *meaning; /* a sentence for /problems/<slug> and the contract's readers */
};

/*
 * One rule broken: where (a JSON Pointer into the body, or a parameter's name), which rule, and in
 * words.
 */
struct violation {
	char *pointer;    /* JSON Pointer into the body; NULL when a parameter or header is meant */
	char *parameter;  /* of a path, query or header parameter, its name; NULL: the body */
	const char *code; /* the keyword or rule broken; static text or owned by the contract */
	char *detail;
};

enum {
	VIOLATION_TEXT_BYTES = 1000, /* of a detail (the rest is "…") and of a pointer (longer: the
					nearest ancestor's) */
};

struct violations {
	struct violation *items;
	size_t count;   /* at most LIMIT_VIOLATIONS are kept … */
	size_t dropped; /* … and the rest are counted */
};

struct problem {
	const struct problem_type *type; /* NULL: no problem */
	char *detail;                    /* in words, owned; may be NULL */
	char *extra; /* further members as JSON text, "\"allowed\":[…]", owned; may be NULL */
	struct violations violations;
};

/* The type with this slug; NULL when there is none. */
const struct problem_type *problem_type(const char *slug);
/* All types, for the pages that explain them. */
const struct problem_type *problem_types(size_t *ret_count);
/*
 * Sets a problem by slug, with a detail in words (or NULL); the first one set wins. Asserts that
 * the slug exists.
 */
void problem_set(struct problem *problem, const char *slug, const char *detail, ...)
	PRINTF_LIKE(3, 4);
/* Frees what the problem owns; it is then no problem. */
void problem_finish(struct problem *problem);
/*
 * Writes application/problem+json: type, title, status, detail (the type's meaning when there is
 * none), instance, errors (maybe empty), droppedErrors when there are any, then extra. base is the
 * public URL, instance the request id or NULL. 0, or the buffer's failure. There must be a problem.
 */
int problem_write(const struct problem *problem, const char *base, const char *instance,
		  struct buffer *buffer);

/*
 * Adds a violation of the body at a JSON Pointer. 0 or -ENOMEM. code is borrowed for as long as the
 * list lives.
 */
int violations_add(struct violations *list, const char *pointer, const char *code,
		   const char *detail, ...) PRINTF_LIKE(4, 5);
/* Adds a violation of a named parameter. */
int violations_add_parameter(struct violations *list, const char *parameter, const char *code,
			     const char *detail, ...) PRINTF_LIKE(4, 5);
/* Frees the list. */
void violations_finish(struct violations *list);
