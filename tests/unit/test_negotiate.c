/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../api/buffer.h"
#include "../../api/limit.h"
#include "../../api/negotiate.h"

enum { NONE = -1, JSON, CSV, GEO };

static const char *const offers[] = {"application/json", "text/csv", "application/geo+json"};

struct media_case {
	const char *accept;
	int best;
};

static void assert_media(const struct media_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		assert_int_equal(negotiate_media(cases[i].accept, offers, ARRAY_LENGTH(offers)),
				 cases[i].best);
}

static void no_accept_header_takes_the_first_offer(void **state)
{
	static const struct media_case cases[] = {
		{NULL, JSON}, {"", JSON}, {" \t", JSON}, {",", JSON}, {" , ,", JSON}};

	assert_media(cases, ARRAY_LENGTH(cases));
}

static void a_named_type_is_chosen(void **state)
{
	static const struct media_case cases[] = {
		{"application/json", JSON},
		{"text/csv", CSV},
		{"application/geo+json", GEO},
		{" text/csv ", CSV},
	};

	assert_media(cases, ARRAY_LENGTH(cases));
}

static void names_are_compared_in_any_case(void **state)
{
	static const struct media_case cases[] = {{"TEXT/Csv", CSV}, {"text/csv;Q=0.5", CSV}};

	assert_media(cases, ARRAY_LENGTH(cases));
}

static void a_type_that_is_not_offered_is_not_acceptable(void **state)
{
	static const struct media_case cases[] = {
		{"text/html", NONE}, {"application/jso", NONE}, {"application/jsonx", NONE},
		{"image/*", NONE},   {"text/cs", NONE},
	};

	assert_media(cases, ARRAY_LENGTH(cases));
}

static void the_highest_weight_wins(void **state)
{
	static const struct media_case cases[] = {
		{"application/json;q=0.5, text/csv;q=0.6", CSV},
		{"text/csv;q=0.001, application/geo+json;q=0.002", GEO},
		{"text/csv;q=0.999, application/json", JSON},
		{"text/csv ; q=0.2 , application/json ; q=0.1", CSV},
	};

	assert_media(cases, ARRAY_LENGTH(cases));
}

static void ties_go_to_the_order_of_the_offers(void **state)
{
	static const struct media_case cases[] = {
		{"text/csv, application/json", JSON},
		{"application/geo+json, text/csv", CSV},
		{"*/*", JSON},
		{"text/csv, */*", JSON},
	};

	assert_media(cases, ARRAY_LENGTH(cases));
}

static void a_main_type_takes_its_first_offer(void **state)
{
	static const struct media_case cases[] = {{"application/*", JSON}, {"text/*", CSV}};

	assert_media(cases, ARRAY_LENGTH(cases));
}

static void closer_ranges_beat_wildcards_whatever_their_order(void **state)
{
	static const struct media_case cases[] = {
		{"*/*, application/json;q=0.1", CSV},
		{"application/json;q=0.1, */*", CSV},
		{"application/*;q=0.9, application/json;q=0.1, */*;q=0.5", GEO},
		{"*/*;q=0.1, text/*;q=0.2, text/csv;q=0.05", JSON},
		{"*/*;q=0.1, text/*;q=0.2", CSV},
	};

	assert_media(cases, ARRAY_LENGTH(cases));
}

static void a_weight_of_nothing_refuses(void **state)
{
	static const struct media_case cases[] = {
		{"application/json;q=0", NONE},
		{"*/*;q=0", NONE},
		{"application/json;q=0, */*", CSV},
		{"application/*;q=0.000, */*;q=0.1", CSV},
		{"*/*, application/json;q=0., text/*;q=0", GEO},
	};

	assert_media(cases, ARRAY_LENGTH(cases));
}

static void the_same_range_twice_counts_at_its_best(void **state)
{
	static const struct media_case cases[] = {
		{"text/csv;header=absent;q=0.1, text/csv;q=0.9, application/json;q=0.5", CSV},
		{"text/csv;q=0.9, text/csv;header=absent;q=0.1, application/json;q=0.5", CSV},
	};

	assert_media(cases, ARRAY_LENGTH(cases));
}

static void other_parameters_are_ignored(void **state)
{
	static const struct media_case cases[] = {
		{"text/csv;charset=utf-8;header=present;q=0.5", CSV},
		{"text/csv;x=\"a,b;q=0\\\"\"", CSV},
		{"text/csv;", CSV},
		{"text/csv;;q=0.5;", CSV},
		{"text/csv;q=0.5;ext=1", CSV},
	};

	assert_media(cases, ARRAY_LENGTH(cases));
}

