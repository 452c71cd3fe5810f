/* SPDX-License-Identifier: MIT */
/*
 * Public keys as others publish them (RFC 7517): parsed once, each bound to one algorithm, and
 * signatures verified by them. ES256 on P-256; RS256 and PS256 with 2048 to 8192 bits.
 */
#pragma once

#include "../common.h"

enum jwk_algorithm { JWK_ES256, JWK_RS256, JWK_PS256, JWK_ALGORITHMS };

enum { JWK_NO_KEY = 1, JWK_NO_ALGORITHM, JWK_NO_SIGNATURE };

struct jwk;  /* one key */
struct jwks; /* a set of them; never changed once made, so that threads may share it */

/* The algorithm of that exact spelling; -1 when there is none, or it is not one of ours. */
int jwk_algorithm_parse(const char *name);
const char *jwk_algorithm_name(enum jwk_algorithm algorithm);

/*
 * Reads a JWK Set. Its keys are bound to their "alg" or, without one, to ES256 (kty EC) or RS256
 * (kty RSA). strict refuses the set for the first key that could not verify anything (another kty
 * or curve, too few bits, meant for encryption) or that is private; otherwise such keys are left
 * out, for a provider publishes more than concerns us. 0; 1 with an owned ret_error that says what
 * is wrong (also: no usable key, a kid twice for one algorithm, more than LIMIT_JWKS_KEYS keys or
 * LIMIT_JWKS_BYTES bytes); -ENOMEM.
 */
int jwks_parse(const char *text, size_t length, bool strict, struct jwks **ret_keys,
	       char **ret_error) MUST_CHECK;
struct jwks *jwks_free(struct jwks *keys);
/* How many keys are in the set. */
size_t jwks_count(const struct jwks *keys);

/*
 * Finds the key for a kid and an algorithm. kid may be NULL: then the only key for the algorithm is
 * meant. 0 with a key borrowed from the set; JWK_NO_KEY; JWK_NO_ALGORITHM when the kid is there for
 * another algorithm.
 */
int jwks_find(const struct jwks *keys, const char *kid, enum jwk_algorithm algorithm,
	      const struct jwk **ret_key) MUST_CHECK;
/* Verifies a JWS signature over text, by the key's own algorithm. 0, JWK_NO_SIGNATURE, -ENOMEM. */
int jwk_verify(const struct jwk *key, const char *text, size_t length, const uint8_t *signature,
	       size_t signature_length) MUST_CHECK;
