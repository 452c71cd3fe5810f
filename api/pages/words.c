/* SPDX-License-Identifier: MIT */
#include "words.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const char *const months[] = {"January",   "February", "March",    "April",
				     "May",       "June",     "July",     "August",
				     "September", "October",  "November", "December"};

static const char *words_name(const char *text, const json_t *codes)
{
	const json_t *one;
	size_t i;

	json_array_foreach((json_t *)codes, i, one)
	{
		const char *code = json_string_value(json_object_get(one, "code"));

		if (code && strcmp(code, text) == 0)
			return json_string_value(json_object_get(one, "name"));
	}
	return NULL;
}

/* Whether a text has a digit where the form has "0", and else what the form has, as far as that
 * goes. */
static bool words_like(const char *text, const char *form)
{
	for (; *form; form++, text++)
		if (*form == '0' ? !isdigit((unsigned char)*text) : *form != *text)
			return false;
	return true;
}

/* Whether a text was a day or a time of UTC, and was added. */
static bool words_time(struct buffer *out, const char *text)
{
	const char *rest;
	int month;

	if (!words_like(text, "0000-00-00"))
		return false;
	rest = text + strlen("0000-00-00");
	month = (text[5] - '0') * 10 + text[6] - '0';
	if (month < 1 || month > 12)
		return false;
	if (*rest && !(words_like(rest, "T00:00:00") && strchr(".+Z", rest[9]) &&
		       (strstr(rest, "+00:00") || rest[strlen(rest) - 1] == 'Z')))
		return false;
	if (text[8] != '0')
		buffer_add_byte(out, text[8]);
	buffer_add_format(out, "%c %s %.4s", text[9], months[month - 1], text);
	if (*rest)
		buffer_add_format(out, ", %.5s UTC", rest + 1);
	return true;
}

static bool words_is_code(const char *text)
{
	return islower((unsigned char)*text) &&
	       text[strspn(text,
			   "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")] ==
		       '\0';
}

static void words_part(struct buffer *out, const char *code)
{
	for (const char *at = code; *at; at++) {
		bool number =
			isdigit((unsigned char)*at) && at > code && !isdigit((unsigned char)at[-1]);

		if (number || isupper((unsigned char)*at))
			buffer_add_byte(out, ' ');
		buffer_add_byte(out, (char)tolower((unsigned char)*at));
	}
}

void words_add(struct buffer *out, const char *text, const json_t *codes)
{
	const char *name = words_name(text, codes);

	if (name)
		buffer_add_string(out, name);
	else if (words_is_code(text))
		words_part(out, text);
	else if (!words_time(out, text))
		buffer_add_string(out, text);
}
