/* SPDX-License-Identifier: MIT */
#include "pattern_private.h"

#include <errno.h>
#include <string.h>

/* ECMA-262's white space and line terminators, and their complement, as the inside of a class. */
#define SPACE                                                                                   \
	"\\x09-\\x0D\\x20\\xA0\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}\\x{202F}\\x{205F}" \
	"\\x{3000}\\x{FEFF}"
#define NOT_SPACE                                                                                \
	"\\x00-\\x08\\x0E-\\x1F\\x21-\\x9F\\xA1-\\x{167F}\\x{1681}-\\x{1FFF}\\x{200B}-\\x{2027}" \
	"\\x{202A}-\\x{202E}\\x{2030}-\\x{205E}\\x{2060}-\\x{2FFF}\\x{3001}-\\x{FEFE}"           \
	"\\x{FF00}-\\x{10FFFF}"

/* An escape that stands for a set of characters; in PCRE2's words, for the inside of a class. */
struct set_escape {
	char letter;
	const char *set;
};

static const struct set_escape set_escapes[] = {
	{'d', "0-9"}, {'D', "\\D"}, {'w', "A-Za-z0-9_"},
	{'W', "\\W"}, {'s', SPACE}, {'S', NOT_SPACE},
};

/* The general categories of Unicode by the names that ECMA-262 knows: short, long, and a second
 * long one. */
struct category {
	const char *names[3];
};

static const struct category categories[] = {
	{{"L", "Letter"}},
	{{"Lu", "Uppercase_Letter"}},
	{{"Ll", "Lowercase_Letter"}},
	{{"Lt", "Titlecase_Letter"}},
	{{"Lm", "Modifier_Letter"}},
	{{"Lo", "Other_Letter"}},
	{{"M", "Mark", "Combining_Mark"}},
	{{"Mn", "Nonspacing_Mark"}},
	{{"Mc", "Spacing_Mark"}},
	{{"Me", "Enclosing_Mark"}},
	{{"N", "Number"}},
	{{"Nd", "Decimal_Number", "digit"}},
	{{"Nl", "Letter_Number"}},
	{{"No", "Other_Number"}},
	{{"P", "Punctuation", "punct"}},
	{{"Pc", "Connector_Punctuation"}},
	{{"Pd", "Dash_Punctuation"}},
	{{"Ps", "Open_Punctuation"}},
	{{"Pe", "Close_Punctuation"}},
	{{"Pi", "Initial_Punctuation"}},
	{{"Pf", "Final_Punctuation"}},
	{{"Po", "Other_Punctuation"}},
	{{"S", "Symbol"}},
	{{"Sm", "Math_Symbol"}},
	{{"Sc", "Currency_Symbol"}},
	{{"Sk", "Modifier_Symbol"}},
	{{"So", "Other_Symbol"}},
	{{"Z", "Separator"}},
	{{"Zs", "Space_Separator"}},
	{{"Zl", "Line_Separator"}},
	{{"Zp", "Paragraph_Separator"}},
	{{"C", "Other"}},
	{{"Cc", "Control", "cntrl"}},
	{{"Cf", "Format"}},
	{{"Co", "Private_Use"}},
	{{"Cn", "Unassigned"}},
};

/* Takes exactly count hexadecimal digits; false (and nothing taken) when they are not there. */
static bool take_hex(struct translation *t, unsigned count, uint32_t *ret_value)
{
	uint32_t value = 0;

	for (unsigned i = 0; i < count; i++) {
		char c = t->next[i];

		if (is_digit(c))
			value = value * 16 + (uint32_t)(c - '0');
		else if (c && strchr("abcdef", c | 0x20))
			value = value * 16 + (uint32_t)((c | 0x20) - 'a') + 10;
		else
			return false;
	}
	t->next += count;
	*ret_value = value;
	return true;
}

static int write_code_point(struct translation *t, uint32_t code_point)
{
	return buffer_add_format(&t->out, "\\x{%X}", code_point);
}

