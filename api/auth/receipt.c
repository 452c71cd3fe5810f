/* SPDX-License-Identifier: MIT */
#include "receipt.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../digest.h"

/* What is signed: header and claims. */
static int receipt_write(const struct key *key, const json_t *claims, char **ret_text)
{
	CLEANUP_FREE char *members = json_dumps(claims, JSON_COMPACT | JSON_SORT_KEYS);
	CLEANUP_FREE char *header = NULL, *first = NULL, *second = NULL;

	if (!members ||
	    asprintf(&header, "{\"alg\":\"ES256\",\"kid\":\"%s\",\"typ\":\"receipt+jwt\"}",
		     key->kid) < 0) {
		header = NULL;
		return -ENOMEM;
	}
	first = digest_base64url(header, strlen(header));
	second = digest_base64url(members, strlen(members));
	if (!first || !second || asprintf(ret_text, "%s.%s", first, second) < 0) {
		*ret_text = NULL;
		return -ENOMEM;
	}
	return 0;
}

int receipt_sign(const struct key *key, const json_t *claims, char **ret_text)
{
	CLEANUP_FREE char *text = NULL, *last = NULL;
	uint8_t signature[KEY_SIGNATURE_BYTES];
	int r = receipt_write(key, claims, &text);

	if (r == 0)
		r = key_sign(key, text, signature);
	if (r < 0)
		return r;
	last = digest_base64url(signature, sizeof(signature));
	if (!last || asprintf(ret_text, "%s.%s", text, last) < 0) {
		*ret_text = NULL;
		return -ENOMEM;
	}
	return 0;
}
