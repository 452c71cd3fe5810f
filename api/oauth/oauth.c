/* SPDX-License-Identifier: MIT */
#include "oauth.h"

#include <errno.h>
#include <string.h>

static int oauth_write(struct reply *reply, int status, json_t *body_take)
{
	CLEANUP_JSON json_t *body = body_take;
	char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;

	if (!text)
		return -ENOMEM;
	reply_set_body(reply, status, "application/json", text, strlen(text));
	reply_add_fixed(reply, "Pragma", "no-cache");
	return 0;
}

static int oauth_write_error(struct reply *reply, int status, const char *error,
			     const char *description)
{
	reply_note_fault(reply, "%s: %s", error, description);
	return oauth_write(
		reply, status,
		json_pack("{s:s, s:s}", "error", error, "error_description", description));
}

int oauth_refuse(struct reply *reply, const char *error, const char *description)
{
	bool unknown = strcmp(error, "invalid_client") == 0;

	if (unknown)
		reply_add_fixed(reply, "WWW-Authenticate", "Basic realm=\"accord\"");
	return oauth_write_error(reply, unknown ? 401 : 400, error, description);
}

int oauth_refuse_for(struct reply *reply, unsigned seconds)
{
	reply_add_header(reply, "Retry-After", "%u", seconds);
	return oauth_write_error(reply, 429, "invalid_client",
				 "Too many attempts have failed; try again later.");
}

int oauth_answer(struct reply *reply, json_t *body_take)
{
	return oauth_write(reply, 200, body_take);
}

int oauth_translate(struct reply *reply)
{
	const struct problem_type *type = reply->problem.type;
	struct problem problem = reply->problem;
	int r;

	if (!type || type->status >= 500)
		return 0;
	reply->problem = (struct problem){0};
	r = oauth_write_error(reply, type->status, "invalid_request",
			      problem.detail ? problem.detail : type->meaning);
	problem_finish(&problem);
	return r;
}
