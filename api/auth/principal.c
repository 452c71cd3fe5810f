/* SPDX-License-Identifier: MIT */
#include "principal.h"

#include <errno.h>
#include <string.h>

/* Copies a text to where there is room and moves on; NULL stays NULL. */
static void principal_put(const char **text, char **room)
{
	size_t size = *text ? strlen(*text) + 1 : 0;

	if (!size)
		return;
	memcpy(*room, *text, size);
	*text = *room;
	*room += size;
}

int principal_new(const struct principal *draft, struct principal **ret_principal)
{
	struct principal *principal;
	size_t size = 0;
	char *room;

	const char *const texts[] = {draft->issuer,       draft->subject, draft->client,
				     draft->organisation, draft->role,    draft->scopes,
				     draft->jti};

	for (size_t i = 0; i < ARRAY_LENGTH(texts); i++)
		size += texts[i] ? strlen(texts[i]) + 1 : 0;
	principal = malloc(sizeof(*principal) + size);
	if (!principal)
		return -ENOMEM;
	*principal = *draft;
	atomic_init(&principal->references, 1);
	room = (char *)(principal + 1);
	principal_put(&principal->issuer, &room);
	principal_put(&principal->subject, &room);
	principal_put(&principal->client, &room);
	principal_put(&principal->organisation, &room);
	principal_put(&principal->role, &room);
	principal_put(&principal->scopes, &room);
	principal_put(&principal->jti, &room);
	*ret_principal = principal;
	return 0;
}

struct principal *principal_hold(struct principal *principal)
{
	atomic_fetch_add_explicit(&principal->references, 1, memory_order_relaxed);
	return principal;
}

struct principal *principal_release(struct principal *principal)
{
	if (principal &&
	    atomic_fetch_sub_explicit(&principal->references, 1, memory_order_acq_rel) == 1)
		free(principal);
	return NULL;
}

bool principal_has_scope(const struct principal *principal, const char *scope)
{
	size_t length = strlen(scope);

	for (const char *at = principal->scopes; at && length; at = strchr(at, ' ')) {
		at += *at == ' ';
		if (strncmp(at, scope, length) == 0 && (at[length] == ' ' || !at[length]))
			return true;
	}
	return false;
}
