/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "contract_operation.h"

/* Header parameters are the engine's own: it knows what each means. */
static const char *const known_headers[] = {"Accord-Organisation", "Idempotency-Key", "If-Match",
					    "If-None-Match"};

/* camelCase and hyphens to snake_case, owned. */
static char *parameter_sql_name(const char *name)
{
	char *text = calloc(1, 2 * strlen(name) + 1), *at = text;

	for (; text && *name; name++) {
		if (isupper((unsigned char)*name))
			*at++ = '_';
		*at++ = *name == '-' ? '_' : (char)tolower((unsigned char)*name);
	}
	return text;
}

static int parameter_type(const struct contract *contract, const struct place *schema,
			  struct parameter *parameter, char **ret_error)
{
	static const char *const names[] = {"string", "integer", "number", "boolean"};
	const char *type = json_string_value(json_object_get(schema->value, "type"));

	for (size_t i = 0; type && i < ARRAY_LENGTH(names); i++) {
		if (strcmp(type, names[i]) != 0)
			continue;
		parameter->type = (enum parameter_type)i;
		return 0;
	}
	if (type && strcmp(type, "array") == 0 && !parameter->list) {
		struct place items = contract_member(contract, schema, "items");

		parameter->list = true;
		return parameter_type(contract, &items, parameter, ret_error);
	}
	return contract_fail(
		contract, schema->pointer, ret_error,
		"a parameter's type is string, integer, number, boolean or an array of them");
}

static int parameter_place(const struct contract *contract, const struct place *at,
			   struct parameter *parameter, char **ret_error)
{
	static const char *const names[] = {"path", "query", "header"};
	const char *in = json_string_value(json_object_get(at->value, "in"));

	for (size_t i = 0; in && i < ARRAY_LENGTH(names); i++) {
		if (strcmp(in, names[i]) != 0)
			continue;
		parameter->place = (enum parameter_place)i;
		if (parameter->place != PARAMETER_HEADER)
			return 0;
		for (size_t k = 0; k < ARRAY_LENGTH(known_headers); k++)
			if (strcmp(parameter->name, known_headers[k]) == 0)
				return 0;
		return contract_fail(contract, at->pointer, ret_error,
				     "unknown header parameter %s", parameter->name);
	}
	return contract_fail(contract, at->pointer, ret_error,
			     "a parameter is in path, query or header");
}

static int parameter_style(const struct contract *contract, const struct place *at,
			   const struct parameter *parameter, char **ret_error)
{
	const char *style = json_string_value(json_object_get(at->value, "style"));
	const json_t *explode = json_object_get(at->value, "explode");

	if (style && strcmp(style, parameter->place == PARAMETER_QUERY ? "form" : "simple") != 0)
		return contract_fail(contract, at->pointer, ret_error, "style %s is not understood",
				     style);
	if (parameter->list && (!explode || json_is_true(explode)))
		return contract_fail(
			contract, at->pointer, ret_error,
			"a list parameter says explode: false (values are separated by commas)");
	return 0;
}

/* Names that SQL uses for what the engine knows. */
static bool parameter_is_reserved(const char *name)
{
	return strncmp(name, "caller_", 7) == 0 || strncmp(name, "request_", 8) == 0 ||
	       strncmp(name, "search_", 7) == 0 || strncmp(name, "new_", 4) == 0 ||
	       strcmp(name, "body") == 0;
}

/* A default that its own schema refuses would refuse every request without the parameter. */
static int parameter_default(struct contract *contract, const char *pointer,
			     const struct parameter *parameter, char **ret_error)
{
	struct violations broken = {0};
	int r = schema_validate(parameter->schema, parameter->fallback, "", &broken);

	violations_finish(&broken);
	return r == 1 ? contract_fail(contract, pointer, ret_error, "the default breaks its schema")
		      : r;
}

int contract_compile_parameter(struct contract *contract, const struct place *at,
			       struct parameter *parameter, char **ret_error)
{
	struct place schema = contract_member(contract, at, "schema");
	CLEANUP_FREE char *error = NULL;
	char pointer[600];
	int r;

	parameter->name = json_string_value(json_object_get(at->value, "name"));
	if (!parameter->name || !schema.value)
		return contract_fail(contract, at->pointer, ret_error,
				     "a parameter has a name and a schema");
	parameter->sql_name = parameter_sql_name(parameter->name);
	if (!parameter->sql_name)
		return -ENOMEM;
	if (parameter_is_reserved(parameter->sql_name))
		return contract_fail(contract, at->pointer, ret_error,
				     "body and names starting new_, caller_, request_ or search_ "
				     "are the engine's");
	r = parameter_place(contract, at, parameter, ret_error);
	if (r == 0)
		r = parameter_type(contract, &schema, parameter, ret_error);
	if (r == 0)
		r = parameter_style(contract, at, parameter, ret_error);
	if (r < 0)
		return r;
	parameter->required = json_is_true(json_object_get(at->value, "required"));
	if (parameter->place == PARAMETER_PATH && !parameter->required)
		return contract_fail(contract, at->pointer, ret_error,
				     "a path parameter is required");
	parameter->fallback = json_object_get(schema.value, "default");
	parameter->choices = json_object_get(schema.value, "enum");
	snprintf(pointer, sizeof(pointer), "%s/schema", at->pointer);
	r = schema_compile(contract->schemas, pointer, &parameter->schema, &error);
	if (r == -EINVAL)
		return contract_fail_schema(contract, error, ret_error);
	return r == 0 && parameter->fallback
		       ? parameter_default(contract, pointer, parameter, ret_error)
		       : r;
}
