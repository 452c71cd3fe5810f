/* SPDX-License-Identifier: MIT */
/*
 * Our own tokens, signed by libjwt; the one file that knows it. They are verified as others' are
 * (jws.h): libjwt would parse the key for each token, which takes eight times as long as verifying.
 */
#pragma once

#include "key.h"

/* Signs claims: typ JWT, ES256, the key's kid. 0 with an owned token, -ENOMEM or -EIO. */
int token_sign(const struct key *key, const json_t *claims, char **ret_text) MUST_CHECK;
