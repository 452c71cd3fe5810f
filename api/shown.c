/* SPDX-License-Identifier: MIT */
#include "shown.h"

#include <stdio.h>
#include <string.h>

#include "service.h"

int shown_make(struct call *call)
{
	uint8_t digest[DIGEST_BYTES];
	int r;

	if (!call->operation->shows_secret)
		return 0;
	r = secret_make(call->secret);
	if (r == 0)
		r = secret_digest(call->service->secret_key, call->secret, digest);
	if (r < 0)
		return r;
	memcpy(call->secret_digest, "\\x", 3);
	digest_hex(digest, sizeof(digest), call->secret_digest + 2);
	return 0;
}

char *shown_write(const struct call *call, const char *body)
{
	const char *end = strrchr(body, '}');
	char *text = NULL;

	return asprintf(&text, "%.*s,\"secret\":\"%s\"}", (int)(end ? end - body : 0), body,
			call->secret) < 0
		       ? NULL
		       : text;
}
