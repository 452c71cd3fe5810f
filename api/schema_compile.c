/* SPDX-License-Identifier: MIT */
#include "schema_private.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
	DETAIL_BYTES = 400, /* a violation's words that quote the document */
	COUNT_TEXT_BYTES = 24,
	ERROR_BYTES = 1024 * 1024, /* what is wrong with a keyword, and where */
};

struct type_name {
	const char *name;
	unsigned types;
	const char *words;
};

static const struct type_name type_names[] = {
	{"null", TYPE_NULL, "null"},          {"boolean", TYPE_BOOLEAN, "true or false"},
	{"number", TYPE_NUMBER, "a number"},  {"integer", TYPE_INTEGER, "an integer"},
	{"string", TYPE_STRING, "a string"},  {"array", TYPE_ARRAY, "an array"},
	{"object", TYPE_OBJECT, "an object"},
};

int schema_refuse(struct compiler *c, const char *why, ...)
{
	CLEANUP_BUFFER struct buffer text = {.maximum = ERROR_BYTES};
	CLEANUP_FREE char *reason = NULL;
	va_list arguments;
	int length;

	va_start(arguments, why);
	length = vasprintf(&reason, why, arguments);
	va_end(arguments);
	if (length < 0) {
		reason = NULL;
		return -ENOMEM;
	}
	buffer_add_string(&text, c->schema->pointer);
	if (c->keyword)
		schema_pointer_add(&text, c->keyword);
	buffer_add_string(&text, ": ");
	buffer_add_string(&text, reason);
	c->error = buffer_take(&text, NULL);
	return c->error ? -EINVAL : -ENOMEM;
}

void schema_rule_finish(struct rule *rule)
{
	pattern_free(rule->pattern);
	free(rule->schemas);
	free(rule->detail);
}

/* The violation in words: those of the keyword, then its value, then what the value counts. */
static int say(struct rule *rule, const char *value, const char *unit)
{
	int length = asprintf(&rule->detail, "%s %s%s", rule->keyword->words, value, unit);

	if (length >= 0)
		return 0;
	rule->detail = NULL;
	return -ENOMEM;
}

static const struct type_name *find_type(const json_t *name)
{
	for (size_t i = 0; json_is_string(name) && i < ARRAY_LENGTH(type_names); i++) {
		if (strcmp(type_names[i].name, json_string_value(name)) == 0)
			return &type_names[i];
	}
	return NULL;
}

static int add_type(struct compiler *c, struct rule *rule, const json_t *name, struct buffer *words)
{
	const struct type_name *type = find_type(name);

	if (!type)
		return schema_refuse(c, "must name types of JSON");
	if (rule->types & type->types)
		return schema_refuse(c, "names %s twice", type->name);
	buffer_add_string(words, rule->types ? " or " : "must be ");
	rule->types |= type->types;
	return buffer_add_string(words, type->words);
}

int compile_type(struct compiler *c, struct rule *rule)
{
	CLEANUP_BUFFER struct buffer words = {.maximum = DETAIL_BYTES};
	size_t index;
	json_t *name;
	int r = 0;

	if (!json_is_array(rule->source))
		r = add_type(c, rule, rule->source, &words);
	else if (json_array_size(rule->source) == 0)
		return schema_refuse(c, "must name at least one type");
	json_array_foreach(rule->source, index, name)
	{
		r = add_type(c, rule, name, &words);
		if (r < 0)
			return r;
	}
	if (r < 0)
		return r;
	rule->detail = buffer_take(&words, NULL);
	return rule->detail ? 0 : -ENOMEM;
}

/* Writes what is allowed, as much of it as a person would read. */
static int list_values(const json_t *values, struct buffer *text)
{
	size_t index;
	json_t *value;

	json_array_foreach(values, index, value)
	{
		CLEANUP_BUFFER struct buffer one = {.maximum = DETAIL_BYTES / 2};
		int r = value_write(value, &one);

		if (r == -ENOMEM)
			return r;
		if (r < 0 || text->length + one.length > DETAIL_BYTES)
			return buffer_add_string(text, ", …");
		buffer_add_string(text, index ? ", " : "");
		buffer_add(text, one.data, one.length);
	}
	return text->failed;
}

int compile_enum(struct compiler *c, struct rule *rule)
{
	CLEANUP_BUFFER struct buffer text = {.maximum = 2 * DETAIL_BYTES};
	int r;

	if (!json_is_array(rule->source))
		return schema_refuse(c, "must be an array");
	if (value_deeper_than(rule->source, LIMIT_SCHEMA_DEPTH))
		return schema_refuse(c, "is nested too deeply");
	r = list_values(rule->source, &text);
	return r < 0 ? r : say(rule, text.data ? text.data : "(nothing)", "");
}

int compile_const(struct compiler *c, struct rule *rule)
{
	CLEANUP_BUFFER struct buffer text = {.maximum = DETAIL_BYTES};
	int r;

	if (value_deeper_than(rule->source, LIMIT_SCHEMA_DEPTH))
		return schema_refuse(c, "is nested too deeply");
	r = value_write(rule->source, &text);
	if (r == -ENOMEM)
		return r;
	return say(rule, r < 0 ? "the contract's constant" : text.data, "");
}

