/* SPDX-License-Identifier: MIT */
/* Scopes, "resource:verb", and the verbs that each role has. */
#pragma once

#include "../common.h"

/* Whether a text is a scope: a lower-case resource and a verb of the table. */
bool role_is_scope(const char *scope);
/* Whether there is a role of this name: viewer, editor, signatory, administrator,
 * operator. */
bool role_is_known(const char *role);
/* Whether a role may do what a scope names, whatever the resource. An unknown role may nothing. */
bool role_allows(const char *role, const char *scope);
