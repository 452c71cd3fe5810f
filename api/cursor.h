/* SPDX-License-Identifier: MIT */
/* Where a page ended: the last row's order keys, in a token for one list, its filters and order. */
#pragma once

#include "common.h"
#include "limit.h"

enum { CURSOR_INVALID = 1 /* forged, cut, or made for another list: 400 */ };

struct cursor {
	size_t count;
	char *keys[LIMIT_ORDER_KEYS]; /* PostgreSQL text form; NULL is SQL null */
};

/*
 * Writes a cursor as base64url, owned. scope is any text that names operation, filters and order: a
 * cursor opens only with the same scope and key. 0, -ENOMEM, -E2BIG (keys too many, or longer than
 * LIMIT_CURSOR_BYTES), -EIO.
 */
int cursor_seal(const struct cursor *cursor, const char *scope, const uint8_t key[32],
		char **ret_token) MUST_CHECK;
/* 0 with owned keys, CURSOR_INVALID, -ENOMEM, -EIO. */
int cursor_open(const char *token, const char *scope, const uint8_t key[32],
		struct cursor *ret_cursor) MUST_CHECK;
void cursor_finish(struct cursor *cursor);
