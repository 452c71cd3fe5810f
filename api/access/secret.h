/* SPDX-License-Identifier: MIT */
/*
 * A client's secret: "accord_", 160 random bits, and 30 bits of their hash, in base32. Whoever
 * finds one, in a log or a repository, can tell that it is one, and that it is whole.
 */
#pragma once

#include "../digest.h"

enum { SECRET_TEXT = 46 }; /* with its end */

/* Makes one. 0 or -EIO. */
int secret_make(char ret_secret[SECRET_TEXT]) MUST_CHECK;
/* Whether a text has the form of one: another was mistyped or cut, and cannot be anybody's. */
bool secret_is_whole(const char *text);
/* What is kept of one: its HMAC under the service's key. 0 or -EIO. */
int secret_digest(const uint8_t key[DIGEST_BYTES], const char *secret,
		  uint8_t ret_digest[DIGEST_BYTES]) MUST_CHECK;
