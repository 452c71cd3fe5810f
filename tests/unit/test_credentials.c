/* SPDX-License-Identifier: MIT */
/* What a client shows: a form, a header, and never both. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../api/access/bearer.h"
#include "../../api/oauth/credentials.h"

static struct header headers[4];

static struct request post(const char *body, const char *authorization)
{
	struct request request = {.method = METHOD_POST,
				  .headers = headers,
				  .header_count = authorization ? 2 : 1,
				  .body = body,
				  .body_length = strlen(body)};

	headers[0] = (struct header){"content-type", "application/x-www-form-urlencoded"};
	headers[1] = (struct header){"authorization", authorization};
	return request;
}

static void assert_credentials(const char *body, const char *authorization, const char *client,
			       const char *secret)
{
	const struct request request = post(body, authorization);
	CLEANUP_CREDENTIALS struct credentials credentials = {0};
	CLEANUP_FORM struct form form = {0};
	const char *error, *fault;

	assert_int_equal(form_read(&request, &form, &fault), 0);
	assert_int_equal(credentials_read(&request, &form, &credentials, &error, &fault), 0);
	assert_string_equal(credentials.client, client);
	assert_string_equal(credentials.secret, secret);
	assert_null(credentials.assertion);
}

static void assert_refused(const char *body, const char *authorization, const char *expected)
{
	const struct request request = post(body, authorization);
	struct credentials credentials = {0};
	CLEANUP_FORM struct form form = {0};
	const char *error, *fault;

	assert_int_equal(form_read(&request, &form, &fault), 0);
	assert_int_equal(credentials_read(&request, &form, &credentials, &error, &fault), 1);
	assert_string_equal(error, expected);
	assert_null(credentials.client);
	assert_null(credentials.secret);
}

static void a_pair_is_read_from_the_header(void **state)
{
	assert_credentials("a=b", "Basic YTpi", "a", "b");
	assert_credentials("a=b", "basic  YTpi ", "a", "b");
	assert_credentials("a=b", "Basic YTpiOmM=", "a", "b:c");
	assert_credentials("a=b", "Basic YSUzQWI6YytkJTI1", "a:b", "c d%");
	assert_credentials("a=b", "Basic Og==", "", "");
	assert_credentials("client_id=a&client_secret=", "Basic YTpi", "a", "b");
}

static void a_pair_is_read_from_the_form(void **state)
{
	assert_credentials("client_id=a&client_secret=b%20c", NULL, "a", "b c");
}

static void what_is_no_pair_is_refused(void **state)
{
	static const char *const values[] = {
		"Basic",          "Basic ",         "Basic YQ==",      "Basic YTp",   "Basic Y T:",
		"YTpi",           "Basic !!!!",     "Basic YTpi YTpi", "Basic YTo=/", "Bearer x",
		"Basic YTolZmY=", "Basic YTolMDA=", "Basic YTr_"};

	for (size_t i = 0; i < ARRAY_LENGTH(values); i++)
		assert_refused("a=b", values[i], "invalid_client");
	assert_refused("a=b", NULL, "invalid_client");
	assert_refused("client_id=a", NULL, "invalid_client");
	assert_refused("client_secret=a", NULL, "invalid_client");
	assert_refused("client_assertion=a", NULL, "invalid_client");
}

static void two_ways_are_refused(void **state)
{
	assert_refused("client_id=a&client_secret=b", "Basic YTpi", "invalid_request");
	assert_refused("client_secret=b", "Basic YTpi", "invalid_request");
	assert_refused("client_assertion=b", "Basic YTpi", "invalid_request");
	assert_refused("client_assertion_type=b", "Basic YTpi", "invalid_request");
	assert_refused("client_id=a&client_secret=b&client_assertion=c", NULL, "invalid_request");
	assert_refused("a=b", "Basic YTpi,Basic YTpi", "invalid_request");
	assert_refused("client_id=b", "Basic YTpi", "invalid_request");
}

static void assert_form_fault(const char *body, size_t length, const char *media)
{
	const char *fault = NULL;
	struct request request = post(body, NULL);
	struct form form = {0};

	request.body_length = length;
	headers[0].value = media;
	assert_int_equal(form_read(&request, &form, &fault), 1);
	assert_non_null(fault);
	assert_null(form.text);
}

static void a_form_is_read_strictly(void **state)
{
	static char large[LIMIT_FORM_BYTES + 2];
	const char *media = "application/x-www-form-urlencoded";

	assert_form_fault("a=b", 3, "application/json");
	assert_form_fault("", 0, media);
	assert_form_fault("a=b\0c", 5, media);
	assert_form_fault("a=b&a=c", 7, media);
	assert_form_fault("a=%ff", 5, media);
	assert_form_fault("a=b&", 4, media);
	memset(large, 'x', sizeof(large) - 1);
	assert_form_fault(large, LIMIT_FORM_BYTES + 1, media);
}

static void an_empty_value_is_none(void **state)
{
	const struct request request = post("a=&b=c&d", NULL);
	CLEANUP_FORM struct form form = {0};
	const char *fault;

	assert_int_equal(form_read(&request, &form, &fault), 0);
	assert_null(form_value(&form, "a"));
	assert_string_equal(form_value(&form, "b"), "c");
	assert_null(form_value(&form, "d"));
	assert_null(form_value(&form, "e"));
}

static int bearer(const char *authorization, const char *query, const char *expected)
{
	struct request request = post("", authorization);
	const char *text = NULL, *fault = NULL;
	size_t length = 0;
	int r;

	request.query = query;
	r = bearer_find(&request, &text, &length, &fault);
	if (r == 0) {
		assert_int_equal(length, strlen(expected));
		assert_memory_equal(text, expected, length);
	}
	return r;
}

static void a_token_stands_behind_its_scheme(void **state)
{
	assert_int_equal(bearer("Bearer a.b-c_d~e+f/==", NULL, "a.b-c_d~e+f/=="), 0);
	assert_int_equal(bearer("bEARER \t a  ", NULL, "a"), 0);
	assert_int_equal(bearer(NULL, NULL, NULL), BEARER_NONE);
	assert_int_equal(bearer("Basic a", NULL, NULL), BEARER_OTHER);
	assert_int_equal(bearer("Bearerx a", NULL, NULL), BEARER_OTHER);
	assert_int_equal(bearer("", NULL, NULL), BEARER_OTHER);
	assert_int_equal(bearer("Bearer", NULL, NULL), BEARER_MALFORMED);
	assert_int_equal(bearer("Bearer =", NULL, NULL), BEARER_MALFORMED);
	assert_int_equal(bearer("Bearer a=b", NULL, NULL), BEARER_MALFORMED);
	assert_int_equal(bearer("Bearer a b", NULL, NULL), BEARER_MALFORMED);
	assert_int_equal(bearer("Bearer a,Bearer a", NULL, NULL), BEARER_MALFORMED);
}

static void a_token_does_not_stand_in_the_query(void **state)
{
	assert_int_equal(bearer(NULL, "access_token=a", NULL), BEARER_MALFORMED);
	assert_int_equal(bearer("Bearer a", "b=c&access_token=", NULL), BEARER_MALFORMED);
	assert_int_equal(bearer(NULL, "access_token", NULL), BEARER_MALFORMED);
	assert_int_equal(bearer(NULL, "a=access_token=b", NULL), BEARER_NONE);
	assert_int_equal(bearer(NULL, "access_tokens=b&my_access_token=c", NULL), BEARER_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pair_is_read_from_the_header),
		cmocka_unit_test(a_pair_is_read_from_the_form),
		cmocka_unit_test(what_is_no_pair_is_refused),
		cmocka_unit_test(two_ways_are_refused),
		cmocka_unit_test(a_form_is_read_strictly),
		cmocka_unit_test(an_empty_value_is_none),
		cmocka_unit_test(a_token_stands_behind_its_scheme),
		cmocka_unit_test(a_token_does_not_stand_in_the_query),
	};

	return cmocka_run_group_tests_name("credentials", tests, NULL, NULL);
}
