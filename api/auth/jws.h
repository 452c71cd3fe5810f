/* SPDX-License-Identifier: MIT */
/*
 * A signed token in compact form (RFC 7515), taken apart and its header judged before anything is
 * verified or believed: RFC 8725 as code.
 */
#pragma once

#include "jwk.h"
#include "refusal.h"

struct jws {
	const char *text; /* borrowed; what is signed is its first signed_length bytes */
	size_t signed_length;
	json_t *header, *claims;
	enum jwk_algorithm algorithm;
	const char *type; /* typ; NULL when there is none */
	const char *kid;  /* NULL when there is none */
	uint8_t *signature;
	size_t signature_length;
};

/*
 * Reads a token of any content. types lists the values of typ that are accepted, ended by NULL;
 * typeless accepts that there is none. 0, a refusal or -ENOMEM; jws_finish in every case. text is
 * borrowed until then.
 */
int jws_read(const char *text, size_t length, const char *const *types, bool typeless,
	     struct jws *ret_jws) MUST_CHECK;
/* Verifies the signature by the key of a set that kid and alg name. 0, REFUSAL_KEY_UNKNOWN,
 * REFUSAL_KEY_ALGORITHM, REFUSAL_SIGNATURE or -ENOMEM. */
int jws_verify(const struct jws *jws, const struct jwks *keys) MUST_CHECK;
void jws_finish(struct jws *jws);
