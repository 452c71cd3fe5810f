/* SPDX-License-Identifier: MIT */
#include "secret.h"

#include <string.h>

#define SECRET_PREFIX "accord_"

enum {
	SECRET_BYTES = 20, /* random */
	SECRET_CHECKED = sizeof(SECRET_PREFIX) - 1 + SECRET_BYTES * 8 / 5,
};

/* Adds the first characters of bytes in base32 (RFC 4648, section 6), in lower case. */
static void secret_write(const uint8_t *bytes, size_t characters, char *text)
{
	static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";

	for (size_t i = 0; i < characters; i++) {
		size_t bit = 5 * i;
		unsigned pair = (unsigned)bytes[bit / 8] << 8 | bytes[bit / 8 + 1];

		text[i] = alphabet[pair >> (11 - bit % 8) & 31];
	}
}

/* Completes the text behind what is checked. 0 or -EIO. */
static int secret_check(char secret[SECRET_TEXT])
{
	uint8_t digest[DIGEST_BYTES];
	int r = digest_sha256(secret, SECRET_CHECKED, digest);

	if (r < 0)
		return r;
	secret_write(digest, SECRET_TEXT - 1 - SECRET_CHECKED, secret + SECRET_CHECKED);
	secret[SECRET_TEXT - 1] = '\0';
	return 0;
}

int secret_make(char ret_secret[SECRET_TEXT])
{
	uint8_t bytes[SECRET_BYTES + 1] = {0};
	int r = digest_random(bytes, SECRET_BYTES);

	if (r < 0)
		return r;
	memcpy(ret_secret, SECRET_PREFIX, sizeof(SECRET_PREFIX) - 1);
	secret_write(bytes, SECRET_BYTES * 8 / 5, ret_secret + sizeof(SECRET_PREFIX) - 1);
	explicit_bzero(bytes, sizeof(bytes));
	return secret_check(ret_secret);
}

bool secret_is_whole(const char *text)
{
	char copy[SECRET_TEXT];

	if (strlen(text) != SECRET_TEXT - 1 ||
	    strncmp(text, SECRET_PREFIX, sizeof(SECRET_PREFIX) - 1) != 0)
		return false;
	memcpy(copy, text, SECRET_TEXT);
	return secret_check(copy) == 0 && digest_equal(copy, text, SECRET_TEXT);
}

int secret_digest(const uint8_t key[DIGEST_BYTES], const char *secret,
		  uint8_t ret_digest[DIGEST_BYTES])
{
	return digest_hmac(key, DIGEST_BYTES, secret, strlen(secret), ret_digest);
}
