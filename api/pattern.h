/* SPDX-License-Identifier: MIT */
/*
 * Regular expressions: the stated subset of ECMA-262 that means the same in PCRE2, with bounded
 * backtracking. In the subset, as with the flag u: characters, . ^ $ | and groups ( ) (?: ) (?= )
 * (?! ); classes with ranges; * + ? {n} {n,} {n,m} up to 1000, lazy too; \d \D \w \W \s \S \b \B;
 * \t \n \v \f \r \0 \cX \xHH \uHHHH \u{H}; \p{} and \P{} with a general category. Everything else
 * (back references, lookbehind, named groups, flags, other languages' extensions) is refused.
 */
#pragma once

#include "common.h"

struct pattern;

/*
 * Compiles a pattern (unanchored, Unicode). 0; -EINVAL with an owned ret_error when it is outside
 * the subset; -ENOMEM.
 */
int pattern_compile(const char *source, struct pattern **ret_pattern, char **ret_error) MUST_CHECK;
struct pattern *pattern_free(struct pattern *pattern);
/*
 * 1 when the text (UTF-8) matches somewhere, 0 when not or when LIMIT_PATTERN_STEPS, over the whole
 * text, were not enough; -ENOMEM. Thread-safe.
 */
int pattern_matches(const struct pattern *pattern, const char *text, size_t length) MUST_CHECK;
