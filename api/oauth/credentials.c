/* SPDX-License-Identifier: MIT */
#include "credentials.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "../digest.h"

static void credentials_forget(char *text)
{
	if (text)
		explicit_bzero(text, strlen(text));
	free(text);
}

void credentials_finish(struct credentials *credentials)
{
	free(credentials->client);
	credentials_forget(credentials->secret);
	*credentials = (struct credentials){0};
}

/* Client and secret are each form-encoded before they are joined by a colon and put into base64. */
static int credentials_split(const char *pair, size_t length, struct credentials *credentials)
{
	const char *colon = memchr(pair, ':', length);
	int r;

	if (!colon)
		return 1;
	r = query_decode(pair, (size_t)(colon - pair), true, &credentials->client);
	if (r == 0)
		r = query_decode(colon + 1, length - (size_t)(colon - pair) - 1, true,
				 &credentials->secret);
	return r;
}

/* 0; 1 when the header is not Basic and such a pair; -ENOMEM. */
static int credentials_read_basic(const char *header, struct credentials *credentials)
{
	CLEANUP_FREE uint8_t *bytes = NULL;
	size_t scheme = strcspn(header, " \t"), length;
	int r;

	if (scheme != 5 || strncasecmp(header, "Basic", scheme) != 0)
		return 1;
	header += scheme + strspn(header + scheme, " \t");
	length = strcspn(header, " \t");
	if (header[length + strspn(header + length, " \t")])
		return 1;
	r = digest_base64_decode(header, length, &bytes, &length);
	if (r != 0)
		return r;
	r = credentials_split((const char *)bytes, length, credentials);
	explicit_bzero(bytes, length);
	return r < 0 ? r : r != 0;
}

static int credentials_read_assertion(const struct form *form, struct credentials *credentials)
{
	const char *type = form_value(form, "client_assertion_type");
	int r;

	credentials->assertion = form_value(form, "client_assertion");
	if (!credentials->assertion || !type ||
	    strcmp(type, "urn:ietf:params:oauth:client-assertion-type:jwt-bearer") != 0)
		return 1;
	r = auth_peek_assertion(credentials->assertion, strlen(credentials->assertion),
				&credentials->client);
	return r < 0 ? r : r != 0;
}

static int credentials_read_secret(const struct form *form, struct credentials *credentials)
{
	const char *client = form_value(form, "client_id");
	const char *secret = form_value(form, "client_secret");

	if (!client || !secret)
		return 1;
	credentials->client = strdup(client);
	credentials->secret = strdup(secret);
	return credentials->client && credentials->secret ? 0 : -ENOMEM;
}

int credentials_read(const struct request *request, const struct form *form,
		     struct credentials *ret_credentials, const char **ret_error,
		     const char **ret_fault)
{
	CLEANUP_CREDENTIALS struct credentials credentials = {0};
	const char *header = request_header(request, "authorization");
	const char *named = form_value(form, "client_id");
	bool asserts =
		form_value(form, "client_assertion") || form_value(form, "client_assertion_type");
	int r;

	*ret_error = "invalid_request";
	*ret_fault = "There is more than one Authorization header.";
	if (request_repeats(request, "authorization"))
		return 1;
	*ret_fault = "The client authenticates in more than one way.";
	if ((header != NULL) + asserts + (form_value(form, "client_secret") != NULL) > 1)
		return 1;
	*ret_error = "invalid_client";
	*ret_fault = "The client's credentials are missing or cannot be read.";
	if (header)
		r = credentials_read_basic(header, &credentials);
	else if (asserts)
		r = credentials_read_assertion(form, &credentials);
	else
		r = credentials_read_secret(form, &credentials);
	if (r != 0)
		return r;
	*ret_error = "invalid_request";
	*ret_fault = "The parameter client_id names another client than the credentials do.";
	if (named && strcmp(named, credentials.client) != 0)
		return 1;
	*ret_credentials = credentials;
	credentials = (struct credentials){0};
	return 0;
}
