/* SPDX-License-Identifier: MIT */
/* "accord key" and "accord token": what an operator does with keys, and a developer for a token. */
#pragma once

#include "../config.h"

/* Each is given what stands behind its name, prints to stdout or says on stderr what is wrong, and
 * returns what to exit with: 0; 1 when it failed; 2 when it was misunderstood. */

/* rotate: publishes a new key, which signs after the lead. list: every key and what it is now. Both
 * make the first key. */
int command_key(const struct config *config, int count, char **arguments);
/*
 * [--subject TEXT] [--client TEXT] [--organisation TEXT] [--role TEXT] [--scope "WORDS"] [--seconds
 * N]: prints a token, with every scope of the contract unless told otherwise. In development only.
 */
int command_token(const struct config *config, int count, char **arguments);
