/* SPDX-License-Identifier: MIT */
#include "key.h"

#include <errno.h>
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <string.h>

#include "../digest.h"
#include "../limit.h"

enum {
	KEY_COORDINATE = 32,
	KEY_DER_BYTES = 80, /* of a signature, which takes 72 at most */
};

static void key_cleanup_pair(EVP_PKEY **pair)
{
	EVP_PKEY_free(*pair);
}

static void key_cleanup_digest(EVP_MD_CTX **context)
{
	EVP_MD_CTX_free(*context);
}

static void key_cleanup_signature(ECDSA_SIG **signature)
{
	ECDSA_SIG_free(*signature);
}

static void key_cleanup_bio(BIO **bio)
{
	BIO_free(*bio);
}

/* One coordinate of the public point as base64url. */
static int key_write_coordinate(const EVP_PKEY *pair, const char *name,
				char ret_text[KEY_ID_BYTES + 1])
{
	uint8_t bytes[KEY_COORDINATE];
	CLEANUP_FREE char *text = NULL;
	BIGNUM *number = NULL;
	int written = -1;

	if (EVP_PKEY_get_bn_param(pair, name, &number) == 1)
		written = BN_bn2binpad(number, bytes, sizeof(bytes));
	BN_free(number);
	if (written != sizeof(bytes))
		return -EIO;
	text = digest_base64url(bytes, sizeof(bytes));
	if (!text)
		return -ENOMEM;
	memcpy(ret_text, text, KEY_ID_BYTES + 1);
	return 0;
}

/* RFC 7638: the hash of the members that make the key, in their order. */
static int key_write_id(struct key *key)
{
	CLEANUP_FREE char *members = NULL, *text = NULL;
	uint8_t digest[DIGEST_BYTES];
	int length =
		asprintf(&members, "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"%s\",\"y\":\"%s\"}",
			 key->x, key->y);
	int r;

	if (length < 0) {
		members = NULL;
		return -ENOMEM;
	}
	r = digest_sha256(members, (size_t)length, digest);
	if (r < 0)
		return r;
	text = digest_base64url(digest, sizeof(digest));
	if (!text)
		return -ENOMEM;
	memcpy(key->kid, text, KEY_ID_BYTES + 1);
	return 0;
}

static int key_write_pem(struct key *key, EVP_PKEY *pair)
{
	CLEANUP(key_cleanup_bio) BIO *bio = BIO_new(BIO_s_mem());
	char *data;
	long length;

	if (!bio || PEM_write_bio_PKCS8PrivateKey(bio, pair, NULL, NULL, 0, NULL, NULL) != 1)
		return -ENOMEM;
	length = BIO_get_mem_data(bio, &data);
	key->private_pem = strndup(data, (size_t)length);
	key->private_length = (size_t)length;
	/* OpenSSL wipes its own copy when it frees it. */
	return key->private_pem ? 0 : -ENOMEM;
}

int key_write_jwk(const struct key *key, struct buffer *buffer)
{
	return buffer_add_format(buffer,
				 "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%s\",\"y\":\"%s\","
				 "\"use\":\"sig\",\"alg\":\"ES256\",\"kid\":\"%s\"}",
				 key->x, key->y, key->kid);
}

/* Reads its own public half as anybody would. */
static int key_publish(struct key *key)
{
	CLEANUP_BUFFER struct buffer text;
	CLEANUP_FREE char *error = NULL;
	int r;

	buffer_init(&text, LIMIT_JWKS_BYTES);
	buffer_add_string(&text, "{\"keys\":[");
	key_write_jwk(key, &text);
	buffer_add_string(&text, "]}");
	r = text.failed;
	if (r == 0)
		r = jwks_parse(text.data, text.length, true, &key->published, &error);
	return r > 0 ? -EIO : r;
}

