/* SPDX-License-Identifier: MIT */
/* The root: what this service is, and where to go from here. */
#include <errno.h>
#include <string.h>

#include "handlers.h"

/* Adds the collections of the contract: every GET below /v1 without a parameter in its path. */
static int describe_add_collections(const struct contract *contract, const char *base,
				    json_t *links)
{
	for (size_t i = 0; i < contract->count; i++) {
		const struct operation *operation = &contract->operations[i];
		const char *name;

		if (operation->method != METHOD_GET || strncmp(operation->path, "/v1/", 4) != 0 ||
		    strchr(operation->path, '{'))
			continue;
		name = operation->path + 4;
		if (json_object_set_new(links, name, json_sprintf("%s%s", base, operation->path)) <
		    0)
			return -ENOMEM;
	}
	return 0;
}

int service_describe(struct call *call, struct reply *reply)
{
	const struct service *service = call->service;
	const json_t *info = json_object_get(service->contract->document, "info");
	CLEANUP_JSON json_t *body = NULL;
	json_t *links = json_object(), *contract = json_object();
	char *text;

	json_object_set_new(contract, "json", json_sprintf("%s/openapi.json", service->public_url));
	json_object_set_new(contract, "yaml", json_sprintf("%s/openapi.yaml", service->public_url));
	if (describe_add_collections(service->contract, service->public_url, links) < 0) {
		json_decref(links);
		json_decref(contract);
		return -ENOMEM;
	}
	body = json_pack("{s:O?, s:O?, s:O?, s:o, s:o}", "name", json_object_get(info, "title"),
			 "summary", json_object_get(info, "summary"), "version",
			 json_object_get(info, "version"), "contract", contract, "collections",
			 links);
	text = body ? json_dumps(body, JSON_COMPACT) : NULL;
	if (!text)
		return -ENOMEM;
	reply_set_body(reply, 200, call->media_type, text, strlen(text));
	reply->tagged = true;
	return 0;
}
