/* SPDX-License-Identifier: MIT */
#include "encoding.h"

#include <errno.h>
#include <string.h>

static const unsigned char encoding_mark[] = {0xef, 0xbb, 0xbf};

/* The forms of a UTF-8 sequence: its first byte, the range of its second, and how many bytes follow
 * the first. */
static const struct {
	unsigned char first_low, first_high, low, high, following;
} encoding_forms[] = {
	{0xc2, 0xdf, 0x80, 0xbf, 1}, {0xe0, 0xe0, 0xa0, 0xbf, 2}, {0xe1, 0xec, 0x80, 0xbf, 2},
	{0xed, 0xed, 0x80, 0x9f, 2}, {0xee, 0xef, 0x80, 0xbf, 2}, {0xf0, 0xf0, 0x90, 0xbf, 3},
	{0xf1, 0xf3, 0x80, 0xbf, 3}, {0xf4, 0xf4, 0x80, 0x8f, 3},
};

/* Windows-1252 from 0x80 to 0x9f; the five that it leaves open become the replacement character. */
static const uint16_t encoding_windows[] = {
	0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
	0x2039, 0x0152, 0xfffd, 0x017d, 0xfffd, 0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
	0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0xfffd, 0x017e, 0x0178,
};

/* Takes a byte that begins a sequence: false when none begins so. */
static bool encoding_scan_first(struct encoding_scan *scan, unsigned char byte)
{
	if (byte < 0x80)
		return true;
	for (size_t i = 0; i < ARRAY_LENGTH(encoding_forms); i++) {
		if (byte < encoding_forms[i].first_low || byte > encoding_forms[i].first_high)
			continue;
		scan->pending = encoding_forms[i].following;
		scan->low = encoding_forms[i].low;
		scan->high = encoding_forms[i].high;
		return true;
	}
	return false;
}

static bool encoding_scan_byte(struct encoding_scan *scan, unsigned char byte)
{
	if (!scan->pending)
		return encoding_scan_first(scan, byte);
	if (byte < scan->low || byte > scan->high)
		return false;
	scan->pending--;
	scan->low = 0x80;
	scan->high = 0xbf;
	return true;
}

void encoding_scan_add(struct encoding_scan *scan, const void *bytes, size_t length)
{
	const unsigned char *byte = bytes;

	for (size_t i = 0; i < length && scan->length + i < sizeof(scan->first); i++)
		scan->first[scan->length + i] = byte[i];
	for (size_t i = 0; i < length && !scan->invalid; i++) {
		if (!scan->pending)
			scan->begun_at = scan->length + i;
		if (encoding_scan_byte(scan, byte[i]))
			continue;
		scan->invalid = true;
		scan->invalid_at = scan->begun_at;
	}
	scan->length += length;
}

int encoding_scan_end(struct encoding_scan *scan, enum encoding *ret_encoding)
{
	bool marked = scan->length >= sizeof(encoding_mark) &&
		      !memcmp(scan->first, encoding_mark, sizeof(encoding_mark));

	if (scan->pending && !scan->invalid) {
		scan->invalid = true;
		scan->invalid_at = scan->begun_at;
	}
	if (scan->length >= 2 && scan->first[0] + scan->first[1] == 0xff + 0xfe &&
	    scan->first[0] >= 0xfe)
		return -EILSEQ;
	if (marked && scan->invalid)
		return -EILSEQ;
	if (marked)
		*ret_encoding = ENCODING_UTF8_BOM;
	else
		*ret_encoding = scan->invalid ? ENCODING_WINDOWS_1252 : ENCODING_UTF8;
	return 0;
}

const char *encoding_name(enum encoding encoding)
{
	static const char *const names[] = {
		[ENCODING_UTF8] = "utf-8",
		[ENCODING_UTF8_BOM] = "utf-8 with mark",
		[ENCODING_WINDOWS_1252] = "windows-1252",
	};

	return names[encoding];
}

/* Appends one byte of Windows-1252 that is not ASCII. */
static void encoding_add_windows(unsigned char byte, struct buffer *text)
{
	unsigned point = byte < 0xa0 ? encoding_windows[byte - 0x80] : byte;
	char sequence[3];

	if (point < 0x800) {
		sequence[0] = (char)(0xc0 | point >> 6);
		sequence[1] = (char)(0x80 | (point & 0x3f));
		buffer_add(text, sequence, 2);
		return;
	}
	sequence[0] = (char)(0xe0 | point >> 12);
	sequence[1] = (char)(0x80 | (point >> 6 & 0x3f));
	sequence[2] = (char)(0x80 | (point & 0x3f));
	buffer_add(text, sequence, 3);
}

int encoding_decode(enum encoding encoding, size_t offset, const void *bytes, size_t length,
		    struct buffer *text)
{
	const unsigned char *byte = bytes;
	size_t skipped = 0, ascii;

	if (encoding == ENCODING_UTF8_BOM && offset < sizeof(encoding_mark))
		skipped = sizeof(encoding_mark) - offset < length ? sizeof(encoding_mark) - offset
								  : length;
	if (encoding != ENCODING_WINDOWS_1252)
		return buffer_add(text, byte + skipped, length - skipped);
	for (size_t i = 0; i < length; i += ascii + 1) {
		for (ascii = 0; i + ascii < length && byte[i + ascii] < 0x80; ascii++)
			;
		buffer_add(text, byte + i, ascii);
		if (i + ascii < length)
			encoding_add_windows(byte[i + ascii], text);
	}
	return text->failed;
}
