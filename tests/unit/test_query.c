/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../api/buffer.h"
#include "../../api/query.h"

#define CLEANUP_QUERY CLEANUP(query_finish)

static void assert_pair(const struct query_pair *pair, const char *name, const char *value,
			const char *raw)
{
	assert_string_equal(pair->name, name);
	assert_string_equal(pair->value, value);
	assert_string_equal(pair->raw, raw);
}

static void assert_refused(const char *raw, int reason)
{
	struct query query;

	query.count = 1;
	assert_int_equal(query_parse(raw, &query), reason);
	assert_int_equal(query.count, 0);
}

static void no_query_is_empty(void **state)
{
	CLEANUP_QUERY struct query query;

	assert_int_equal(query_parse(NULL, &query), 0);
	assert_int_equal(query.count, 0);
	assert_int_equal(query_parse("", &query), 0);
	assert_int_equal(query.count, 0);
}

static void pairs_keep_their_order(void **state)
{
	CLEANUP_QUERY struct query query;

	assert_int_equal(query_parse("b=2&a=1&b=3", &query), 0);
	assert_int_equal(query.count, 3);
	assert_pair(&query.pairs[0], "b", "2", "2");
	assert_pair(&query.pairs[1], "a", "1", "1");
	assert_pair(&query.pairs[2], "b", "3", "3");
}

static void a_name_without_equals_has_an_empty_value(void **state)
{
	CLEANUP_QUERY struct query query;

	assert_int_equal(query_parse("a&b=", &query), 0);
	assert_int_equal(query.count, 2);
	assert_pair(&query.pairs[0], "a", "", "");
	assert_pair(&query.pairs[1], "b", "", "");
}

static void later_equals_belong_to_the_value(void **state)
{
	CLEANUP_QUERY struct query query;

	assert_int_equal(query_parse("a=b=c", &query), 0);
	assert_pair(&query.pairs[0], "a", "b=c", "b=c");
}

static void plus_and_escapes_are_decoded(void **state)
{
	CLEANUP_QUERY struct query query;

	assert_int_equal(query_parse("full+name=St%20Mary+%26%2b%C3%A9", &query), 0);
	assert_pair(&query.pairs[0], "full name", "St Mary &+é", "St%20Mary+%26%2b%C3%A9");
}

static void the_raw_value_tells_commas_apart(void **state)
{
	CLEANUP_QUERY struct query query;

	assert_int_equal(query_parse("phase=a%2Cb,c", &query), 0);
	assert_pair(&query.pairs[0], "phase", "a,b,c", "a%2Cb,c");
}

static void an_empty_name_is_refused(void **state)
{
	static const char *const queries[] = {"=1", "&", "a=1&", "&a=1", "a=1&&b=2", "a=1&=2"};

	for (size_t i = 0; i < ARRAY_LENGTH(queries); i++)
		assert_refused(queries[i], QUERY_BAD_ENCODING);
}

static void a_broken_escape_is_refused(void **state)
{
	static const char *const queries[] = {
		"a=%", "a=%2",  "a=%g0", "a=%0g",     "a=%%20",
		"%=a", "a=% 1", "a=%-1", "a=1%&b=20", "a=%u0041",
	};

	for (size_t i = 0; i < ARRAY_LENGTH(queries); i++)
		assert_refused(queries[i], QUERY_BAD_ENCODING);
}

static void an_encoded_nul_is_refused(void **state)
{
	assert_refused("a=1%002", QUERY_BAD_ENCODING);
	assert_refused("a%00=1", QUERY_BAD_ENCODING);
}

static void a_fault_in_a_later_pair_frees_the_earlier_ones(void **state)
{
	assert_refused("a=1&b=2&c=%ff", QUERY_BAD_ENCODING);
}

static void bytes_that_are_not_utf8_are_refused(void **state)
{
	static const char *const values[] = {
		"%80",                /* a continuation alone */
		"%c3",                /* a sequence cut short */
		"%c3%28",             /* a sequence broken off */
		"%c0%af",             /* "/" in two bytes */
		"%c1%bf",             /* overlong */
		"%e0%80%af",          /* "/" in three */
		"%e0%9f%bf",          /* overlong */
		"%f0%80%80%af",       /* "/" in four */
		"%f0%8f%bf%bf",       /* overlong */
		"%ed%a0%80",          /* a high surrogate */
		"%ed%bf%bf",          /* a low surrogate */
		"%ed%a0%bd%ed%b8%80", /* a pair of them */
		"%f4%90%80%80",       /* above U+10FFFF */
		"%f8%88%80%80%80",    /* five bytes */
		"%fe",
		"%ff",
		"\xff",
		"\xc3",
	};

	for (size_t i = 0; i < ARRAY_LENGTH(values); i++) {
		char *text = NULL;

		assert_int_equal(query_decode(values[i], strlen(values[i]), true, &text),
				 QUERY_BAD_ENCODING);
		assert_null(text);
	}
}

static void the_edges_of_utf8_are_decoded(void **state)
{
	static const char *const values[][2] = {
		{"%01", "\x01"},
		{"%7F", "\x7f"},
		{"%c2%80", "\xc2\x80"},
		{"%df%bf", "\xdf\xbf"},
		{"%e0%a0%80", "\xe0\xa0\x80"},
		{"%ed%9f%bf", "\xed\x9f\xbf"},
		{"%ee%80%80", "\xee\x80\x80"},
		{"%ef%bf%bf", "\xef\xbf\xbf"},
		{"%f0%90%80%80", "\xf0\x90\x80\x80"},
		{"%f4%8f%bf%bf", "\xf4\x8f\xbf\xbf"},
		{"\xc3\xa9", "\xc3\xa9"},
	};

	for (size_t i = 0; i < ARRAY_LENGTH(values); i++) {
		CLEANUP_FREE char *text = NULL;

		assert_int_equal(query_decode(values[i][0], strlen(values[i][0]), true, &text), 0);
		assert_string_equal(text, values[i][1]);
	}
}

