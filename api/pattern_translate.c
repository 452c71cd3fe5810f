/* SPDX-License-Identifier: MIT */
#include "pattern_private.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
	PATTERN_GROUPS = 32,    /* groups inside one another */
	PATTERN_REPEATS = 1000, /* the largest count in {n,m} */
};

#define ANY_BUT_LINE_END "[^\\x0A\\x0D\\x{2028}\\x{2029}]"

int pattern_refuse(struct translation *t, const char *why)
{
	if (asprintf(&t->error, "%s (at byte %td of the pattern)", why, t->next - t->source) < 0) {
		t->error = NULL;
		return -ENOMEM;
	}
	return -EINVAL;
}

int pattern_write_literal(struct translation *t)
{
	unsigned char c = (unsigned char)*t->next++;
	int r;

	if (is_letter((char)c) || is_digit((char)c))
		return buffer_add_byte(&t->out, (char)c);
	if (c < 0x80)
		return buffer_add_format(&t->out, "\\x{%X}", c);
	r = buffer_add_byte(&t->out, (char)c);
	while (r == 0 && ((unsigned char)*t->next & 0xC0) == 0x80)
		r = buffer_add_byte(&t->out, *t->next++);
	return r;
}

/* One end of a range, or one member of a class. ret_single: it is one character. */
static int translate_class_atom(struct translation *t, bool *ret_single)
{
	int r;

	*ret_single = true;
	if (!*t->next)
		return pattern_refuse(t, "[ is never closed");
	if (*t->next == '[')
		return pattern_refuse(t, "[ in a class must be written \\[ (no POSIX classes)");
	if (*t->next != '\\')
		return pattern_write_literal(t);
	t->next++;
	r = pattern_character_escape(t, true);
	if (r <= 0)
		return r;
	*ret_single = false;
	r = pattern_set_escape(t, true);
	return r <= 0 ? r : pattern_refuse_escape(t);
}

static int translate_class(struct translation *t)
{
	bool first_single, last_single;
	int r;

	buffer_add_byte(&t->out, '[');
	t->next++;
	if (*t->next == '^')
		buffer_add_byte(&t->out, *t->next++);
	if (*t->next == ']')
		return pattern_refuse(t, "an empty class is outside the subset");
	while (*t->next != ']') {
		r = translate_class_atom(t, &first_single);
		if (r < 0)
			return r;
		if (t->next[0] != '-' || t->next[1] == ']')
			continue;
		t->next++;
		buffer_add_byte(&t->out, '-');
		r = translate_class_atom(t, &last_single);
		if (r < 0)
			return r;
		if (!first_single || !last_single)
			return pattern_refuse(t, "a range needs a character at both ends");
	}
	t->next++;
	t->repeatable = true;
	return buffer_add_byte(&t->out, ']');
}

static int translate_escape(struct translation *t)
{
	int r;

	t->next++;
	t->repeatable = true;
	if (*t->next == 'b' || *t->next == 'B') {
		t->repeatable = false;
		return buffer_add_format(&t->out, "\\%c", *t->next++);
	}
	r = pattern_character_escape(t, false);
	if (r == 1)
		r = pattern_set_escape(t, false);
	return r <= 0 ? r : pattern_refuse_escape(t);
}

/* Without back references nobody asks what a group captured, so every group is written as one that
 * does not. */
static int translate_group(struct translation *t)
{
	bool lookahead = strncmp(t->next, "(?=", 3) == 0 || strncmp(t->next, "(?!", 3) == 0;

	if (t->groups == PATTERN_GROUPS)
		return pattern_refuse(t, "groups are nested too deeply");
	if (t->next[1] == '?' && !lookahead && t->next[2] != ':')
		return pattern_refuse(
			t, "of the groups that begin (? only (?: (?= and (?! are in the subset");
	t->lookaheads &= ~(UINT64_C(1) << t->groups);
	t->lookaheads |= (uint64_t)lookahead << t->groups;
	t->groups++;
	t->repeatable = false;
	if (lookahead)
		buffer_add(&t->out, t->next, 3);
	else
		buffer_add_string(&t->out, "(?:");
	t->next += t->next[1] == '?' ? 3 : 1;
	return t->out.failed;
}

static int translate_group_end(struct translation *t)
{
	if (!t->groups)
		return pattern_refuse(t, "this ) closes nothing");
	t->groups--;
	t->repeatable = !(t->lookaheads >> t->groups & 1);
	t->next++;
	return buffer_add_byte(&t->out, ')');
}

/* {n}, {n,} or {n,m}: true when it is one, with its length. */
static bool counted_quantifier(const char *text, size_t *ret_length)
{
	unsigned long minimum, maximum;
	char *end;

	if (!is_digit(text[1]))
		return false;
	minimum = maximum = strtoul(text + 1, &end, 10);
	if (*end == ',' && is_digit(end[1]))
		maximum = strtoul(end + 1, &end, 10);
	else if (*end == ',')
		end++;
	if (*end != '}' || maximum < minimum || maximum > PATTERN_REPEATS)
		return false;
	*ret_length = (size_t)(end - text) + 1;
	return true;
}

static int translate_quantifier(struct translation *t)
{
	size_t length = 1;

	if (!t->repeatable)
		return pattern_refuse(t, "this quantifier has nothing to repeat");
	if (*t->next == '{' && !counted_quantifier(t->next, &length))
		return pattern_refuse(
			t, "{ begins {n}, {n,} or {n,m} up to 1000, or must be written \\{");
	if (t->next[length] == '?')
		length++;
	buffer_add(&t->out, t->next, length);
	t->next += length;
	t->repeatable = false;
	return t->out.failed;
}

static int translate_anchor(struct translation *t)
{
	t->repeatable = false;
	return buffer_add_string(&t->out, *t->next++ == '^' ? "\\A" : "\\z");
}

static int translate_alternative(struct translation *t)
{
	t->repeatable = false;
	return buffer_add_byte(&t->out, *t->next++);
}

static int translate_dot(struct translation *t)
{
	t->next++;
	t->repeatable = true;
	return buffer_add_string(&t->out, ANY_BUT_LINE_END);
}

static int translate_term(struct translation *t)
{
	switch (*t->next) {
	case '^':
	case '$': return translate_anchor(t);
	case '|': return translate_alternative(t);
	case '.': return translate_dot(t);
	case '[': return translate_class(t);
	case '\\': return translate_escape(t);
	case '(': return translate_group(t);
	case ')': return translate_group_end(t);
	case '*':
	case '+':
	case '?':
	case '{': return translate_quantifier(t);
	case ']':
	case '}':
		return pattern_refuse(
			t, "] and } must be written \\] and \\} where they close nothing");
	default: t->repeatable = true; return pattern_write_literal(t);
	}
}

int pattern_translate(struct translation *t)
{
	int r;

	while (*t->next) {
		r = translate_term(t);
		if (r == -E2BIG)
			return pattern_refuse(t, "the pattern is too long");
		if (r < 0)
			return r;
	}
	if (t->groups)
		return pattern_refuse(t, "( is never closed");
	return t->out.failed;
}
