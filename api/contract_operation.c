/* SPDX-License-Identifier: MIT */
#include "contract_operation.h"

#include <errno.h>
#include <string.h>

static int operation_add_parameters(struct contract *contract, const struct place *holder,
				    struct operation *operation, char **ret_error)
{
	struct place list = contract_member(contract, holder, "parameters");
	size_t count = json_array_size(list.value);
	struct parameter *grown;
	char number[24];
	int r = 0;

	if (!count)
		return 0;
	grown = realloc(operation->parameters,
			(operation->parameter_count + count) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	operation->parameters = grown;
	for (size_t i = 0; i < count && r == 0; i++) {
		struct parameter parameter = {0};
		struct place at;

		snprintf(number, sizeof(number), "%zu", i);
		at = contract_member(contract, &list, number);
		r = contract_compile_parameter(contract, &at, &parameter, ret_error);
		if (r == 0 && operation_parameter(operation, parameter.name) >= 0)
			r = contract_fail(contract, at.pointer, ret_error,
					  "parameter %s is declared twice", parameter.name);
		grown[operation->parameter_count++] = parameter;
	}
	if (r == 0 && operation->parameter_count > LIMIT_PARAMETERS)
		return contract_fail(contract, list.pointer, ret_error, "more than %d parameters",
				     LIMIT_PARAMETERS);
	return r;
}

/* The path's {names}, in its order, must be exactly the first parameters: route values are matched
 * by position. */
static int operation_order_path(struct contract *contract, const struct place *at,
				struct operation *operation, char **ret_error)
{
	const char *open = operation->path;
	size_t place = 0;

	while ((open = strchr(open, '{'))) {
		const char *close = strchr(open, '}');
		size_t found = place;

		if (!close)
			break;
		while (found < operation->parameter_count &&
		       (operation->parameters[found].place != PARAMETER_PATH ||
			strlen(operation->parameters[found].name) != (size_t)(close - open - 1) ||
			strncmp(operation->parameters[found].name, open + 1,
				(size_t)(close - open - 1)) != 0))
			found++;
		if (found == operation->parameter_count)
			return contract_fail(contract, at->pointer, ret_error,
					     "path parameter %.*s is not declared",
					     (int)(close - open - 1), open + 1);
		if (found != place) {
			struct parameter moved = operation->parameters[found];

			operation->parameters[found] = operation->parameters[place];
			operation->parameters[place] = moved;
		}
		place++;
		open = close;
	}
	for (size_t i = place; i < operation->parameter_count; i++)
		if (operation->parameters[i].place == PARAMETER_PATH)
			return contract_fail(contract, at->pointer, ret_error,
					     "parameter %s is not in the path",
					     operation->parameters[i].name);
	return 0;
}

/* A schema says something of JSON: of bytes nothing that could be enforced. */
static int operation_check_bytes(const struct contract *contract, const struct place *media,
				 char **ret_error)
{
	return json_object_size(media->value)
		       ? contract_fail(contract, media->pointer, ret_error,
				       "application/octet-stream has neither schema nor example")
		       : 0;
}

static int operation_compile_body(struct contract *contract, const struct place *at,
				  struct operation *operation, char **ret_error)
{
	struct place body = contract_member(contract, at, "requestBody");
	struct place content = contract_member(contract, &body, "content"), media;
	CLEANUP_FREE char *error = NULL;
	char pointer[600];
	int r;

	if (!body.value)
		return 0;
	if (json_object_size(content.value) != 1)
		return contract_fail(contract, body.pointer, ret_error,
				     "a request body has exactly one media type");
	operation->body_media = json_object_iter_key(json_object_iter((json_t *)content.value));
	operation->merge_patch = strcmp(operation->body_media, "application/merge-patch+json") == 0;
	operation->form = strcmp(operation->body_media, "application/x-www-form-urlencoded") == 0;
	operation->bytes = strcmp(operation->body_media, "application/octet-stream") == 0;
	operation->body_required = json_is_true(json_object_get(body.value, "required"));
	if (!operation->merge_patch && !operation->form && !operation->bytes &&
	    strcmp(operation->body_media, "application/json") != 0)
		return contract_fail(contract, content.pointer, ret_error,
				     "media type %s is not understood", operation->body_media);
	if (operation->merge_patch != (operation->method == METHOD_PATCH))
		return contract_fail(contract, content.pointer, ret_error,
				     "PATCH, and only PATCH, takes application/merge-patch+json");
	media = contract_member(contract, &content, operation->body_media);
	if (operation->bytes)
		return operation_check_bytes(contract, &media, ret_error);
	if (!json_object_get(media.value, "schema"))
		return contract_fail(contract, media.pointer, ret_error,
				     "a request body has a schema");
	snprintf(pointer, sizeof(pointer), "%s/schema", media.pointer);
	r = schema_compile(contract->schemas, pointer, &operation->body_schema, &error);
	return r == -EINVAL ? contract_fail_schema(contract, error, ret_error) : r;
}

/* A list's JSON reply has items and next; CSV and GeoJSON are made from its item's schema. */
static int operation_compile_json(struct contract *contract, const struct place *content,
				  struct operation *operation, char **ret_error)
{
	struct place media = contract_member(contract, content, "application/json");
	struct place schema = contract_member(contract, &media, "schema");
	struct place properties = contract_member(contract, &schema, "properties");
	struct place items = contract_member(contract, &properties, "items"), item;
	int r;