static void plus_stays_where_it_is_no_space(void **state)
{
	CLEANUP_FREE char *text = NULL;

	assert_int_equal(query_decode("a+b%2Bc", 7, false, &text), 0);
	assert_string_equal(text, "a+b+c");
}

static void decoding_stops_at_the_given_length(void **state)
{
	CLEANUP_FREE char *text = NULL;
	char *none = NULL;

	assert_int_equal(query_decode("ab%20", 2, false, &text), 0);
	assert_string_equal(text, "ab");
	assert_int_equal(query_decode("ab%20", 4, false, &none), QUERY_BAD_ENCODING);
	assert_null(none);
}

static void decoding_happens_once(void **state)
{
	CLEANUP_FREE char *text = NULL;

	assert_int_equal(query_decode("%2541%2500", 10, false, &text), 0);
	assert_string_equal(text, "%41%00");
}

static void as_many_pairs_as_the_limit_are_read(void **state)
{
	CLEANUP_BUFFER struct buffer raw;
	CLEANUP_QUERY struct query query = {.count = 0};

	buffer_init(&raw, 10000);
	for (int i = 0; i < LIMIT_QUERY_PAIRS; i++)
		buffer_add_format(&raw, "%sp%d=%d", i ? "&" : "", i, i);
	assert_int_equal(query_parse(raw.data, &query), 0);
	assert_int_equal(query.count, LIMIT_QUERY_PAIRS);
}

static void more_pairs_than_the_limit_are_refused(void **state)
{
	CLEANUP_BUFFER struct buffer raw;

	buffer_init(&raw, 10000);
	for (int i = 0; i < LIMIT_QUERY_PAIRS + 1; i++)
		buffer_add_format(&raw, "%sp%d=%d", i ? "&" : "", i, i);
	assert_refused(raw.data, QUERY_TOO_MANY);
}

static void a_hundred_thousand_pairs_are_refused(void **state)
{
	CLEANUP_BUFFER struct buffer raw;

	buffer_init(&raw, 1 << 20);
	for (int i = 0; i < 100000; i++)
		buffer_add_string(&raw, "a=1&");
	assert_int_equal(raw.failed, 0);
	assert_refused(raw.data, QUERY_TOO_MANY);
}

static void encoding_leaves_what_is_plain(void **state)
{
	CLEANUP_BUFFER struct buffer buffer;

	buffer_init(&buffer, 1000);
	assert_int_equal(query_encode(&buffer, "AZaz09-._~,:"), 0);
	assert_string_equal(buffer.data, "AZaz09-._~,:");
}

static void encoding_escapes_the_rest(void **state)
{
	CLEANUP_BUFFER struct buffer buffer;

	buffer_init(&buffer, 1000);
	assert_int_equal(query_encode(&buffer, " &=+%/?#\"é\n"), 0);
	assert_string_equal(buffer.data, "%20%26%3D%2B%25%2F%3F%23%22%C3%A9%0A");
}

static void every_byte_survives_the_round_trip(void **state)
{
	CLEANUP_BUFFER struct buffer buffer;
	CLEANUP_FREE char *text = NULL;
	char all[128];

	for (int i = 0; i < 127; i++)
		all[i] = (char)(i + 1);
	all[127] = '\0';
	buffer_init(&buffer, 1000);
	assert_int_equal(query_encode(&buffer, all), 0);
	assert_int_equal(query_decode(buffer.data, buffer.length, true, &text), 0);
	assert_string_equal(text, all);
}

static void encoding_reports_a_full_buffer(void **state)
{
	CLEANUP_BUFFER struct buffer buffer;

	buffer_init(&buffer, 2);
	assert_true(query_encode(&buffer, " ") < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_query_is_empty),
		cmocka_unit_test(pairs_keep_their_order),
		cmocka_unit_test(a_name_without_equals_has_an_empty_value),
		cmocka_unit_test(later_equals_belong_to_the_value),
		cmocka_unit_test(plus_and_escapes_are_decoded),
		cmocka_unit_test(the_raw_value_tells_commas_apart),
		cmocka_unit_test(an_empty_name_is_refused),
		cmocka_unit_test(a_broken_escape_is_refused),
		cmocka_unit_test(an_encoded_nul_is_refused),
		cmocka_unit_test(a_fault_in_a_later_pair_frees_the_earlier_ones),
		cmocka_unit_test(bytes_that_are_not_utf8_are_refused),
		cmocka_unit_test(the_edges_of_utf8_are_decoded),
		cmocka_unit_test(plus_stays_where_it_is_no_space),
		cmocka_unit_test(decoding_stops_at_the_given_length),
		cmocka_unit_test(decoding_happens_once),
		cmocka_unit_test(as_many_pairs_as_the_limit_are_read),
		cmocka_unit_test(more_pairs_than_the_limit_are_refused),
		cmocka_unit_test(a_hundred_thousand_pairs_are_refused),
		cmocka_unit_test(encoding_leaves_what_is_plain),
		cmocka_unit_test(encoding_escapes_the_rest),
		cmocka_unit_test(every_byte_survives_the_round_trip),
		cmocka_unit_test(encoding_reports_a_full_buffer),
	};

	return cmocka_run_group_tests_name("query", tests, NULL, NULL);
}
