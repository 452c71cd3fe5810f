/* SPDX-License-Identifier: MIT */
/* From path, query and body to validated values: what the contract does not declare does not exist.
 */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "call.h"
#include "jsontext.h"
#include "negotiate.h"

/* A value of one parameter type from its text; NULL when the text is not of that type (or memory is
 * short). */
static json_t *argument_value(enum parameter_type type, const char *text)
{
	CLEANUP_JSON json_t *number = NULL;

	if (type == PARAMETER_STRING)
		return json_string(text);
	if (type == PARAMETER_BOOLEAN) {
		if (strcmp(text, "true") == 0)
			return json_true();
		return strcmp(text, "false") == 0 ? json_false() : NULL;
	}
	if (strspn(text, "-+.0123456789eE") != strlen(text))
		return NULL;
	number = json_loads(text, JSON_DECODE_ANY, NULL);
	if (!json_is_number(number) || (type == PARAMETER_INTEGER && !json_is_integer(number)))
		return NULL;
	return TAKE_PTR(number);
}

/* A list from its text as sent: split at literal commas, then decoded. NULL when a value is not of
 * the type. */
static json_t *argument_list(enum parameter_type type, const char *raw)
{
	CLEANUP_JSON json_t *list = json_array();

	for (const char *at = raw; list;) {
		size_t length = strcspn(at, ",");
		CLEANUP_FREE char *text = NULL;
		json_t *value;

		if (json_array_size(list) == LIMIT_ARRAY_VALUES)
			return NULL;
		if (query_decode(at, length, true, &text) != 0)
			return NULL;
		value = text[0] ? argument_value(type, text) : NULL;
		if (json_array_append_new(list, value) < 0)
			return NULL;
		if (!at[length])
			break;
		at += length + 1;
	}
	return TAKE_PTR(list);
}

static void argument_add_element(struct buffer *buffer, const char *text)
{
	buffer_add_byte(buffer, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			buffer_add_byte(buffer, '\\');
		buffer_add_byte(buffer, *text);
	}
	buffer_add_byte(buffer, '"');
}

/* A scalar as PostgreSQL reads it, owned. */
static char *argument_scalar_text(const json_t *value)
{
	struct buffer buffer;

	if (json_is_string(value))
		return strdup(json_string_value(value));
	buffer_init(&buffer, LIMIT_URL_BYTES);
	if (jsontext_write(value, false, &buffer) < 0) {
		buffer_finish(&buffer);
		return NULL;
	}
	return buffer_take(&buffer, NULL);
}

/* A value as PostgreSQL reads it: a list becomes an array literal. Owned; NULL when memory is
 * short. */
static char *argument_text(const json_t *value)
{
	struct buffer buffer;
	size_t index;
	json_t *item;

	if (!json_is_array(value))
		return argument_scalar_text(value);
	buffer_init(&buffer, 4 * LIMIT_URL_BYTES);
	buffer_add_byte(&buffer, '{');
	json_array_foreach(value, index, item)
	{
		CLEANUP_FREE char *text = argument_scalar_text(item);

		if (index)
			buffer_add_byte(&buffer, ',');
		if (!text) {
			buffer_finish(&buffer);
			return NULL;
		}
		argument_add_element(&buffer, text);
	}
	buffer_add_byte(&buffer, '}');
	if (buffer.failed) {
		buffer_finish(&buffer);
		return NULL;
	}
	return buffer_take(&buffer, NULL);
}

/* Turns violations of a parameter's schema into violations of the parameter. */
static int argument_move(struct violations *from, const char *name, struct violations *list)
{
	int r = 0;

	for (size_t i = 0; i < from->count && r == 0; i++)
		r = violations_add_parameter(list, name, from->items[i].code, "%s",
					     from->items[i].detail ? from->items[i].detail
								   : "is not allowed");
	return r;
}

/* Keeps a value that its schema allows. */
static int argument_keep(struct call *call, size_t index, json_t *value_take,
			 struct violations *list)
{
	const struct parameter *parameter = &call->operation->parameters[index];
	struct violations broken = {0};
	int r;

	call->values[index] = value_take;
	if (!value_take)
		return -ENOMEM;
	r = schema_validate(parameter->schema, value_take, "", &broken);
	if (r == 1)
		r = argument_move(&broken, parameter->name, list);
	violations_finish(&broken);
	if (r < 0)
		return r;
	call->texts[index] = argument_text(value_take);
	return call->texts[index] ? 0 : -ENOMEM;
}

static const char *argument_type_name(const struct parameter *parameter)
{
	static const char *const one[] = {"a text", "a whole number", "a number", "true or false"};
	static const char *const many[] = {"texts", "whole numbers", "numbers",
					   "true or false values"};

	return parameter->list ? many[parameter->type] : one[parameter->type];
}

static int argument_read(struct call *call, size_t index, const char *text, const char *raw,
			 struct violations *list)
{
	const struct parameter *parameter = &call->operation->parameters[index];
	json_t *value;

