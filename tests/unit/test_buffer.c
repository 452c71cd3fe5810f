/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../api/buffer.h"

static void assert_json(const char *text, size_t length, const char *expected)
{
	CLEANUP_BUFFER struct buffer buffer;

	buffer_init(&buffer, 1000);
	assert_int_equal(buffer_add_json_string(&buffer, text, length), 0);
	assert_string_equal(buffer.data, expected);
}

static void a_new_buffer_is_empty(void **state)
{
	CLEANUP_BUFFER struct buffer buffer;

	buffer_init(&buffer, 10);
	assert_null(buffer.data);
	assert_int_equal(buffer.length, 0);
	assert_int_equal(buffer.failed, 0);
}

static void additions_are_joined_and_terminated(void **state)
{
	CLEANUP_BUFFER struct buffer buffer;

	buffer_init(&buffer, 100);
	assert_int_equal(buffer_add(&buffer, "abc", 2), 0);
	assert_int_equal(buffer_add_byte(&buffer, '-'), 0);
	assert_int_equal(buffer_add_string(&buffer, "xyz"), 0);
	assert_int_equal(buffer_add_format(&buffer, "%d%s", 7, "!"), 0);
	assert_string_equal(buffer.data, "ab-xyz7!");
	assert_int_equal(buffer.length, 8);
}

static void adding_nothing_adds_nothing(void **state)
{
	CLEANUP_BUFFER struct buffer buffer;

	buffer_init(&buffer, 0);
	assert_int_equal(buffer_add(&buffer, NULL, 0), 0);
	assert_int_equal(buffer_add_string(&buffer, ""), 0);
	assert_int_equal(buffer_add_format(&buffer, "%s", ""), 0);
	assert_int_equal(buffer.length, 0);
	assert_string_equal(buffer.data, "");
}

static void a_nul_is_a_byte_like_any_other(void **state)
{
	CLEANUP_BUFFER struct buffer buffer;

	buffer_init(&buffer, 10);
	assert_int_equal(buffer_add(&buffer, "a\0b", 3), 0);
	assert_int_equal(buffer.length, 3);
	assert_memory_equal(buffer.data, "a\0b", 4);
}

static void it_grows_to_its_maximum(void **state)
{
	CLEANUP_BUFFER struct buffer buffer;

	buffer_init(&buffer, 100000);
	for (int i = 0; i < 100000; i++)
		assert_int_equal(buffer_add_byte(&buffer, (char)('a' + i % 26)), 0);
	assert_int_equal(buffer.length, 100000);
	assert_int_equal(strlen(buffer.data), 100000);
	assert_int_equal(buffer.data[99999], 'a' + 99999 % 26);
}

static void it_grows_no_further_than_its_maximum(void **state)
{
	CLEANUP_BUFFER struct buffer buffer;

	buffer_init(&buffer, 4);
	assert_int_equal(buffer_add_string(&buffer, "abcd"), 0);
	assert_int_equal(buffer_add_byte(&buffer, 'e'), -E2BIG);
	assert_string_equal(buffer.data, "abcd");
}

static void a_failure_sticks(void **state)
{
	CLEANUP_BUFFER struct buffer buffer;

	buffer_init(&buffer, 4);
	assert_int_equal(buffer_add_string(&buffer, "abcde"), -E2BIG);
	assert_int_equal(buffer_add_string(&buffer, "a"), -E2BIG);
	assert_int_equal(buffer_add_format(&buffer, "%d", 1), -E2BIG);
	assert_int_equal(buffer_add_json_string(&buffer, "", 0), -E2BIG);
	assert_int_equal(buffer.failed, -E2BIG);
	assert_int_equal(buffer.length, 0);
}

static void formatted_text_respects_the_maximum(void **state)
{
	CLEANUP_BUFFER struct buffer buffer;

	buffer_init(&buffer, 4);
	assert_int_equal(buffer_add_format(&buffer, "%d", 12345), -E2BIG);
	assert_int_equal(buffer.length, 0);
}

static void a_finished_buffer_can_be_used_again(void **state)
{
	CLEANUP_BUFFER struct buffer buffer;

	buffer_init(&buffer, 4);
	assert_int_equal(buffer_add_string(&buffer, "abcde"), -E2BIG);
	buffer_finish(&buffer);
	assert_int_equal(buffer_add_string(&buffer, "abcd"), 0);
	assert_string_equal(buffer.data, "abcd");
}

static void taking_hands_the_contents_over(void **state)
{
	CLEANUP_BUFFER struct buffer buffer;
	CLEANUP_FREE char *data = NULL;
	size_t length = 0;

	buffer_init(&buffer, 100);
	assert_int_equal(buffer_add_string(&buffer, "abc"), 0);
	data = buffer_take(&buffer, &length);
	assert_string_equal(data, "abc");
	assert_int_equal(length, 3);
	assert_null(buffer.data);
	assert_int_equal(buffer.length, 0);
}

