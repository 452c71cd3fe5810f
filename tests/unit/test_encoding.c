/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../api/import/encoding.h"

/* Scans in pieces of a size; the result is the same for all of them. */
static int scan_in(const char *bytes, size_t length, size_t size, enum encoding *ret_encoding,
		   size_t *ret_invalid_at)
{
	struct encoding_scan scan = {0};
	int r;

	for (size_t at = 0; at < length; at += size)
		encoding_scan_add(&scan, bytes + at, length - at < size ? length - at : size);
	r = encoding_scan_end(&scan, ret_encoding);
	*ret_invalid_at = scan.invalid_at;
	return r;
}

static void assert_encoding(const char *bytes, size_t length, enum encoding expected)
{
	for (size_t size = 1; size <= length + 1; size++) {
		enum encoding encoding = ENCODING_UTF8;
		size_t at;

		assert_int_equal(scan_in(bytes, length, size, &encoding, &at), 0);
		assert_int_equal(encoding, expected);
	}
}

static void assert_refused(const char *bytes, size_t length, size_t invalid_at)
{
	for (size_t size = 1; size <= length; size++) {
		enum encoding encoding = ENCODING_UTF8;
		size_t at;

		assert_int_equal(scan_in(bytes, length, size, &encoding, &at), -EILSEQ);
		assert_int_equal(at, invalid_at);
	}
}

static void assert_decoded(enum encoding encoding, const char *bytes, const char *expected)
{
	size_t length = strlen(bytes);

	for (size_t size = 1; size <= length; size++) {
		CLEANUP_BUFFER struct buffer text;

		buffer_init(&text, 1000);
		for (size_t at = 0; at < length; at += size)
			assert_int_equal(encoding_decode(encoding, at, bytes + at,
							 length - at < size ? length - at : size,
							 &text),
					 0);
		assert_string_equal(text.data ? text.data : "", expected);
	}
}

static void ascii_and_utf8_are_utf8(void **state)
{
	assert_encoding("", 0, ENCODING_UTF8);
	assert_encoding("URN,name\r\n", 10, ENCODING_UTF8);
	assert_encoding("Glynd\xc5\xb5r", 8, ENCODING_UTF8);
	assert_encoding("\xe2\x82\xac\xf0\x9f\x8f\xab", 7, ENCODING_UTF8);
}

static void a_mark_is_told_apart(void **state)
{
	assert_encoding("\xef\xbb\xbfURN", 6, ENCODING_UTF8_BOM);
	assert_encoding("\xef\xbb\xbf", 3, ENCODING_UTF8_BOM);
	assert_encoding("a\xef\xbb\xbf", 4, ENCODING_UTF8);
}

static void other_bytes_are_windows(void **state)
{
	assert_encoding("St Thomas \xe0 Becket", 18, ENCODING_WINDOWS_1252);
	assert_encoding("caf\xe9", 4, ENCODING_WINDOWS_1252);
	assert_encoding("\x92", 1, ENCODING_WINDOWS_1252);
	/* Overlong, surrogate, beyond U+10FFFF, and a sequence that breaks off. */
	assert_encoding("\xc0\xaf", 2, ENCODING_WINDOWS_1252);
	assert_encoding("\xe0\x80\xaf", 3, ENCODING_WINDOWS_1252);
	assert_encoding("\xed\xa0\x80", 3, ENCODING_WINDOWS_1252);
	assert_encoding("\xf4\x90\x80\x80", 4, ENCODING_WINDOWS_1252);
	assert_encoding("ab\xe2\x82", 4, ENCODING_WINDOWS_1252);
}

static void what_contradicts_itself_is_refused(void **state)
{
	assert_refused("\xef\xbb\xbf St \xe0 B", 10, 7);
	assert_refused("\xff\xfeU\0R\0N\0", 8, 0);
	assert_refused("\xfe\xff\0U\0R\0N", 8, 0);
}

static void the_mark_is_dropped(void **state)
{
	assert_decoded(ENCODING_UTF8_BOM, "\xef\xbb\xbfURN", "URN");
	assert_decoded(ENCODING_UTF8_BOM, "\xef\xbb\xbf", "");
	assert_decoded(ENCODING_UTF8, "Glynd\xc5\xb5r", "Glynd\xc5\xb5r");
}

static void windows_is_decoded(void **state)
{
	assert_decoded(ENCODING_WINDOWS_1252, "St \xe0 Becket\x92s",
		       "St \xc3\xa0 Becket\xe2\x80\x99s");
	assert_decoded(ENCODING_WINDOWS_1252, "\x80 \xa3 \xff", "\xe2\x82\xac \xc2\xa3 \xc3\xbf");
	assert_decoded(ENCODING_WINDOWS_1252, "\x9f\xa0", "\xc5\xb8\xc2\xa0");
}

static void open_places_become_the_replacement_character(void **state)
{
	assert_decoded(ENCODING_WINDOWS_1252, "\x81\x8d", "\xef\xbf\xbd\xef\xbf\xbd");
	assert_decoded(ENCODING_WINDOWS_1252, "\x8f\x90\x9d",
		       "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

static void encodings_have_names(void **state)
{
	assert_string_equal(encoding_name(ENCODING_UTF8), "utf-8");
	assert_string_equal(encoding_name(ENCODING_UTF8_BOM), "utf-8 with mark");
	assert_string_equal(encoding_name(ENCODING_WINDOWS_1252), "windows-1252");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ascii_and_utf8_are_utf8),
		cmocka_unit_test(a_mark_is_told_apart),
		cmocka_unit_test(other_bytes_are_windows),
		cmocka_unit_test(what_contradicts_itself_is_refused),
		cmocka_unit_test(the_mark_is_dropped),
		cmocka_unit_test(windows_is_decoded),
		cmocka_unit_test(open_places_become_the_replacement_character),
		cmocka_unit_test(encodings_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
