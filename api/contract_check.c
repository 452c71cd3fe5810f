/* SPDX-License-Identifier: MIT */
/* The closed vocabulary of the contract: what the engine does not understand must not be there. */
#include "contract.h"

#include <errno.h>
#include <string.h>

enum node {
	NODE_ANY,
	NODE_ROOT,
	NODE_INFO,
	NODE_CONTACT,
	NODE_LICENSE,
	NODE_SERVER,
	NODE_TAG,
	NODE_DOCS,
	NODE_PATH,
	NODE_OPERATION,
	NODE_PARAMETER,
	NODE_BODY,
	NODE_MEDIA,
	NODE_EXAMPLE,
	NODE_RESPONSE,
	NODE_HEADER,
	NODE_COMPONENTS,
	NODE_SECURITY,
	NODE_FLOWS,
	NODE_FLOW,
	NODE_SCHEMA,
};

enum shape { SHAPE_ONE, SHAPE_MAP, SHAPE_LIST };

static const struct vocabulary {
	enum node node;
	const char *member;
	enum node value;
	enum shape shape;
} vocabulary[] = {
	{NODE_ROOT, "openapi", NODE_ANY, SHAPE_ONE},
	{NODE_ROOT, "info", NODE_INFO, SHAPE_ONE},
	{NODE_ROOT, "servers", NODE_SERVER, SHAPE_LIST},
	{NODE_ROOT, "tags", NODE_TAG, SHAPE_LIST},
	{NODE_ROOT, "security", NODE_ANY, SHAPE_ONE},
	{NODE_ROOT, "externalDocs", NODE_DOCS, SHAPE_ONE},
	{NODE_ROOT, "paths", NODE_PATH, SHAPE_MAP},
	{NODE_ROOT, "components", NODE_COMPONENTS, SHAPE_ONE},
	{NODE_INFO, "title", NODE_ANY, SHAPE_ONE},
	{NODE_INFO, "summary", NODE_ANY, SHAPE_ONE},
	{NODE_INFO, "description", NODE_ANY, SHAPE_ONE},
	{NODE_INFO, "version", NODE_ANY, SHAPE_ONE},
	{NODE_INFO, "termsOfService", NODE_ANY, SHAPE_ONE},
	{NODE_INFO, "contact", NODE_CONTACT, SHAPE_ONE},
	{NODE_INFO, "license", NODE_LICENSE, SHAPE_ONE},
	{NODE_CONTACT, "name", NODE_ANY, SHAPE_ONE},
	{NODE_CONTACT, "url", NODE_ANY, SHAPE_ONE},
	{NODE_CONTACT, "email", NODE_ANY, SHAPE_ONE},
	{NODE_LICENSE, "name", NODE_ANY, SHAPE_ONE},
	{NODE_LICENSE, "identifier", NODE_ANY, SHAPE_ONE},
	{NODE_LICENSE, "url", NODE_ANY, SHAPE_ONE},
	{NODE_SERVER, "url", NODE_ANY, SHAPE_ONE},
	{NODE_SERVER, "description", NODE_ANY, SHAPE_ONE},
	{NODE_TAG, "name", NODE_ANY, SHAPE_ONE},
	{NODE_TAG, "description", NODE_ANY, SHAPE_ONE},
	{NODE_TAG, "externalDocs", NODE_DOCS, SHAPE_ONE},
	{NODE_DOCS, "url", NODE_ANY, SHAPE_ONE},
	{NODE_DOCS, "description", NODE_ANY, SHAPE_ONE},
	{NODE_PATH, "summary", NODE_ANY, SHAPE_ONE},
	{NODE_PATH, "description", NODE_ANY, SHAPE_ONE},
	{NODE_PATH, "parameters", NODE_PARAMETER, SHAPE_LIST},
	{NODE_PATH, "get", NODE_OPERATION, SHAPE_ONE},
	{NODE_PATH, "post", NODE_OPERATION, SHAPE_ONE},
	{NODE_PATH, "put", NODE_OPERATION, SHAPE_ONE},
	{NODE_PATH, "patch", NODE_OPERATION, SHAPE_ONE},
	{NODE_PATH, "delete", NODE_OPERATION, SHAPE_ONE},
	{NODE_OPERATION, "operationId", NODE_ANY, SHAPE_ONE},
	{NODE_OPERATION, "summary", NODE_ANY, SHAPE_ONE},
	{NODE_OPERATION, "description", NODE_ANY, SHAPE_ONE},
	{NODE_OPERATION, "tags", NODE_ANY, SHAPE_ONE},
	{NODE_OPERATION, "deprecated", NODE_ANY, SHAPE_ONE},
	{NODE_OPERATION, "security", NODE_ANY, SHAPE_ONE},
	{NODE_OPERATION, "externalDocs", NODE_DOCS, SHAPE_ONE},
	{NODE_OPERATION, "parameters", NODE_PARAMETER, SHAPE_LIST},
	{NODE_OPERATION, "requestBody", NODE_BODY, SHAPE_ONE},
	{NODE_OPERATION, "responses", NODE_RESPONSE, SHAPE_MAP},
	{NODE_PARAMETER, "name", NODE_ANY, SHAPE_ONE},
	{NODE_PARAMETER, "in", NODE_ANY, SHAPE_ONE},
	{NODE_PARAMETER, "description", NODE_ANY, SHAPE_ONE},
	{NODE_PARAMETER, "required", NODE_ANY, SHAPE_ONE},
	{NODE_PARAMETER, "deprecated", NODE_ANY, SHAPE_ONE},
	{NODE_PARAMETER, "style", NODE_ANY, SHAPE_ONE},
	{NODE_PARAMETER, "explode", NODE_ANY, SHAPE_ONE},
	{NODE_PARAMETER, "schema", NODE_SCHEMA, SHAPE_ONE},
	{NODE_PARAMETER, "example", NODE_ANY, SHAPE_ONE},
	{NODE_PARAMETER, "examples", NODE_EXAMPLE, SHAPE_MAP},
	{NODE_BODY, "description", NODE_ANY, SHAPE_ONE},
	{NODE_BODY, "required", NODE_ANY, SHAPE_ONE},
	{NODE_BODY, "content", NODE_MEDIA, SHAPE_MAP},
	{NODE_MEDIA, "schema", NODE_SCHEMA, SHAPE_ONE},
	{NODE_MEDIA, "example", NODE_ANY, SHAPE_ONE},
	{NODE_MEDIA, "examples", NODE_EXAMPLE, SHAPE_MAP},
	{NODE_EXAMPLE, "summary", NODE_ANY, SHAPE_ONE},
	{NODE_EXAMPLE, "description", NODE_ANY, SHAPE_ONE},
	{NODE_EXAMPLE, "value", NODE_ANY, SHAPE_ONE},
	{NODE_RESPONSE, "description", NODE_ANY, SHAPE_ONE},
	{NODE_RESPONSE, "headers", NODE_HEADER, SHAPE_MAP},
	{NODE_RESPONSE, "content", NODE_MEDIA, SHAPE_MAP},
	{NODE_HEADER, "description", NODE_ANY, SHAPE_ONE},
	{NODE_HEADER, "required", NODE_ANY, SHAPE_ONE},
	{NODE_HEADER, "deprecated", NODE_ANY, SHAPE_ONE},
	{NODE_HEADER, "schema", NODE_SCHEMA, SHAPE_ONE},
	{NODE_HEADER, "example", NODE_ANY, SHAPE_ONE},
	{NODE_COMPONENTS, "schemas", NODE_SCHEMA, SHAPE_MAP},
	{NODE_COMPONENTS, "parameters", NODE_PARAMETER, SHAPE_MAP},
	{NODE_COMPONENTS, "responses", NODE_RESPONSE, SHAPE_MAP},
	{NODE_COMPONENTS, "headers", NODE_HEADER, SHAPE_MAP},
	{NODE_COMPONENTS, "examples", NODE_EXAMPLE, SHAPE_MAP},
	{NODE_COMPONENTS, "requestBodies", NODE_BODY, SHAPE_MAP},
	{NODE_COMPONENTS, "securitySchemes", NODE_SECURITY, SHAPE_MAP},
	{NODE_SECURITY, "type", NODE_ANY, SHAPE_ONE},
	{NODE_SECURITY, "description", NODE_ANY, SHAPE_ONE},
	{NODE_SECURITY, "scheme", NODE_ANY, SHAPE_ONE},
	{NODE_SECURITY, "bearerFormat", NODE_ANY, SHAPE_ONE},
	{NODE_SECURITY, "openIdConnectUrl", NODE_ANY, SHAPE_ONE},
	{NODE_SECURITY, "flows", NODE_FLOWS, SHAPE_ONE},
	{NODE_FLOWS, "clientCredentials", NODE_FLOW, SHAPE_ONE},
	{NODE_FLOW, "tokenUrl", NODE_ANY, SHAPE_ONE},
	{NODE_FLOW, "refreshUrl", NODE_ANY, SHAPE_ONE},
	{NODE_FLOW, "scopes", NODE_ANY, SHAPE_ONE},
};

