/* SPDX-License-Identifier: MIT */
/* What the files of this module share: jwk_read.c reads keys, jwk.c finds them and verifies. */
#pragma once

#include <openssl/evp.h>

#include "../limit.h"
#include "jwk.h"

enum { JWK_COORDINATE = 32 }; /* bytes of a coordinate on P-256, and of half a signature */

struct jwk {
	char *kid; /* NULL when there is none */
	enum jwk_algorithm algorithm;
	EVP_PKEY *key;
};

struct jwks {
	size_t count;
	struct jwk keys[LIMIT_JWKS_KEYS];
};
