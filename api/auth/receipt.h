/* SPDX-License-Identifier: MIT */
/*
 * Receipts of signatures, signed with the key as it was parsed once: hundreds are signed a second,
 * and libjwt (token.h) would parse the key for each, which takes a millisecond.
 */
#pragma once

#include "key.h"

/* Signs claims, a JSON object, as a JWS in compact form (RFC 7515): typ receipt+jwt, which no token
 * has; ES256; the key's kid. 0 with an owned receipt, -ENOMEM or -EIO. */
int receipt_sign(const struct key *key, const json_t *claims, char **ret_text) MUST_CHECK;