int compile_bound(struct compiler *c, struct rule *rule)
{
	char text[NUMBER_TEXT_BYTES];

	if (!json_is_number(rule->source))
		return schema_refuse(c, "must be a number");
	number_text(rule->source, text);
	return say(rule, text, "");
}

int compile_multiple(struct compiler *c, struct rule *rule)
{
	if (!json_is_number(rule->source) || json_number_value(rule->source) <= 0)
		return schema_refuse(c, "must be a number greater than 0");
	rule->decimal = number_decimal(rule->source);
	return compile_bound(c, rule);
}

int compile_count(struct compiler *c, struct rule *rule)
{
	double count = json_number_value(rule->source);
	char text[COUNT_TEXT_BYTES], unit[COUNT_TEXT_BYTES];

	if (!json_is_number(rule->source) || !number_is_integer(rule->source) || count < 0)
		return schema_refuse(c, "must be a whole number, at least 0");
	rule->limit = count < 0x1p53 ? (size_t)count : SIZE_MAX;
	snprintf(text, sizeof(text), "%zu", rule->limit);
	snprintf(unit, sizeof(unit), " %s%s", rule->keyword->unit, rule->limit == 1 ? "" : "s");
	return say(rule, text, unit);
}

int compile_pattern(struct compiler *c, struct rule *rule)
{
	CLEANUP_FREE char *error = NULL;
	int r;

	if (!json_is_string(rule->source))
		return schema_refuse(c, "must be a string");
	if (strlen(json_string_value(rule->source)) != json_string_length(rule->source))
		return schema_refuse(c, "must write the character NUL as \\0");
	r = pattern_compile(json_string_value(rule->source), &rule->pattern, &error);
	if (r == -EINVAL)
		return schema_refuse(c, "%s", error);
	return r < 0 ? r : say(rule, json_string_value(rule->source), "");
}

int compile_format(struct compiler *c, struct rule *rule)
{
	if (!json_is_string(rule->source))
		return schema_refuse(c, "must be a string");
	if (!(c->set->flags & SCHEMA_ASSERT_FORMAT))
		return NOTHING_TO_ENFORCE;
	rule->format = format_find(json_string_value(rule->source));
	if (!rule->format)
		return schema_refuse(c, "unknown format \"%s\"", json_string_value(rule->source));
	return say(rule, rule->format->meaning, "");
}

static bool are_unique_names(const json_t *names)
{
	size_t i, j;
	json_t *name, *other;

	if (!json_is_array(names))
		return false;
	json_array_foreach(names, i, name)
	{
		if (!json_is_string(name))
			return false;
		json_array_foreach(names, j, other)
		{
			if (j > i && value_compare(name, other) == 0)
				return false;
		}
	}
	return true;
}

int compile_required(struct compiler *c, struct rule *rule)
{
	return are_unique_names(rule->source)
		       ? 0
		       : schema_refuse(c, "must be an array of different names");
}

int compile_dependent(struct compiler *c, struct rule *rule)
{
	const char *name;
	json_t *names;

	if (!json_is_object(rule->source))
		return schema_refuse(c, "must be an object");
	json_object_foreach((json_t *)rule->source, name, names)
	{
		if (!are_unique_names(names))
			return schema_refuse(c, "\"%s\" must have an array of different names",
					     name);
	}
	return 0;
}

int compile_unique(struct compiler *c, struct rule *rule)
{
	if (!json_is_boolean(rule->source))
		return schema_refuse(c, "must be true or false");
	return json_is_true(rule->source) ? 0 : NOTHING_TO_ENFORCE;
}

static const struct keyword *find_keyword(const struct compiler *c, const char *name)
{
	size_t count;
	const struct keyword *table = schema_keyword_table(&count);

	for (size_t i = 0; i < count; i++) {
		if (strcmp(table[i].name, name) != 0)
			continue;
		return table[i].openapi && !(c->set->flags & SCHEMA_ALLOW_OPENAPI) ? NULL
										   : &table[i];
	}
	return NULL;
}

static int refuse_unknown_keywords(struct compiler *c)
{
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)c->schema->source, name, value)
	{
		c->keyword = name;
		if (!find_keyword(c, name))
			return schema_refuse(c, "unknown keyword \"%s\"", name);
	}
	return 0;
}

static int build_rules(struct compiler *c)
{
	struct schema *schema = c->schema;
	size_t count;
	const struct keyword *table = schema_keyword_table(&count);

	schema->rules = calloc(json_object_size(schema->source) + 1, sizeof(*schema->rules));
	if (!schema->rules)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		struct rule rule = {.keyword = &table[i],
				    .source = json_object_get(schema->source, table[i].name)};
		int r;

		if (!rule.source)
			continue;
		c->keyword = table[i].name;
		r = table[i].compile(c, &rule);
		if (r == 0) {
			schema->rules[schema->count++] = rule;
			continue;
		}
		schema_rule_finish(&rule);
		if (r < 0)
			return r;
	}
	return 0;
}

int schema_build(struct compiler *c, struct schema *schema)
{
	int r;

	c->schema = schema;
	c->keyword = NULL;
	if (json_is_boolean(schema->source)) {
		schema->never = json_is_false(schema->source);
		return 0;
	}
	if (!json_is_object(schema->source))
		return schema_refuse(c, "a schema must be an object, true or false");
	r = refuse_unknown_keywords(c);
	return r < 0 ? r : build_rules(c);
}
