/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../api/route.h"

#define BIT(method) (1u << METHOD_##method)

static const char *const templates[] = {
	"/",
	"/v1/schools",
	"/v1/schools/{urn}",
	"/v1/schools/nearby",
	"/v1/schools/{urn}/governors",
	"/v1/schools/nearby/map",
	"/v1/{kind}/{id}/history",
	"/openapi.json",
	"/a/{one}/b/{two}",
};

static void table_free(struct route_table **table)
{
	*table = route_table_free(*table);
}

#define CLEANUP_TABLE CLEANUP(table_free)
#define CLEANUP_MATCH CLEANUP(route_match_finish)

/* A table in which every template above answers GET with itself. */
static struct route_table *table_new(void)
{
	struct route_table *table;

	assert_int_equal(route_table_new(&table), 0);
	for (size_t i = 0; i < ARRAY_LENGTH(templates); i++)
		assert_int_equal(route_add(table, METHOD_GET, templates[i], templates[i]), 0);
	return table;
}

static void assert_found(const char *path, const char *path_template, const char *first_value)
{
	CLEANUP_TABLE struct route_table *table = table_new();
	CLEANUP_MATCH struct route_match match = {0};

	assert_int_equal(route_find(table, METHOD_GET, path, &match), 0);
	assert_string_equal(match.operation, path_template);
	if (!first_value) {
		assert_int_equal(match.count, 0);
		return;
	}
	assert_true(match.count > 0);
	assert_string_equal(match.values[0], first_value);
}

static void assert_not_found(const char *path, int reason)
{
	CLEANUP_TABLE struct route_table *table = table_new();
	struct route_match match;

	assert_int_equal(route_find(table, METHOD_GET, path, &match), reason);
	assert_int_equal(match.count, 0);
	assert_int_equal(match.allowed, 0);
	route_match_finish(&match);
}

static void a_literal_path_is_found(void **state)
{
	assert_found("/v1/schools", "/v1/schools", NULL);
	assert_found("/openapi.json", "/openapi.json", NULL);
}

static void the_root_is_a_path(void **state)
{
	assert_found("/", "/", NULL);
}

static void a_parameter_takes_its_segment(void **state)
{
	assert_found("/v1/schools/100000", "/v1/schools/{urn}", "100000");
}

static void parameters_come_in_the_order_of_the_template(void **state)
{
	CLEANUP_TABLE struct route_table *table = table_new();
	CLEANUP_MATCH struct route_match match = {0};

	assert_int_equal(route_find(table, METHOD_GET, "/a/x/b/y", &match), 0);
	assert_int_equal(match.count, 2);
	assert_string_equal(match.values[0], "x");
	assert_string_equal(match.values[1], "y");
}

static void a_literal_wins_over_a_parameter(void **state)
{
	assert_found("/v1/schools/nearby", "/v1/schools/nearby", NULL);
}

static void a_longer_or_shorter_word_is_no_literal(void **state)
{
	assert_found("/v1/schools/nearb", "/v1/schools/{urn}", "nearb");
	assert_found("/v1/schools/nearbyy", "/v1/schools/{urn}", "nearbyy");
}

static void a_literal_that_leads_nowhere_is_left_again(void **state)
{
	assert_found("/v1/schools/nearby/governors", "/v1/schools/{urn}/governors", "nearby");
}

static void backtracking_forgets_the_values_it_took(void **state)
{
	CLEANUP_TABLE struct route_table *table = table_new();
	CLEANUP_MATCH struct route_match match = {0};

	assert_int_equal(route_find(table, METHOD_GET, "/v1/schools/7/history", &match), 0);
	assert_string_equal(match.operation, "/v1/{kind}/{id}/history");
	assert_int_equal(match.count, 2);
	assert_string_equal(match.values[0], "schools");
	assert_string_equal(match.values[1], "7");
}

static void an_unknown_path_is_not_found(void **state)
{
	assert_not_found("/v2", ROUTE_NO_PATH);
	assert_not_found("/v1/schools/1/governors/2", ROUTE_NO_PATH);
	assert_not_found("/V1/schools", ROUTE_NO_PATH);
}

static void the_beginning_of_a_path_is_not_found(void **state)
{
	assert_not_found("/v1", ROUTE_NO_PATH);
}

