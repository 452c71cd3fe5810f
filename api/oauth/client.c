/* SPDX-License-Identifier: MIT */
#include "client.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "../access/network.h"
#include "../access/secret.h"
#include "../access/throttle.h"
#include "../clock.h"
#include "../steps.h"
#include "credentials.h"
#include "oauth.h"

enum {
	CLIENT_FAILURE_MS = 25, /* from a request's arrival to the answer that it failed: more than
				   any way to fail takes */
	CLIENT_FAILED = 2,      /* see the reason, which only the log is told */
};

/* The columns of the question. */
enum {
	CLIENT_STATE,
	CLIENT_FITS,
	CLIENT_KEYS,
	CLIENT_ORGANISATION,
	CLIENT_SCOPES,
	CLIENT_ADDRESSES,
	CLIENT_EXPIRES,
};

/* Nobody's key, whose private half was not kept: an unknown client's assertion is verified too. */
static const char *const client_no_keys =
	"{\"keys\":["
	"{\"kty\":\"EC\",\"crv\":\"P-256\",\"alg\":\"ES256\","
	"\"x\":\"OdEq4sCwHOHgB-5neMd_FtaDmymjrZRSFm1t7Q4ZDFI\","
	"\"y\":\"GqLa-DtDK_7kLpqIBn86ZoLmHT-cKTncB2dsQ32_ONg\"}]}";

/* One attempt to prove who one is. */
struct attempt {
	struct call *call;
	struct reply *reply;
	struct credentials credentials;
	struct db_connection *connection;
	struct db_reply row;
	const char *reason; /* of CLIENT_FAILED */
};

static void attempt_finish(struct attempt *attempt)
{
	db_reply_finish(&attempt->row);
	pool_release(attempt->call->service->pool, attempt->connection);
	attempt->connection = NULL;
	credentials_finish(&attempt->credentials);
}

void client_finish(struct client *client)
{
	free(client->scopes);
	client->scopes = NULL;
}

static int client_fail(struct attempt *attempt, const char *reason)
{
	attempt->reason = reason;
	return CLIENT_FAILED;
}

/* Runs steps; a database that does not answer is the reply's problem. */
static int client_run(struct attempt *attempt, const struct steps *steps, bool first)
{
	int r;

	db_reply_finish(&attempt->row);
	r = db_run(attempt->connection, steps->list, steps->count, first, &attempt->row);
	if (r == DB_FAILED)
		service_map_error(attempt->call->service, &attempt->row.error, false,
				  attempt->reply);
	else if (r == DB_LOST)
		service_map_lost(db_reason(attempt->connection), attempt->reply);
	return r > 0 ? CLIENT_REFUSED : r;
}

/* Asks the database who the client is, and whether the secret is its; an assertion has none. */
static int client_ask(struct attempt *attempt)
{
	const struct service *service = attempt->call->service;
	uint8_t digest[DIGEST_BYTES];
	char text[2 * DIGEST_BYTES + 3] = "\\x";
	const char *const values[] = {attempt->credentials.client, text};
	struct steps steps;
	int r = 0;

	if (attempt->credentials.secret)
		r = secret_digest(service->secret_key, attempt->credentials.secret, digest);
	if (r < 0)
		return r;
	if (attempt->credentials.secret)
		digest_hex(digest, sizeof(digest), text + 2);
	if (pool_acquire(service->pool, attempt->call->payer, &attempt->connection) != 0) {
		service_map_busy(attempt->reply);
		return CLIENT_REFUSED;
	}
	steps_init(&steps, attempt->call);
	steps_add_engine(&steps, ENGINE_AUTHENTICATE, values, ARRAY_LENGTH(values));
	return client_run(attempt, &steps, true);
}

static const char *client_column(const struct attempt *attempt, int column)
{
	return db_value(&attempt->row, 0, 0, column);
}

/* Remembers that an assertion was used. Ends what is known of the row. */
static int client_use_assertion(struct attempt *attempt, const struct auth_assertion *assertion)
{
	char expires[24];
	const char *const values[] = {assertion->client, assertion->jti, expires};
	struct steps steps;
	const char *fresh;
	size_t place;
	int r;

	snprintf(expires, sizeof(expires), "%lld", (long long)assertion->expires);
	steps_init(&steps, attempt->call);
	steps_add_engine(&steps, ENGINE_BEGIN, NULL, 0);
	place = steps_add_engine(&steps, ENGINE_USE_ASSERTION, values, ARRAY_LENGTH(values));
	steps_add_engine(&steps, ENGINE_COMMIT, NULL, 0);
	r = client_run(attempt, &steps, false);
	if (r != 0)
		return r;
	fresh = db_value(&attempt->row, place, 0, 0);
	return fresh && fresh[0] == 't' ? 0 : client_fail(attempt, "the assertion was used before");
}

