/* SPDX-License-Identifier: MIT */
/* The rules that look inside an object or an array. */
#include "schema_private.h"

#include <errno.h>
#include <stdio.h>

enum {
	REPEAT_TEXT_BYTES = 80,
};

/* Says for each of these names that it is missing. */
static int check_names(struct check *c, const struct rule *rule, const json_t *names,
		       const json_t *value, const struct place *place)
{
	size_t index;
	json_t *name;
	int broken = 0;

	json_array_foreach(names, index, name)
	{
		struct place missing = {.parent = place, .name = json_string_value(name)};
		int r;

		if (json_object_get(value, missing.name))
			continue;
		r = schema_verdict(c, rule, &missing, false);
		if (r < 0 || !c->list)
			return r;
		broken = 1;
	}
	return broken;
}

int check_required(struct check *c, const struct rule *rule, const json_t *value,
		   const struct place *place)
{
	return check_names(c, rule, rule->source, value, place);
}

int check_dependent(struct check *c, const struct rule *rule, const json_t *value,
		    const struct place *place)
{
	const char *name;
	json_t *names;
	int broken = 0;

	json_object_foreach((json_t *)rule->source, name, names)
	{
		int r = json_object_get(value, name) ? check_names(c, rule, names, value, place)
						     : 0;

		if (r < 0)
			return r;
		broken |= r;
	}
	return broken;
}

int check_properties(struct check *c, const struct rule *rule, const json_t *value,
		     const struct place *place)
{
	const char *name;
	json_t *declared;
	size_t index = 0;
	int broken = 0;

	json_object_foreach((json_t *)rule->source, name, declared)
	{
		const struct schema *schema = rule->schemas[index++];
		const struct place member = {.parent = place, .name = name};
		const json_t *inner = json_object_get(value, name);
		int r = inner ? schema_apply(c, schema, inner, &member, rule->keyword->name) : 0;

		if (r < 0 || (r && !c->list))
			return r;
		broken |= r;
	}
	return broken;
}

int check_additional(struct check *c, const struct rule *rule, const json_t *value,
		     const struct place *place)
{
	const struct schema *schema = rule->schemas[0];
	const char *name;
	json_t *inner;
	int broken = 0;

	json_object_foreach((json_t *)value, name, inner)
	{
		const struct place member = {.parent = place, .name = name};
		int r;

		if (json_object_get(rule->siblings, name))
			continue;
		if (schema->never)
			r = schema_verdict(c, rule, &member, false);
		else
			r = schema_apply(c, schema, inner, &member, rule->keyword->name);
		if (r < 0 || (r && !c->list))
			return r;
		broken |= r;
	}
	return broken;
}

int check_property_names(struct check *c, const struct rule *rule, const json_t *value,
			 const struct place *place)
{
	const char *name;
	json_t *inner;
	int broken = 0;

	json_object_foreach((json_t *)value, name, inner)
	{
		const struct place member = {.parent = place, .name = name};
		CLEANUP_JSON json_t *text = json_string_nocheck(name);
		int r;

		if (!text)
			return -ENOMEM;
		r = schema_ask(c, rule->schemas[0], text);
		if (r > 0)
			r = schema_verdict(c, rule, &member, false);
		if (r < 0 || (r && !c->list))
			return r;
		broken |= r;
	}
	return broken;
}

int check_items(struct check *c, const struct rule *rule, const json_t *value,
		const struct place *place)
{
	size_t index;
	json_t *inner;
	int broken = 0;

	json_array_foreach(value, index, inner)
	{
		const struct place item = {.parent = place, .index = index};
		int r = schema_apply(c, rule->schemas[0], inner, &item, rule->keyword->name);

		if (r < 0 || (r && !c->list))
			return r;
		broken |= r;
	}
	return broken;
}

struct item {
	const json_t *value;
	size_t index;
};

static int compare_items(const void *left, const void *right)
{
	const struct item *a = left, *b = right;
	int order = value_compare(a->value, b->value);

	return order ? order : (a->index > b->index) - (a->index < b->index);
}

/* Comparing each item with each would let a body of a megabyte keep a core busy for minutes:
 * sorted, equal ones are neighbours. */
int check_unique(struct check *c, const struct rule *rule, const json_t *value,
		 const struct place *place)
{
	CLEANUP_FREE struct item *items = NULL;
	char detail[REPEAT_TEXT_BYTES];
	size_t count = json_array_size(value);

	if (count < 2)
		return 0;
	if (value_deeper_than(value, LIMIT_SCHEMA_DEPTH))
		return schema_give_up(c, "is nested too deeply");
	items = calloc(count, sizeof(*items));
	if (!items)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		items[i] = (struct item){json_array_get(value, i), i};
	qsort(items, count, sizeof(*items), compare_items);
	for (size_t i = 1; i < count; i++) {
		if (value_compare(items[i - 1].value, items[i].value) != 0)
			continue;
		snprintf(detail, sizeof(detail), "items %zu and %zu are equal", items[i - 1].index,
			 items[i].index);
		return schema_fail(c, place, rule->keyword->name, detail);
	}
	return 0;
}
