/* SPDX-License-Identifier: MIT */
/* The keywords that hold schemas: they find them in the set, which compiles them later. */
#include "schema_private.h"

#include "query.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
	POINTER_BYTES = 64 * 1024, /* a JSON Pointer into the document */
	INDEX_TEXT_BYTES = 24,
};

/* Finds the schema that is the keyword's value, or its member or item of this name, and adds it to
 * the rule. */
static int add_schema(struct compiler *c, struct rule *rule, const char *name)
{
	CLEANUP_BUFFER struct buffer pointer = {.maximum = POINTER_BYTES};
	int r;

	buffer_add_string(&pointer, c->schema->pointer);
	r = schema_pointer_add(&pointer, c->keyword);
	if (name)
		r = schema_pointer_add(&pointer, name);
	if (r == -E2BIG)
		return schema_refuse(c, "is too far inside the document");
	if (r < 0)
		return r;
	return schema_set_find(c->set, pointer.data, &rule->schemas[rule->count++]);
}

static int make_room(struct rule *rule, size_t count)
{
	rule->schemas = calloc(count + 1, sizeof(struct schema *));
	return rule->schemas ? 0 : -ENOMEM;
}

int compile_schema(struct compiler *c, struct rule *rule)
{
	int r = make_room(rule, 1);

	if (r < 0)
		return r;
	if (!json_is_object(rule->source) && !json_is_boolean(rule->source))
		return schema_refuse(c, "must be a schema: an object, true or false");
	return add_schema(c, rule, NULL);
}

int compile_schemas(struct compiler *c, struct rule *rule)
{
	size_t count = json_array_size(rule->source);
	char name[INDEX_TEXT_BYTES];
	int r = make_room(rule, count);

	if (r < 0)
		return r;
	if (count == 0)
		return schema_refuse(c, "must be an array of at least one schema");
	for (size_t i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "%zu", i);
		r = add_schema(c, rule, name);
		if (r < 0)
			return r;
	}
	return 0;
}

int compile_members(struct compiler *c, struct rule *rule)
{
	const char *name;
	json_t *value;
	int r = make_room(rule, json_object_size(rule->source));

	if (r < 0)
		return r;
	if (!json_is_object(rule->source))
		return schema_refuse(c, "must be an object of schemas");
	json_object_foreach((json_t *)rule->source, name, value)
	{
		r = add_schema(c, rule, name);
		if (r < 0)
			return r;
	}
	return 0;
}

int compile_definitions(struct compiler *c, struct rule *rule)
{
	int r = compile_members(c, rule);

	return r < 0 ? r : NOTHING_TO_ENFORCE;
}

int compile_additional(struct compiler *c, struct rule *rule)
{
	rule->siblings = json_object_get(c->schema->source, "properties");
	return compile_schema(c, rule);
}

/* "#" and a JSON Pointer, percent-encoded, into this document; nothing else is within reach. */
int compile_reference(struct compiler *c, struct rule *rule)
{
	const char *reference = json_string_value(rule->source);
	CLEANUP_FREE char *pointer = NULL;
	int r = make_room(rule, 1);

	if (r < 0)
		return r;
	if (!reference)
		return schema_refuse(c, "must be a string");
	if (*reference != '#')
		return schema_refuse(c, "\"%s\" is not inside this document (it must begin with #)",
				     reference);
	r = query_decode(reference + 1, strlen(reference + 1), false, &pointer);
	if (r < 0)
		return r;
	if (r > 0)
		return schema_refuse(c, "\"%s\" is not percent-encoded as a URI must be",
				     reference);
	if (*pointer && *pointer != '/')
		return schema_refuse(c, "\"%s\" is not a JSON Pointer (anchors are not known)",
				     reference);
	r = schema_set_find(c->set, pointer, &rule->schemas[rule->count++]);
	return r == -ENOENT ? schema_refuse(c, "nothing is at \"%s\"", reference) : r;
}
