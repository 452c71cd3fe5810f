/* SPDX-License-Identifier: MIT */
/* The file that ACCORD_PROVIDERS names, and the files of keys. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../limit.h"
#include "fetch.h"
#include "provider_private.h"

struct provider_member {
	const char *name;
	const char *fallback; /* NULL: absent without one */
	size_t offset;
};

static const struct provider_member provider_texts[] = {
	{"jwksUrl", NULL, offsetof(struct provider, url)},
	{"jwksFile", NULL, offsetof(struct provider, file)},
	{"certificates", NULL, offsetof(struct provider, certificates)},
	{"subject", "sub", offsetof(struct provider, subject)},
	{"client", "client_id", offsetof(struct provider, client)},
	{"scope", NULL, offsetof(struct provider, scope)},
};

PRINTF_LIKE(2, 3) static int provider_fail(char **ret_error, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vasprintf(ret_error, format, arguments);
	va_end(arguments);
	if (length < 0)
		*ret_error = NULL;
	return length < 0 ? -ENOMEM : -EINVAL;
}

static const struct provider_member *provider_text(const char *name)
{
	for (size_t i = 0; i < ARRAY_LENGTH(provider_texts); i++)
		if (strcmp(provider_texts[i].name, name) == 0)
			return &provider_texts[i];
	return NULL;
}

static int provider_read_audiences(struct provider *provider, json_t *value, char **ret_error)
{
	size_t count = json_is_array(value) ? json_array_size(value) : 1;

	for (size_t i = 0; i < count && i < PROVIDER_AUDIENCES; i++)
		provider->audiences[i] =
			json_string_value(json_is_array(value) ? json_array_get(value, i) : value);
	for (size_t i = 0; i < count && i < PROVIDER_AUDIENCES; i++)
		if (!provider->audiences[i] || !provider->audiences[i][0])
			return provider_fail(ret_error, "audience is no text or array of texts");
	return count && count <= PROVIDER_AUDIENCES
		       ? 0
		       : provider_fail(ret_error, "audience has not 1 to %d texts",
				       PROVIDER_AUDIENCES);
}

static int provider_read_member(struct provider *provider, const char *name, json_t *value,
				char **ret_error)
{
	const struct provider_member *member = provider_text(name);
	const char *text = json_string_value(value);

	if (strcmp(name, "audience") == 0)
		return provider_read_audiences(provider, value, ret_error);
	if (strcmp(name, "require") == 0) {
		provider->require = value;
		return json_is_object(value) ? 0 : provider_fail(ret_error, "require is no object");
	}
	if (!member && strcmp(name, "issuer") != 0)
		return provider_fail(ret_error, "unknown member %s", name);
	if (!text || !text[0])
		return provider_fail(ret_error, "%s is no text", name);
	if (member)
		*(const char **)((char *)provider + member->offset) = text;
	else
		provider->issuer = text;
	return 0;
}

/* What the members must be together. */
static int provider_judge(const struct providers *providers, const struct provider *provider,
			  char **ret_error)
{
	if (!provider->issuer)
		return provider_fail(ret_error, "issuer is missing");
	for (const struct provider *other = providers->providers; other < provider; other++)
		if (strcmp(other->issuer, provider->issuer) == 0)
			return provider_fail(ret_error, "issuer is there twice");
	if (!provider->audiences[0])
		return provider_fail(ret_error, "audience is missing");
	if (!provider->url == !provider->file)
		return provider_fail(ret_error, "there is not one of jwksUrl and jwksFile");
	if (provider->url && !fetch_is_url(provider->url))
		return provider_fail(ret_error,
				     "jwksUrl is no https URL without user and fragment");
	return 0;
}

static int provider_read(struct providers *providers, json_t *object, char **ret_error)
{
	struct provider *provider = &providers->providers[providers->count];
	const char *name;
	json_t *value;
	int r = 0;

	if (!json_is_object(object))
		return provider_fail(ret_error, "is no object");
	for (size_t i = 0; i < ARRAY_LENGTH(provider_texts); i++)
		*(const char **)((char *)provider + provider_texts[i].offset) =
			provider_texts[i].fallback;
	json_object_foreach(object, name, value)
	{
		r = provider_read_member(provider, name, value, ret_error);
		if (r != 0)
			return r;
	}
	r = provider_judge(providers, provider, ret_error);
	providers->count += r == 0;
	return r;
}

/* Puts the place before the words. */
static int provider_place(const char *path, size_t index, int r, char **ret_error)
{
	CLEANUP_FREE char *words = *ret_error;

	*ret_error = NULL;
	if (words && asprintf(ret_error, "%s: providers[%zu]: %s", path, index, words) < 0)
		*ret_error = NULL;
	return *ret_error ? r : -ENOMEM;
}

int providers_read(struct providers *providers, const char *path, char **ret_error)
{
	json_error_t error;
	json_t *list, *each;
	size_t index;
	int r;

	providers->document = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	if (!providers->document)
		return provider_fail(ret_error, "ACCORD_PROVIDERS: %s: line %d: %s", path,
				     error.line, error.text);
	list = json_object_get(providers->document, "providers");
	if (json_object_size(providers->document) != 1 || !json_is_array(list) ||
	    json_array_size(list) > PROVIDERS)
		return provider_fail(ret_error,
				     "%s: is no object of an array providers, at most %d", path,
				     PROVIDERS);
	json_array_foreach(list, index, each)
	{
		r = provider_read(providers, each, ret_error);
		if (r != 0)
			return r == -ENOMEM ? r : provider_place(path, index, r, ret_error);
	}
	return 0;
}

int provider_read_file(struct provider *provider, char **ret_error)
{
	CLEANUP_BUFFER struct buffer text;
	FILE *file = fopen(provider->file, "re");
	char bytes[4096];
	size_t count;
	int r;

	buffer_init(&text, LIMIT_JWKS_BYTES);
	if (!file)
		return asprintf(ret_error, "cannot read %s: %s", provider->file, strerror(errno)) <
				       0
			       ? -ENOMEM
			       : 1;
	while ((count = fread(bytes, 1, sizeof(bytes), file)) > 0)
		buffer_add(&text, bytes, count);
	r = ferror(file);
	fclose(file);
	if (r || text.failed)
		return asprintf(ret_error, "cannot read all of %s", provider->file) < 0 ? -ENOMEM
											: 1;
	return provider_take_keys(provider, text.data ? text.data : "", text.length, ret_error);
}