	operation->list = items.value && json_object_get(properties.value, "next");
	if (operation->offer_count < 2)
		return 0;
	item = operation->list ? contract_member(contract, &items, "items") : schema;
	r = convert_plan_new(contract->document, item.value, &operation->plan);
	if (r == -EINVAL)
		return contract_fail(contract, media.pointer, ret_error,
				     "CSV or GeoJSON needs an item schema with properties");
	return r;
}

static int operation_compile_replies(struct contract *contract, const struct place *at,
				     struct operation *operation, char **ret_error)
{
	struct place responses = contract_member(contract, at, "responses"), success, content;
	const char *status, *media, *found = NULL;
	json_t *item;

	json_object_foreach((json_t *)responses.value, status, item)
	{
		if (status[0] != '2')
			continue;
		if (found)
			return contract_fail(contract, responses.pointer, ret_error,
					     "more than one success: %s and %s", found, status);
		found = status;
	}
	if (!found || strlen(found) != 3)
		return contract_fail(contract, at->pointer, ret_error,
				     "responses name no success (one 2xx)");
	operation->status = (int)strtol(found, NULL, 10);
	success = contract_member(contract, &responses, found);
	content = contract_member(contract, &success, "content");
	json_object_foreach((json_t *)content.value, media, item)
	{
		if (operation->offer_count == OPERATION_OFFERS)
			return contract_fail(contract, content.pointer, ret_error,
					     "more than %d media types", OPERATION_OFFERS);
		operation->offers[operation->offer_count++] = media;
		operation->foreign = operation->foreign || media_parse(media) == MEDIA_OTHER;
	}
	if (!json_object_get(content.value, "application/json"))
		return 0;
	return operation_compile_json(contract, &content, operation, ret_error);
}

/* Whether two replies say the same of their bodies. */
static bool operation_same_content(const struct contract *contract, const struct place *one,
				   const struct place *other)
{
	struct place here = contract_member(contract, one, "content");
	struct place there = contract_member(contract, other, "content");
	const char *media;
	json_t *item;

	json_object_foreach((json_t *)here.value, media, item)
	{
		const json_t *same = json_object_get(there.value, media);

		if (!json_equal(json_object_get(item, "schema"), json_object_get(same, "schema")))
			return false;
	}
	return json_object_size(here.value) == json_object_size(there.value);
}

/* A read of one record may answer 303, with the body that it would have had otherwise. */
static int operation_compile_see_other(struct contract *contract, const struct place *at,
				       struct operation *operation, char **ret_error)
{
	struct place responses = contract_member(contract, at, "responses");
	struct place other = contract_member(contract, &responses, "303"), success;
	char status[12];

	if (!other.value)
		return 0;
	snprintf(status, sizeof(status), "%d", operation->status);
	success = contract_member(contract, &responses, status);
	operation->see_other = true;
	if (operation->method != METHOD_GET || operation->list)
		return contract_fail(contract, other.pointer, ret_error,
				     "only a GET of one record answers 303");
	if (!operation_same_content(contract, &success, &other))
		return contract_fail(contract, other.pointer, ret_error,
				     "a 303 has the media types and schemas of the %s", status);
	return 0;
}

static int operation_compile_identity(struct contract *contract, const struct place *at,
				      struct operation *operation, char **ret_error)
{
	const char *id = json_string_value(json_object_get(at->value, "operationId"));

	if (!id || !id[0] || strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789_") != strlen(id))
		return contract_fail(contract, at->pointer, ret_error,
				     "an operationId is lower-case words joined by _");
	for (size_t i = 0; i < operation->number; i++)
		if (strcmp(contract->operations[i].id, id) == 0)
			return contract_fail(contract, at->pointer, ret_error,
					     "operationId %s is taken", id);
	operation->id = id;
	return 0;
}

int contract_compile_operation(struct contract *contract, const struct place *item,
			       const char *method, struct operation *operation, char **ret_error)
{
	struct place at = contract_member(contract, item, method);
	int index, r;

	r = operation_compile_identity(contract, &at, operation, ret_error);
	if (r == 0)
		r = contract_compile_security(contract, &at, operation, ret_error);
	if (r == 0)
		r = operation_add_parameters(contract, item, operation, ret_error);
	if (r == 0)
		r = operation_add_parameters(contract, &at, operation, ret_error);
	if (r == 0)
		r = operation_order_path(contract, &at, operation, ret_error);
	if (r == 0)
		r = operation_compile_body(contract, &at, operation, ret_error);
	if (r == 0)
		r = operation_compile_replies(contract, &at, operation, ret_error);
	if (r == 0)
		r = operation_compile_see_other(contract, &at, operation, ret_error);
	if (r == 0)
		r = contract_check_security(contract, &at, operation, ret_error);
	if (r < 0)
		return r;
	index = operation_parameter(operation, "If-Match");
	operation->if_match = index >= 0 && operation->parameters[index].required;
	operation->idempotent = operation_parameter(operation, "Idempotency-Key") >= 0;
	return 0;
}
