/* SPDX-License-Identifier: MIT */
/* The OpenID providers whose tokens are accepted: who they are, and their keys, kept fresh. */
#pragma once

#include "../config.h"
#include "jws.h"
#include "memory.h"

enum {
	PROVIDERS = 16,         /* at most */
	PROVIDER_AUDIENCES = 8, /* of one, at most */
	PROVIDER_FLOOR_SECONDS =
		30, /* between fetches that tokens bring about, or after a failure */
	PROVIDER_REFRESH_SECONDS = 900, /* between fetches otherwise */
	PROVIDER_WAIT_MS = 1000, /* for which a token with an unknown kid waits for a fetch */
	PROVIDER_WAITERS = 8,    /* that do so at once; more are told to come again */
};

/*
 * Read from a JSON file, which is closed: an unknown member is an error.
 *
 *   {"providers": [{
 *     "issuer": "https://login.example",          iss, exactly
 *     "audience": "https://accord.example",       or an array of them
 *     "jwksUrl": "https://login.example/jwks",    or "jwksFile": "/etc/accord/login.json"
 *     "certificates": "/etc/accord/ca.pem",       authorities for the URL; the system's when absent
 *     "subject": "sub",                           the claim that names the user
 *     "client": "client_id",                      the claim that names the client, when there is
 * one "scope": "scope",                           the claim of scopes; absent: tokens carry none
 *     "require": {"email_verified": true}         claims that must be there with these values
 *   }]}
 */
struct provider;
struct providers;

/* No providers for an empty path. 0; -EINVAL or -EIO with an owned ret_error; -ENOMEM. */
int providers_new(const char *path, struct providers **ret_providers, char **ret_error) MUST_CHECK;
/* Starts a thread for each that has a URL, which fetches at once. Keys that change make memory
 * forget. 0 or -EAGAIN. */
int providers_start(struct providers *providers, struct memory *memory) MUST_CHECK;
struct providers *providers_free(struct providers *providers);
/* Fetches URLs anew, and reads files anew. */
void providers_reload(struct providers *providers);

/* The provider of that issuer, borrowed; NULL when there is none. */
struct provider *providers_find(struct providers *providers, const char *issuer);
const char *const *provider_audiences(const struct provider *provider);
/*
 * Verifies the signature of a token that jws_read() has judged, by the provider's keys. Waits, at
 * most PROVIDER_WAIT_MS, only for a kid that is not known. 0, a refusal, or -ENOMEM.
 */
int provider_verify(struct provider *provider, const struct jws *jws) MUST_CHECK;
/* Whom the provider says that the bearer is, into a draft that borrows from the claims and, for
 * scopes, from *ret_scopes, which is owned. 0, a refusal, or -ENOMEM. */
int provider_map(const struct provider *provider, const json_t *claims, struct principal *draft,
		 char **ret_scopes) MUST_CHECK;
