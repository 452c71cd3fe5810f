/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../api/jsontext.h"

/* Writes the JSON text given and compares. */
static void writes(const char *given, bool snake, const char *expected)
{
	CLEANUP_JSON json_t *value = json_loads(given, JSON_DECODE_ANY, NULL);
	CLEANUP_BUFFER struct buffer buffer;

	assert_non_null(value);
	buffer_init(&buffer, 4096);
	assert_int_equal(jsontext_write(value, snake, &buffer), 0);
	assert_string_equal(buffer.data, expected);
}

static void reals_keep_their_shortest_form(void **state)
{
	writes("0.1", false, "0.1");
	writes("51.5074", false, "51.5074");
	writes("1e21", false, "1e+21");
	writes("0.30000000000000004", false, "0.30000000000000004");
	writes("-2.5e-8", false, "-2.5e-08");
}

static void every_kind_of_value_is_written(void **state)
{
	writes("{\"a\": [1, true, false, null, \"x\\n\\u0041\"], \"b\": {}}", false,
	       "{\"a\":[1,true,false,null,\"x\\u000aA\"],\"b\":{}}");
	writes("9223372036854775807", false, "9223372036854775807");
}

static void names_become_snake_case_at_every_depth(void **state)
{
	writes("{\"endsOn\": 1, \"aList\": [{\"localAuthority\": {\"oldCode\": 2}}]}", true,
	       "{\"ends_on\":1,\"a_list\":[{\"local_authority\":{\"old_code\":2}}]}");
	writes("{\"plain\": \"camelCase\"}", true, "{\"plain\":\"camelCase\"}");
}

static void what_does_not_fit_is_refused(void **state)
{
	CLEANUP_JSON json_t *value = json_string("a long text");
	CLEANUP_BUFFER struct buffer buffer;

	buffer_init(&buffer, 4);
	assert_true(jsontext_write(value, false, &buffer) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reals_keep_their_shortest_form),
		cmocka_unit_test(every_kind_of_value_is_written),
		cmocka_unit_test(names_become_snake_case_at_every_depth),
		cmocka_unit_test(what_does_not_fit_is_refused),
	};

	return cmocka_run_group_tests_name("jsontext", tests, NULL, NULL);
}
