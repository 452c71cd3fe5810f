/* SPDX-License-Identifier: MIT */
/* One ES256 key pair of ours. Never changed once made, counted, shared by threads. */
#pragma once

#include <stdatomic.h>

#include "../buffer.h"
#include "jwk.h"

enum {
	KEY_ID_BYTES = 43,    /* of a kid: base64url of a SHA-256 */
	KEY_PEM_BYTES = 1024, /* of a private key as PEM, at most */
	KEY_SIGNATURE_BYTES = 64,
};

struct key {
	char kid[KEY_ID_BYTES + 1];                    /* the RFC 7638 thumbprint */
	char x[KEY_ID_BYTES + 1], y[KEY_ID_BYTES + 1]; /* the public point */
	int64_t since;                                 /* from when it signs; seconds since 1970 */
	char *private_pem;                             /* PKCS #8; wiped before it is freed */
	size_t private_length;
	struct evp_pkey_st *pair; /* the same, parsed: OpenSSL's EVP_PKEY */
	struct jwks *published;   /* what others see of it, and verify with */
	atomic_uint references;
};

/* A new key that signs from a second on, with one reference. 0, -ENOMEM or -EIO. */
int key_generate(int64_t since, struct key **ret_key) MUST_CHECK;
/* Reads a private key from PEM. 0; 1 when it is not one of P-256; -ENOMEM or -EIO. */
int key_parse(const char *pem, size_t length, int64_t since, struct key **ret_key) MUST_CHECK;
/* Adds what is published of it: a JWK with kid, use and alg. 0, or the buffer's failure. */
int key_write_jwk(const struct key *key, struct buffer *buffer);
/* Signs a text by ES256: r and s, as JOSE has them (RFC 7518, section 3.4). 0, -ENOMEM or -EIO. */
int key_sign(const struct key *key, const char *text,
	     uint8_t ret_signature[KEY_SIGNATURE_BYTES]) MUST_CHECK;
struct key *key_hold(struct key *key);
/* One reference less; the last one wipes and frees. Takes NULL; returns NULL. */
struct key *key_release(struct key *key);

static inline void key_cleanup(struct key **key)
{
	key_release(*key);
}

#define CLEANUP_KEY CLEANUP(key_cleanup)
