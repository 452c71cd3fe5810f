/* SPDX-License-Identifier: MIT */
#include "jwk.h"

#include <errno.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <string.h>

#include "jwk_private.h"

static const char *const jwk_names[JWK_ALGORITHMS] = {"ES256", "RS256", "PS256"};

static void jwk_cleanup_digest(EVP_MD_CTX **context)
{
	EVP_MD_CTX_free(*context);
}

static void jwk_cleanup_signature(ECDSA_SIG **signature)
{
	ECDSA_SIG_free(*signature);
}

int jwk_algorithm_parse(const char *name)
{
	for (int i = 0; i < JWK_ALGORITHMS; i++)
		if (strcmp(jwk_names[i], name) == 0)
			return i;
	return -1;
}

const char *jwk_algorithm_name(enum jwk_algorithm algorithm)
{
	return jwk_names[algorithm];
}

struct jwks *jwks_free(struct jwks *keys)
{
	for (size_t i = 0; keys && i < ARRAY_LENGTH(keys->keys); i++) {
		EVP_PKEY_free(keys->keys[i].key);
		free(keys->keys[i].kid);
	}
	free(keys);
	return NULL;
}

size_t jwks_count(const struct jwks *keys)
{
	return keys->count;
}

int jwks_find(const struct jwks *keys, const char *kid, enum jwk_algorithm algorithm,
	      const struct jwk **ret_key)
{
	const struct jwk *found = NULL;
	size_t fitting = 0, named = 0;

	for (size_t i = 0; i < keys->count; i++) {
		const struct jwk *key = &keys->keys[i];

		if (kid && (!key->kid || strcmp(key->kid, kid) != 0))
			continue;
		named++;
		if (key->algorithm != algorithm)
			continue;
		fitting++;
		found = key;
	}
	if (fitting != 1)
		return kid && named && !fitting ? JWK_NO_ALGORITHM : JWK_NO_KEY;
	*ret_key = found;
	return 0;
}

/* The two halves of a JOSE signature as OpenSSL reads them. 0, JWK_NO_SIGNATURE, -ENOMEM. */
static int jwk_encode_halves(const uint8_t *bytes, size_t length, uint8_t **ret_der,
			     size_t *ret_length)
{
	CLEANUP(jwk_cleanup_signature) ECDSA_SIG *signature = NULL;
	BIGNUM *r, *s;
	int size;

	if (length != 2 * (size_t)JWK_COORDINATE)
		return JWK_NO_SIGNATURE;
	signature = ECDSA_SIG_new();
	r = BN_bin2bn(bytes, JWK_COORDINATE, NULL);
	s = BN_bin2bn(bytes + JWK_COORDINATE, JWK_COORDINATE, NULL);
	if (!signature || !r || !s || ECDSA_SIG_set0(signature, r, s) != 1) {
		BN_free(r);
		BN_free(s);
		return -ENOMEM;
	}
	size = i2d_ECDSA_SIG(signature, ret_der);
	if (size <= 0)
		return -ENOMEM;
	*ret_length = (size_t)size;
	return 0;
}

static bool jwk_begin(const struct jwk *key, EVP_MD_CTX *context)
{
	EVP_PKEY_CTX *padding; /* the context's own */

	if (EVP_DigestVerifyInit(context, &padding, EVP_sha256(), NULL, key->key) != 1)
		return false;
	/* The salt is as long as the hash, and MGF1 uses the same hash (RFC 7518, section 3.5). */
	return key->algorithm != JWK_PS256 ||
	       (EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING) == 1 &&
		EVP_PKEY_CTX_set_rsa_pss_saltlen(padding, RSA_PSS_SALTLEN_DIGEST) == 1);
}

int jwk_verify(const struct jwk *key, const char *text, size_t length, const uint8_t *signature,
	       size_t signature_length)
{
	CLEANUP(jwk_cleanup_digest) EVP_MD_CTX *context = EVP_MD_CTX_new();
	uint8_t *der = NULL;
	int r = context ? 0 : -ENOMEM;

	if (r == 0 && key->algorithm == JWK_ES256) {
		r = jwk_encode_halves(signature, signature_length, &der, &signature_length);
		signature = der;
	}
	if (r == 0 && !jwk_begin(key, context))
		r = -ENOMEM;
	if (r == 0 && EVP_DigestVerify(context, signature, signature_length, (const uint8_t *)text,
				       length) != 1)
		r = JWK_NO_SIGNATURE;
	OPENSSL_free(der);
	ERR_clear_error();
	return r;
}
