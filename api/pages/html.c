/* SPDX-License-Identifier: MIT */
#include "html.h"

#include <errno.h>
#include <string.h>

#include "../negotiate.h"
#include "../service.h"
#include "assets.h"
#include "render.h"

const char html_policy[] = "default-src 'none'; style-src 'self'; base-uri 'none'; "
			   "form-action 'none'; frame-ancestors 'none'";

const char *html_base(const struct service *service)
{
	const char *authority = strstr(service->config->public_url, "://");
	const char *path = authority ? strchr(authority + 3, '/') : NULL;

	return path ? path : "";
}

bool html_wanted(const struct call *call)
{
	return strcmp(call->media_type, "text/html") == 0;
}

int html_reply(struct call *call, struct reply *reply, const char *template_name, json_t *data_take)
{
	CLEANUP_JSON json_t *data = data_take;
	CLEANUP_BUFFER struct buffer content;
	size_t length = 0;
	char *body;
	int r;

	buffer_init(&content, LIMIT_REPLY_BYTES);
	if (!data || json_object_set_new(data, "base", json_string(html_base(call->service))) < 0)
		return -ENOMEM;
	r = render_template(template_name, data, &content);
	if (r < 0)
		return r;
	body = buffer_take(&content, &length);
	if (!body)
		return -ENOMEM;
	reply_set_body(reply, 200, "text/html", body, length);
	reply->tagged = true;
	reply->policy = html_policy;
	return 0;
}

int html_reply_asset(struct call *call, struct reply *reply, const struct asset *asset)
{
	const char *accept = request_header(call->request, "accept");
	const char *if_none_match = request_header(call->request, "if-none-match");
	bool packed = negotiate_gzip(request_header(call->request, "accept-encoding"));
	const char *tag;
	size_t length;
	char *copy;

	if (!asset || negotiate_media(accept, &asset->media_type, 1) < 0) {
		problem_set(&reply->problem, asset ? "not-acceptable" : "not-found", NULL);
		return 0;
	}
	length = packed ? asset->packed_length : asset->length;
	tag = packed ? asset->packed_tag : asset->tag;
	copy = malloc(length + 1);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, packed ? asset->packed : asset->body, length);
	reply_set_body(reply, 200, asset->media_type, copy, length);
	reply->encoded = true;
	reply->policy = asset->policy;
	reply->keep = asset->keep;
	reply_add_header(reply, "ETag", "%s", tag);
	if (packed)
		reply_add_header(reply, "Content-Encoding", "gzip");
	if (if_none_match && reply_tag_matches(if_none_match, tag)) {
		reply->status = 304;
		reply->empty = true;
	}
	return 0;
}
