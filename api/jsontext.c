/* SPDX-License-Identifier: MIT */
#include "jsontext.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "limit.h"

static int jsontext_add_real(double number, struct buffer *buffer)
{
	char text[40];

	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, number);
		if (strtod(text, NULL) == number)
			break;
	}
	return buffer_add_string(buffer, text);
}

static int jsontext_add_name(const char *name, bool snake, struct buffer *buffer)
{
	struct buffer text;
	int r;

	if (!snake)
		return buffer_add_json_string(buffer, name, strlen(name));
	buffer_init(&text, buffer->maximum);
	for (; *name; name++) {
		if (isupper((unsigned char)*name))
			buffer_add_byte(&text, '_');
		buffer_add_byte(&text, (char)tolower((unsigned char)*name));
	}
	r = text.failed ? text.failed
			: buffer_add_json_string(buffer, text.data ? text.data : "", text.length);
	buffer_finish(&text);
	return r;
}

static int jsontext_add_object(const json_t *value, bool snake, struct buffer *buffer)
{
	const char *name;
	json_t *member;
	bool next = false;
	int r = buffer_add_byte(buffer, '{');

	json_object_foreach((json_t *)value, name, member)
	{
		if (r == 0 && next)
			r = buffer_add_byte(buffer, ',');
		if (r == 0)
			r = jsontext_add_name(name, snake, buffer);
		if (r == 0)
			r = buffer_add_byte(buffer, ':');
		if (r == 0)
			r = jsontext_write(member, snake, buffer);
		next = true;
	}
	return r == 0 ? buffer_add_byte(buffer, '}') : r;
}

static int jsontext_add_array(const json_t *value, bool snake, struct buffer *buffer)
{
	size_t index;
	json_t *item;
	int r = buffer_add_byte(buffer, '[');

	json_array_foreach(value, index, item)
	{
		if (r == 0 && index)
			r = buffer_add_byte(buffer, ',');
		if (r == 0)
			r = jsontext_write(item, snake, buffer);
	}
	return r == 0 ? buffer_add_byte(buffer, ']') : r;
}

int jsontext_write(const json_t *value, bool snake, struct buffer *buffer)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT: return jsontext_add_object(value, snake, buffer);
	case JSON_ARRAY: return jsontext_add_array(value, snake, buffer);
	case JSON_STRING:
		return buffer_add_json_string(buffer, json_string_value(value),
					      json_string_length(value));
	case JSON_INTEGER:
		return buffer_add_format(buffer, "%" JSON_INTEGER_FORMAT,
					 json_integer_value(value));
	case JSON_REAL: return jsontext_add_real(json_real_value(value), buffer);
	case JSON_TRUE: return buffer_add_string(buffer, "true");
	case JSON_FALSE: return buffer_add_string(buffer, "false");
	default: return buffer_add_string(buffer, "null");
	}
}

bool jsontext_is_shallow(const char *text, size_t length)
{
	int depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < length; i++) {
		if (quoted && text[i] == '\\')
			i++;
		else if (text[i] == '"')
			quoted = !quoted;
		else if (!quoted && (text[i] == '{' || text[i] == '['))
			depth++;
		else if (!quoted && (text[i] == '}' || text[i] == ']'))
			depth--;
		if (depth > LIMIT_JSON_DEPTH)
			return false;
	}
	return true;
}
