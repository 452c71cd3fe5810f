/* SPDX-License-Identifier: MIT */
#include "digest.h"

#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <string.h>

enum { DIGEST_STORE = 512 }; /* random bytes fetched at once for identifiers */

static const char digest_alphabet[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
static const char digest_plain_alphabet[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* For as long as the program runs. What is asked for by name is looked up each time, under locks
 * that threads share: that takes as long as hashing. */
static EVP_MD *digest_fetched;
static EVP_MAC_CTX *digest_keyed; /* HMAC-SHA-256 that has no key yet: copied for each */

static void digest_fetch(void)
{
	char name[] = "SHA256";
	const OSSL_PARAM parameters[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
		OSSL_PARAM_construct_end(),
	};
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);

	digest_fetched = EVP_MD_fetch(NULL, "SHA256", NULL);
	digest_keyed = mac ? EVP_MAC_CTX_new(mac) : NULL;
	EVP_MAC_free(mac);
	if (digest_keyed && EVP_MAC_CTX_set_params(digest_keyed, parameters) != 1) {
		EVP_MAC_CTX_free(digest_keyed);
		digest_keyed = NULL;
	}
}

static void digest_prepare(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, digest_fetch);
}

int digest_sha256(const void *bytes, size_t length, uint8_t ret_digest[DIGEST_BYTES])
{
	digest_prepare();
	return digest_fetched && EVP_Digest(bytes, length, ret_digest, NULL, digest_fetched,
					    NULL) == 1
		       ? 0
		       : -EIO;
}

int digest_hmac(const void *key, size_t key_length, const void *bytes, size_t length,
		uint8_t ret_digest[DIGEST_BYTES])
{
	EVP_MAC_CTX *context;
	bool done;

	if (key_length > INT32_MAX)
		return -EIO;
	digest_prepare();
	context = digest_keyed ? EVP_MAC_CTX_dup(digest_keyed) : NULL;
	/* OpenSSL takes no null pointer for what is empty. */
	done = context && EVP_MAC_init(context, key_length ? key : "", key_length, NULL) == 1 &&
	       EVP_MAC_update(context, length ? bytes : "", length) == 1 &&
	       EVP_MAC_final(context, ret_digest, NULL, DIGEST_BYTES) == 1;
	EVP_MAC_CTX_free(context);
	return done ? 0 : -EIO;
}

bool digest_equal(const void *a, const void *b, size_t length)
{
	return CRYPTO_memcmp(a, b, length) == 0;
}

int digest_random(void *bytes, size_t length)
{
	if (length > INT32_MAX)
		return -EIO;
	return RAND_bytes(bytes, (int)length) == 1 ? 0 : -EIO;
}

int digest_identifier(void *bytes, size_t length)
{
	static _Thread_local struct {
		uint8_t bytes[DIGEST_STORE];
		size_t left;
	} store;
	int r;

	if (length > DIGEST_STORE)
		return -EIO;
	if (store.left < length) {
		r = digest_random(store.bytes, DIGEST_STORE);
		if (r < 0)
			return r;
		store.left = DIGEST_STORE;
	}
	store.left -= length;
	memcpy(bytes, store.bytes + store.left, length);
	return 0;
}

void digest_hex(const void *bytes, size_t length, char *text)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *at = bytes;

	for (size_t i = 0; i < length; i++) {
		*text++ = digits[at[i] >> 4];
		*text++ = digits[at[i] & 15];
	}
	*text = '\0';
}

void digest_unhex(const char *text, void *ret_bytes, size_t length)
{
	uint8_t *to = ret_bytes;

	for (size_t i = 0; i < length; i++) {
		char pair[3] = {text[2 * i], text[2 * i + 1], '\0'};

		to[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
}

char *digest_base64url(const void *bytes, size_t length)
{
	const uint8_t *from = bytes;
	char *text = malloc(length / 3 * 4 + 4 + 1), *to = text;
	uint32_t bits = 0;
	unsigned int count = 0;

	if (!text)
		return NULL;
	for (size_t i = 0; i < length; i++) {
		bits = bits << 8 | from[i];
		for (count += 8; count >= 6; count -= 6)
			*to++ = digest_alphabet[bits >> (count - 6) & 63];
	}
	if (count)
		*to++ = digest_alphabet[bits << (6 - count) & 63];
	*to = '\0';
	return text;
}

/* The six bits of a character, or -1. */
static int digest_value(const char *alphabet, char character)
{
	const char *found = character ? strchr(alphabet, character) : NULL;

	return found ? (int)(found - alphabet) : -1;
}

static int digest_decode(const char *alphabet, const char *text, size_t length, uint8_t **ret_bytes,
			 size_t *ret_length)
{
	CLEANUP_FREE uint8_t *bytes = malloc(length / 4 * 3 + 3);
	uint8_t *to = bytes;
	uint32_t bits = 0;
	unsigned int count = 0;

	if (!bytes)
		return -ENOMEM;
	for (size_t i = 0; i < length; i++) {
		int value = digest_value(alphabet, text[i]);

		if (value < 0)
			return 1;
		bits = bits << 6 | (uint32_t)value;
		count += 6;
		if (count < 8)
			continue;
		count -= 8;
		*to++ = (uint8_t)(bits >> count);
	}
	/* Left-over bits must be zero, or one value would have several spellings. */
	if (count >= 6 || bits & ((1u << count) - 1))
		return 1;
	*ret_length = (size_t)(to - bytes);
	*ret_bytes = TAKE_PTR(bytes);
	return 0;
}

int digest_base64url_decode(const char *text, size_t length, uint8_t **ret_bytes,
			    size_t *ret_length)
{
	return digest_decode(digest_alphabet, text, length, ret_bytes, ret_length);
}

int digest_base64_decode(const char *text, size_t length, uint8_t **ret_bytes, size_t *ret_length)
{
	size_t padding = 0;

	if (length % 4)
		return 1;
	while (padding < 2 && padding < length && text[length - padding - 1] == '=')
		padding++;
	return digest_decode(digest_plain_alphabet, text, length - padding, ret_bytes, ret_length);
}

int digest_uuid7(int64_t unix_ms, char ret_text[37])
{
	uint8_t bytes[16];
	char *to = ret_text;
	int r = digest_identifier(bytes, sizeof(bytes));

	if (r < 0)
		return r;
	for (unsigned int i = 0; i < 6; i++)
		bytes[i] = (uint8_t)((uint64_t)unix_ms >> (40 - 8 * i));
	bytes[6] = (uint8_t)(0x70 | (bytes[6] & 0x0f));
	bytes[8] = (uint8_t)(0x80 | (bytes[8] & 0x3f));
	for (size_t i = 0; i < sizeof(bytes); i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*to++ = '-';
		digest_hex(bytes + i, 1, to);
		to += 2;
	}
	return 0;
}
