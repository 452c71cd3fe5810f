/* SPDX-License-Identifier: MIT */
#include "schema_private.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
	/* A JSON Pointer to any value, before the violation cuts it. */
	POINTER_BYTES = 4 * LIMIT_REPLY_BYTES,
	/* Schemas applied in one validation: a schema may double its work at each level of a value.
	 */
	APPLICATIONS = 16 * 1000 * 1000,
};

unsigned schema_types(const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT: return TYPE_OBJECT;
	case JSON_ARRAY: return TYPE_ARRAY;
	case JSON_STRING: return TYPE_STRING;
	case JSON_INTEGER: return TYPE_NUMBER | TYPE_INTEGER;
	case JSON_REAL: return number_is_integer(value) ? TYPE_NUMBER | TYPE_INTEGER : TYPE_NUMBER;
	case JSON_TRUE:
	case JSON_FALSE: return TYPE_BOOLEAN;
	default: return TYPE_NULL;
	}
}

/* Writes the chain from the top down, and no further than a violation would keep. */
static int write_place(const struct place *place, struct buffer *pointer)
{
	int r;

	if (!place)
		return 0;
	r = write_place(place->parent, pointer);
	if (r < 0 || pointer->length > VIOLATION_TEXT_BYTES)
		return r;
	if (place->name)
		return schema_pointer_add(pointer, place->name);
	return buffer_add_format(pointer, "/%zu", place->index);
}

int schema_fail(struct check *c, const struct place *place, const char *code, const char *detail)
{
	CLEANUP_BUFFER struct buffer pointer = {.maximum = POINTER_BYTES};
	int r;

	if (!c->list)
		return 1;
	buffer_add_string(&pointer, c->at);
	r = c->list->count < LIMIT_VIOLATIONS ? write_place(place, &pointer) : 0;
	if (r < 0)
		return -ENOMEM;
	r = violations_add(c->list, pointer.data ? pointer.data : "", code, "%s", detail);
	return r < 0 ? r : 1;
}

int schema_verdict(struct check *c, const struct rule *rule, const struct place *place, bool kept)
{
	const char *detail = rule->detail ? rule->detail : rule->keyword->words;

	return kept ? 0 : schema_fail(c, place, rule->keyword->name, detail);
}

/* Applies the rules one after the other. A wrong type makes the other rules' complaints noise, and
 * one is enough for a no. */
static int apply_rules(struct check *c, const struct schema *schema, const json_t *value,
		       const struct place *place)
{
	unsigned types = schema_types(value);
	int broken = 0;

	for (size_t i = 0; i < schema->count; i++) {
		const struct rule *rule = &schema->rules[i];
		int r = rule->keyword->applies & types ? rule->keyword->check(c, rule, value, place)
						       : 0;

		if (r < 0)
			return r;
		broken |= r;
		if (c->gave_up || (r && (!c->list || rule->keyword->check == check_type)))
			break;
	}
	return broken;
}

int schema_give_up(struct check *c, const char *why)
{
	c->gave_up = why;
	return 1;
}

int schema_apply(struct check *c, const struct schema *schema, const json_t *value,
		 const struct place *place, const char *code)
{
	int r;

	if (c->gave_up)
		return 1;
	if (schema->never)
		return schema_fail(c, place, code, "is not allowed");
	if (c->depth == LIMIT_SCHEMA_DEPTH)
		return schema_give_up(c, "is nested too deeply");
	if (c->applied++ == APPLICATIONS)
		return schema_give_up(c, "takes too long to check");
	c->depth++;
	r = apply_rules(c, schema, value, place);
	c->depth--;
	return r;
}

int schema_ask(struct check *c, const struct schema *schema, const json_t *value)
{
	struct violations *list = c->list;
	int r;

	c->list = NULL;
	r = schema_apply(c, schema, value, NULL, "");
	c->list = list;
	return r;
}

int schema_validate(const struct schema *schema, const json_t *value, const char *at,
		    struct violations *list)
{
	struct check c = {.at = at, .list = list};
	int r = schema_apply(&c, schema, value, NULL, "false");

	return r < 0 || !c.gave_up ? r : schema_fail(&c, NULL, "limit", c.gave_up);
}

int check_type(struct check *c, const struct rule *rule, const json_t *value,
	       const struct place *place)
{
	return schema_verdict(c, rule, place, schema_types(value) & rule->types);
}

int check_const(struct check *c, const struct rule *rule, const json_t *value,
		const struct place *place)
{
	return schema_verdict(c, rule, place, value_compare(value, rule->source) == 0);
}

