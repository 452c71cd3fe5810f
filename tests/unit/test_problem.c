/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../api/limit.h"
#include "../../api/problem.h"

#define CLEANUP_PROBLEM CLEANUP(problem_finish)
#define CLEANUP_VIOLATIONS CLEANUP(violations_finish)

/* The problem as its reader parses it. */
static json_t *written(const struct problem *problem)
{
	CLEANUP_BUFFER struct buffer buffer;
	json_t *value;

	buffer_init(&buffer, LIMIT_REPLY_BYTES);
	assert_int_equal(problem_write(problem, "https://api.example", "r-1", &buffer), 0);
	value = json_loadb(buffer.data, buffer.length, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(value);
	return value;
}

static const char *text_at(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static void every_type_has_a_status_title_and_meaning(void **state)
{
	size_t count;
	const struct problem_type *types = problem_types(&count);

	assert_int_equal(count, 32);
	for (size_t i = 0; i < count; i++) {
		assert_in_range(types[i].status, 400, 599);
		assert_true(strlen(types[i].title) > 0);
		assert_int_equal(types[i].meaning[strlen(types[i].meaning) - 1], '.');
	}
}

static void a_type_is_found_by_its_slug(void **state)
{
	static const struct {
		const char *slug;
		int status;
	} cases[] = {
		{"malformed-request", 400},
		{"invalid-parameter", 400},
		{"invalid-cursor", 400},
		{"missing-header", 400},
		{"unauthorised", 401},
		{"forbidden", 403},
		{"not-found", 404},
		{"method-not-allowed", 405},
		{"not-acceptable", 406},
		{"conflict", 409},
		{"busy", 409},
		{"likely-duplicate", 409},
		{"secret-already-shown", 409},
		{"precondition-failed", 412},
		{"body-too-large", 413},
		{"uri-too-long", 414},
		{"unsupported-media-type", 415},
		{"invalid-body", 422},
		{"rule-broken", 422},
		{"key-reused", 422},
		{"precondition-required", 428},
		{"too-many-requests", 429},
		{"headers-too-large", 431},
		{"internal", 500},
		{"method-unknown", 501},
		{"overloaded", 503},
		{"unavailable", 503},
	};

	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		assert_non_null(problem_type(cases[i].slug));
		assert_int_equal(problem_type(cases[i].slug)->status, cases[i].status);
	}
}

static void slugs_are_unique(void **state)
{
	size_t count;
	const struct problem_type *types = problem_types(&count);

	for (size_t i = 0; i < count; i++)
		assert_ptr_equal(problem_type(types[i].slug), &types[i]);
}

static void an_unknown_slug_has_no_type(void **state)
{
	assert_null(problem_type("teapot"));
	assert_null(problem_type(""));
}

static void a_problem_is_written_with_its_members(void **state)
{
	CLEANUP_PROBLEM struct problem problem = {0};
	CLEANUP_JSON json_t *value = NULL;

	problem_set(&problem, "not-found", "There is no school %d.", 7);
	value = written(&problem);
	assert_string_equal(text_at(value, "type"), "https://api.example/problems/not-found");
	assert_string_equal(text_at(value, "title"), "Not found");
	assert_int_equal(json_integer_value(json_object_get(value, "status")), 404);
	assert_string_equal(text_at(value, "detail"), "There is no school 7.");
	assert_string_equal(text_at(value, "instance"), "r-1");
	assert_int_equal(json_array_size(json_object_get(value, "errors")), 0);
	assert_int_equal(json_object_size(value), 6);
}

static void a_problem_without_detail_explains_its_type(void **state)
{
	CLEANUP_PROBLEM struct problem problem = {0};
	CLEANUP_JSON json_t *value = NULL;

	problem_set(&problem, "busy", NULL);
	value = written(&problem);
	assert_string_equal(text_at(value, "detail"), problem_type("busy")->meaning);
}

static void the_first_problem_set_wins(void **state)
{
	CLEANUP_PROBLEM struct problem problem = {0};

	problem_set(&problem, "not-found", "first");
	problem_set(&problem, "internal", "second");
	assert_string_equal(problem.type->slug, "not-found");
	assert_string_equal(problem.detail, "first");
}

static void a_finished_problem_is_none(void **state)
{
	struct problem problem = {0};

	problem_set(&problem, "conflict", "x");
	problem.extra = strdup("\"a\":1");
	assert_int_equal(violations_add(&problem.violations, "/a", "type", "x"), 0);
	problem_finish(&problem);
	assert_null(problem.type);
	assert_null(problem.detail);
	assert_null(problem.extra);
	assert_int_equal(problem.violations.count, 0);
	problem_finish(&problem);
}

static void a_violation_of_the_body_has_a_pointer(void **state)
{
	CLEANUP_PROBLEM struct problem problem = {0};
	CLEANUP_JSON json_t *value = NULL;
	const json_t *error;

	problem_set(&problem, "invalid-body", NULL);
	assert_int_equal(
		violations_add(&problem.violations, "/a~1b/0", "minimum", "at least %d", 3), 0);
	value = written(&problem);
	error = json_array_get(json_object_get(value, "errors"), 0);
	assert_string_equal(text_at(error, "pointer"), "/a~1b/0");
	assert_string_equal(text_at(error, "code"), "minimum");
	assert_string_equal(text_at(error, "detail"), "at least 3");
	assert_null(json_object_get(error, "parameter"));
}

static void a_violation_of_the_whole_body_has_an_empty_pointer(void **state)
{
	CLEANUP_PROBLEM struct problem problem = {0};
	CLEANUP_JSON json_t *value = NULL;

	problem_set(&problem, "invalid-body", NULL);
	assert_int_equal(violations_add(&problem.violations, "", "type", "an object"), 0);
	value = written(&problem);
	assert_string_equal(text_at(json_array_get(json_object_get(value, "errors"), 0), "pointer"),
			    "");
}

static void a_violation_of_a_parameter_has_its_name(void **state)
{
	CLEANUP_PROBLEM struct problem problem = {0};
	CLEANUP_JSON json_t *value = NULL;
	const json_t *error;

	problem_set(&problem, "invalid-parameter", NULL);
	assert_int_equal(violations_add_parameter(&problem.violations, "limit", "maximum",
						  "at most %d", 500),
			 0);
	value = written(&problem);
	error = json_array_get(json_object_get(value, "errors"), 0);
	assert_string_equal(text_at(error, "parameter"), "limit");
	assert_null(json_object_get(error, "pointer"));
}

static void violations_beyond_the_limit_are_counted(void **state)
{
	CLEANUP_PROBLEM struct problem problem = {0};
	CLEANUP_JSON json_t *value = NULL;

	problem_set(&problem, "invalid-body", NULL);
	for (int i = 0; i < LIMIT_VIOLATIONS + 2; i++)
		assert_int_equal(violations_add(&problem.violations, "/a", "type", "no"), 0);
	assert_int_equal(violations_add_parameter(&problem.violations, "a", "type", "no"), 0);
	value = written(&problem);
	assert_int_equal(json_array_size(json_object_get(value, "errors")), LIMIT_VIOLATIONS);
	assert_int_equal(json_integer_value(json_object_get(value, "droppedErrors")), 3);
}

static void hostile_text_is_escaped(void **state)
{
	CLEANUP_PROBLEM struct problem problem = {0};
	CLEANUP_JSON json_t *value = NULL;

	problem_set(&problem, "invalid-body", "%s", "\"},{\\\x01\n</script>\xc3");
	assert_int_equal(violations_add(&problem.violations, "/\"\x80", "type", "\xff"), 0);
	value = written(&problem);
	assert_string_equal(text_at(value, "detail"), "\"},{\\\x01\n</script>\xef\xbf\xbd");
	assert_string_equal(text_at(json_array_get(json_object_get(value, "errors"), 0), "pointer"),
			    "/\"\xef\xbf\xbd");
}

static void extra_members_come_last(void **state)
{
	CLEANUP_PROBLEM struct problem problem = {0};
	CLEANUP_JSON json_t *value = NULL;

	problem_set(&problem, "method-not-allowed", NULL);
	problem.extra = strdup("\"allowed\":[\"GET\",\"HEAD\"]");
	value = written(&problem);
	assert_int_equal(json_array_size(json_object_get(value, "allowed")), 2);
}

static void a_problem_without_instance_leaves_it_out(void **state)
{
	CLEANUP_PROBLEM struct problem problem = {0};
	CLEANUP_BUFFER struct buffer buffer;

	buffer_init(&buffer, LIMIT_REPLY_BYTES);
	problem_set(&problem, "internal", NULL);
	assert_int_equal(problem_write(&problem, "", NULL, &buffer), 0);
	assert_null(strstr(buffer.data, "instance"));
}

static void a_full_buffer_is_reported(void **state)
{
	CLEANUP_PROBLEM struct problem problem = {0};
	CLEANUP_BUFFER struct buffer buffer;

	buffer_init(&buffer, 40);
	problem_set(&problem, "internal", NULL);
	assert_true(problem_write(&problem, "", "r", &buffer) < 0);
}

static void a_long_detail_is_cut_between_characters(void **state)
{
	CLEANUP_VIOLATIONS struct violations list = {0};
	char text[2 * VIOLATION_TEXT_BYTES + 1];

	for (size_t i = 0; i < VIOLATION_TEXT_BYTES; i++)
		memcpy(text + 2 * i, "\xc3\xa9", 2);
	text[2 * VIOLATION_TEXT_BYTES] = '\0';
	assert_int_equal(violations_add(&list, "/a", "enum", "x%s", text), 0);
	assert_in_range(strlen(list.items[0].detail), VIOLATION_TEXT_BYTES - 3,
			VIOLATION_TEXT_BYTES);
	assert_string_equal(list.items[0].detail + strlen(list.items[0].detail) - 5, "\xc3\xa9…");
}

static void a_long_pointer_becomes_its_ancestor(void **state)
{
	CLEANUP_VIOLATIONS struct violations list = {0};
	char pointer[VIOLATION_TEXT_BYTES + 100];

	memset(pointer, 'x', sizeof(pointer) - 1);
	pointer[sizeof(pointer) - 1] = '\0';
	memcpy(pointer, "/a/b/", 5);
	assert_int_equal(violations_add(&list, pointer, "type", "no"), 0);
	assert_string_equal(list.items[0].pointer, "/a/b");
}

static void a_long_first_name_points_at_the_whole_body(void **state)
{
	CLEANUP_VIOLATIONS struct violations list = {0};
	char pointer[VIOLATION_TEXT_BYTES + 100];

	memset(pointer, 'x', sizeof(pointer) - 1);
	pointer[sizeof(pointer) - 1] = '\0';
	pointer[0] = '/';
	assert_int_equal(violations_add(&list, pointer, "type", "no"), 0);
	assert_string_equal(list.items[0].pointer, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_has_a_status_title_and_meaning),
		cmocka_unit_test(a_type_is_found_by_its_slug),
		cmocka_unit_test(slugs_are_unique),
		cmocka_unit_test(an_unknown_slug_has_no_type),
		cmocka_unit_test(a_problem_is_written_with_its_members),
		cmocka_unit_test(a_problem_without_detail_explains_its_type),
		cmocka_unit_test(the_first_problem_set_wins),
		cmocka_unit_test(a_finished_problem_is_none),
		cmocka_unit_test(a_violation_of_the_body_has_a_pointer),
		cmocka_unit_test(a_violation_of_the_whole_body_has_an_empty_pointer),
		cmocka_unit_test(a_violation_of_a_parameter_has_its_name),
		cmocka_unit_test(violations_beyond_the_limit_are_counted),
		cmocka_unit_test(hostile_text_is_escaped),
		cmocka_unit_test(extra_members_come_last),
		cmocka_unit_test(a_problem_without_instance_leaves_it_out),
		cmocka_unit_test(a_full_buffer_is_reported),
		cmocka_unit_test(a_long_detail_is_cut_between_characters),
		cmocka_unit_test(a_long_pointer_becomes_its_ancestor),
		cmocka_unit_test(a_long_first_name_points_at_the_whole_body),
	};

	return cmocka_run_group_tests_name("problem", tests, NULL, NULL);
}
