/* SPDX-License-Identifier: MIT */
/*
 * Any text as a cursor is refused; any bytes, signed, are refused or read to keys that seal to the
 * same token again.
 */
#include <string.h>

#include "../../api/cursor.h"
#include "../../api/digest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static const uint8_t key[32] = {1, 2, 3};

static void fuzz_signed(const uint8_t *bytes, size_t length)
{
	CLEANUP_FREE uint8_t *message = calloc(1, 2 + length + DIGEST_BYTES);
	CLEANUP_FREE char *token = NULL, *again = NULL;
	CLEANUP(cursor_finish) struct cursor cursor = {0};
	uint8_t digest[DIGEST_BYTES];
	int r;

	message[0] = 's';
	memcpy(message + 2, bytes, length);
	must(digest_hmac(key, sizeof(key), message, 2 + length, digest) == 0);
	memcpy(message + 2 + length, digest, DIGEST_BYTES / 2);
	token = digest_base64url(message + 2, length + DIGEST_BYTES / 2);
	r = cursor_open(token, "s", key, &cursor);
	must(r == 0 || r == CURSOR_INVALID);
	if (r)
		return;
	must(cursor_seal(&cursor, "s", key, &again) == 0);
	must(strcmp(token, again) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP_FREE char *token = strndup((const char *)data, size);
	struct cursor cursor;

	must(cursor_open(token, "s", key, &cursor) == CURSOR_INVALID);
	fuzz_signed(data, size);
	return 0;
}
