/* SPDX-License-Identifier: MIT */
/* Judges access tokens: the header, who issued it, the signature, the claims, in that order. */
#include <errno.h>
#include <string.h>

#include "../limit.h"
#include "auth_private.h"
#include "claims.h"
#include "jws.h"

static const char *const verify_own_type = "JWT";
static const char *const verify_types[] = {"JWT", "at+jwt", "application/at+jwt", NULL};

static int verify_own_signature(struct auth *auth, const struct jws *jws, int64_t now)
{
	CLEANUP_KEY struct key *key = NULL;

	if (strcmp(jws->type, verify_own_type) != 0)
		return REFUSAL_TYPE;
	if (!jws->kid)
		return REFUSAL_KEY_UNKNOWN;
	key = keyring_find(auth->ring, jws->kid, now);
	if (!key) {
		auth_reread_keys(auth);
		key = keyring_find(auth->ring, jws->kid, now);
	}
	return key ? jws_verify(jws, key->published) : REFUSAL_KEY_UNKNOWN;
}

int auth_map_own(const struct auth *auth, const json_t *claims, struct principal *draft)
{
	int r = claims_need_text(claims, "sub", LIMIT_CLAIM_BYTES, &draft->subject);

	draft->kind = PRINCIPAL_OWN;
	draft->issuer = auth->issuer;
	if (r == 0)
		r = claims_need_text(claims, "client_id", LIMIT_CLAIM_BYTES, &draft->client);
	if (r == 0)
		r = claims_need_text(claims, "jti", LIMIT_CLAIM_BYTES, &draft->jti);
	if (r == 0)
		r = claims_text(claims, "org", LIMIT_CLAIM_BYTES, &draft->organisation);
	if (r == 0)
		r = claims_text(claims, "role", LIMIT_CLAIM_BYTES, &draft->role);
	if (r == 0)
		r = claims_text(claims, "scope", LIMIT_SCOPE_BYTES, &draft->scopes);
	return r == 0 && draft->scopes && !claims_are_scopes(draft->scopes) ? REFUSAL_CLAIM : r;
}

/* A token that is well-formed, by whoever issued it. */
static int verify_issued(struct auth *auth, const struct jws *jws, int64_t now,
			 struct principal **ret_principal)
{
	const char *const own_audiences[] = {auth->issuer, NULL};
	struct claims_rules rules = {own_audiences, true, AUTH_LONGEST_SECONDS};
	CLEANUP_FREE char *scopes = NULL;
	struct provider *provider = NULL;
	struct principal draft = {0};
	struct claims_times times;
	const char *issuer = NULL;
	int r = claims_need_text(jws->claims, "iss", LIMIT_TOKEN_BYTES, &issuer);

	if (r != 0)
		return REFUSAL_ISSUER;
	if (strcmp(issuer, auth->issuer) == 0) {
		r = verify_own_signature(auth, jws, now);
	} else {
		provider = providers_find(auth->providers, issuer);
		if (!provider)
			return REFUSAL_ISSUER;
		r = provider_verify(provider, jws);
		rules.audiences = provider_audiences(provider);
	}
	if (r == 0)
		r = claims_judge(jws->claims, &rules, now, &times);
	if (r == 0)
		r = provider ? provider_map(provider, jws->claims, &draft, &scopes)
			     : auth_map_own(auth, jws->claims, &draft);
	if (r != 0)
		return r;
	draft.issued = times.issued;
	draft.expires = times.expires;
	return principal_new(&draft, ret_principal);
}

/* Judges a token that is not remembered, and remembers it. */
static int verify_first(struct auth *auth, const char *text, size_t length,
			const uint8_t digest[DIGEST_BYTES], int64_t now,
			struct principal **ret_principal)
{
	uint64_t epoch = memory_epoch(auth->memory);
	CLEANUP(jws_finish) struct jws jws;
	int r = jws_read(text, length, verify_types, false, &jws);

	if (r == 0)
		r = verify_issued(auth, &jws, now, ret_principal);
	if (r == 0)
		memory_add(auth->memory, digest, *ret_principal,
			   (*ret_principal)->expires + CLAIMS_LEEWAY_SECONDS, now, epoch);
	return r;
}

int auth_verify(struct auth *auth, const char *text, size_t length,
		struct principal **ret_principal)
{
	CLEANUP_PRINCIPAL struct principal *principal = NULL;
	uint8_t digest[DIGEST_BYTES];
	int64_t now = auth_now();
	int r;

	if (length > LIMIT_TOKEN_BYTES)
		return REFUSAL_OVERSIZED;
	r = digest_sha256(text, length, digest);
	if (r < 0)
		return r;
	principal = memory_find(auth->memory, digest, now);
	if (!principal)
		r = verify_first(auth, text, length, digest, now, &principal);
	if (r != 0)
		return r;
	if (auth->revoked && auth->revoked(auth->revoked_context, principal))
		return REFUSAL_REVOKED;
	*ret_principal = TAKE_PTR(principal);
	return 0;
}
