/* SPDX-License-Identifier: MIT */
#include "role.h"

#include <string.h>

/* What each role may do, whatever the resource. An operator looks after the service itself, and is
 * no administrator of anybody's records. */
static const struct {
	const char *role;
	const char *verbs;
} roles[] = {
	{"viewer", "read"},
	{"editor", "read write"},
	{"signatory", "read write sign"},
	{"administrator", "read write sign administer"},
	{"operator", "read operate"},
};

/* Whether a verb is one of those that a role has. */
static bool role_has_verb(size_t role, const char *verb)
{
	size_t length = strlen(verb);

	for (const char *at = roles[role].verbs; *at;) {
		size_t here = strcspn(at, " ");

		if (here == length && strncmp(at, verb, length) == 0)
			return true;
		at += here;
		at += strspn(at, " ");
	}
	return false;
}

bool role_is_scope(const char *scope)
{
	size_t length = strspn(scope, "abcdefghijklmnopqrstuvwxyz-");

	if (!length || scope[0] == '-' || scope[length] != ':' || scope[length - 1] == '-')
		return false;
	for (size_t i = 0; i < ARRAY_LENGTH(roles); i++)
		if (role_has_verb(i, scope + length + 1))
			return true;
	return false;
}

bool role_is_known(const char *role)
{
	for (size_t i = 0; i < ARRAY_LENGTH(roles); i++)
		if (strcmp(roles[i].role, role) == 0)
			return true;
	return false;
}

bool role_allows(const char *role, const char *scope)
{
	const char *colon = strchr(scope, ':');

	for (size_t i = 0; colon && i < ARRAY_LENGTH(roles); i++)
		if (strcmp(roles[i].role, role) == 0)
			return role_has_verb(i, colon + 1);
	return false;
}
