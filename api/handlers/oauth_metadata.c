/* SPDX-License-Identifier: MIT */
/* What a client must know to get a token here (RFC 8414). */
#include <errno.h>
#include <string.h>

#include "handlers.h"

static json_t *metadata_methods(void)
{
	return json_pack("[s, s, s]", "client_secret_basic", "client_secret_post",
			 "private_key_jwt");
}

static json_t *metadata_algorithms(void)
{
	json_t *names = json_array();

	for (enum jwk_algorithm i = 0; i < JWK_ALGORITHMS; i++)
		json_array_append_new(names, json_string(jwk_algorithm_name(i)));
	return names;
}

static json_t *metadata_scopes(const struct contract *contract)
{
	json_t *scopes = json_array();

	for (size_t i = 0; i < contract->scope_count; i++)
		json_array_append_new(scopes, json_string(contract->scopes[i]));
	return scopes;
}

/* An endpoint, and how clients authenticate there. */
static int metadata_add_endpoint(json_t *body, const char *base, const char *name, const char *path)
{
	static const char *const further[] = {"", "_auth_methods_supported",
					      "_auth_signing_alg_values_supported"};
	json_t *values[] = {json_sprintf("%s%s", base, path), metadata_methods(),
			    metadata_algorithms()};
	int r = 0;

	for (size_t i = 0; i < ARRAY_LENGTH(further); i++) {
		CLEANUP_FREE char *member = NULL;

		if (asprintf(&member, "%s%s", name, further[i]) < 0)
			member = NULL;
		r |= json_object_set_new(body, member ? member : "", values[i]);
		r |= member ? 0 : -1;
	}
	return r ? -ENOMEM : 0;
}

int oauth_metadata(struct call *call, struct reply *reply)
{
	const char *base = call->service->public_url;
	CLEANUP_JSON json_t *body =
		json_pack("{s:s, s:o*, s:[s], s:[], s:o*, s:o*}", "issuer", base, "jwks_uri",
			  json_sprintf("%s/.well-known/jwks.json", base), "grant_types_supported",
			  "client_credentials", "response_types_supported", "scopes_supported",
			  metadata_scopes(call->service->contract), "service_documentation",
			  json_sprintf("%s/docs", base));
	char *text;
	int r = body ? metadata_add_endpoint(body, base, "token_endpoint", "/oauth/token")
		     : -ENOMEM;

	if (r == 0)
		r = metadata_add_endpoint(body, base, "introspection_endpoint",
					  "/oauth/introspect");
	if (r == 0)
		r = metadata_add_endpoint(body, base, "revocation_endpoint", "/oauth/revoke");
	text = r == 0 ? json_dumps(body, JSON_COMPACT) : NULL;
	if (!text)
		return -ENOMEM;
	reply_set_body(reply, 200, call->media_type, text, strlen(text));
	reply->tagged = true;
	return 0;
}