/* The rest of \u: four digits, two such escapes that are a surrogate pair, or digits in braces. */
static int take_unicode(struct translation *t, uint32_t *ret_code_point)
{
	uint32_t high, low, value = 0;
	unsigned digits = 0;

	if (*t->next != '{') {
		if (!take_hex(t, 4, &high))
			return pattern_refuse(t, "\\u needs four hexadecimal digits or {digits}");
		if (high < 0xD800 || high > 0xDFFF) {
			*ret_code_point = high;
			return 0;
		}
		if (high > 0xDBFF || t->next[0] != '\\' || t->next[1] != 'u')
			return pattern_refuse(t, "half of a surrogate pair is no character");
		t->next += 2;
		if (!take_hex(t, 4, &low) || low < 0xDC00 || low > 0xDFFF)
			return pattern_refuse(t, "half of a surrogate pair is no character");
		*ret_code_point = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
		return 0;
	}
	for (t->next++; digits < 6 && take_hex(t, 1, &low); digits++)
		value = value * 16 + low;
	if (!digits || *t->next != '}' || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
		return pattern_refuse(t, "\\u{} needs the hexadecimal digits of a character");
	t->next++;
	*ret_code_point = value;
	return 0;
}

/* \p{Name} or \P{Name}, the letter already taken: written with the category's short name, which
 * PCRE2 shares. */
static int translate_category(struct translation *t, char letter)
{
	size_t length = *t->next == '{' ? strcspn(t->next + 1, "}") : 0;

	if (length && t->next[length + 1] != '}')
		length = 0;
	for (size_t i = 0; length && i < ARRAY_LENGTH(categories); i++) {
		const char *const *names = categories[i].names;

		for (size_t j = 0; j < ARRAY_LENGTH(categories[i].names) && names[j]; j++) {
			if (strlen(names[j]) != length ||
			    strncmp(names[j], t->next + 1, length) != 0)
				continue;
			t->next += length + 2;
			return buffer_add_format(&t->out, "\\%c{%s}", letter, names[0]);
		}
	}
	return pattern_refuse(
		t, "only general categories, such as \\p{Lu} or \\p{Letter}, are in the subset");
}

/* An escape that means one character: 0 and written, 1 when it is not such an escape (nothing
 * taken). */
int pattern_character_escape(struct translation *t, bool in_class)
{
	static const char letters[] = "tnvfr", values[] = "\t\n\v\f\r";
	char c = *t->next;
	uint32_t code_point = 0;
	int r;

	if (c && strchr("^$\\.*+?()[]{}|/", c))
		return pattern_write_literal(t);
	if (c == '-' && in_class)
		return pattern_write_literal(t);
	if (c == 'b' && in_class) {
		t->next++;
		return write_code_point(t, '\b');
	}
	if (c && strchr(letters, c)) {
		t->next++;
		return write_code_point(t, (uint32_t)values[strchr(letters, c) - letters]);
	}
	if (c == '0' && !is_digit(t->next[1])) {
		t->next++;
		return write_code_point(t, 0);
	}
	if (c == 'c' && is_letter(t->next[1])) {
		t->next += 2;
		return write_code_point(t, (uint32_t)t->next[-1] % 32);
	}
	if (c != 'x' && c != 'u')
		return 1;
	t->next++;
	if (c == 'x' && !take_hex(t, 2, &code_point))
		return pattern_refuse(t, "\\x needs two hexadecimal digits");
	if (c == 'u') {
		r = take_unicode(t, &code_point);
		if (r < 0)
			return r;
	}
	return write_code_point(t, code_point);
}

/* An escape that means a set of characters: 0 and written, 1 when it is not such an escape (nothing
 * taken). */
int pattern_set_escape(struct translation *t, bool in_class)
{
	char c = *t->next;

	if (c == 'p' || c == 'P') {
		t->next++;
		return translate_category(t, c);
	}
	for (size_t i = 0; i < ARRAY_LENGTH(set_escapes); i++) {
		if (set_escapes[i].letter != c)
			continue;
		t->next++;
		return buffer_add_format(&t->out, in_class ? "%s" : "[%s]", set_escapes[i].set);
	}
	return 1;
}

int pattern_refuse_escape(struct translation *t)
{
	if (is_digit(*t->next) || *t->next == 'k')
		return pattern_refuse(t, "back references are outside the subset");
	return pattern_refuse(t, "this escape has no meaning in ECMA-262");
}
