/* SPDX-License-Identifier: MIT */
#include "query.h"

#include <errno.h>
#include <string.h>

#include "buffer.h"

/*
 * Whether length bytes are well-formed UTF-8: no overlong form, no surrogate, nothing above
 * U+10FFFF (RFC 3629).
 */
static bool query_is_utf8(const unsigned char *text, size_t length)
{
	/* the least code point of each length of sequence; anything below it is overlong */
	static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};

	for (size_t i = 0; i < length;) {
		unsigned char first = text[i++];
		size_t more = first < 0x80 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
		uint32_t point = first < 0x80 ? first : first & (0x3fu >> more);

		if ((first >= 0x80 && first < 0xc0) || first >= 0xf8 || more > length - i)
			return false;
		for (size_t k = 0; k < more; k++, i++) {
			if ((text[i] & 0xc0) != 0x80)
				return false;
			point = point << 6 | (text[i] & 0x3f);
		}
		if (point < least[more] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
			return false;
	}
	return true;
}

static int query_hex(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'A' && digit <= 'F')
		return digit - 'A' + 10;
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	return -1;
}

/* The byte that two hexadecimal digits mean; -1 when they are not that, or mean NUL. */
static int query_escape(const char *digits, size_t left)
{
	int high, low;

	if (left < 2)
		return -1;
	high = query_hex(digits[0]);
	low = query_hex(digits[1]);
	if (high < 0 || low < 0 || (high == 0 && low == 0))
		return -1;
	return high << 4 | low;
}

int query_decode(const char *raw, size_t length, bool plus, char **ret_text)
{
	CLEANUP_FREE char *text = malloc(length + 1);
	size_t used = 0;

	if (!text)
		return -ENOMEM;
	for (size_t i = 0; i < length; i++) {
		int byte = (unsigned char)raw[i];

		if (raw[i] == '%') {
			byte = query_escape(raw + i + 1, length - i - 1);
			i += 2;
		} else if (raw[i] == '+' && plus) {
			byte = ' ';
		}
		if (byte <= 0)
			return QUERY_BAD_ENCODING;
		text[used++] = (char)byte;
	}
	if (!query_is_utf8((const unsigned char *)text, used))
		return QUERY_BAD_ENCODING;
	text[used] = '\0';
	*ret_text = TAKE_PTR(text);
	return 0;
}

static void query_pair_finish(struct query_pair *pair)
{
	free(pair->name);
	free(pair->value);
	free(pair->raw);
}

static int query_pair_parse(const char *raw, size_t length, struct query_pair *ret_pair)
{
	CLEANUP(query_pair_finish) struct query_pair pair = {0};
	const char *equals = memchr(raw, '=', length);
	size_t name_length = equals ? (size_t)(equals - raw) : length;
	const char *value = equals ? equals + 1 : raw + length;
	size_t value_length = (size_t)(raw + length - value);
	int r;

	if (name_length == 0)
		return QUERY_BAD_ENCODING;
	r = query_decode(raw, name_length, true, &pair.name);
	if (r != 0)
		return r;
	r = query_decode(value, value_length, true, &pair.value);
	if (r != 0)
		return r;
	pair.raw = strndup(value, value_length);
	if (!pair.raw)
		return -ENOMEM;
	*ret_pair = pair;
	pair = (struct query_pair){0};
	return 0;
}

int query_parse(const char *raw, struct query *ret_query)
{
	ret_query->count = 0;
	if (!raw || raw[0] == '\0')
		return 0;
	for (;;) {
		size_t length = strcspn(raw, "&");
		int r = QUERY_TOO_MANY;

		if (ret_query->count < LIMIT_QUERY_PAIRS)
			r = query_pair_parse(raw, length, &ret_query->pairs[ret_query->count]);
		if (r != 0) {
			query_finish(ret_query);
			return r;
		}
		ret_query->count++;
		if (raw[length] == '\0')
			return 0;
		raw += length + 1;
	}
}

void query_finish(struct query *query)
{
	for (size_t i = 0; i < query->count; i++)
		query_pair_finish(&query->pairs[i]);
	query->count = 0;
}

static bool query_stays(char byte)
{
	return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
	       (byte >= '0' && byte <= '9') || (byte != '\0' && strchr("-._~,:", byte));
}

int query_encode(struct buffer *buffer, const char *text)
{
	for (; *text; text++) {
		if (query_stays(*text))
			buffer_add_byte(buffer, *text);
		else
			buffer_add_format(buffer, "%%%02X", (unsigned char)*text);
	}
	return buffer->failed;
}
