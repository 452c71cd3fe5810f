/* SPDX-License-Identifier: MIT */
#include "bearer.h"

#include <string.h>
#include <strings.h>

/* Whether the query has a parameter of the name that RFC 6750 gave to a token there. An escaped
 * spelling is no parameter that any operation has. */
static bool bearer_in_query(const char *query)
{
	static const char name[] = "access_token";

	for (const char *at = query; at; at = strchr(at, '&')) {
		at += *at == '&';
		if (strncmp(at, name, sizeof(name) - 1) == 0 &&
		    (at[sizeof(name) - 1] == '=' || at[sizeof(name) - 1] == '&' ||
		     !at[sizeof(name) - 1]))
			return true;
	}
	return false;
}

int bearer_find(const struct request *request, const char **ret_text, size_t *ret_length,
		const char **ret_fault)
{
	static const char scheme[] = "Bearer";
	const char *header = request_header(request, "authorization");
	size_t length, padding;

	*ret_fault = "A token in the query is not accepted.";
	if (bearer_in_query(request->query))
		return BEARER_MALFORMED;
	*ret_fault = "There is more than one Authorization header.";
	if (request_repeats(request, "authorization"))
		return BEARER_MALFORMED;
	if (!header)
		return BEARER_NONE;
	length = strcspn(header, " \t");
	if (length != sizeof(scheme) - 1 || strncasecmp(header, scheme, length) != 0)
		return BEARER_OTHER;
	header += length + strspn(header + length, " \t");
	length = strspn(header, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
				"-._~+/");
	padding = strspn(header + length, "=");
	*ret_fault = "Authorization is not Bearer and a token.";
	if (!length || header[length + padding + strspn(header + length + padding, " \t")])
		return BEARER_MALFORMED;
	*ret_text = header;
	*ret_length = length + padding;
	return 0;
}
