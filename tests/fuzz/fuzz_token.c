/* SPDX-License-Identifier: MIT */
/*
 * Any text as a token is refused; any header and claims, parted by a newline and truly signed, are
 * refused or are whom they say.
 */
#include <string.h>
#include <unistd.h>

#include "../unit/auth_helper.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct issuer issuer;

static void fuzz_close(void)
{
	issuer_close(&issuer);
}

static void fuzz_open(void)
{
	if (issuer.auth)
		return;
	issuer_open(&issuer);
	atexit(fuzz_close);
}

static int judge(const char *text, size_t length)
{
	CLEANUP_PRINCIPAL struct principal *principal = NULL;
	int r = auth_verify(issuer.auth, text, length, &principal);

	token_must(r >= 0 && r < REFUSALS && r != REFUSAL_REVOKED && r != REFUSAL_UNAVAILABLE);
	token_must((r == 0) == !!principal);
	if (principal) {
		token_must(strcmp(principal->issuer, ISSUER) == 0);
		token_must(principal->subject[0] && principal->client[0] && principal->jti[0]);
		token_must(principal->expires > auth_now() - 60);
	}
	return r;
}

/* A header in which KID stands for ours, claims in which times are far away. */
static void fuzz_signed(const char *text)
{
	const char *newline = strchr(text, '\n');
	CLEANUP_FREE char *header = strndup(text, newline ? (size_t)(newline - text) : 0);
	CLEANUP_FREE char *named = NULL, *token = NULL;
	char *kid = strstr(header, "KID");

	if (!newline)
		return;
	token_must(asprintf(&named, "%.*s%.43s%s", (int)(kid ? kid - header : 0), header,
			    kid ? issuer.kid : "", kid ? kid + strlen("KID") : header) >= 0);
	token = token_make(issuer.own, TOKEN_ES256, named, newline + 1);
	judge(token, strlen(token));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP_FREE char *text = strndup((const char *)data, size);
	CLEANUP_FREE char *client = NULL;

	fuzz_open();
	token_must(judge((const char *)data, size) > 0);
	token_must(auth_peek_assertion((const char *)data, size, &client) >= 0);
	fuzz_signed(text);
	return 0;
}
