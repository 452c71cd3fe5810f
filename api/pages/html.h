/* SPDX-License-Identifier: MIT */
/* A reply that is a page for people. */
#pragma once

#include "../call.h"

/* What a page may load: its style sheet from here, and nothing else from anywhere. */
extern const char html_policy[];

/* What the service's own links begin with: the path of its public URL, usually "". Borrowed. */
const char *html_base(const struct service *service);
/* Whether the client is better served with a page. */
bool html_wanted(const struct call *call);
/* Makes the reply from a template; data is taken, and told where links begin. 0 or negative. */
int html_reply(struct call *call, struct reply *reply, const char *template_name,
	       json_t *data_take) MUST_CHECK;
/* Makes the reply from an asset that the client accepts; NULL is none: 404. */
struct asset;
int html_reply_asset(struct call *call, struct reply *reply, const struct asset *asset) MUST_CHECK;