static void a_trailing_slash_is_not_found(void **state)
{
	assert_not_found("/v1/schools/", ROUTE_NO_PATH);
	assert_not_found("/v1/", ROUTE_NO_PATH);
}

static void an_encoded_slash_stays_in_its_segment(void **state)
{
	assert_found("/v1/schools/a%2Fb", "/v1/schools/{urn}", "a/b");
	assert_found("/v1/schools/%2F", "/v1/schools/{urn}", "/");
	assert_not_found("/v1%2Fschools", ROUTE_NO_PATH);
}

static void a_plus_in_a_path_is_a_plus(void **state)
{
	assert_found("/v1/schools/a+b%20c", "/v1/schools/{urn}", "a+b c");
}

static void an_escaped_literal_is_the_same_literal(void **state)
{
	assert_found("/%76%31/schools", "/v1/schools", NULL);
}

static void what_looks_like_a_query_is_part_of_the_segment(void **state)
{
	assert_found("/v1/schools/1%3Flimit=2", "/v1/schools/{urn}", "1?limit=2");
}

static void an_empty_segment_is_a_bad_path(void **state)
{
	static const char *const paths[] = {"//", "//v1/schools", "/v1//schools", "/v1/schools//",
					    "///"};

	for (size_t i = 0; i < ARRAY_LENGTH(paths); i++)
		assert_not_found(paths[i], ROUTE_BAD_PATH);
}

static void a_path_must_begin_with_a_slash(void **state)
{
	static const char *const paths[] = {"", "*", "v1/schools", "http://other/v1/schools",
					    "%2Fv1"};

	for (size_t i = 0; i < ARRAY_LENGTH(paths); i++)
		assert_not_found(paths[i], ROUTE_BAD_PATH);
}

static void dot_segments_are_a_bad_path(void **state)
{
	static const char *const paths[] = {
		"/.",
		"/..",
		"/v1/./schools",
		"/v1/schools/..",
		"/v1/schools/../../etc",
		"/v1/schools/%2e%2e",
		"/v1/schools/%2E",
		"/v1/schools/.%2e",
		"/v1/x/../schools",
		"/../",
		"/v1/./",
	};

	for (size_t i = 0; i < ARRAY_LENGTH(paths); i++)
		assert_not_found(paths[i], ROUTE_BAD_PATH);
}

static void dots_within_a_segment_are_harmless(void **state)
{
	assert_found("/v1/schools/...", "/v1/schools/{urn}", "...");
	assert_found("/v1/schools/.a", "/v1/schools/{urn}", ".a");
	assert_found("/v1/schools/..%2F..%2Fetc", "/v1/schools/{urn}", "../../etc");
}

static void what_cannot_be_decoded_is_a_bad_path(void **state)
{
	static const char *const paths[] = {
		"/v1/schools/%",
		"/v1/schools/%2",
		"/v1/schools/%zz",
		"/v1/schools/1%00",
		"/%00",
		"/v1/schools/%c0%af",
		"/v1/schools/%ed%a0%80",
		"/v1/schools/\xff",
		"/nowhere/%",
		"/v1/schools/%f5%80%80%80",
	};

	for (size_t i = 0; i < ARRAY_LENGTH(paths); i++)
		assert_not_found(paths[i], ROUTE_BAD_PATH);
}

static void a_path_may_have_as_many_segments_as_the_limit(void **state)
{
	CLEANUP_TABLE struct route_table *table = NULL;
	CLEANUP_MATCH struct route_match match = {0};
	char path_template[LIMIT_PATH_SEGMENTS * 6 + 1] = "",
						     path[LIMIT_PATH_SEGMENTS * 2 + 1] = "";

	for (int i = 0; i < LIMIT_PATH_SEGMENTS; i++) {
		sprintf(path_template + strlen(path_template), "/{p%02d}", i);
		strcat(path, "/x");
	}
	assert_int_equal(route_table_new(&table), 0);
	assert_int_equal(route_add(table, METHOD_GET, path_template, ""), 0);
	assert_int_equal(route_find(table, METHOD_GET, path, &match), 0);
	assert_int_equal(match.count, LIMIT_PATH_SEGMENTS);
}