static int client_verify_assertion(struct attempt *attempt, struct auth_assertion *ret_assertion)
{
	const char *text = attempt->credentials.assertion;
	const char *known = client_column(attempt, CLIENT_KEYS);
	const char *keys_text = known ? known : client_no_keys;
	CLEANUP_FREE char *error = NULL;
	struct jwks *keys = NULL;
	int r = jwks_parse(keys_text, strlen(keys_text), false, &keys, &error);

	if (r == 0)
		r = auth_verify_assertion(attempt->call->service->auth, text, strlen(text), keys,
					  attempt->credentials.client, attempt->call->request->path,
					  ret_assertion);
	jwks_free(keys);
	if (r < 0)
		return r;
	if (r > 0)
		return client_fail(attempt, error ? "its keys cannot be read" : refusal_name(r));
	return known ? 0 : client_fail(attempt, "the client has no keys");
}

/* Whether the client may be given anything, now and from here. */
static int client_admit(struct attempt *attempt)
{
	CLEANUP_FREE struct network *networks = NULL;
	const char *addresses = client_column(attempt, CLIENT_ADDRESSES);
	size_t count = 0;
	int r;

	if (strcmp(client_column(attempt, CLIENT_STATE), "good") != 0)
		return client_fail(attempt, client_column(attempt, CLIENT_STATE));
	r = network_parse(addresses, &networks, &count);
	if (r < 0)
		return r;
	return r == 0 && (!count ||
			  network_contains(networks, count, attempt->call->request->client))
		       ? 0
		       : client_fail(attempt, "the address is not the client's");
}

static int client_take(const struct attempt *attempt, struct client *ret_client)
{
	const char *expires = client_column(attempt, CLIENT_EXPIRES);

	*ret_client = (struct client){.until = expires ? strtoll(expires, NULL, 10) : INT64_MAX};
	snprintf(ret_client->id, sizeof(ret_client->id), "%s", attempt->credentials.client);
	snprintf(ret_client->organisation, sizeof(ret_client->organisation), "%s",
		 client_column(attempt, CLIENT_ORGANISATION));
	ret_client->scopes = strdup(client_column(attempt, CLIENT_SCOPES));
	return ret_client->scopes ? 0 : -ENOMEM;
}

/* Judges what the client shows. 0, CLIENT_FAILED, CLIENT_REFUSED, negative. */
static int client_judge(struct attempt *attempt, struct client *ret_client)
{
	CLEANUP(auth_assertion_finish) struct auth_assertion assertion = {0};
	bool asserts = attempt->credentials.assertion;
	int r = client_ask(attempt);

	if (r == 0 && asserts)
		r = client_verify_assertion(attempt, &assertion);
	else if (r == 0 && client_column(attempt, CLIENT_FITS)[0] != 't')
		r = client_fail(attempt, secret_is_whole(attempt->credentials.secret)
						 ? "the secret is not the client's"
						 : "the secret is mistyped or cut");
	if (r == 0)
		r = client_admit(attempt);
	if (r == 0)
		r = client_take(attempt, ret_client);
	if (r == 0 && asserts) {
		r = client_use_assertion(attempt, &assertion);
		if (r != 0)
			client_finish(ret_client);
	}
	return r;
}

/* Waits until a failure may be told. */
static void client_wait(const struct request *request)
{
	clock_wait_until_ns(request->started_ns + UINT64_C(1000000) * CLIENT_FAILURE_MS);
}

/* The same for every failure: what is known of the client is not told to whom it may not be. */
static int client_refuse(struct attempt *attempt)
{
	struct call *call = attempt->call;

	throttle_fail(call->service->throttle, attempt->credentials.client, call->request->client);
	snprintf(attempt->reply->caller, sizeof(attempt->reply->caller), "%s",
		 attempt->credentials.client);
	reply_note_fault(attempt->reply, "client: %s", attempt->reason);
	attempt_finish(attempt);
	client_wait(call->request);
	return oauth_refuse(attempt->reply, "invalid_client",
			    "The client is unknown, or its credentials are not good here.");
}

int client_authenticate(struct call *call, const struct form *form, struct reply *reply,
			struct client *ret_client)
{
	CLEANUP(attempt_finish) struct attempt attempt = {.call = call, .reply = reply};
	const char *error, *fault;
	unsigned wait;
	int r = credentials_read(call->request, form, &attempt.credentials, &error, &fault);

	if (r < 0)
		return r;
	if (r > 0) {
		r = oauth_refuse(reply, error, fault);
		return r < 0 ? r : CLIENT_REFUSED;
	}
	wait = throttle_wait(call->service->throttle, attempt.credentials.client,
			     call->request->client);
	if (wait) {
		r = oauth_refuse_for(reply, wait);
		return r < 0 ? r : CLIENT_REFUSED;
	}
	r = client_judge(&attempt, ret_client);
	if (r == 0)
		snprintf(reply->caller, sizeof(reply->caller), "%s", ret_client->id);
	if (r != CLIENT_FAILED)
		return r;
	r = client_refuse(&attempt);
	return r < 0 ? r : CLIENT_REFUSED;
}
