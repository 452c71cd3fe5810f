/* SPDX-License-Identifier: MIT */
/* The reference for people: interactive where its package is there, else the plain list. */
#include "handlers.h"

#include "../pages/assets.h"
#include "../pages/html.h"

int docs_page(struct call *call, struct reply *reply)
{
	const struct assets *assets = call->service->assets;
	const char *name = assets->interactive ? "reference.html" : "operations.html";

	return html_reply_asset(call, reply, assets_find(assets, name));
}

int docs_file(struct call *call, struct reply *reply)
{
	return html_reply_asset(call, reply,
				assets_find(call->service->assets, call->match.values[0]));
}
