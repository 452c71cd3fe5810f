/* SPDX-License-Identifier: MIT */
/* Our own tokens, signed and verified by libjwt; the one file that knows it. */
#pragma once

#include "key.h"

enum { TOKEN_NO_SIGNATURE = 1 };

/* Signs claims: typ JWT, ES256, the key's kid. 0 with an owned token, -ENOMEM or -EIO. */
int token_sign(const struct key *key, const json_t *claims, char **ret_text) MUST_CHECK;
/*
 * Verifies the signature of a token whose header jws_read() has judged: libjwt itself would take
 * any algorithm, a header without meaning and a member twice. 0, TOKEN_NO_SIGNATURE, -ENOMEM.
 */
int token_verify(const struct key *key, const char *text, size_t length) MUST_CHECK;