static int key_new(EVP_PKEY *pair, int64_t since, struct key **ret_key)
{
	CLEANUP_KEY struct key *key = calloc(1, sizeof(*key));
	int r;

	if (!key)
		return -ENOMEM;
	atomic_init(&key->references, 1);
	key->since = since;
	if (EVP_PKEY_up_ref(pair) != 1)
		return -EIO;
	key->pair = pair;
	r = key_write_coordinate(pair, OSSL_PKEY_PARAM_EC_PUB_X, key->x);
	if (r == 0)
		r = key_write_coordinate(pair, OSSL_PKEY_PARAM_EC_PUB_Y, key->y);
	if (r == 0)
		r = key_write_id(key);
	if (r == 0)
		r = key_write_pem(key, pair);
	if (r == 0)
		r = key_publish(key);
	if (r < 0)
		return r;
	*ret_key = TAKE_PTR(key);
	return 0;
}

int key_generate(int64_t since, struct key **ret_key)
{
	CLEANUP(key_cleanup_pair) EVP_PKEY *pair = EVP_EC_gen("P-256");
	int r = pair ? key_new(pair, since, ret_key) : -EIO;

	ERR_clear_error();
	return r;
}

/* Nobody is asked for a passphrase. */
static int key_no_passphrase(char *buffer, int size, int writing, void *context)
{
	return -1;
}

/* The name of the curve of a pair is P-256's. */
static bool key_is_fitting(const EVP_PKEY *pair)
{
	char group[32];

	return EVP_PKEY_is_a(pair, "EC") == 1 &&
	       EVP_PKEY_get_group_name(pair, group, sizeof(group), NULL) == 1 &&
	       strcmp(group, "prime256v1") == 0;
}

int key_parse(const char *pem, size_t length, int64_t since, struct key **ret_key)
{
	CLEANUP(key_cleanup_bio) BIO *bio = NULL;
	CLEANUP(key_cleanup_pair) EVP_PKEY *pair = NULL;
	int r = 1;

	if (length > KEY_PEM_BYTES)
		return 1;
	bio = BIO_new_mem_buf(pem, (int)length);
	if (!bio)
		return -ENOMEM;
	pair = PEM_read_bio_PrivateKey(bio, NULL, key_no_passphrase, NULL);
	if (pair && key_is_fitting(pair))
		r = key_new(pair, since, ret_key);
	ERR_clear_error();
	return r;
}

int key_sign(const struct key *key, const char *text, uint8_t ret_signature[KEY_SIGNATURE_BYTES])
{
	CLEANUP(key_cleanup_digest) EVP_MD_CTX *context = EVP_MD_CTX_new();
	CLEANUP(key_cleanup_signature) ECDSA_SIG *signature = NULL;
	uint8_t der[KEY_DER_BYTES];
	const uint8_t *read = der;
	size_t length = sizeof(der);

	if (!context)
		return -ENOMEM;
	if (EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key->pair) == 1 &&
	    EVP_DigestSign(context, der, &length, (const uint8_t *)text, strlen(text)) == 1)
		signature = d2i_ECDSA_SIG(NULL, &read, (long)length);
	ERR_clear_error();
	if (!signature ||
	    BN_bn2binpad(ECDSA_SIG_get0_r(signature), ret_signature, KEY_COORDINATE) < 0 ||
	    BN_bn2binpad(ECDSA_SIG_get0_s(signature), ret_signature + KEY_COORDINATE,
			 KEY_COORDINATE) < 0)
		return -EIO;
	return 0;
}

struct key *key_hold(struct key *key)
{
	atomic_fetch_add_explicit(&key->references, 1, memory_order_relaxed);
	return key;
}

struct key *key_release(struct key *key)
{
	if (!key || atomic_fetch_sub_explicit(&key->references, 1, memory_order_acq_rel) != 1)
		return NULL;
	if (key->private_pem)
		OPENSSL_cleanse(key->private_pem, key->private_length);
	free(key->private_pem);
	EVP_PKEY_free(key->pair);
	jwks_free(key->published);
	free(key);
	return NULL;
}
