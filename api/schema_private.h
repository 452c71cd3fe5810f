/* SPDX-License-Identifier: MIT */
/* What the files of the schema module share: the compiled form, and the road from a keyword's value
 * to a rule. */
#pragma once

#include "format.h"
#include "limit.h"
#include "pattern.h"
#include "schema.h"
#include "schema_value.h"

/* The types of JSON Schema as a set; a number without a fraction is of two types. */
enum {
	TYPE_NULL = 1 << 0,
	TYPE_BOOLEAN = 1 << 1,
	TYPE_NUMBER = 1 << 2,
	TYPE_INTEGER = 1 << 3,
	TYPE_STRING = 1 << 4,
	TYPE_ARRAY = 1 << 5,
	TYPE_OBJECT = 1 << 6,
	TYPE_ANY = (1 << 7) - 1,
};

enum {
	NOTHING_TO_ENFORCE = 1, /* what a keyword's compile says when there is no rule in it */
};

struct compiler;
struct check;
struct place;
struct rule;

/* One line of the table of keywords. */
struct keyword {
	const char *name;
	unsigned applies; /* the types of value that it has something to say about */
	/* Turns rule->source into a rule: 0; NOTHING_TO_ENFORCE; -EINVAL with c->error; -ENOMEM. */
	int (*compile)(struct compiler *c, struct rule *rule);
	/* 0 when the value keeps the rule, 1 when it breaks it, -ENOMEM. */
	int (*check)(struct check *c, const struct rule *rule, const json_t *value,
		     const struct place *place);
	const char *words; /* the violation in words, up to the keyword's value … */
	const char *unit;  /* … and what the value counts */
	bool in_place;     /* its sub-schemas apply to the same value */
	bool annotation;   /* known, and without effect */
	bool openapi;      /* known only with SCHEMA_ALLOW_OPENAPI */
};

/* A keyword with its value, ready to be applied. */
struct rule {
	const struct keyword *keyword;
	const json_t *source;    /* the keyword's value in the document */
	char *detail;            /* the violation in words, owned */
	struct schema **schemas; /* sub-schemas in the order of the source; the array is owned */
	size_t count;
	struct pattern *pattern; /* owned */
	union {
		unsigned types;
		size_t limit;
		struct decimal decimal;
		const struct format *format;
		const json_t *siblings; /* the properties beside additionalProperties */
	};
};

struct schema {
	struct schema *next;  /* the set's schemas in the order of their discovery */
	char *pointer;        /* where it is in the document, owned */
	const json_t *source; /* what is there, borrowed */
	struct rule *rules;
	size_t count;
	bool never;      /* the schema false */
	unsigned height; /* how many schemas one value can be in at once, this one counted; 0 until
			    measured */
};

struct schema_set {
	const json_t *document;
	unsigned flags;
	void *index; /* tsearch tree of schemas by pointer */
	struct schema *first;
	struct schema **last; /* where the next one is linked in */
};

/* The schema and keyword in hand, and what is wrong with them. */
struct compiler {
	struct schema_set *set;
	struct schema *schema;
	const char *keyword; /* NULL: the schema as a whole is meant */
	char *error;         /* owned */
};

/* Where a value is, as a chain up the stack, so that a pointer is written only for a violation. */
struct place {
	const struct place *parent; /* NULL at the top */
	const char *name;           /* NULL: the index counts */
	size_t index;
};

struct check {
	const char *at;          /* the pointer of the top */
	struct violations *list; /* NULL while only yes or no is asked */
	unsigned depth;          /* schemas applied inside one another at this moment … */
	unsigned applied;        /* … and altogether */
	const char *gave_up;     /* why no answer can be trusted any more; NULL: it can */
};

/* schema.c */

/* The schema at a pointer, which is compiled later when it is new. 0, -ENOENT, -ENOMEM. */
int schema_set_find(struct schema_set *set, const char *pointer,
		    struct schema **ret_schema) MUST_CHECK;
/* Adds "/" and a name as a segment of a JSON Pointer. */
int schema_pointer_add(struct buffer *buffer, const char *name);

/* schema_keyword.c */

/* All keywords, those with a rule in the order in which they are checked: what is cheap and telling
 * first. */
const struct keyword *schema_keyword_table(size_t *ret_count);

/* schema_compile.c */

/* Compiles one schema; the schemas inside it are left for later. 0; -EINVAL with c->error; -ENOMEM.
 */
int schema_build(struct compiler *c, struct schema *schema) MUST_CHECK;
/* Says in c->error what is wrong with the keyword in hand: -EINVAL, or -ENOMEM. */
int schema_refuse(struct compiler *c, const char *why, ...) PRINTF_LIKE(2, 3);
void schema_rule_finish(struct rule *rule);
int compile_type(struct compiler *c, struct rule *rule);
int compile_enum(struct compiler *c, struct rule *rule);
int compile_const(struct compiler *c, struct rule *rule);
int compile_bound(struct compiler *c, struct rule *rule);
int compile_multiple(struct compiler *c, struct rule *rule);
int compile_count(struct compiler *c, struct rule *rule);
int compile_pattern(struct compiler *c, struct rule *rule);
int compile_format(struct compiler *c, struct rule *rule);
int compile_required(struct compiler *c, struct rule *rule);
int compile_dependent(struct compiler *c, struct rule *rule);
int compile_unique(struct compiler *c, struct rule *rule);

/* schema_nest.c */

int compile_reference(struct compiler *c, struct rule *rule);
int compile_schema(struct compiler *c, struct rule *rule);
int compile_schemas(struct compiler *c, struct rule *rule);
int compile_members(struct compiler *c, struct rule *rule);
int compile_additional(struct compiler *c, struct rule *rule);
int compile_definitions(struct compiler *c, struct rule *rule);

/* schema_check.c */

/* The types that a value is of. */
unsigned schema_types(const json_t *value);
/* Applies a schema; code names a violation of the schema false. 0, 1, -ENOMEM. */
int schema_apply(struct check *c, const struct schema *schema, const json_t *value,
		 const struct place *place, const char *code) MUST_CHECK;

/* As schema_apply, without a word. */
int schema_ask(struct check *c, const struct schema *schema, const json_t *value) MUST_CHECK;
/* Adds a violation: 1, or -ENOMEM. */
int schema_fail(struct check *c, const struct place *place, const char *code,
		const char *detail) MUST_CHECK;
/* 0 when the rule is kept; otherwise adds its violation. */
int schema_verdict(struct check *c, const struct rule *rule, const struct place *place,
		   bool kept) MUST_CHECK;
/* Ends the whole validation with this reason: 1. */
int schema_give_up(struct check *c, const char *why) MUST_CHECK;

#define CHECK(name)                                                             \
	int name(struct check *c, const struct rule *rule, const json_t *value, \
		 const struct place *place)
CHECK(check_type);
CHECK(check_enum);
CHECK(check_const);
CHECK(check_minimum);
CHECK(check_maximum);
CHECK(check_exclusive_minimum);
CHECK(check_exclusive_maximum);
CHECK(check_multiple);
CHECK(check_min_length);
CHECK(check_max_length);
CHECK(check_pattern);
CHECK(check_format);
CHECK(check_min_properties);
CHECK(check_max_properties);
CHECK(check_min_items);
CHECK(check_max_items);
CHECK(check_all);
CHECK(check_any);
CHECK(check_one);
CHECK(check_not);

/* schema_inside.c */

CHECK(check_required);
CHECK(check_dependent);
CHECK(check_properties);
CHECK(check_additional);
CHECK(check_property_names);
CHECK(check_items);
CHECK(check_unique);
#undef CHECK
