/* SPDX-License-Identifier: MIT */
#include "cursor.h"

#include "digest.h"

#include <errno.h>
#include <string.h>

/*
 * A token is the base64url of: version, number of keys, then each key as two bytes of length and
 * its bytes, then the first half of the HMAC-SHA-256 of scope, a zero byte and all of the
 * preceding. Half of it keeps links short and is beyond guessing.
 */
enum {
	CURSOR_VERSION = 1,
	CURSOR_HEAD_BYTES = 2,
	CURSOR_TAG_BYTES = DIGEST_BYTES / 2,
	CURSOR_NULL = 0xffff, /* the length of a null key */
	CURSOR_TOKEN_LENGTH = (LIMIT_CURSOR_BYTES * 4 + 2) / 3,
};

/* The tag of the first length bytes. 0, -ENOMEM or -EIO. */
static int cursor_tag(const uint8_t *bytes, size_t length, const char *scope, const uint8_t key[32],
		      uint8_t ret_digest[DIGEST_BYTES])
{
	size_t scope_size = strlen(scope) + 1;
	CLEANUP_FREE uint8_t *message = malloc(scope_size + length);

	if (!message)
		return -ENOMEM;
	memcpy(message, scope, scope_size);
	memcpy(message + scope_size, bytes, length);
	return digest_hmac(key, 32, message, scope_size + length, ret_digest);
}

int cursor_seal(const struct cursor *cursor, const char *scope, const uint8_t key[32],
		char **ret_token)
{
	uint8_t bytes[LIMIT_CURSOR_BYTES] = {CURSOR_VERSION, (uint8_t)cursor->count};
	uint8_t digest[DIGEST_BYTES];
	size_t at = CURSOR_HEAD_BYTES;
	char *token;
	int r;

	if (cursor->count > LIMIT_ORDER_KEYS)
		return -E2BIG;
	for (size_t i = 0; i < cursor->count; i++) {
		const char *text = cursor->keys[i] ? cursor->keys[i] : "";
		size_t length = strlen(text);
		size_t mark = cursor->keys[i] ? length : CURSOR_NULL;

		if (length + 2 > sizeof(bytes) - CURSOR_TAG_BYTES - at)
			return -E2BIG;
		bytes[at++] = (uint8_t)(mark >> 8);
		bytes[at++] = (uint8_t)mark;
		while (*text)
			bytes[at++] = (uint8_t)*text++;
	}
	r = cursor_tag(bytes, at, scope, key, digest);
	if (r < 0)
		return r;
	memcpy(bytes + at, digest, CURSOR_TAG_BYTES);
	token = digest_base64url(bytes, at + CURSOR_TAG_BYTES);
	if (!token)
		return -ENOMEM;
	*ret_token = token;
	return 0;
}

/* Reads one key and moves on: 0, CURSOR_INVALID or -ENOMEM. */
static int cursor_read_key(const uint8_t **at, const uint8_t *end, char **ret_key)
{
	size_t length;
	char *text;

	if (end - *at < 2)
		return CURSOR_INVALID;
	length = (size_t)(*at)[0] << 8 | (*at)[1];
	*at += 2;
	if (length == CURSOR_NULL)
		return 0;
	if (length > (size_t)(end - *at) || memchr(*at, '\0', length))
		return CURSOR_INVALID;
	text = strndup((const char *)*at, length);
	if (!text)
		return -ENOMEM;
	*at += length;
	*ret_key = text;
	return 0;
}

static int cursor_read(const uint8_t *bytes, size_t length, struct cursor *ret_cursor)
{
	const uint8_t *at = bytes + CURSOR_HEAD_BYTES, *end = bytes + length;
	struct cursor cursor = {0};
	int r = 0;

	if (bytes[0] != CURSOR_VERSION || bytes[1] > LIMIT_ORDER_KEYS)
		return CURSOR_INVALID;
	while (r == 0 && cursor.count < bytes[1])
		r = cursor_read_key(&at, end, &cursor.keys[cursor.count++]);
	if (r == 0 && at != end)
		r = CURSOR_INVALID;
	if (r)
		cursor_finish(&cursor);
	else
		*ret_cursor = cursor;
	return r;
}

int cursor_open(const char *token, const char *scope, const uint8_t key[32],
		struct cursor *ret_cursor)
{
	CLEANUP_FREE uint8_t *bytes = NULL;
	uint8_t digest[DIGEST_BYTES];
	size_t token_length = strnlen(token, CURSOR_TOKEN_LENGTH + 1), length = 0;
	int r;

	if (token_length > CURSOR_TOKEN_LENGTH)
		return CURSOR_INVALID;
	r = digest_base64url_decode(token, token_length, &bytes, &length);
	if (r < 0)
		return r;
	if (r || length < CURSOR_HEAD_BYTES + CURSOR_TAG_BYTES)
		return CURSOR_INVALID;
	length -= CURSOR_TAG_BYTES;
	r = cursor_tag(bytes, length, scope, key, digest);
	if (r < 0)
		return r;
	if (!digest_equal(digest, bytes + length, CURSOR_TAG_BYTES))
		return CURSOR_INVALID;
	return cursor_read(bytes, length, ret_cursor);
}

void cursor_finish(struct cursor *cursor)
{
	for (size_t i = 0; i < cursor->count; i++)
		free(cursor->keys[i]);
	*cursor = (struct cursor){0};
}
