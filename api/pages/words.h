/* SPDX-License-Identifier: MIT */
/* What programs write as people write it: codes and times. */
#pragma once

#include <jansson.h>

#include "../buffer.h"

/*
 * Adds a text in words: the name that a list of {"code", "name"} has for it; a day or a time of
 * UTC as "5 January 2026" or "5 January 2026, 09:30 UTC"; a code as its words, "inForce" as "in
 * force" and "year12" as "year 12"; any other text as it is. The list may be NULL.
 */
void words_add(struct buffer *out, const char *text, const json_t *codes);
