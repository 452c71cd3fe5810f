/* SPDX-License-Identifier: MIT */
#include "contract.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "contract_operation.h"

enum {
	CONTRACT_BYTES = 16 * 1024 * 1024,
	CONTRACT_REFS = 16,   /* $refs followed from one place */
	CONTRACT_METHODS = 5, /* operations of one path */
};

/* The author's file for a pointer: the longest prefix that sources.json knows; else the document's
 * own name. */
static const char *contract_source(const struct contract *contract, const char *pointer)
{
	const char *best = "openapi.json", *prefix;
	size_t length = 0;
	json_t *file;

	json_object_foreach(contract->sources, prefix, file)
	{
		size_t here = strlen(prefix);

		if (here < length || strncmp(prefix, pointer, here) != 0 || !json_is_string(file))
			continue;
		if (pointer[here] && pointer[here] != '/')
			continue;
		best = json_string_value(file);
		length = here;
	}
	return best;
}

int contract_fail(const struct contract *contract, const char *pointer, char **ret_error,
		  const char *format, ...)
{
	CLEANUP_FREE char *what = NULL;
	va_list arguments;
	int r;

	va_start(arguments, format);
	r = vasprintf(&what, format, arguments);
	va_end(arguments);
	if (r < 0) {
		what = NULL;
		return -ENOMEM;
	}
	r = asprintf(ret_error, "%s: %s: %s", contract_source(contract, pointer),
		     pointer[0] ? pointer : "/", what);
	if (r < 0) {
		*ret_error = NULL;
		return -ENOMEM;
	}
	return -EINVAL;
}

int contract_fail_schema(const struct contract *contract, const char *error, char **ret_error)
{
	const char *what = strstr(error, ": ");
	CLEANUP_FREE char *pointer = strndup(error, what ? (size_t)(what - error) : 0);

	return pointer ? contract_fail(contract, pointer, ret_error, "%s", what ? what + 2 : error)
		       : -ENOMEM;
}

/* Adds one escaped segment to a pointer; an overlong pointer is cut, which only makes an error less
 * exact. */
static void contract_extend(char *pointer, size_t size, const char *name)
{
	size_t length = strlen(pointer);

	if (length + 1 < size)
		pointer[length++] = '/';
	for (; *name && length + 3 < size; name++) {
		if (*name == '~' || *name == '/') {
			pointer[length++] = '~';
			pointer[length++] = *name == '~' ? '0' : '1';
		} else {
			pointer[length++] = *name;
		}
	}
	pointer[length] = '\0';
}

static const json_t *contract_child(const json_t *value, const char *name)
{
	if (json_is_array(value))
		return json_array_get(value, strtoul(name, NULL, 10));
	return json_object_get(value, name);
}

/* The place that a "#/a/b~1c" reference names; no value when it leads nowhere. */
static struct place contract_target(const struct contract *contract, const char *reference)
{
	struct place place = contract_root(contract);
	char segment[256];

	if (reference[0] != '#')
		return (struct place){0};
	for (reference++; *reference && place.value;) {
		size_t length = 0;

		if (*reference++ != '/')
			return (struct place){0};
		for (; *reference && *reference != '/' && length + 1 < sizeof(segment);
		     reference++) {
			if (reference[0] == '~' && (reference[1] == '0' || reference[1] == '1'))
				segment[length++] = *++reference == '0' ? '~' : '/';
			else
				segment[length++] = *reference;
		}
		segment[length] = '\0';
		place.value = contract_child(place.value, segment);
		contract_extend(place.pointer, sizeof(place.pointer), segment);
	}
	return place;
}

struct place contract_root(const struct contract *contract)
{
	return (struct place){.value = contract->document};
}

struct place contract_member(const struct contract *contract, const struct place *place,
			     const char *name)
{
	struct place at = *place;

	at.value = contract_child(place->value, name);
	contract_extend(at.pointer, sizeof(at.pointer), name);
	for (int i = 0; i < CONTRACT_REFS && at.value; i++) {
		const char *reference = json_string_value(json_object_get(at.value, "$ref"));

		if (!reference)
			return at;
		at = contract_target(contract, reference);
	}
	at.value = NULL;
	return at;
}

static int contract_read_file(const char *path, char **ret_text, size_t *ret_length)
{
	struct buffer buffer;
	char chunk[16384];
	size_t got;
	FILE *file = fopen(path, "re");

	if (!file)
		return -errno;
	buffer_init(&buffer, CONTRACT_BYTES);
	while ((got = fread(chunk, 1, sizeof(chunk), file)) > 0)
		buffer_add(&buffer, chunk, got);
	fclose(file);
	*ret_text = buffer_take(&buffer, ret_length);
	if (!*ret_text) {
		int r = buffer.failed;

		buffer_finish(&buffer);
		return r;
	}
	return 0;
}

