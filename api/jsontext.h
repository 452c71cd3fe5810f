/* SPDX-License-Identifier: MIT */
/* JSON text: what jansson 2.14 itself does not do. */
#pragma once

#include "buffer.h"

/*
 * Adds value as compact JSON. Reals keep the shortest form that reads back the same (jansson writes
 * 0.1 as 0.10000000000000001, and numeric would believe it). snake turns camelCase member names
 * into snake_case. 0, -ENOMEM, -E2BIG.
 */
int jsontext_write(const json_t *value, bool snake, struct buffer *buffer) MUST_CHECK;
/* Whether nesting is within LIMIT_JSON_DEPTH: counted in the text, before a parser recurses into
 * it.
 */
bool jsontext_is_shallow(const char *text, size_t length);