	value = parameter->list ? argument_list(parameter->type, raw)
				: argument_value(parameter->type, text);
	if (value)
		return argument_keep(call, index, value, list);
	if (parameter->list)
		return violations_add_parameter(
			list, parameter->name, "type",
			"must be one to %d %s separated by commas, none of them empty",
			LIMIT_ARRAY_VALUES, argument_type_name(parameter));
	return violations_add_parameter(list, parameter->name, "type", "must be %s",
					argument_type_name(parameter));
}

/* A path value that cannot be an identifier names nothing: 404, without saying which rule it broke.
 */
static int arguments_read_path(struct call *call, struct reply *reply)
{
	struct violations broken = {0};
	int r = 0;

	for (size_t i = 0; i < call->match.count && r == 0; i++)
		r = argument_read(call, i, call->match.values[i], call->match.values[i], &broken);
	if (r == 0 && broken.count) {
		problem_set(&reply->problem, "not-found", NULL);
		r = 1;
	}
	violations_finish(&broken);
	return r;
}

static int arguments_read_query(struct call *call, struct violations *list)
{
	for (size_t i = 0; i < call->query.count; i++) {
		const struct query_pair *pair = &call->query.pairs[i];
		int index = operation_parameter(call->operation, pair->name), r;

		if (index < 0 || call->operation->parameters[index].place != PARAMETER_QUERY)
			r = violations_add_parameter(list, pair->name, "undeclared",
						     "is not a parameter of %s",
						     call->operation->id);
		else if (call->values[index])
			r = violations_add_parameter(list, pair->name, "repeated",
						     "is given more than once");
		else
			r = argument_read(call, (size_t)index, pair->value, pair->raw, list);
		if (r < 0)
			return r;
	}
	return 0;
}

static int arguments_read_headers(struct call *call, struct violations *list)
{
	for (size_t i = 0; i < call->operation->parameter_count; i++) {
		const struct parameter *parameter = &call->operation->parameters[i];
		char name[64];
		const char *value;
		int r;

		if (parameter->place != PARAMETER_HEADER ||
		    strcmp(parameter->name, "Idempotency-Key") != 0)
			continue;
		for (size_t k = 0; k < sizeof(name) && (k == 0 || name[k - 1]); k++)
			name[k] = (char)(parameter->name[k] >= 'A' && parameter->name[k] <= 'Z'
						 ? parameter->name[k] + 32
						 : parameter->name[k]);
		value = request_header(call->request, name);
		r = value ? argument_read(call, i, value, value, list) : 0;
		if (r < 0)
			return r;
	}
	return 0;
}

json_t *call_default(const struct call *call, const struct parameter *parameter)
{
	const struct sql_file *sql = call->operation->sql;

	if (sql && sql->search_parameter && strcmp(parameter->name, "order") == 0 &&
	    call_text(call, sql->search_parameter))
		return json_string(sql->search_order);
	return json_deep_copy(parameter->fallback);
}

/* What was not given: the default, or a violation when it is required. Headers have rules of their
 * own (428, 400). */
static int arguments_complete(struct call *call, struct violations *list)
{
	for (size_t i = 0; i < call->operation->parameter_count; i++) {
		const struct parameter *parameter = &call->operation->parameters[i];
		int r = 0;

		if (call->values[i] || parameter->place != PARAMETER_QUERY)
			continue;
		if (parameter->fallback)
			r = argument_keep(call, i, call_default(call, parameter), list);
		else if (parameter->required)
			r = violations_add_parameter(list, parameter->name, "required",
						     "is required");
		if (r < 0)
			return r;
	}
	return 0;
}

int call_read_arguments(struct call *call, struct reply *reply)
{
	struct violations *list = &reply->problem.violations;
	int r = query_parse(call->request->query, &call->query);

	if (r == QUERY_BAD_ENCODING || r == QUERY_TOO_MANY) {
		problem_set(&reply->problem, "malformed-request",
			    r == QUERY_TOO_MANY ? "The query has too many parameters."
						: "The query is not percent-encoded UTF-8.");
		return 1;
	}
	if (r == 0)
		r = arguments_read_path(call, reply);
	if (r == 0)
		r = arguments_read_query(call, list);
	if (r == 0)
		r = arguments_read_headers(call, list);
	if (r == 0)
		r = arguments_complete(call, list);
	if (r != 0 || !list->count)
		return r;
	problem_set(&reply->problem, "invalid-parameter", NULL);
	return 1;
}

const char *call_text(const struct call *call, const char *name)
{
	int index = operation_parameter(call->operation, name);

	return index < 0 ? NULL : call->texts[index];
}

void call_finish(struct call *call)
{
	for (size_t i = 0; i < LIMIT_PARAMETERS; i++) {
		json_decref(call->values[i]);
		free(call->texts[i]);
	}
	for (size_t i = 0; i < OPERATION_SEARCH_COLUMNS; i++)
		free(call->found[i]);
	json_decref(call->body);
	free(call->body_text);
	free(call->receipt);
	explicit_bzero(call->secret, sizeof(call->secret));
	free(call->scopes);
	caller_release(call->caller);
	principal_release(call->principal);
	query_finish(&call->query);
	route_match_finish(&call->match);
}
