/* SPDX-License-Identifier: MIT */
/* What the files of the pattern module share: the translation of one pattern on its way to PCRE2.
 */
#pragma once

#include "buffer.h"
#include "pattern.h"

/* One pass over the source that writes the same meaning in PCRE2's words, or says why it cannot. */
struct translation {
	const char *source;
	const char *next; /* what is left of the source */
	struct buffer out;
	char *error;         /* why the source is refused, owned */
	unsigned groups;     /* groups open */
	uint64_t lookaheads; /* bit n: the group opened at depth n is a lookahead */
	bool repeatable;     /* what was written last can take a quantifier */
};

static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Translates the whole source. 0; -EINVAL with t->error; -ENOMEM. */
int pattern_translate(struct translation *t) MUST_CHECK;
/* Leaves an owned t->error that names the place: -EINVAL, or -ENOMEM. */
int pattern_refuse(struct translation *t, const char *why);
/* Writes one literal character of the source so that PCRE2 cannot misread it. */
int pattern_write_literal(struct translation *t);

/*
 * The two kinds of escape, the backslash already taken: one that means one character, one that
 * means a set of them. 0 and written; 1 when it is not of that kind (nothing taken); negative.
 */
int pattern_character_escape(struct translation *t, bool in_class) MUST_CHECK;
int pattern_set_escape(struct translation *t, bool in_class) MUST_CHECK;
/* For an escape that is of neither kind. */
int pattern_refuse_escape(struct translation *t);