static void a_malformed_weight_asks_for_nothing(void **state)
{
	static const struct media_case cases[] = {
		{"text/csv;q=1.5", NONE},
		{"text/csv;q=0.0001", NONE},
		{"text/csv;q=2", NONE},
		{"text/csv;q=-1", NONE},
		{"text/csv;q=", NONE},
		{"text/csv;q", NONE},
		{"text/csv;q=a", NONE},
		{"text/csv;q=.5", NONE},
		{"text/csv;q=1.001", NONE},
		{"text/csv;q=00", NONE},
		{"text/csv;q=0,5", NONE},
		{"text/csv;q=1e0", NONE},
		{"text/csv;q=0.5;q=0.6", NONE},
		{"text/csv;q=99999999999999999999", NONE},
		{"text/csv;q=1.5, application/geo+json", GEO},
	};

	assert_media(cases, ARRAY_LENGTH(cases));
}

static void a_malformed_range_asks_for_nothing(void **state)
{
	static const struct media_case cases[] = {
		{"text", NONE},
		{"/", NONE},
		{"text/", NONE},
		{"/csv", NONE},
		{"*", NONE},
		{"*/csv", NONE},
		{"text/csv x", NONE},
		{"text /csv", NONE},
		{"text/csv/x", NONE},
		{"text/csv=", NONE},
		{"text/csv;\"q\"=1", NONE},
		{"text/csv;x=\"open", NONE},
		{"\"text/csv", NONE},
		{"text/csv;x=\"\\", NONE},
		{"garbage, text/csv", CSV},
		{"\x01\xff", NONE},
	};

	assert_media(cases, ARRAY_LENGTH(cases));
}

static void ranges_up_to_the_limit_are_read(void **state)
{
	CLEANUP_BUFFER struct buffer accept;

	buffer_init(&accept, 10000);
	for (int i = 1; i < LIMIT_ACCEPT_RANGES; i++)
		buffer_add_format(&accept, "x/y%d,", i);
	buffer_add_string(&accept, "text/csv");
	assert_int_equal(negotiate_media(accept.data, offers, ARRAY_LENGTH(offers)), CSV);
}

static void ranges_beyond_the_limit_are_not_read(void **state)
{
	CLEANUP_BUFFER struct buffer accept;

	buffer_init(&accept, 100000);
	for (int i = 0; i < 1000; i++)
		buffer_add_format(&accept, "x/y%d;q=0.5,", i);
	buffer_add_string(&accept, "text/csv");
	assert_int_equal(negotiate_media(accept.data, offers, ARRAY_LENGTH(offers)), NONE);
}

static void nothing_offered_is_never_acceptable(void **state)
{
	assert_int_equal(negotiate_media(NULL, offers, 0), NONE);
	assert_int_equal(negotiate_media("*/*", offers, 0), NONE);
}

static void assert_gzip(const char *const *headers, size_t count, bool wanted)
{
	for (size_t i = 0; i < count; i++)
		assert_int_equal(negotiate_gzip(headers[i]), wanted);
}

static void gzip_is_wanted_when_it_is_named(void **state)
{
	static const char *const headers[] = {
		"gzip",
		"GZIP",
		"x-gzip",
		"br, gzip",
		"deflate, gzip;q=1.0, *;q=0.5",
		"gzip;q=0.001",
		"gzip, identity",
		"gzip;q=0.5, identity;q=0.5",
		"br;q=1, gzip;q=0.2",
		"identity;q=0, gzip",
	};

	assert_gzip(headers, ARRAY_LENGTH(headers), true);
}

static void gzip_is_wanted_when_anything_is(void **state)
{
	static const char *const headers[] = {"*", "*;q=0.1", "br, *", "identity;q=0, *;q=0.5"};

	assert_gzip(headers, ARRAY_LENGTH(headers), true);
}

static void gzip_is_not_wanted_unasked(void **state)
{
	static const char *const headers[] = {NULL,          "",        " ",  ",", "br", "identity",
					      "deflate, br", "gzipped", "gzi"};

	assert_gzip(headers, ARRAY_LENGTH(headers), false);
}

static void gzip_is_not_wanted_when_refused(void **state)
{
	static const char *const headers[] = {"gzip;q=0", "gzip;q=0, *", "*;q=0",
					      "*, gzip;q=0.000"};

	assert_gzip(headers, ARRAY_LENGTH(headers), false);
}

