/* SPDX-License-Identifier: MIT */
/* JSON text for PostgreSQL: what jansson 2.14's own writer cannot do. */
#pragma once

#include "buffer.h"

/*
 * Adds value as compact JSON. Reals keep the shortest form that reads back the same (jansson writes
 * 0.1 as 0.10000000000000001, and numeric would believe it). snake turns camelCase member names
 * into snake_case. 0, -ENOMEM, -E2BIG.
 */
int jsontext_write(const json_t *value, bool snake, struct buffer *buffer) MUST_CHECK;
