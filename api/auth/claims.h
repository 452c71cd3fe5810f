/* SPDX-License-Identifier: MIT */
/* What a token claims, judged: for whom, and from when until when (RFC 7519, RFC 9068). */
#pragma once

#include "refusal.h"

enum {
	CLAIMS_LEEWAY_SECONDS = 30, /* by which clocks may differ */
};

struct claims_rules {
	const char *const *audiences; /* any of which is us; ended by NULL */
	bool issued;                  /* iat must be there; else exp alone says how long it lasts */
	int longest;                  /* seconds from iat (now, when there is none) to exp */
};

struct claims_times {
	int64_t issued, expires; /* seconds since 1970; issued is now when there is no iat */
};

/* Judges aud, exp, nbf and iat at a moment, in seconds since 1970. 0 or a refusal. */
int claims_judge(const json_t *claims, const struct claims_rules *rules, int64_t now,
		 struct claims_times *ret_times) MUST_CHECK;
/*
 * A text claim of 1 to most bytes without controls, borrowed from the claims. 0; 0 with NULL when
 * it is absent; REFUSAL_CLAIM when it is something else.
 */
int claims_text(const json_t *claims, const char *name, size_t most,
		const char **ret_text) MUST_CHECK;
/* The same of a claim that must be there. */
int claims_need_text(const json_t *claims, const char *name, size_t most,
		     const char **ret_text) MUST_CHECK;
/* Whether a text is scopes: words as of RFC 6749 with single spaces between them, or "". */
bool claims_are_scopes(const char *text);
