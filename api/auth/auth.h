/* SPDX-License-Identifier: MIT */
/*
 * Who is calling: the one door to everything that signs, judges and verifies tokens. Ours are ES256
 * and typ JWT; those of configured OpenID providers are RS256, ES256 or PS256, typ JWT or at+jwt.
 * Knows no HTTP and no database. All functions may be called by many threads at once.
 */
#pragma once

#include "../config.h"
#include "jwk.h"
#include "principal.h"
#include "refusal.h"

struct auth;

/*
 * Reads what is configured: providers and their key files. Makes nothing and starts nothing, so
 * that "accord check" can do it. 0; -EINVAL or -EIO with an owned ret_error; -ENOMEM. config is
 * borrowed.
 */
int auth_new(const struct config *config, struct auth **ret_auth, char **ret_error) MUST_CHECK;
/*
 * Becomes this issuer (the public URL, which is also the audience of our tokens; copied): reads our
 * signing keys and makes the first one. Tokens may be issued. 0; -EINVAL or -EIO with an owned
 * ret_error; -ENOMEM.
 */
int auth_open(struct auth *auth, const char *issuer, char **ret_error) MUST_CHECK;
/* Keeps keys fresh from now on: starts the thread that rereads ours, and those that fetch the
 * providers'. 0 or -EAGAIN. */
int auth_start(struct auth *auth) MUST_CHECK;
/* Ends the threads; nothing may be verified any more. Takes NULL; returns NULL. */
struct auth *auth_free(struct auth *auth);
/* Rereads keys and providers' keys soon: SIGHUP. Safe in a signal handler. */
void auth_reload(struct auth *auth);

/*
 * Asked for every token that is otherwise good, also for one that is remembered, in the thread of
 * the request: true refuses it with REFUSAL_REVOKED. Must not block. Set before auth_open.
 */
typedef bool (*auth_revoked)(void *context, const struct principal *principal);
void auth_set_revoked(struct auth *auth, auth_revoked revoked, void *context);

/*
 * Judges an access token, the part behind "Bearer ", of any length and content. 0 with a reference
 * to the principal, which the caller releases; a refusal (refusal.h); negative is fatal. A token
 * that was seen before costs a hash and a look-up until it expires.
 */
int auth_verify(struct auth *auth, const char *text, size_t length,
		struct principal **ret_principal) MUST_CHECK;

/* What a token is to say. Texts are borrowed; those that may be NULL are left out of the token. */
struct auth_grant {
	const char *subject;
	const char *client;
	const char *organisation; /* may be NULL */
	const char *role;         /* may be NULL */
	const char *scopes;       /* separated by single spaces; may be NULL */
	int seconds;              /* from now until it expires; 0 is AUTH_TOKEN_SECONDS */
};

enum {
	AUTH_TOKEN_SECONDS = 600, /* of an access token, unless the grant says otherwise */
	AUTH_LONGEST_SECONDS = 24 * 60 * 60, /* of any token that is issued or accepted */
};

/*
 * Signs a token with the current key: iss, aud, sub, client_id, org, role, scope, jti (a new UUID),
 * iat, exp. 0 with an owned token and, unless ret_principal is NULL, what auth_verify would give
 * for it; -EINVAL when a text would not be accepted again (absent, empty, too long, with controls)
 * or the grant is longer than AUTH_LONGEST_SECONDS; -ENOMEM, -EIO.
 */
int auth_issue(struct auth *auth, const struct auth_grant *grant, char **ret_token,
	       struct principal **ret_principal) MUST_CHECK;

/* The JWK Set of every key of ours that may verify a token now or soon: an owned text, and for how
 * many seconds it may be kept. 0 or -ENOMEM. */
int auth_write_jwks(struct auth *auth, char **ret_text, int *ret_seconds) MUST_CHECK;

/*
 * Signs what a receipt says, a JSON object as text, with the current key of receipts: ES256,
 * compact. 0 with an owned text, -EINVAL when it is no object, -ENOMEM, -EIO.
 */
int auth_sign_receipt(struct auth *auth, const char *claims, char **ret_receipt) MUST_CHECK;
/* The JWK Set of every key that ever signed a receipt, or will soon; as above. */
int auth_write_receipt_jwks(struct auth *auth, char **ret_text, int *ret_seconds) MUST_CHECK;

/* The folder of the keys of receipts, below that of the keys of tokens, owned; "" when there is
 * none. NULL when memory is short. */
char *auth_receipts_folder(const char *keys) MUST_CHECK;

/* A client's assertion (RFC 7523, private_key_jwt), verified. */
struct auth_assertion {
	char *client; /* iss and sub; owned */
	char *jti; /* owned; whoever takes the assertion must take this jti of this client once */
	int64_t expires; /* after which the jti may be forgotten; seconds since 1970, leeway
			    included */
};

/* Who an assertion claims to be from, not verified: for finding that client's keys. 0 with an owned
 * client id, a refusal, or -ENOMEM. */
int auth_peek_assertion(const char *text, size_t length, char **ret_client) MUST_CHECK;
/*
 * Judges an assertion by the client's own keys: iss and sub are the client, aud is our issuer or
 * path below it (such as "/oauth/token"), jti is there, exp at most AUTH_ASSERTION_SECONDS away;
 * typ may be absent, JWT or client-authentication+jwt; kid may be absent when one key fits. 0, a
 * refusal, or -ENOMEM. auth_assertion_finish in case of 0.
 */
int auth_verify_assertion(struct auth *auth, const char *text, size_t length,
			  const struct jwks *keys, const char *client, const char *path,
			  struct auth_assertion *ret_assertion) MUST_CHECK;
void auth_assertion_finish(struct auth_assertion *assertion);

enum { AUTH_ASSERTION_SECONDS = 600 };
