/* SPDX-License-Identifier: MIT */
#include "request.h"

#include <string.h>

static const char *const method_names[] = {
	[METHOD_GET] = "GET",         [METHOD_HEAD] = "HEAD",       [METHOD_POST] = "POST",
	[METHOD_PUT] = "PUT",         [METHOD_PATCH] = "PATCH",     [METHOD_DELETE] = "DELETE",
	[METHOD_OPTIONS] = "OPTIONS", [METHOD_UNKNOWN] = "UNKNOWN",
};

enum method method_parse(const char *name)
{
	for (size_t i = 0; i < METHOD_UNKNOWN; i++)
		if (strcmp(method_names[i], name) == 0)
			return (enum method)i;
	return METHOD_UNKNOWN;
}

const char *method_name(enum method method)
{
	return method_names[method];
}

const char *request_header(const struct request *request, const char *name)
{
	for (size_t i = 0; i < request->header_count; i++)
		if (strcmp(request->headers[i].name, name) == 0)
			return request->headers[i].value;
	return NULL;
}

bool request_repeats(const struct request *request, const char *name)
{
	size_t count = 0;

	for (size_t i = 0; i < request->header_count; i++)
		if (strcmp(request->headers[i].name, name) == 0)
			count += strchr(request->headers[i].value, ',') ? 2 : 1;
	return count > 1;
}

void request_finish(struct request *request)
{
	free(request->headers);
	free(request->memory);
	*request = (struct request){0};
}