static void taking_from_an_empty_buffer_is_an_empty_string(void **state)
{
	CLEANUP_BUFFER struct buffer buffer;
	CLEANUP_FREE char *data = NULL;

	buffer_init(&buffer, 0);
	data = buffer_take(&buffer, NULL);
	assert_string_equal(data, "");
}

static void nothing_is_taken_from_a_failed_buffer(void **state)
{
	CLEANUP_BUFFER struct buffer buffer;
	size_t length = 7;

	buffer_init(&buffer, 2);
	assert_int_equal(buffer_add_string(&buffer, "ab"), 0);
	assert_int_equal(buffer_add_string(&buffer, "c"), -E2BIG);
	assert_null(buffer_take(&buffer, &length));
	assert_int_equal(length, 7);
}

static void json_text_is_quoted(void **state)
{
	assert_json("", 0, "\"\"");
	assert_json("St Mary's", 9, "\"St Mary's\"");
}

static void json_text_escapes_what_it_must(void **state)
{
	assert_json("\"\\\n\t\x01\x1f\x7f", 7, "\"\\\"\\\\\\u000a\\u0009\\u0001\\u001f\\u007f\"");
	assert_json("a\0b", 3, "\"a\\u0000b\"");
}

static void json_text_keeps_well_formed_utf8(void **state)
{
	assert_json("é€😀\xf4\x8f\xbf\xbf", 13, "\"é€😀\xf4\x8f\xbf\xbf\"");
}

static void json_text_replaces_bad_utf8_byte_by_byte(void **state)
{
	static const struct {
		const char *text;
		const char *expected;
	} cases[] = {
		{"\x80", "\"\\ufffd\""},
		{"a\xc3", "\"a\\ufffd\""},
		{"\xc3(", "\"\\ufffd(\""},
		{"\xc0\xaf", "\"\\ufffd\\ufffd\""},
		{"\xe0\x80\xaf", "\"\\ufffd\\ufffd\\ufffd\""},
		{"\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\""},
		{"\xe2\x82", "\"\\ufffd\\ufffd\""},
		{"\xe2\x82\"", "\"\\ufffd\\ufffd\\\"\""},
		{"\xf4\x90\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\""},
		{"\xff\xfe", "\"\\ufffd\\ufffd\""},
	};

	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
		assert_json(cases[i].text, strlen(cases[i].text), cases[i].expected);
}

static void json_text_reads_no_further_than_its_length(void **state)
{
	assert_json("\xc3\xa9", 1, "\"\\ufffd\"");
	assert_json("abc", 2, "\"ab\"");
}

static void json_text_of_any_bytes_can_be_parsed(void **state)
{
	CLEANUP_BUFFER struct buffer buffer;
	CLEANUP_JSON json_t *value = NULL;
	char all[256];

	for (int i = 0; i < 256; i++)
		all[i] = (char)i;
	buffer_init(&buffer, 10000);
	assert_int_equal(buffer_add_json_string(&buffer, all, sizeof(all)), 0);
	value = json_loadb(buffer.data, buffer.length, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	assert_true(json_is_string(value));
	assert_int_equal(json_string_length(value), 128 + 128 * 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_buffer_is_empty),
		cmocka_unit_test(additions_are_joined_and_terminated),
		cmocka_unit_test(adding_nothing_adds_nothing),
		cmocka_unit_test(a_nul_is_a_byte_like_any_other),
		cmocka_unit_test(it_grows_to_its_maximum),
		cmocka_unit_test(it_grows_no_further_than_its_maximum),
		cmocka_unit_test(a_failure_sticks),
		cmocka_unit_test(formatted_text_respects_the_maximum),
		cmocka_unit_test(a_finished_buffer_can_be_used_again),
		cmocka_unit_test(taking_hands_the_contents_over),
		cmocka_unit_test(taking_from_an_empty_buffer_is_an_empty_string),
		cmocka_unit_test(nothing_is_taken_from_a_failed_buffer),
		cmocka_unit_test(json_text_is_quoted),
		cmocka_unit_test(json_text_escapes_what_it_must),
		cmocka_unit_test(json_text_keeps_well_formed_utf8),
		cmocka_unit_test(json_text_replaces_bad_utf8_byte_by_byte),
		cmocka_unit_test(json_text_reads_no_further_than_its_length),
		cmocka_unit_test(json_text_of_any_bytes_can_be_parsed),
	};

	return cmocka_run_group_tests_name("buffer", tests, NULL, NULL);
}
