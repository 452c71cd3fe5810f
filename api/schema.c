/* SPDX-License-Identifier: MIT */
#include "schema_private.h"

#include <errno.h>
#include <pthread.h>
#include <search.h>
#include <string.h>

enum {
	MAX_KEYWORDS = 64, /* lines in the table of keywords */
};

int schema_set_new(const json_t *document, unsigned flags, struct schema_set **ret_set)
{
	struct schema_set *set = calloc(1, sizeof(*set));

	if (!set)
		return -ENOMEM;
	set->document = document;
	set->flags = flags;
	set->last = &set->first;
	*ret_set = set;
	return 0;
}

static int compare_pointers(const void *left, const void *right)
{
	return strcmp(((const struct schema *)left)->pointer,
		      ((const struct schema *)right)->pointer);
}

static void schema_free(struct schema *schema)
{
	for (size_t i = 0; i < schema->count; i++)
		schema_rule_finish(&schema->rules[i]);
	free(schema->rules);
	free(schema->pointer);
	free(schema);
}

/* Takes back every schema from this link on; no schema before it knows one of them. */
static void schema_set_cut(struct schema_set *set, struct schema **link)
{
	struct schema *schema = *link, *next;

	for (; schema; schema = next) {
		next = schema->next;
		tdelete(schema, &set->index, compare_pointers);
		schema_free(schema);
	}
	*link = NULL;
	set->last = link;
}

struct schema_set *schema_set_free(struct schema_set *set)
{
	if (set)
		schema_set_cut(set, &set->first);
	free(set);
	return NULL;
}

int schema_pointer_add(struct buffer *buffer, const char *name)
{
	buffer_add_byte(buffer, '/');
	for (;;) {
		size_t plain = strcspn(name, "~/");

		buffer_add(buffer, name, plain);
		name += plain;
		if (!*name)
			return buffer->failed;
		buffer_add_string(buffer, *name++ == '~' ? "~0" : "~1");
	}
}

/* Undoes ~0 and ~1 in place; false when a ~ is neither. */
static bool unescape_segment(char *segment)
{
	char *out = segment;

	for (; *segment; segment++) {
		if (*segment != '~')
			*out++ = *segment;
		else if (*++segment == '0')
			*out++ = '~';
		else if (*segment == '1')
			*out++ = '/';
		else
			return false;
	}
	*out = '\0';
	return true;
}

static const json_t *step_into(const json_t *value, char *segment)
{
	char *end;
	unsigned long index;

	if (!unescape_segment(segment))
		return NULL;
	if (!json_is_array(value))
		return json_object_get(value, segment);
	if (!*segment || strspn(segment, "0123456789") != strlen(segment) ||
	    (segment[0] == '0' && segment[1]))
		return NULL;
	errno = 0;
	index = strtoul(segment, &end, 10);
	return errno ? NULL : json_array_get(value, index);
}

static int pointer_resolve(const json_t *value, const char *pointer, const json_t **ret_value)
{
	CLEANUP_FREE char *copy = strdup(pointer);
	char *rest = copy, *segment;

	if (!copy)
		return -ENOMEM;
	if (*rest && *rest++ != '/')
		return -ENOENT;
	if (!*pointer)
		rest = NULL;
	while (value && (segment = strsep(&rest, "/")))
		value = step_into(value, segment);
	if (!value)
		return -ENOENT;
	*ret_value = value;
	return 0;
}

static int schema_new(const json_t *source, const char *pointer, struct schema **ret_schema)
{
	struct schema *schema = calloc(1, sizeof(*schema));

	if (!schema)
		return -ENOMEM;
	schema->source = source;
	schema->pointer = strdup(pointer);
	if (!schema->pointer) {
		schema_free(schema);
		return -ENOMEM;
	}
	*ret_schema = schema;
	return 0;
}

int schema_set_find(struct schema_set *set, const char *pointer, struct schema **ret_schema)
{
	const struct schema wanted = {.pointer = (char *)pointer};
	struct schema **found = tfind(&wanted, &set->index, compare_pointers);
	const json_t *source;
	struct schema *schema;
	int r;

	if (found) {
		*ret_schema = *found;
		return 0;
	}
	r = pointer_resolve(set->document, pointer, &source);
	if (r < 0)
		return r;
	r = schema_new(source, pointer, &schema);
	if (r < 0)
		return r;
	if (!tsearch(schema, &set->index, compare_pointers)) {
		schema_free(schema);
		return -ENOMEM;
	}
	*set->last = schema;
	set->last = &schema->next;
	*ret_schema = schema;
	return 0;
}

/*
 * How many schemas one value can be in at once through $ref, allOf, anyOf, oneOf and not. Too many,
 * or without end, is an error of the document; a value's own nesting is bounded when it is checked.
 */
static int schema_measure(struct compiler *c, struct schema *schema, unsigned depth)
{
	unsigned height = 1;

	if (depth + (schema->height ? schema->height : 1) > LIMIT_SCHEMA_DEPTH)
		return schema_refuse(c, "applies itself, or more than %d schemas, to one value",
				     LIMIT_SCHEMA_DEPTH);
	if (schema->height)
		return 0;
	for (size_t i = 0; i < schema->count; i++) {
		const struct rule *rule = &schema->rules[i];

		for (size_t j = 0; rule->keyword->in_place && j < rule->count; j++) {
			int r = schema_measure(c, rule->schemas[j], depth + 1);

			if (r < 0)
				return r;
			if (height <= rule->schemas[j]->height)
				height = rule->schemas[j]->height + 1;
		}
	}
	schema->height = height;
	return 0;
}

/* The list of schemas is the list of work: compiling one adds those inside it at the end, however
 * they refer to each other. */
static int compile_from(struct compiler *c, struct schema *first)
{
	int r = 0;

	for (struct schema *schema = first; schema && r == 0; schema = schema->next)
		r = schema_build(c, schema);
	c->keyword = NULL;
	for (struct schema *schema = first; schema && r == 0; schema = schema->next) {
		c->schema = schema;
		r = schema_measure(c, schema, 0);
	}
	return r;
}

static int refuse_pointer(const char *pointer, char **ret_error)
{
	char *error;

	if (asprintf(&error, "%s: nothing is there", pointer) < 0)
		return -ENOMEM;
	*ret_error = error;
	return -EINVAL;
}

int schema_compile(struct schema_set *set, const char *pointer, const struct schema **ret_schema,
		   char **ret_error)
{
	struct compiler c = {.set = set};
	struct schema **new = set->last;
	struct schema *schema;
	int r;

	r = schema_set_find(set, pointer, &schema);
	if (r == -ENOENT)
		return refuse_pointer(pointer, ret_error);
	if (r < 0)
		return r;
	r = compile_from(&c, *new);
	if (r < 0) {
		schema_set_cut(set, new);
		if (r == -EINVAL)
			*ret_error = c.error;
		return r;
	}
	*ret_schema = schema;
	return 0;
}

static const char *enforced[MAX_KEYWORDS];

static void list_enforced(void)
{
	size_t count, at = 0;
	const struct keyword *table = schema_keyword_table(&count);

	for (size_t i = 0; i < count && at < MAX_KEYWORDS - 1; i++) {
		if (!table[i].annotation)
			enforced[at++] = table[i].name;
	}
}

const char *const *schema_keywords(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, list_enforced);
	return enforced;
}
