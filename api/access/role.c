/* SPDX-License-Identifier: MIT */
#include "role.h"

#include <string.h>

/* Each role may do what those before it may. */
static const struct {
	const char *role;
	const char *verb; /* what it adds */
} roles[] = {
	{"viewer", "read"},
	{"editor", "write"},
	{"signatory", "sign"},
	{"administrator", "administer"},
};

/* Scopes that ask for more than their verb says. */
static const struct {
	const char *scope;
	const char *verb;
} role_exceptions[] = {
	{"audit:read", "administer"}, /* who did what is for those who answer for it */
};

/* The place of a verb in the table; its length when there is none. */
static size_t role_of_verb(const char *verb)
{
	size_t i = 0;

	while (i < ARRAY_LENGTH(roles) && strcmp(roles[i].verb, verb) != 0)
		i++;
	return i;
}

bool role_is_scope(const char *scope)
{
	size_t length = strspn(scope, "abcdefghijklmnopqrstuvwxyz-");

	return length > 0 && scope[0] != '-' && scope[length] == ':' && scope[length - 1] != '-' &&
	       role_of_verb(scope + length + 1) < ARRAY_LENGTH(roles);
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
	size_t least = colon ? role_of_verb(colon + 1) : ARRAY_LENGTH(roles);

	for (size_t i = 0; i < ARRAY_LENGTH(role_exceptions); i++)
		if (strcmp(role_exceptions[i].scope, scope) == 0)
			least = role_of_verb(role_exceptions[i].verb);
	for (size_t i = least; i < ARRAY_LENGTH(roles); i++)
		if (strcmp(roles[i].role, role) == 0)
			return true;
	return false;
}
