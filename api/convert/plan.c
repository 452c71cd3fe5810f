/* SPDX-License-Identifier: MIT */
#include "convert.h"

#include <errno.h>
#include <string.h>

#include "../limit.h"

/*
 * A schema on the way down to the present one; a schema that is its own ancestor has no last
 * column.
 */
struct plan_step {
	const struct plan_step *above;
	const json_t *schema;
	const char
		*member; /* the property that led here; NULL when $ref, allOf, anyOf or oneOf did */
};

/* A plan under construction. */
struct plan_builder {
	const json_t *document;
	struct convert_plan *plan;
	size_t properties; /* found so far: a schema under which none is found is a leaf */
};

static int plan_visit(struct plan_builder *builder, const struct plan_step *step);

static void convert_column_finish(struct convert_column *column)
{
	for (size_t i = 0; column->path && column->path[i]; i++)
		free(column->path[i]);
	free(column->path);
	free(column->name);
}

struct convert_plan *convert_plan_free(struct convert_plan *plan)
{
	if (!plan)
		return NULL;
	for (size_t i = 0; i < plan->count; i++)
		convert_column_finish(&plan->columns[i]);
	free(plan->columns);
	free(plan->geometry);
	free(plan->identity);
	free(plan);
	return NULL;
}

static size_t plan_depth(const struct plan_step *step)
{
	size_t depth = 0;

	for (; step; step = step->above)
		depth += step->member != NULL;
	return depth;
}

static bool plan_is_ancestor(const struct plan_step *step, const json_t *schema)
{
	for (; step; step = step->above)
		if (step->schema == schema)
			return true;
	return false;
}

/* Fills a column from the members on the way down to it; it has room for depth of them. */
static int plan_column_fill(struct convert_column *column, const struct plan_step *step,
			    size_t depth)
{
	CLEANUP_BUFFER struct buffer name;

	buffer_init(&name, LIMIT_REPLY_BYTES);
	for (; step; step = step->above) {
		if (!step->member)
			continue;
		column->path[--depth] = strdup(step->member);
		if (!column->path[depth])
			return -ENOMEM;
	}
	for (size_t i = 0; column->path[i]; i++) {
		buffer_add_string(&name, i ? "." : "");
		buffer_add_string(&name, column->path[i]);
	}
	column->name = buffer_take(&name, NULL);
	return column->name ? 0 : -ENOMEM;
}

static bool plan_has_column(const struct convert_plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->count; i++)
		if (strcmp(plan->columns[i].name, name) == 0)
			return true;
	return false;
}

/*
 * One column for the member that step ends at; a member that two parts of an allOf describe is one.
 */
static int plan_add_column(struct convert_plan *plan, const struct plan_step *step)
{
	CLEANUP(convert_column_finish) struct convert_column column = {0};
	size_t depth = plan_depth(step);
	struct convert_column *columns;
	int r;

	column.path = calloc(depth + 1, sizeof(*column.path));
	if (!column.path)
		return -ENOMEM;
	r = plan_column_fill(&column, step, depth);
	if (r < 0)
		return r;
	if (plan_has_column(plan, column.name))
		return 0;
	columns = reallocarray(plan->columns, plan->count + 1, sizeof(*columns));
	if (!columns)
		return -ENOMEM;
	plan->columns = columns;
	columns[plan->count++] = column;
	column = (struct convert_column){0};
	return 0;
}

/* Remembers what a member of the item itself means to GeoJSON. */
static int plan_note(struct convert_plan *plan, const char *member)
{
	if (!plan->identity) {
		plan->identity = strdup(member);
		if (!plan->identity)
			return -ENOMEM;
	}
	if (plan->geometry || (strcmp(member, "location") != 0 && strcmp(member, "boundary") != 0))
		return 0;
	plan->geometry = strdup(member);
	return plan->geometry ? 0 : -ENOMEM;
}

static int plan_property(struct plan_builder *builder, const struct plan_step *above,
			 const char *member, const json_t *schema)
{
	struct plan_step step = {above, schema, member};
	bool is_top = plan_depth(above) == 0;
	size_t before = ++builder->properties;
	int r;

	if (is_top) {
		r = plan_note(builder->plan, member);
		if (r < 0)
			return r;
	}
	if (is_top && strcmp(member, "boundary") == 0)
		return 0;
	if (!plan_is_ancestor(above, schema)) {
		r = plan_visit(builder, &step);
		if (r < 0)
			return r;
	}
	return builder->properties == before ? plan_add_column(builder->plan, &step) : 0;
}

