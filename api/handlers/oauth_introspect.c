/* SPDX-License-Identifier: MIT */
/* POST /oauth/introspect: what a token is worth now (RFC 7662). */
#include <string.h>

#include "../access/identify.h"
#include "../clock.h"
#include "../oauth/client.h"
#include "../oauth/oauth.h"
#include "handlers.h"

/* Whether the client may know of the token: its own, or one of its organisation's clients when it
 * may read those. What it may not know of does not exist. */
static bool introspect_may(const struct client *client, const struct principal *principal)
{
	const struct principal asker = {.scopes = client->scopes};

	if (principal->kind != PRINCIPAL_OWN || !principal->client || !principal->organisation)
		return false;
	if (strcmp(principal->client, client->id) == 0)
		return true;
	return strcmp(principal->organisation, client->organisation) == 0 &&
	       principal_has_scope(&asker, "tokens:read");
}

static json_t *introspect_active(const struct principal *principal, const struct caller *caller)
{
	const char *scopes = caller->grants[0].scopes;

	return json_pack("{s:b, s:s*, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s*, s:I, s:I}", "active",
			 1, "scope", scopes[0] ? scopes : NULL, "client_id", principal->client,
			 "token_type", "Bearer", "iss", principal->issuer, "aud", principal->issuer,
			 "sub", principal->subject, "org", principal->organisation, "jti",
			 principal->jti, "role", principal->role, "iat",
			 (json_int_t)principal->issued, "exp", (json_int_t)principal->expires);
}

/* 0 with the reply, also when it is a problem. */
static int introspect_token(struct call *call, const struct client *client, const char *token,
			    struct reply *reply)
{
	CLEANUP_PRINCIPAL struct principal *principal = NULL;
	struct caller *caller = NULL;
	int r = auth_verify(call->service->auth, token, strlen(token), &principal);

	if (r < 0)
		return r;
	if (r == 0 && introspect_may(client, principal) &&
	    clock_now_ms() / 1000 < principal->expires)
		r = identify(call->service, principal, reply, &caller);
	if (r < 0 || r == IDENTIFY_FAILED)
		return r < 0 ? r : 0;
	r = oauth_answer(reply, caller ? introspect_active(principal, caller)
				       : json_pack("{s:b}", "active", 0));
	caller_release(caller);
	return r;
}

int oauth_introspect(struct call *call, struct reply *reply)
{
	CLEANUP_FORM struct form form = {0};
	CLEANUP_CLIENT struct client client = {0};
	const char *fault, *token;
	int r = form_read(call->request, &form, &fault);

	if (r != 0)
		return r < 0 ? r : oauth_refuse(reply, "invalid_request", fault);
	r = client_authenticate(call, &form, reply, &client);
	if (r != 0)
		return r < 0 ? r : 0;
	token = form_value(&form, "token");
	if (!token)
		return oauth_refuse(reply, "invalid_request", "There is no token.");
	return introspect_token(call, &client, token, reply);
}
