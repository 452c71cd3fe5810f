/* SPDX-License-Identifier: MIT */
/* Why a token is refused, and what its bearer is told (RFC 6750, section 3). */
#pragma once

#include "../common.h"

/* Documented, positive, and never 0: what auth_verify() and those below it return. */
enum refusal {
	REFUSAL_OVERSIZED = 1, /* longer than LIMIT_TOKEN_BYTES */
	REFUSAL_MALFORMED,     /* not three parts of strict base64url around two JSON objects */
	REFUSAL_DUPLICATE,     /* a member of header or claims stands there twice */
	REFUSAL_EXTENSION,     /* crit, zip, b64: another meaning than the plain one */
	REFUSAL_OWN_KEY,       /* jku, jwk, x5u, x5c: the token says how to verify it */
	REFUSAL_TYPE,          /* typ is absent, or not one that an access token has */
	REFUSAL_ALGORITHM,     /* alg is none, a shared secret's, misspelt or unknown */
	REFUSAL_ISSUER,        /* iss is absent or nobody whom we know */
	REFUSAL_KEY_UNKNOWN,   /* kid is absent or not among the issuer's keys */
	REFUSAL_KEY_ALGORITHM, /* alg is not the one that is bound to the key */
	REFUSAL_SIGNATURE,     /* the signature is not that key's */
	REFUSAL_CLAIM,         /* a claim is absent or of the wrong type */
	REFUSAL_AUDIENCE,      /* aud does not name us */
	REFUSAL_EXPIRED,       /* exp has passed */
	REFUSAL_EARLY,         /* nbf has not come */
	REFUSAL_FUTURE,        /* iat has not come */
	REFUSAL_LIFETIME,      /* from iat to exp is longer than is accepted */
	REFUSAL_SUBJECT,       /* the issuer is trusted, but not for such a bearer */
	REFUSAL_REVOKED,       /* it was good until somebody revoked it */
	REFUSAL_UNAVAILABLE, /* the issuer's keys cannot be had now: nothing is said of the token */
	REFUSALS,
};

/* One word for the log and for metrics: "expired". refusal is one of the above. */
const char *refusal_name(int refusal);
/* A sentence for error_description: printable ASCII without quotes and backslashes (RFC 6750). */
const char *refusal_description(int refusal);
/*
 * The value of WWW-Authenticate, static: 'Bearer realm="accord", error="invalid_token",
 * error_description="…"', to go with 401. NULL for REFUSAL_UNAVAILABLE, which is a 503 with
 * Retry-After and no challenge. What is no refusal (0) gives the bare 'Bearer realm="accord"' of a
 * request without credentials.
 */
const char *refusal_challenge(int refusal);
