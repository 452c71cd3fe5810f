/* SPDX-License-Identifier: MIT */
/* Scopes that somebody typed, against those that the contract declares. */
#pragma once

#include "../config.h"

/*
 * Reads scopes separated by single spaces: none when text is NULL or "", every one that there is
 * when it is "all"; one that the contract does not declare is refused. Returns an exit code, with
 * the scopes (owned) in case of 0; what is refused has been said.
 */
int scopes_read(const struct config *config, const char *text, char **ret_scopes);
