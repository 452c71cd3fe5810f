/* SPDX-License-Identifier: MIT */
/* Any text as a JWK Set is refused with a reason or read; the strict reading takes no more than the
 * other. */
#include <stdlib.h>
#include <string.h>

#include "../../api/auth/jwk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* How many keys a reading finds; 0 when it refuses. */
static size_t read_keys(const char *text, size_t length, bool strict)
{
	CLEANUP_FREE char *error = NULL;
	struct jwks *keys = NULL;
	const struct jwk *key;
	size_t count;
	int r = jwks_parse(text, length, strict, &keys, &error);

	must(r == 0 || r == 1);
	must((r == 0) == !!keys && (r == 1) == !!error);
	if (r)
		return 0;
	for (enum jwk_algorithm algorithm = 0; algorithm < JWK_ALGORITHMS; algorithm++)
		if (jwks_find(keys, NULL, algorithm, &key) == 0)
			must(jwk_verify(key, text, length, (const uint8_t *)text, length) != 0);
	count = jwks_count(keys);
	jwks_free(keys);
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t strict = read_keys((const char *)data, size, true);
	size_t lenient = read_keys((const char *)data, size, false);

	must(!strict || strict == lenient);
	return 0;
}
