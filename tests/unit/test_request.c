/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../api/request.h"

static struct request with_headers(size_t count, const char *const (*headers)[2])
{
	struct request request = {.memory = strdup("/\0a=1"), .path = "/", .query = "a=1"};

	request.headers = calloc(count, sizeof(*request.headers));
	request.header_count = count;
	for (size_t i = 0; i < count; i++) {
		request.headers[i] = (struct header){headers[i][0], headers[i][1]};
	}
	return request;
}

static void a_method_survives_the_round_trip(void **state)
{
	for (int i = METHOD_GET; i < METHOD_UNKNOWN; i++)
		assert_int_equal(method_parse(method_name((enum method)i)), i);
}

static void methods_are_case_sensitive(void **state)
{
	assert_int_equal(method_parse("get"), METHOD_UNKNOWN);
	assert_int_equal(method_parse("Post"), METHOD_UNKNOWN);
}

static void other_methods_are_unknown(void **state)
{
	static const char *const names[] = {"",   "TRACE",   "CONNECT", "GETS",
					    "GE", "UNKNOWN", "GET "};

	for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
		assert_int_equal(method_parse(names[i]), METHOD_UNKNOWN);
}

static void an_unknown_method_has_a_name_for_logs(void **state)
{
	assert_string_equal(method_name(METHOD_UNKNOWN), "UNKNOWN");
}

static void a_header_is_found_by_its_name(void **state)
{
	static const char *const headers[][2] = {{"accept", "text/csv"}, {"if-match", "\"7\""}};
	CLEANUP(request_finish) struct request request = with_headers(2, headers);

	assert_string_equal(request_header(&request, "if-match"), "\"7\"");
}

static void the_first_of_equal_headers_is_found(void **state)
{
	static const char *const headers[][2] = {{"accept", "a/b"}, {"accept", "c/d"}};
	CLEANUP(request_finish) struct request request = with_headers(2, headers);

	assert_string_equal(request_header(&request, "accept"), "a/b");
}

static void an_absent_header_is_null(void **state)
{
	static const char *const headers[][2] = {{"accept", ""}};
	CLEANUP(request_finish) struct request request = with_headers(1, headers);

	assert_null(request_header(&request, "accep"));
	assert_null(request_header(&request, "accept-encoding"));
	assert_string_equal(request_header(&request, "accept"), "");
}

static void a_request_without_headers_has_none(void **state)
{
	struct request request = {0};

	assert_null(request_header(&request, "accept"));
}

static void a_finished_request_owns_nothing(void **state)
{
	static const char *const headers[][2] = {{"accept", "a/b"}};
	struct request request = with_headers(1, headers);

	request_finish(&request);
	assert_null(request.path);
	assert_null(request.query);
	assert_null(request.headers);
	assert_int_equal(request.header_count, 0);
	request_finish(&request);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_method_survives_the_round_trip),
		cmocka_unit_test(methods_are_case_sensitive),
		cmocka_unit_test(other_methods_are_unknown),
		cmocka_unit_test(an_unknown_method_has_a_name_for_logs),
		cmocka_unit_test(a_header_is_found_by_its_name),
		cmocka_unit_test(the_first_of_equal_headers_is_found),
		cmocka_unit_test(an_absent_header_is_null),
		cmocka_unit_test(a_request_without_headers_has_none),
		cmocka_unit_test(a_finished_request_owns_nothing),
	};

	return cmocka_run_group_tests_name("request", tests, NULL, NULL);
}