static int plan_properties(struct plan_builder *builder, const struct plan_step *above,
			   const json_t *properties)
{
	const char *member;
	json_t *schema;

	json_object_foreach((json_t *)properties, member, schema)
	{
		int r = plan_property(builder, above, member, schema);

		if (r < 0)
			return r;
	}
	return 0;
}

/* The member that one part of a JSON Pointer names: "~1" is "/" and "~0" is "~". */
static const json_t *plan_resolve_part(const json_t *value, const char *part, size_t length)
{
	CLEANUP_BUFFER struct buffer name;

	buffer_init(&name, length);
	buffer_add(&name, "", 0);
	for (size_t i = 0; i < length; i++) {
		bool escaped = part[i] == '~' && i + 1 < length &&
			       (part[i + 1] == '0' || part[i + 1] == '1');

		buffer_add_byte(&name, !escaped ? part[i] : part[++i] == '0' ? '~' : '/');
	}
	if (name.failed)
		return NULL;
	if (json_is_array(value))
		return json_array_get(value, strtoul(name.data, NULL, 10));
	return json_object_get(value, name.data);
}

/* What a $ref within the document points at; NULL when that is nothing. */
static const json_t *plan_resolve(const json_t *document, const char *reference)
{
	if (!reference || reference[0] != '#')
		return NULL;
	for (reference++; document && *reference == '/';) {
		size_t length = strcspn(++reference, "/");

		document = plan_resolve_part(document, reference, length);
		reference += length;
	}
	return *reference == '\0' ? document : NULL;
}

static int plan_part(struct plan_builder *builder, const struct plan_step *above,
		     const json_t *schema)
{
	struct plan_step step = {above, schema, NULL};

	return plan_is_ancestor(above, schema) ? 0 : plan_visit(builder, &step);
}

static int plan_parts(struct plan_builder *builder, const struct plan_step *above,
		      const json_t *schemas)
{
	const json_t *schema;
	size_t i;

	json_array_foreach(schemas, i, schema)
	{
		int r = plan_part(builder, above, schema);

		if (r < 0)
			return r;
	}
	return 0;
}

static bool plan_is_null(const json_t *schema)
{
	const char *type = json_string_value(json_object_get(schema, "type"));

	return type && strcmp(type, "null") == 0;
}

/* anyOf and oneOf: the only alternative that is not null; several stay one column of JSON text. */
static int plan_alternatives(struct plan_builder *builder, const struct plan_step *above,
			     const json_t *schemas)
{
	const json_t *schema, *only = NULL;
	size_t i;

	json_array_foreach(schemas, i, schema)
	{
		if (plan_is_null(schema))
			continue;
		if (only)
			return 0;
		only = schema;
	}
	return only ? plan_part(builder, above, only) : 0;
}

/* Finds the properties of a schema, in the order in which its keywords and members are written. */
static int plan_visit(struct plan_builder *builder, const struct plan_step *step)
{
	const char *keyword;
	json_t *value;

	json_object_foreach((json_t *)step->schema, keyword, value)
	{
		const json_t *target;
		int r = 0;

		if (strcmp(keyword, "properties") == 0) {
			r = plan_properties(builder, step, value);
		} else if (strcmp(keyword, "allOf") == 0) {
			r = plan_parts(builder, step, value);
		} else if (strcmp(keyword, "anyOf") == 0 || strcmp(keyword, "oneOf") == 0) {
			r = plan_alternatives(builder, step, value);
		} else if (strcmp(keyword, "$ref") == 0) {
			target = plan_resolve(builder->document, json_string_value(value));
			r = target ? plan_part(builder, step, target) : -EINVAL;
		}
		if (r < 0)
			return r;
	}
	return 0;
}

static void plan_drop(struct convert_plan **plan)
{
	*plan = convert_plan_free(*plan);
}

int convert_plan_new(const json_t *document, const json_t *item_schema,
		     struct convert_plan **ret_plan)
{
	CLEANUP(plan_drop) struct convert_plan *plan = calloc(1, sizeof(*plan));
	struct plan_builder builder = {.document = document, .plan = plan};
	struct plan_step step = {.schema = item_schema};
	int r;

	if (!plan)
		return -ENOMEM;
	r = plan_visit(&builder, &step);
	if (r < 0)
		return r;
	if (builder.properties == 0)
		return -EINVAL;
	*ret_plan = TAKE_PTR(plan);
	return 0;
}