enum { CHECK_POINTER = 512, CHECK_DEPTH = 32 };

static int check_node(const struct contract *contract, enum node node, const json_t *value,
		      const char *pointer, int depth, char **ret_error);

static const struct vocabulary *check_find(enum node node, const char *member)
{
	for (size_t i = 0; i < ARRAY_LENGTH(vocabulary); i++)
		if (vocabulary[i].node == node && strcmp(vocabulary[i].member, member) == 0)
			return &vocabulary[i];
	return NULL;
}

static void check_pointer(char *ret_pointer, const char *pointer, const char *member)
{
	size_t length = (size_t)snprintf(ret_pointer, CHECK_POINTER, "%s/", pointer);

	for (; *member && length + 3 < CHECK_POINTER; member++) {
		if (*member == '~' || *member == '/') {
			ret_pointer[length++] = '~';
			ret_pointer[length++] = *member == '~' ? '0' : '1';
		} else {
			ret_pointer[length++] = *member;
		}
	}
	ret_pointer[length < CHECK_POINTER ? length : CHECK_POINTER - 1] = '\0';
}

/* A $ref stands alone and points at something in this document; what it points at is checked in its
 * own place. */
static int check_reference(const struct contract *contract, const json_t *value,
			   const char *pointer, char **ret_error)
{
	const char *target = json_string_value(json_object_get(value, "$ref"));
	struct place root = contract_root(contract), at = {0};
	json_t *holder;

	if (json_object_size(value) != 1 || !target)
		return contract_fail(contract, pointer, ret_error,
				     "a $ref stands alone and is a string");
	holder = json_pack("{s:{s:s}}", "it", "$ref", target);
	if (!holder)
		return -ENOMEM;
	root.value = holder;
	at = contract_member(contract, &root, "it");
	json_decref(holder);
	return at.value ? 0
			: contract_fail(contract, pointer, ret_error, "$ref %s leads nowhere",
					target);
}