int check_enum(struct check *c, const struct rule *rule, const json_t *value,
	       const struct place *place)
{
	size_t index;
	json_t *allowed;

	json_array_foreach(rule->source, index, allowed)
	{
		if (value_compare(value, allowed) == 0)
			return 0;
	}
	return schema_verdict(c, rule, place, false);
}

int check_minimum(struct check *c, const struct rule *rule, const json_t *value,
		  const struct place *place)
{
	return schema_verdict(c, rule, place, number_compare(value, rule->source) >= 0);
}

int check_maximum(struct check *c, const struct rule *rule, const json_t *value,
		  const struct place *place)
{
	return schema_verdict(c, rule, place, number_compare(value, rule->source) <= 0);
}

int check_exclusive_minimum(struct check *c, const struct rule *rule, const json_t *value,
			    const struct place *place)
{
	return schema_verdict(c, rule, place, number_compare(value, rule->source) > 0);
}

int check_exclusive_maximum(struct check *c, const struct rule *rule, const json_t *value,
			    const struct place *place)
{
	return schema_verdict(c, rule, place, number_compare(value, rule->source) < 0);
}

int check_multiple(struct check *c, const struct rule *rule, const json_t *value,
		   const struct place *place)
{
	return schema_verdict(c, rule, place,
			      decimal_is_multiple(number_decimal(value), rule->decimal));
}

/* Characters as JSON Schema counts them: code points. */
static size_t count_characters(const json_t *string)
{
	const char *text = json_string_value(string);
	size_t length = json_string_length(string), count = 0;

	for (size_t i = 0; i < length; i++)
		count += ((unsigned char)text[i] & 0xC0) != 0x80;
	return count;
}

int check_min_length(struct check *c, const struct rule *rule, const json_t *value,
		     const struct place *place)
{
	return schema_verdict(c, rule, place, count_characters(value) >= rule->limit);
}

int check_max_length(struct check *c, const struct rule *rule, const json_t *value,
		     const struct place *place)
{
	return schema_verdict(c, rule, place, count_characters(value) <= rule->limit);
}

int check_pattern(struct check *c, const struct rule *rule, const json_t *value,
		  const struct place *place)
{
	int r = pattern_matches(rule->pattern, json_string_value(value), json_string_length(value));

	return r < 0 ? r : schema_verdict(c, rule, place, r);
}

int check_format(struct check *c, const struct rule *rule, const json_t *value,
		 const struct place *place)
{
	return schema_verdict(
		c, rule, place,
		rule->format->holds(json_string_value(value), json_string_length(value)));
}

int check_min_properties(struct check *c, const struct rule *rule, const json_t *value,
			 const struct place *place)
{
	return schema_verdict(c, rule, place, json_object_size(value) >= rule->limit);
}

int check_max_properties(struct check *c, const struct rule *rule, const json_t *value,
			 const struct place *place)
{
	return schema_verdict(c, rule, place, json_object_size(value) <= rule->limit);
}

int check_min_items(struct check *c, const struct rule *rule, const json_t *value,
		    const struct place *place)
{
	return schema_verdict(c, rule, place, json_array_size(value) >= rule->limit);
}

int check_max_items(struct check *c, const struct rule *rule, const json_t *value,
		    const struct place *place)
{
	return schema_verdict(c, rule, place, json_array_size(value) <= rule->limit);
}

int check_all(struct check *c, const struct rule *rule, const json_t *value,
	      const struct place *place)
{
	int broken = 0;

	for (size_t i = 0; i < rule->count; i++) {
		int r = schema_apply(c, rule->schemas[i], value, place, rule->keyword->name);

		if (r < 0 || (r && !c->list))
			return r;
		broken |= r;
	}
	return broken;
}

int check_any(struct check *c, const struct rule *rule, const json_t *value,
	      const struct place *place)
{
	for (size_t i = 0; i < rule->count; i++) {
		int r = schema_ask(c, rule->schemas[i], value);

		if (r <= 0 || c->gave_up)
			return r;
	}
	return schema_verdict(c, rule, place, false);
}

int check_one(struct check *c, const struct rule *rule, const json_t *value,
	      const struct place *place)
{
	size_t matches = 0;

	for (size_t i = 0; i < rule->count; i++) {
		int r = schema_ask(c, rule->schemas[i], value);

		if (r < 0 || c->gave_up)
			return r;
		matches += r == 0;
		if (matches > 1)
			return schema_fail(c, place, rule->keyword->name,
					   "matches more than one of the allowed forms");
	}
	return schema_verdict(c, rule, place, matches == 1);
}

int check_not(struct check *c, const struct rule *rule, const json_t *value,
	      const struct place *place)
{
	int r = schema_ask(c, rule->schemas[0], value);

	if (r < 0 || c->gave_up)
		return r;
	return schema_verdict(c, rule, place, r == 1);
}