static void more_segments_than_the_limit_are_a_bad_path(void **state)
{
	char path[20001];

	for (size_t i = 0; i < sizeof(path) - 1; i++)
		path[i] = i % 2 ? 'x' : '/';
	path[sizeof(path) - 1] = '\0';
	assert_not_found(path, ROUTE_BAD_PATH);
	path[2 * (LIMIT_PATH_SEGMENTS + 1)] = '\0';
	assert_not_found(path, ROUTE_BAD_PATH);
}

static void another_method_says_which_are_allowed(void **state)
{
	CLEANUP_TABLE struct route_table *table = table_new();
	struct route_match match;

	assert_int_equal(route_add(table, METHOD_POST, "/v1/schools", ""), 0);
	assert_int_equal(route_find(table, METHOD_DELETE, "/v1/schools", &match), ROUTE_NO_METHOD);
	assert_int_equal(match.allowed, BIT(GET) | BIT(HEAD) | BIT(POST) | BIT(OPTIONS));
	assert_int_equal(match.count, 0);
}

static void a_path_without_get_has_no_head(void **state)
{
	CLEANUP_TABLE struct route_table *table = table_new();
	struct route_match match;

	assert_int_equal(route_add(table, METHOD_PUT, "/v1/x", ""), 0);
	assert_int_equal(route_find(table, METHOD_HEAD, "/v1/x", &match), ROUTE_NO_METHOD);
	assert_int_equal(match.allowed, BIT(PUT) | BIT(OPTIONS));
}

static void head_finds_what_get_finds(void **state)
{
	CLEANUP_TABLE struct route_table *table = table_new();
	CLEANUP_MATCH struct route_match match = {0};

	assert_int_equal(route_find(table, METHOD_HEAD, "/v1/schools/1", &match), 0);
	assert_string_equal(match.operation, "/v1/schools/{urn}");
	assert_int_equal(match.allowed, BIT(GET) | BIT(HEAD) | BIT(OPTIONS));
}

static void options_is_left_to_the_caller(void **state)
{
	CLEANUP_TABLE struct route_table *table = table_new();
	struct route_match match;

	assert_int_equal(route_find(table, METHOD_OPTIONS, "/v1/schools", &match), ROUTE_NO_METHOD);
	assert_int_equal(match.allowed, BIT(GET) | BIT(HEAD) | BIT(OPTIONS));
}

static void an_unknown_method_finds_nothing(void **state)
{
	CLEANUP_TABLE struct route_table *table = table_new();
	struct route_match match;

	assert_int_equal(route_find(table, METHOD_UNKNOWN, "/v1/schools", &match), ROUTE_NO_METHOD);
}

static void a_literal_path_hides_the_methods_of_a_parameter(void **state)
{
	CLEANUP_TABLE struct route_table *table = table_new();
	struct route_match match;

	assert_int_equal(route_add(table, METHOD_DELETE, "/v1/schools/{urn}", ""), 0);
	assert_int_equal(route_find(table, METHOD_DELETE, "/v1/schools/nearby", &match),
			 ROUTE_NO_METHOD);
	assert_int_equal(match.allowed, BIT(GET) | BIT(HEAD) | BIT(OPTIONS));
}

static void a_taken_shape_is_refused(void **state)
{
	CLEANUP_TABLE struct route_table *table = table_new();

	assert_int_equal(route_add(table, METHOD_GET, "/v1/schools/{urn}", ""), -EEXIST);
	assert_int_equal(route_add(table, METHOD_GET, "/v1/schools/{other}", ""), -EEXIST);
	assert_int_equal(route_add(table, METHOD_GET, "/", ""), -EEXIST);
	assert_int_equal(route_add(table, METHOD_PUT, "/v1/schools/{other}", ""), 0);
}

static void a_malformed_template_is_refused(void **state)
{
	static const char *const malformed[] = {
		"",           "v1",
		"*",          "//",
		"/v1/",       "/v1//x",
		"/v1/{}",     "/v1/{a",
		"/v1/a}",     "/v1/{a}b",
		"/v1/a{b}",   "/v1/{a}{b}",
		"/v1/{a b}",  "/v1/a b",
		"/v1/%41",    "/v1/a?b",
		"/v1/.",      "/v1/..",
		"/v1/é",      "/{a}/{a}",
		"/{a}/b/{a}", "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17",
	};
	CLEANUP_TABLE struct route_table *table = table_new();

	for (size_t i = 0; i < ARRAY_LENGTH(malformed); i++)
		assert_int_equal(route_add(table, METHOD_GET, malformed[i], ""), -EINVAL);
}