static void gzip_is_not_wanted_when_identity_is_liked_better(void **state)
{
	static const char *const headers[] = {
		"gzip;q=0.5, identity",
		"identity;q=0.6, gzip;q=0.5",
		"gzip;q=0.5, *;q=0.8",
		"*;q=0.5, identity",
	};

	assert_gzip(headers, ARRAY_LENGTH(headers), false);
}

static void a_malformed_coding_asks_for_nothing(void **state)
{
	static const char *const headers[] = {"gzip;q=1.5", "gzip;q=0.0001", "gzip x",
					      "gzip;level", "\"gzip\"",      ";gzip"};

	assert_gzip(headers, ARRAY_LENGTH(headers), false);
}

static void a_content_type_is_compared_in_any_case(void **state)
{
	assert_true(negotiate_content_type("application/json", "application/json"));
	assert_true(negotiate_content_type("Application/JSON", "application/json"));
	assert_true(negotiate_content_type("application/merge-patch+json",
					   "application/merge-patch+json"));
}

static void a_content_type_may_say_utf8(void **state)
{
	static const char *const headers[] = {
		"application/json;charset=utf-8",
		"application/json; charset=UTF-8",
		"application/json ; Charset=\"Utf-8\"",
		"application/json;",
		"application/json ; ",
		" application/json",
	};

	for (size_t i = 0; i < ARRAY_LENGTH(headers); i++)
		assert_true(negotiate_content_type(headers[i], "application/json"));
}

static void another_content_type_is_refused(void **state)
{
	static const char *const headers[] = {
		NULL,
		"",
		"text/plain",
		"application/jsonx",
		"xapplication/json",
		"application/jso",
		"application",
		"*/*",
		"application/*",
		"application/merge-patch+json",
		"application/json, application/json",
	};

	for (size_t i = 0; i < ARRAY_LENGTH(headers); i++)
		assert_false(negotiate_content_type(headers[i], "application/json"));
}

static void another_parameter_of_a_content_type_is_refused(void **state)
{
	static const char *const headers[] = {
		"application/json;charset=latin1",
		"application/json;charset=utf8",
		"application/json;charset",
		"application/json;charset=",
		"application/json;charset=\"utf-8",
		"application/json;profile=x",
		"application/json;charset=utf-8;v=1",
		"application/json;charset=utf-8 x",
		"application/json;charset = utf-8",
		"application/json;charset=utf-16;charset=utf-8",
	};

	for (size_t i = 0; i < ARRAY_LENGTH(headers); i++)
		assert_false(negotiate_content_type(headers[i], "application/json"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_accept_header_takes_the_first_offer),
		cmocka_unit_test(a_named_type_is_chosen),
		cmocka_unit_test(names_are_compared_in_any_case),
		cmocka_unit_test(a_type_that_is_not_offered_is_not_acceptable),
		cmocka_unit_test(the_highest_weight_wins),
		cmocka_unit_test(ties_go_to_the_order_of_the_offers),
		cmocka_unit_test(a_main_type_takes_its_first_offer),
		cmocka_unit_test(closer_ranges_beat_wildcards_whatever_their_order),
		cmocka_unit_test(a_weight_of_nothing_refuses),
		cmocka_unit_test(the_same_range_twice_counts_at_its_best),
		cmocka_unit_test(other_parameters_are_ignored),
		cmocka_unit_test(a_malformed_weight_asks_for_nothing),
		cmocka_unit_test(a_malformed_range_asks_for_nothing),
		cmocka_unit_test(ranges_up_to_the_limit_are_read),
		cmocka_unit_test(ranges_beyond_the_limit_are_not_read),
		cmocka_unit_test(nothing_offered_is_never_acceptable),
		cmocka_unit_test(gzip_is_wanted_when_it_is_named),
		cmocka_unit_test(gzip_is_wanted_when_anything_is),
		cmocka_unit_test(gzip_is_not_wanted_unasked),
		cmocka_unit_test(gzip_is_not_wanted_when_refused),
		cmocka_unit_test(gzip_is_not_wanted_when_identity_is_liked_better),
		cmocka_unit_test(a_malformed_coding_asks_for_nothing),
		cmocka_unit_test(a_content_type_is_compared_in_any_case),
		cmocka_unit_test(a_content_type_may_say_utf8),
		cmocka_unit_test(another_content_type_is_refused),
		cmocka_unit_test(another_parameter_of_a_content_type_is_refused),
	};

	return cmocka_run_group_tests_name("negotiate", tests, NULL, NULL);
}