static int check_schema(const struct contract *contract, const char *pointer, char **ret_error)
{
	CLEANUP_FREE char *error = NULL;
	const struct schema *schema;
	int r = schema_compile(contract->schemas, pointer, &schema, &error);

	return r == -EINVAL ? contract_fail_schema(contract, error, ret_error) : r;
}

static int check_each(const struct contract *contract, const struct vocabulary *word,
		      const json_t *value, const char *pointer, int depth, char **ret_error)
{
	char below[CHECK_POINTER], number[24];
	const char *name;
	json_t *item;
	size_t index;
	int r;

	if (word->shape == SHAPE_ONE)
		return check_node(contract, word->value, value, pointer, depth, ret_error);
	if (word->shape == SHAPE_MAP ? !json_is_object(value) : !json_is_array(value))
		return contract_fail(contract, pointer, ret_error, "is not %s",
				     word->shape == SHAPE_MAP ? "an object" : "an array");
	json_object_foreach((json_t *)value, name, item)
	{
		check_pointer(below, pointer, name);
		r = check_node(contract, word->value, item, below, depth, ret_error);
		if (r < 0)
			return r;
	}
	json_array_foreach(value, index, item)
	{
		snprintf(number, sizeof(number), "%zu", index);
		check_pointer(below, pointer, number);
		r = check_node(contract, word->value, item, below, depth, ret_error);
		if (r < 0)
			return r;
	}
	return 0;
}

static int check_node(const struct contract *contract, enum node node, const json_t *value,
		      const char *pointer, int depth, char **ret_error)
{
	char below[CHECK_POINTER];
	const char *name;
	json_t *member;
	int r;

	if (node == NODE_ANY)
		return 0;
	if (node == NODE_SCHEMA)
		return check_schema(contract, pointer, ret_error);
	if (depth >= CHECK_DEPTH)
		return contract_fail(contract, pointer, ret_error, "is nested too deeply");
	if (!json_is_object(value))
		return contract_fail(contract, pointer, ret_error, "is not an object");
	if (json_object_get(value, "$ref"))
		return check_reference(contract, value, pointer, ret_error);
	json_object_foreach((json_t *)value, name, member)
	{
		const struct vocabulary *word = check_find(node, name);

		check_pointer(below, pointer, name);
		if (!word)
			return contract_fail(contract, below, ret_error, "unknown keyword \"%s\"",
					     name);
		r = check_each(contract, word, member, below, depth + 1, ret_error);
		if (r < 0)
			return r;
	}
	return 0;
}

int contract_check(const struct contract *contract, char **ret_error)
{
	const char *version = json_string_value(json_object_get(contract->document, "openapi"));

	if (!version || strncmp(version, "3.1.", 4) != 0)
		return contract_fail(contract, "/openapi", ret_error, "is not 3.1");
	return check_node(contract, NODE_ROOT, contract->document, "", 0, ret_error);
}
