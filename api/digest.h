/* SPDX-License-Identifier: MIT */
/* Hashes, keyed hashes, random bytes and base64url: OpenSSL behind one small door. */
#pragma once

#include "common.h"

enum { DIGEST_BYTES = 32 };

/* SHA-256. 0 or -EIO. */
int digest_sha256(const void *bytes, size_t length, uint8_t ret_digest[DIGEST_BYTES]) MUST_CHECK;
/* HMAC-SHA-256. 0 or -EIO. */
int digest_hmac(const void *key, size_t key_length, const void *bytes, size_t length,
		uint8_t ret_digest[DIGEST_BYTES]) MUST_CHECK;
/* Compares in constant time. */
bool digest_equal(const void *a, const void *b, size_t length);
/* Fills with random bytes. 0 or -EIO. */
int digest_random(void *bytes, size_t length) MUST_CHECK;
/* Random bytes (at most 512) for what must be unlike all others, fetched many at a time: an
 * identifier, never a key. 0 or -EIO. */
int digest_identifier(void *bytes, size_t length) MUST_CHECK;
/* Lower-case hexadecimal of length bytes, NUL-terminated: text has room for 2 * length + 1. */
void digest_hex(const void *bytes, size_t length, char *text);
/* The bytes of so many pairs of hexadecimal digits, which are known to be that. */
void digest_unhex(const char *text, void *ret_bytes, size_t length);
/* base64url without padding, owned; NULL when out of memory. */
char *digest_base64url(const void *bytes, size_t length) MUST_CHECK;
/* Decodes strict base64url without padding. 0 with owned bytes, 1 when malformed, -ENOMEM. */
int digest_base64url_decode(const char *text, size_t length, uint8_t **ret_bytes,
			    size_t *ret_length) MUST_CHECK;
/* Decodes strict base64 with padding (RFC 4648, section 4). As above. */
int digest_base64_decode(const char *text, size_t length, uint8_t **ret_bytes,
			 size_t *ret_length) MUST_CHECK;
/* A version 7 UUID (RFC 9562) for the given wall-clock time in milliseconds. 0 or -EIO. */
int digest_uuid7(int64_t unix_ms, char ret_text[37]) MUST_CHECK;
