/* SPDX-License-Identifier: MIT */
/* What machines look for at addresses that every site has in common (RFC 8615). */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "../clock.h"
#include "handlers.h"

enum { SECURITY_DAYS = 180, DAY_SECONDS = 24 * 60 * 60 };

/* The mailbox that RFC 2142 gives to every domain, of the host in the public URL. NULL when memory
 * is short. */
static char *security_mailbox(const char *public_url)
{
	const char *host = strstr(public_url, "://") + 3;
	bool six = host[0] == '[';
	int length = (int)(six ? strcspn(host, "]") - 1 : strcspn(host, ":/"));
	bool four = (size_t)length == strspn(host, "0123456789.");
	char *mailbox;
	int r;

	host += six;
	if (strncmp(host, "127.", 4) == 0 || (six && strncmp(host, "::1]", 4) == 0))
		return strdup("mailto:security@localhost");
	r = asprintf(&mailbox, "mailto:security@%s%.*s%s",
		     six    ? "%5BIPv6:"
		     : four ? "%5B"
			    : "",
		     length, host, six || four ? "%5D" : "");
	return r < 0 ? NULL : mailbox;
}

/* RFC 9116. It says who is asked and not what was checked when, so it is as fresh as its reading:
 * whole days, that it may be kept. */
int security_txt(struct call *call, struct reply *reply)
{
	const struct service *service = call->service;
	const char *contact = service->config->security_contact;
	CLEANUP_FREE char *mailbox = contact[0] ? NULL : security_mailbox(service->public_url);
	time_t expires =
		(time_t)(clock_now_ms() / 1000 / DAY_SECONDS + SECURITY_DAYS) * DAY_SECONDS;
	char date[32], *text;
	struct tm parts;
	int length;

	if (!contact[0] && !mailbox)
		return -ENOMEM;
	gmtime_r(&expires, &parts);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", &parts);
	length = asprintf(&text,
			  "Contact: %s\n"
			  "Expires: %s\n"
			  "Preferred-Languages: en\n"
			  "Canonical: %s/.well-known/security.txt\n",
			  mailbox ? mailbox : contact, date, service->public_url);
	if (length < 0)
		return -ENOMEM;
	reply_set_body(reply, 200, call->media_type, text, (size_t)length);
	reply->tagged = true;
	return 0;
}

/* The keys that verify our tokens, to be kept for less time than a new one is there before it
 * signs.
 */
int jwks_get(struct call *call, struct reply *reply)
{
	char *text;
	int r = auth_write_jwks(call->service->auth, &text, &reply->keep);

	if (r < 0)
		return r;
	reply_set_body(reply, 200, call->media_type, text, strlen(text));
	reply->tagged = true;
	return 0;
}

/* The keys that verify receipts, all there ever were. */
int receipt_keys_get(struct call *call, struct reply *reply)
{
	char *text;
	int r = auth_write_receipt_jwks(call->service->auth, &text, &reply->keep);

	if (r < 0)
		return r;
	reply_set_body(reply, 200, call->media_type, text, strlen(text));
	reply->tagged = true;
	return 0;
}

/* One typed link of a linkset, as the array that RFC 9264 wants. */
static json_t *catalog_link(const char *base, const char *path, const char *type)
{
	return json_pack("{s:o*, s:s}", "href", json_sprintf("%s%s", base, path), "type", type);
}

static json_t *catalog(const char *base)
{
	return json_pack("{s:[{s:o*, s:[o*]}, {s:o*, s:[o*, o*, o*], s:[o*], s:[o*]}]}", "linkset",
			 "anchor", json_sprintf("%s/.well-known/api-catalog", base), "item",
			 catalog_link(base, "/", "application/json"), "anchor",
			 json_sprintf("%s/", base), "service-desc",
			 catalog_link(base, "/openapi.json", "application/json"),
			 catalog_link(base, "/openapi.yaml", "application/yaml"),
			 catalog_link(base, "/openapi-3.0.json", "application/json"), "service-doc",
			 catalog_link(base, "/docs", "text/html"), "status",
			 catalog_link(base, "/readyz", "application/json"));
}

/* RFC 9727. */
int api_catalog(struct call *call, struct reply *reply)
{
	CLEANUP_JSON json_t *body = catalog(call->service->public_url);
	char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;

	if (!text)
		return -ENOMEM;
	reply_set_body(reply, 200,
		       "application/linkset+json; "
		       "profile=\"https://www.rfc-editor.org/info/rfc9727\"",
		       text, strlen(text));
	reply_add_header(reply, "Link", "<%s/.well-known/api-catalog>; rel=\"api-catalog\"",
			 call->service->public_url);
	reply->tagged = true;
	return 0;
}
