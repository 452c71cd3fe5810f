/* SPDX-License-Identifier: MIT */
#include "listing.h"

#include <string.h>

/* A member of a place, its $ref followed, as a reference of the caller's. */
static json_t *listing_member(const struct contract *contract, const struct place *place,
			      const char *name)
{
	return json_incref((json_t *)contract_member(contract, place, name).value);
}

/* A line of prose: text and, between backticks, code. */
static json_t *listing_parts(const char *text, size_t length)
{
	json_t *parts = json_array();
	bool code = false;

	for (const char *end = text + length; text < end; code = !code) {
		const char *tick = memchr(text, '`', (size_t)(end - text));
		size_t here = (size_t)((tick ? tick : end) - text);

		if (here)
			json_array_append_new(
				parts, json_pack("{s:s%}", code ? "code" : "text", text, here));
		text += here + 1;
	}
	return parts;
}

/* Prose as paragraphs, which empty lines part. */
static json_t *listing_prose(const struct contract *contract, const struct place *holder)
{
	struct place at = contract_member(contract, holder, "description");
	const char *text = json_string_value(at.value);
	json_t *paragraphs = json_array();

	while (text && *text) {
		const char *gap = strstr(text, "\n\n");
		size_t length = gap ? (size_t)(gap - text) : strlen(text);

		json_array_append_new(paragraphs,
				      json_pack("{s:o}", "parts", listing_parts(text, length)));
		text += length + (gap ? 2 : 0);
	}
	return paragraphs;
}

static json_t *listing_parameters(const struct contract *contract, const struct place *holder)
{
	struct place list = contract_member(contract, holder, "parameters");
	json_t *made = json_array();
	char number[24];

	for (size_t i = 0; i < json_array_size(list.value); i++) {
		struct place at;

		snprintf(number, sizeof(number), "%zu", i);
		at = contract_member(contract, &list, number);
		json_array_append_new(made,
				      json_pack("{s:o*, s:o*, s:o*, s:o*}", "name",
						listing_member(contract, &at, "name"), "in",
						listing_member(contract, &at, "in"), "required",
						listing_member(contract, &at, "required"),
						"paragraphs", listing_prose(contract, &at)));
	}
	return made;
}

static json_t *listing_operation(const struct contract *contract, const struct operation *operation,
				 const struct place *item, const struct place *at)
{
	json_t *parameters = listing_parameters(contract, item);
	json_t *own = listing_parameters(contract, at);
	bool followable = operation->method == METHOD_GET && !operation->secured;

	json_array_extend(parameters, own);
	json_decref(own);
	for (size_t i = 0; i < operation->parameter_count; i++)
		followable = followable && !operation->parameters[i].required;
	return json_pack("{s:s, s:s, s:s, s:b, s:b, s:o*, s:o*, s:o*}", "id", operation->id,
			 "method", method_name(operation->method), "path", operation->path,
			 "followable", followable, "listed", json_array_size(parameters) > 0,
			 "summary", listing_member(contract, at, "summary"), "paragraphs",
			 listing_prose(contract, at), "parameters", parameters);
}

/* The operations of one tag. */
static json_t *listing_tag(const struct contract *contract, const char *tag)
{
	static const char *const keys[] = {[METHOD_GET] = "get",
					   [METHOD_POST] = "post",
					   [METHOD_PUT] = "put",
					   [METHOD_PATCH] = "patch",
					   [METHOD_DELETE] = "delete"};
	struct place root = contract_root(contract);
	struct place paths = contract_member(contract, &root, "paths");
	json_t *made = json_array();

	for (size_t i = 0; i < contract->count; i++) {
		const struct operation *operation = &contract->operations[i];
		struct place item = contract_member(contract, &paths, operation->path);
		struct place at = contract_member(contract, &item, keys[operation->method]);
		const char *first =
			json_string_value(json_array_get(json_object_get(at.value, "tags"), 0));

		if (strcmp(first ? first : "", tag) == 0)
			json_array_append_new(made,
					      listing_operation(contract, operation, &item, &at));
	}
	return made;
}

json_t *listing_data(const struct contract *contract, const char *base)
{
	const json_t *document = contract->document, *info = json_object_get(document, "info");
	json_t *sections = json_array(), *tag;
	size_t index;

	json_array_foreach(json_object_get(document, "tags"), index, tag)
	{
		const char *name = json_string_value(json_object_get(tag, "name"));

		if (name)
			json_array_append_new(
				sections, json_pack("{s:s, s:O*, s:o}", "name", name, "description",
						    json_object_get(tag, "description"),
						    "operations", listing_tag(contract, name)));
	}
	return json_pack("{s:s, s:O*, s:O*, s:O*, s:o}", "base", base, "name",
			 json_object_get(info, "title"), "summary",
			 json_object_get(info, "summary"), "version",
			 json_object_get(info, "version"), "sections", sections);
}
