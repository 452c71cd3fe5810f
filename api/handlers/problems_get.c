/* SPDX-License-Identifier: MIT */
/* What a problem type means: the page behind the type URI of every error. */
#include <errno.h>
#include <string.h>

#include "../pages/html.h"
#include "handlers.h"

static json_t *problem_others(void)
{
	json_t *made = json_array();
	size_t count;
	const struct problem_type *types = problem_types(&count);

	for (size_t i = 0; i < count; i++)
		json_array_append_new(made,
				      json_pack("{s:s, s:s, s:i}", "slug", types[i].slug, "title",
						types[i].title, "status", types[i].status));
	return made;
}

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
	if (body && html_wanted(call)) {
		json_object_set_new(body, "others", problem_others());
		return html_reply(call, reply, "problem.html", TAKE_PTR(body));
	}
	text = body ? json_dumps(body, JSON_COMPACT) : NULL;
	if (!text)
		return -ENOMEM;
	reply_set_body(reply, 200, call->media_type, text, strlen(text));
	reply->tagged = true;
	return 0;
}
