/* SPDX-License-Identifier: MIT */
/* POST /oauth/revoke: ends a token before its time, on every node (RFC 7009). */
#include <stdio.h>
#include <string.h>

#include "../access/callers.h"
#include "../auth/claims.h"
#include "../oauth/client.h"
#include "../oauth/oauth.h"
#include "../steps.h"
#include "handlers.h"

/* After a token's end, in which a node whose clock is late may still take it. */
enum { REVOKE_LONGER_SECONDS = 2 * CLAIMS_LEEWAY_SECONDS };

/* Notes in the database that the token is revoked, which other nodes hear of. The reply has the
 * problem when that fails. */
static int revoke_note(struct call *call, const struct principal *principal, struct reply *reply)
{
	struct db_connection *connection;
	struct db_reply row;
	struct steps steps;
	char expires[24];
	const char *const values[] = {principal->jti, expires};
	int r;

	snprintf(expires, sizeof(expires), "%lld",
		 (long long)principal->expires + REVOKE_LONGER_SECONDS);
	if (pool_acquire(call->service->pool, &connection) != 0) {
		service_map_busy(reply);
		return 0;
	}
	steps_init(&steps, call);
	steps_add_engine(&steps, ENGINE_BEGIN, NULL, 0);
	steps_add_engine(&steps, ENGINE_REVOKE, values, ARRAY_LENGTH(values));
	steps_add_engine(&steps, ENGINE_COMMIT, NULL, 0);
	r = db_run(connection, steps.list, steps.count, false, &row);
	if (r == DB_FAILED)
		service_map_error(call->service, &row.error, false, reply);
	else if (r == DB_LOST)
		service_map_lost(db_reason(connection), reply);
	else if (r == 0)
		callers_forget(call->service->callers, "token", principal->jti);
	db_reply_finish(&row);
	pool_release(call->service->pool, connection);
	return r < 0 ? r : 0;
}

/* A token that is none, or is over, needs no end; nor does one of another issuer have it here. */
static int revoke_token(struct call *call, const struct client *client, const char *token,
			struct reply *reply)
{
	CLEANUP_PRINCIPAL struct principal *principal = NULL;
	int r = auth_verify(call->service->auth, token, strlen(token), &principal);

	if (r < 0)
		return r;
	if (r == 0 && principal->kind == PRINCIPAL_OWN) {
		if (!principal->client || strcmp(principal->client, client->id) != 0)
			return oauth_refuse(reply, "unauthorized_client",
					    "The token was issued to another client.");
		r = revoke_note(call, principal, reply);
		if (r < 0 || reply->problem.type)
			return r;
	}
	reply_set_body(reply, 200, NULL, NULL, 0);
	return 0;
}

int oauth_revoke(struct call *call, struct reply *reply)
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
	return revoke_token(call, &client, token, reply);
}
