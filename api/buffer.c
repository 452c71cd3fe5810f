/* SPDX-License-Identifier: MIT */
#include "buffer.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void buffer_init(struct buffer *buffer, size_t maximum)
{
	*buffer = (struct buffer){.maximum = maximum};
}

void buffer_finish(struct buffer *buffer)
{
	free(buffer->data);
	*buffer = (struct buffer){.maximum = buffer->maximum};
}

/* Makes room for length more bytes and the closing NUL; doubling keeps the cost of many small
 * additions linear. */
static int buffer_reserve(struct buffer *buffer, size_t length)
{
	size_t capacity = buffer->capacity ? buffer->capacity : 64;
	char *data;

	if (buffer->failed)
		return buffer->failed;
	if (length > buffer->maximum - buffer->length)
		return buffer->failed = -E2BIG;
	while (capacity < buffer->length + length + 1)
		capacity *= 2;
	if (capacity == buffer->capacity)
		return 0;
	data = realloc(buffer->data, capacity);
	if (!data)
		return buffer->failed = -ENOMEM;
	buffer->data = data;
	buffer->capacity = capacity;
	return 0;
}

int buffer_expect(struct buffer *buffer, size_t length)
{
	return buffer_reserve(buffer, length);
}

int buffer_add(struct buffer *buffer, const void *bytes, size_t length)
{
	int r = buffer_reserve(buffer, length);

	if (r < 0)
		return r;
	assert(buffer->data);
	if (length)
		memcpy(buffer->data + buffer->length, bytes, length);
	buffer->length += length;
	buffer->data[buffer->length] = '\0';
	return 0;
}

int buffer_add_string(struct buffer *buffer, const char *string)
{
	return buffer_add(buffer, string, strlen(string));
}

int buffer_add_byte(struct buffer *buffer, char byte)
{
	return buffer_add(buffer, &byte, 1);
}

int buffer_add_number(struct buffer *buffer, uint64_t number, unsigned digits)
{
	char text[20];
	size_t at = sizeof(text);

	do {
		text[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (at && (number || sizeof(text) - at < digits));
	return buffer_add(buffer, text + at, sizeof(text) - at);
}

int buffer_add_format(struct buffer *buffer, const char *format, ...)
{
	va_list arguments;
	int length, r;

	va_start(arguments, format);
	length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (length < 0)
		return buffer->failed = -EINVAL;
	r = buffer_reserve(buffer, (size_t)length);
	if (r < 0)
		return r;
	va_start(arguments, format);
	vsnprintf(buffer->data + buffer->length, (size_t)length + 1, format, arguments);
	va_end(arguments);
	buffer->length += (size_t)length;
	return 0;
}

/* The length of the well-formed UTF-8 sequence at text (at most left bytes), or 0. */
static size_t buffer_utf8_length(const unsigned char *text, size_t left)
{
	static const struct {
		unsigned char first_low, first_high, second_low, second_high, length;
	} forms[] = {
		{0x00, 0x7f, 0x00, 0xff, 1}, {0xc2, 0xdf, 0x80, 0xbf, 2},
		{0xe0, 0xe0, 0xa0, 0xbf, 3}, {0xe1, 0xec, 0x80, 0xbf, 3},
		{0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
		{0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4},
		{0xf4, 0xf4, 0x80, 0x8f, 4},
	};

	for (size_t i = 0; i < ARRAY_LENGTH(forms); i++) {
		if (text[0] < forms[i].first_low || text[0] > forms[i].first_high)
			continue;
		if (forms[i].length > left)
			return 0;
		if (forms[i].length > 1 &&
		    (text[1] < forms[i].second_low || text[1] > forms[i].second_high))
			return 0;
		for (size_t k = 2; k < forms[i].length; k++)
			if ((text[k] & 0xc0) != 0x80)
				return 0;
		return forms[i].length;
	}
	return 0;
}

/* How many bytes, from the first on, stand for themselves in a JSON string: most of most texts. */
static size_t buffer_plain_length(const unsigned char *bytes, size_t left)
{
	size_t length = 0;

	while (length < left && bytes[length] >= 0x20 && bytes[length] < 0x7f &&
	       bytes[length] != '"' && bytes[length] != '\\')
		length++;
	return length;
}

/* Adds bytes between quotes. */
static int buffer_add_quoted(struct buffer *buffer, const char *bytes, size_t length)
{
	char *end;

	if (buffer_reserve(buffer, length + 2) < 0)
		return buffer->failed;
	end = buffer->data + buffer->length;
	*end++ = '"';
	end = mempcpy(end, bytes, length);
	*end++ = '"';
	*end = '\0';
	buffer->length += length + 2;
	return 0;
}

int buffer_add_json_string(struct buffer *buffer, const char *text, size_t length)
{
	const unsigned char *bytes = (const unsigned char *)text;

	if (buffer_plain_length(bytes, length) == length)
		return buffer_add_quoted(buffer, text, length);
	buffer_add_byte(buffer, '"');
	for (size_t i = 0; i < length;) {
		size_t step = buffer_plain_length(bytes + i, length - i);

		if (step) {
			buffer_add(buffer, text + i, step);
			i += step;
			continue;
		}
		step = buffer_utf8_length(bytes + i, length - i);
		if (!step) {
			buffer_add_string(buffer, "\\ufffd");
			step = 1;
		} else if (bytes[i] == '"' || bytes[i] == '\\') {
			buffer_add_byte(buffer, '\\');
			buffer_add(buffer, text + i, 1);
		} else if (bytes[i] < 0x20 || bytes[i] == 0x7f) {
			buffer_add_format(buffer, "\\u%04x", bytes[i]);
		} else {
			buffer_add(buffer, text + i, step);
		}
		i += step;
	}
	return buffer_add_byte(buffer, '"');
}

char *buffer_take(struct buffer *buffer, size_t *ret_length)
{
	char *data;

	if (!buffer->data)
		buffer_add(buffer, "", 0);
	if (buffer->failed)
		return NULL;
	if (ret_length)
		*ret_length = buffer->length;
	data = buffer->data;
	*buffer = (struct buffer){.maximum = buffer->maximum};
	return data;
}