static void methods_of_the_engine_are_refused(void **state)
{
	CLEANUP_TABLE struct route_table *table = table_new();

	assert_int_equal(route_add(table, METHOD_HEAD, "/x", ""), -EINVAL);
	assert_int_equal(route_add(table, METHOD_OPTIONS, "/x", ""), -EINVAL);
	assert_int_equal(route_add(table, METHOD_UNKNOWN, "/x", ""), -EINVAL);
	assert_int_equal(route_add(table, METHOD_GET, "/x", NULL), -EINVAL);
}

static void many_literals_are_told_apart(void **state)
{
	static char names[500][16];
	CLEANUP_TABLE struct route_table *table = NULL;

	assert_int_equal(route_table_new(&table), 0);
	for (int i = 0; i < 500; i++) {
		sprintf(names[i], "/r%d", i * 7919 % 500);
		assert_int_equal(route_add(table, METHOD_GET, names[i], names[i]), 0);
	}
	for (int i = 0; i < 500; i++) {
		CLEANUP_MATCH struct route_match match = {0};

		assert_int_equal(route_find(table, METHOD_GET, names[i], &match), 0);
		assert_ptr_equal(match.operation, names[i]);
	}
}

static void an_empty_table_knows_no_path(void **state)
{
	CLEANUP_TABLE struct route_table *table = NULL;
	struct route_match match;

	assert_int_equal(route_table_new(&table), 0);
	assert_int_equal(route_find(table, METHOD_GET, "/", &match), ROUTE_NO_PATH);
	assert_null(route_table_free(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_literal_path_is_found),
		cmocka_unit_test(the_root_is_a_path),
		cmocka_unit_test(a_parameter_takes_its_segment),
		cmocka_unit_test(parameters_come_in_the_order_of_the_template),
		cmocka_unit_test(a_literal_wins_over_a_parameter),
		cmocka_unit_test(a_longer_or_shorter_word_is_no_literal),
		cmocka_unit_test(a_literal_that_leads_nowhere_is_left_again),
		cmocka_unit_test(backtracking_forgets_the_values_it_took),
		cmocka_unit_test(an_unknown_path_is_not_found),
		cmocka_unit_test(the_beginning_of_a_path_is_not_found),
		cmocka_unit_test(a_trailing_slash_is_not_found),
		cmocka_unit_test(an_encoded_slash_stays_in_its_segment),
		cmocka_unit_test(a_plus_in_a_path_is_a_plus),
		cmocka_unit_test(an_escaped_literal_is_the_same_literal),
		cmocka_unit_test(what_looks_like_a_query_is_part_of_the_segment),
		cmocka_unit_test(an_empty_segment_is_a_bad_path),
		cmocka_unit_test(a_path_must_begin_with_a_slash),
		cmocka_unit_test(dot_segments_are_a_bad_path),
		cmocka_unit_test(dots_within_a_segment_are_harmless),
		cmocka_unit_test(what_cannot_be_decoded_is_a_bad_path),
		cmocka_unit_test(a_path_may_have_as_many_segments_as_the_limit),
		cmocka_unit_test(more_segments_than_the_limit_are_a_bad_path),
		cmocka_unit_test(another_method_says_which_are_allowed),
		cmocka_unit_test(a_path_without_get_has_no_head),
		cmocka_unit_test(head_finds_what_get_finds),
		cmocka_unit_test(options_is_left_to_the_caller),
		cmocka_unit_test(an_unknown_method_finds_nothing),
		cmocka_unit_test(a_literal_path_hides_the_methods_of_a_parameter),
		cmocka_unit_test(a_taken_shape_is_refused),
		cmocka_unit_test(a_malformed_template_is_refused),
		cmocka_unit_test(methods_of_the_engine_are_refused),
		cmocka_unit_test(many_literals_are_told_apart),
		cmocka_unit_test(an_empty_table_knows_no_path),
	};

	return cmocka_run_group_tests_name("route", tests, NULL, NULL);
}
