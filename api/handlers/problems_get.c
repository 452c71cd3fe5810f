/* SPDX-License-Identifier: MIT */
/* What a problem type means: the page behind the type URI of every error. */
#include <errno.h>
#include <string.h>

#include "handlers.h"

int problems_get(struct call *call, struct reply *reply)
{
	const struct problem_type *type = problem_type(call->match.values[0]);
	CLEANUP_JSON json_t *body = NULL;
	char *text;

	if (!type) {
		problem_set(&reply->problem, "not-found", NULL);
		return 0;
	}
	body = json_pack("{s:s, s:s, s:i, s:s}", "type", "", "title", type->title, "status",
			 type->status, "meaning", type->meaning);
	if (body)
		json_object_set_new(
			body, "type",
			json_sprintf("%s/problems/%s", call->service->public_url, type->slug));
	text = body ? json_dumps(body, JSON_COMPACT) : NULL;
	if (!text)
		return -ENOMEM;
	reply_set_body(reply, 200, call->media_type, text, strlen(text));
	reply->tagged = true;
	return 0;
}
