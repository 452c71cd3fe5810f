/* SPDX-License-Identifier: MIT */
/* The root: what this service is, and where to go from here. */
#include <errno.h>
#include <string.h>

#include "../pages/html.h"
#include "handlers.h"

/* Whether an operation is a list that anybody can begin to read: a GET below /v1 without a
 * parameter in its path. */
static bool describe_is_collection(const struct operation *operation)
{
	return operation->list && !operation->secured && operation->method == METHOD_GET &&
	       strncmp(operation->path, "/v1/", 4) == 0 && !strchr(operation->path, '{');
}

/* Adds the collections of the contract. */
static int describe_add_collections(const struct contract *contract, const char *base,
				    json_t *links)
{
	for (size_t i = 0; i < contract->count; i++) {
		const struct operation *operation = &contract->operations[i];
		const char *name;

		if (!describe_is_collection(operation))
			continue;
		name = operation->path + 4;
		if (json_object_set_new(links, name, json_sprintf("%s%s", base, operation->path)) <
		    0)
			return -ENOMEM;
	}
	return 0;
}

/* The same as a page. */
static int describe_page(struct call *call, struct reply *reply)
{
	const struct contract *contract = call->service->contract;
	struct place root = contract_root(contract);
	struct place paths = contract_member(contract, &root, "paths");
	const json_t *info = json_object_get(contract->document, "info");
	json_t *lists = json_array();

	for (size_t i = 0; i < contract->count; i++) {
		const struct operation *operation = &contract->operations[i];
		struct place item, get;

		if (!describe_is_collection(operation))
			continue;
		item = contract_member(contract, &paths, operation->path);
		get = contract_member(contract, &item, "get");
		json_array_append_new(lists,
				      json_pack("{s:s, s:O*}", "path", operation->path, "summary",
						json_object_get(get.value, "summary")));
	}
	return html_reply(call, reply, "home.html",
			  json_pack("{s:O*, s:O*, s:O*, s:o}", "name",
				    json_object_get(info, "title"), "summary",
				    json_object_get(info, "summary"), "version",
				    json_object_get(info, "version"), "lists", lists));
}

int service_describe(struct call *call, struct reply *reply)
{
	const struct service *service = call->service;
	const json_t *info = json_object_get(service->contract->document, "info");
	CLEANUP_JSON json_t *body = NULL;
	json_t *links, *contract;
	char *text;

	if (html_wanted(call))
		return describe_page(call, reply);
	links = json_object();
	contract = json_object();
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
