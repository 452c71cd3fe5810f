/* SPDX-License-Identifier: MIT */
/* Clients that prove who they are with a key of their own (RFC 7523, OpenID Connect Core 9). */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../limit.h"
#include "auth_private.h"
#include "claims.h"
#include "jws.h"

static const char *const assertion_types[] = {"JWT", "client-authentication+jwt", NULL};

/* Reads an assertion and whom it is from: iss and sub, which are the same. */
static int assertion_read(const char *text, size_t length, struct jws *ret_jws,
			  const char **ret_client)
{
	const char *subject = NULL;
	int r = jws_read(text, length, assertion_types, true, ret_jws);

	if (r == 0)
		r = claims_need_text(ret_jws->claims, "iss", LIMIT_CLAIM_BYTES, ret_client);
	if (r == 0)
		r = claims_need_text(ret_jws->claims, "sub", LIMIT_CLAIM_BYTES, &subject);
	return r == 0 && strcmp(*ret_client, subject) != 0 ? REFUSAL_ISSUER : r;
}

int auth_peek_assertion(const char *text, size_t length, char **ret_client)
{
	CLEANUP(jws_finish) struct jws jws;
	const char *client;
	int r = assertion_read(text, length, &jws, &client);

	if (r != 0)
		return r;
	*ret_client = strdup(client);
	return *ret_client ? 0 : -ENOMEM;
}

static int assertion_judge(const struct jws *jws, const char *client, const char *const *audiences,
			   struct auth_assertion *ret_assertion)
{
	const struct claims_rules rules = {audiences, false, AUTH_ASSERTION_SECONDS};
	struct claims_times times;
	const char *jti;
	int r = claims_judge(jws->claims, &rules, auth_now(), &times);

	if (r == 0)
		r = claims_need_text(jws->claims, "jti", LIMIT_CLAIM_BYTES, &jti);
	if (r != 0)
		return r;
	*ret_assertion = (struct auth_assertion){
		.client = strdup(client),
		.jti = strdup(jti),
		.expires = times.expires + CLAIMS_LEEWAY_SECONDS,
	};
	if (ret_assertion->client && ret_assertion->jti)
		return 0;
	auth_assertion_finish(ret_assertion);
	return -ENOMEM;
}

int auth_verify_assertion(struct auth *auth, const char *text, size_t length,
			  const struct jwks *keys, const char *client, const char *path,
			  struct auth_assertion *ret_assertion)
{
	CLEANUP(jws_finish) struct jws jws;
	CLEANUP_FREE char *endpoint = NULL;
	const char *claimed;
	int r = assertion_read(text, length, &jws, &claimed);

	if (r != 0)
		return r;
	if (strcmp(claimed, client) != 0)
		return REFUSAL_ISSUER;
	r = jws_verify(&jws, keys);
	if (r != 0)
		return r;
	if (asprintf(&endpoint, "%s%s", auth->issuer, path) < 0) {
		endpoint = NULL;
		return -ENOMEM;
	}
	return assertion_judge(&jws, client, (const char *const[]){auth->issuer, endpoint, NULL},
			       ret_assertion);
}

void auth_assertion_finish(struct auth_assertion *assertion)
{
	free(assertion->client);
	free(assertion->jti);
	*assertion = (struct auth_assertion){0};
}