/* Reads a file of the contract's folder; one that is not there is simply absent. */
static int contract_read_beside(const char *path, const char *name, char **ret_text,
				size_t *ret_length)
{
	CLEANUP_FREE char *beside = NULL;
	const char *slash = strrchr(path, '/');
	int r;

	if (asprintf(&beside, "%.*s%s", slash ? (int)(slash - path + 1) : 0, path, name) < 0)
		return -ENOMEM;
	r = contract_read_file(beside, ret_text, ret_length);
	return r == -ENOENT ? 0 : r;
}

static int contract_read(struct contract *contract, const char *path, char **ret_error)
{
	CLEANUP_FREE char *sources = NULL;
	json_error_t error;
	size_t length = 0;
	int r = contract_read_file(path, &contract->text, &contract->text_length);

	if (r < 0) {
		if (asprintf(ret_error, "%s: %s", path, strerror(-r)) < 0)
			*ret_error = NULL;
		return r;
	}
	r = contract_read_beside(path, "openapi.yaml", &contract->yaml, &contract->yaml_length);
	if (r == 0)
		r = contract_read_beside(path, "openapi-3.0.json", &contract->older,
					 &contract->older_length);
	if (r == 0)
		r = contract_read_beside(path, "sources.json", &sources, &length);
	if (r < 0)
		return r;
	contract->sources = sources ? json_loadb(sources, length, 0, NULL) : NULL;
	contract->document =
		json_loadb(contract->text, contract->text_length, JSON_REJECT_DUPLICATES, &error);
	if (!contract->document) {
		if (asprintf(ret_error, "%s:%d: %s", path, error.line, error.text) < 0)
			*ret_error = NULL;
		return -EINVAL;
	}
	return schema_set_new(contract->document, SCHEMA_ASSERT_FORMAT | SCHEMA_ALLOW_OPENAPI,
			      &contract->schemas);
}

/* Compiles one path's operations into their places and adds their routes. */
static int contract_add_path(struct contract *contract, const struct place *paths, const char *path,
			     char **ret_error)
{
	static const char *const methods[CONTRACT_METHODS] = {"get", "post", "put", "patch",
							      "delete"};
	static const enum method numbers[CONTRACT_METHODS] = {METHOD_GET, METHOD_POST, METHOD_PUT,
							      METHOD_PATCH, METHOD_DELETE};
	struct place item = contract_member(contract, paths, path);
	int r;

	for (size_t i = 0; i < ARRAY_LENGTH(methods); i++) {
		struct operation *operation = &contract->operations[contract->count];

		if (!json_object_get(item.value, methods[i]))
			continue;
		operation->method = numbers[i];
		operation->path = path;
		operation->number = contract->count++;
		r = contract_compile_operation(contract, &item, methods[i], operation, ret_error);
		if (r < 0)
			return r;
		r = route_add(contract->routes, operation->method, path, operation);
		if (r == -EINVAL || r == -EEXIST)
			return contract_fail(contract, item.pointer, ret_error, "%s",
					     r == -EINVAL ? "is not a path template"
							  : "has the shape of another path");
		if (r < 0)
			return r;
	}
	return 0;
}

static int contract_compile(struct contract *contract, char **ret_error)
{
	struct place root = contract_root(contract),
		     paths = contract_member(contract, &root, "paths");
	const char *path;
	json_t *item;
	int r = contract_check(contract, ret_error);

	if (r < 0)
		return r;
	r = contract_compile_schemes(contract, ret_error);
	if (r < 0)
		return r;
	contract->operations = calloc(CONTRACT_METHODS * json_object_size(paths.value) + 1,
				      sizeof(*contract->operations));
	if (!contract->operations)
		return -ENOMEM;
	r = route_table_new(&contract->routes);
	json_object_foreach((json_t *)paths.value, path, item) if (r == 0) r =
		contract_add_path(contract, &paths, path, ret_error);
	return r;
}

int contract_load(const char *path, struct contract **ret_contract, char **ret_error)
{
	struct contract *contract = calloc(1, sizeof(*contract));
	int r;

	if (!contract)
		return -ENOMEM;
	r = contract_read(contract, path, ret_error);
	if (r == 0)
		r = contract_compile(contract, ret_error);
	if (r < 0) {
		contract_free(contract);
		return r;
	}
	*ret_contract = contract;
	return 0;
}

struct contract *contract_free(struct contract *contract)
{
	if (!contract)
		return NULL;
	for (size_t i = 0; i < contract->count; i++)
		operation_finish(&contract->operations[i]);
	free(contract->operations);
	free(contract->scopes);
	route_table_free(contract->routes);
	schema_set_free(contract->schemas);
	json_decref(contract->sources);
	json_decref(contract->document);
	free(contract->text);
	free(contract->yaml);
	free(contract->older);
	free(contract);
	return NULL;
}
