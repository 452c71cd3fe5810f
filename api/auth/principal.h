/* SPDX-License-Identifier: MIT */
/* Who a verified token speaks for. Never changed once made, counted, shared by threads. */
#pragma once

#include <stdatomic.h>

#include "../common.h"

enum principal_kind {
	PRINCIPAL_OWN,      /* we issued the token */
	PRINCIPAL_EXTERNAL, /* a configured OpenID provider did: the user is (issuer, subject) */
};

/* Texts are valid UTF-8 without controls, at most LIMIT_CLAIM_BYTES each, and live as long as the
 * principal. */
struct principal {
	enum principal_kind kind;
	const char *issuer;
	const char *subject;      /* of an external token, the claim that the configuration maps */
	const char *client;       /* client_id; NULL when the token names none */
	const char *organisation; /* claim org; NULL when there is none, and of external tokens */
	const char *role;         /* claim role; NULL as above */
	const char *scopes; /* separated by single spaces; NULL: the token says nothing of scopes */
	const char *jti;    /* NULL when there is none: our own have one always */
	int64_t issued, expires; /* iat and exp, seconds since 1970 */
	atomic_uint references;  /* of principal_hold and principal_release alone */
};

/* A copy of a draft whose texts are borrowed, with one reference, held by the caller. 0 or -ENOMEM.
 */
int principal_new(const struct principal *draft, struct principal **ret_principal) MUST_CHECK;
/* One reference more; returns the principal. */
struct principal *principal_hold(struct principal *principal);
/* One reference less; the last one frees it. Takes NULL; returns NULL. */
struct principal *principal_release(struct principal *principal);
/* Whether scope is one of the words of scopes; false when scopes is NULL. */
bool principal_has_scope(const struct principal *principal, const char *scope);

static inline void principal_cleanup(struct principal **principal)
{
	principal_release(*principal);
}

#define CLEANUP_PRINCIPAL CLEANUP(principal_cleanup)
