/* SPDX-License-Identifier: MIT */
/* Tokens of every kind, signed with real keys: what a helpful or a hostile issuer would make. */
#pragma once

#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../api/digest.h"

/* How a token is signed: by which algorithm really, whatever its header says. */
enum token_signing { TOKEN_ES256, TOKEN_RS256, TOKEN_PS256 };

static inline void token_must(bool holds)
{
	if (!holds)
		abort();
}

/* The halves of an ECDSA signature, each in so many bytes. Returns their length together. */
static inline size_t token_halves(const uint8_t *der, size_t length, int half, uint8_t *ret_bytes)
{
	ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &der, (long)length);

	token_must(signature);
	token_must(BN_bn2binpad(ECDSA_SIG_get0_r(signature), ret_bytes, half) == half);
	token_must(BN_bn2binpad(ECDSA_SIG_get0_s(signature), ret_bytes + half, half) == half);
	ECDSA_SIG_free(signature);
	return 2 * (size_t)half;
}

/* A signature as JOSE writes it, base64url and owned. */
static inline char *token_signature(EVP_PKEY *key, enum token_signing how, const char *text)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY_CTX *padding;
	uint8_t bytes[2048], halves[256];
	size_t length = sizeof(bytes);

	token_must(EVP_DigestSignInit(context, &padding, EVP_sha256(), NULL, key) == 1);
	if (how == TOKEN_PS256)
		token_must(EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING) == 1 &&
			   EVP_PKEY_CTX_set_rsa_pss_saltlen(padding, RSA_PSS_SALTLEN_DIGEST) == 1);
	token_must(EVP_DigestSign(context, bytes, &length, (const uint8_t *)text, strlen(text)) ==
		   1);
	EVP_MD_CTX_free(context);
	if (how != TOKEN_ES256)
		return digest_base64url(bytes, length);
	length = token_halves(bytes, length, (EVP_PKEY_get_bits(key) + 7) / 8, halves);
	return digest_base64url(halves, length);
}

/* Header and claims, as they are, encoded and joined; owned. */
static inline char *token_input(const char *header, const char *claims)
{
	CLEANUP_FREE char *first = digest_base64url(header, strlen(header));
	CLEANUP_FREE char *second = digest_base64url(claims, strlen(claims));
	char *text;

	token_must(first && second && asprintf(&text, "%s.%s", first, second) > 0);
	return text;
}

/* A whole token; owned. */
static inline char *token_make(EVP_PKEY *key, enum token_signing how, const char *header,
			       const char *claims)
{
	CLEANUP_FREE char *input = token_input(header, claims);
	CLEANUP_FREE char *signature = token_signature(key, how, input);
	char *text;

	token_must(signature && asprintf(&text, "%s.%s", input, signature) > 0);
	return text;
}

/* A token signed with a secret that is no secret; owned. */
static inline char *token_make_hmac(const char *secret, const char *header, const char *claims)
{
	CLEANUP_FREE char *input = token_input(header, claims);
	CLEANUP_FREE char *signature = NULL;
	uint8_t digest[DIGEST_BYTES];
	char *text;

	token_must(digest_hmac(secret, strlen(secret), input, strlen(input), digest) == 0);
	signature = digest_base64url(digest, sizeof(digest));
	token_must(signature && asprintf(&text, "%s.%s", input, signature) > 0);
	return text;
}

/* A number of a public key as base64url; owned. */
static inline char *token_number(const EVP_PKEY *key, const char *name)
{
	BIGNUM *number = NULL;
	uint8_t bytes[2048];
	char *text;
	int length;

	token_must(EVP_PKEY_get_bn_param(key, name, &number) == 1);
	length = strcmp(name, "n") == 0 || strcmp(name, "e") == 0
			 ? BN_bn2bin(number, bytes)
			 : BN_bn2binpad(number, bytes, (EVP_PKEY_get_bits(key) + 7) / 8);
	BN_free(number);
	text = digest_base64url(bytes, (size_t)length);
	token_must(text);
	return text;
}

/* A public key as PEM; owned. */
static inline char *token_public_pem(EVP_PKEY *key)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *data, *text;
	long length;

	token_must(PEM_write_bio_PUBKEY(bio, key) == 1);
	length = BIO_get_mem_data(bio, &data);
	text = strndup(data, (size_t)length);
	token_must(text);
	BIO_free(bio);
	return text;
}

/* A public key as a JWK, with further members such as "\"kid\":\"a\""; owned. */
static inline char *token_jwk(const EVP_PKEY *key, const char *further)
{
	bool rsa = EVP_PKEY_is_a(key, "RSA") == 1;
	CLEANUP_FREE char *first = token_number(key, rsa ? "n" : "qx");
	CLEANUP_FREE char *second = token_number(key, rsa ? "e" : "qy");
	char *text;
	int r = rsa ? asprintf(&text, "{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"%s\",%s}", first,
			       second, further)
		    : asprintf(&text,
			       "{\"kty\":\"EC\",\"crv\":\"P-%d\",\"x\":\"%s\",\"y\":\"%s\",%s}",
			       EVP_PKEY_get_bits(key), first, second, further);

	token_must(r > 0);
	return text;
}
