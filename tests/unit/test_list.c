/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../api/list.h"

static char name_key[] = "sort_name", urn_key[] = "urn", town_key[] = "town";
static const struct sql_order by_name = {.count = 2, .keys = {name_key, urn_key}};
static const struct sql_order by_town = {.count = 3, .keys = {town_key, name_key, urn_key}};
static const struct sql_order by_urn = {.count = 1, .keys = {urn_key}};

static void assert_list(const char *sql, size_t parameters, const struct sql_order *order,
			bool descending, enum list_segment segment, const char *expected)
{
	CLEANUP_FREE char *sql_copy = strdup(sql), *text = NULL;
	const struct sql_statement statement = {.text = sql_copy, .count = parameters};

	assert_int_equal(list_statement(&statement, order, descending, segment, &text), 0);
	assert_string_equal(text, expected);
}

/* The condition of a statement with that SQL is found to be this. */
static void assert_condition(const char *sql, const char *expected)
{
	CLEANUP_FREE char *sql_copy = strdup(sql), *text = NULL;
	const struct sql_statement statement = {.text = sql_copy};
	size_t length = strlen(expected);

	assert_int_equal(list_statement(&statement, &by_urn, false, LIST_VALUES_FIRST, &text), 0);
	assert_memory_equal(text, expected, length);
	assert_string_equal(text + length,
			    "\nand urn is not null\norder by urn asc\nlimit $1::bigint");
}

static void assert_faulty(const char *sql, const char *fault)
{
	CLEANUP_FREE char *sql_copy = strdup(sql);
	const struct sql_statement statement = {.text = sql_copy};
	char *text = NULL;

	assert_string_equal(list_fault(&statement), fault);
	assert_int_equal(list_statement(&statement, &by_urn, false, LIST_VALUES_FIRST, &text),
			 -EINVAL);
	assert_null(text);
}

static void the_first_page_has_no_cursor(void **state)
{
	assert_list("select item from s where a = $1 and b = $2", 2, &by_name, false,
		    LIST_VALUES_FIRST,
		    "select item from s where (a = $1 and b = $2)\n"
		    "and sort_name is not null\n"
		    "order by sort_name asc, urn asc\n"
		    "limit $3::bigint");
}

static void a_later_page_compares_all_keys(void **state)
{
	assert_list("select item from s where a = $1 and b = $2", 2, &by_name, false,
		    LIST_VALUES_AFTER,
		    "select item from s where (a = $1 and b = $2)\n"
		    "and sort_name is not null and (sort_name, urn) > ($3, $4)\n"
		    "order by sort_name asc, urn asc\n"
		    "limit $5::bigint");
}

static void the_nulls_come_in_a_segment_of_their_own(void **state)
{
	assert_list("select item from s where true", 0, &by_name, false, LIST_NULLS_FIRST,
		    "select item from s where (true)\n"
		    "and sort_name is null\n"
		    "order by sort_name asc, urn asc\n"
		    "limit $1::bigint");
}

static void a_later_page_of_nulls_compares_the_other_keys(void **state)
{
	assert_list("select item from s where true", 0, &by_town, false, LIST_NULLS_AFTER,
		    "select item from s where (true)\n"
		    "and town is null and (sort_name, urn) > ($1, $2)\n"
		    "order by town asc, sort_name asc, urn asc\n"
		    "limit $3::bigint");
}

static void descending_turns_every_key_round(void **state)
{
	assert_list("select item from s where true", 0, &by_town, true, LIST_VALUES_AFTER,
		    "select item from s where (true)\n"
		    "and town is not null and (town, sort_name, urn) < ($1, $2, $3)\n"
		    "order by town desc, sort_name desc, urn desc\n"
		    "limit $4::bigint");
}

static void nulls_descend_too(void **state)
{
	assert_list("select item from s where true", 0, &by_name, true, LIST_NULLS_AFTER,
		    "select item from s where (true)\n"
		    "and sort_name is null and (urn) < ($1)\n"
		    "order by sort_name desc, urn desc\n"
		    "limit $2::bigint");
}

static void one_key_is_enough(void **state)
{
	assert_list("select item from s where true", 0, &by_urn, false, LIST_VALUES_AFTER,
		    "select item from s where (true)\n"
		    "and urn is not null and (urn) > ($1)\n"
		    "order by urn asc\n"
		    "limit $2::bigint");
}

static void one_key_has_no_nulls(void **state)
{
	char sql[] = "select item from s where true", *text = NULL;
	const struct sql_statement statement = {.text = sql};

	assert_int_equal(list_statement(&statement, &by_urn, false, LIST_NULLS_FIRST, &text),
			 -EINVAL);
	assert_int_equal(list_statement(&statement, &by_urn, false, LIST_NULLS_AFTER, &text),
			 -EINVAL);
	assert_null(text);
}

static void an_or_stays_within_the_condition(void **state)
{
	assert_condition("select 1 from s where a or b", "select 1 from s where (a or b)");
}

static void a_comment_at_the_end_hides_nothing(void **state)
{
	assert_condition("select 1 from s where a -- the end", "select 1 from s where (a)");
	assert_condition("select 1 from s where -- the start\n a /* b */\n",
			 "select 1 from s where (a)");
}

static void the_last_where_at_the_top_is_the_one(void **state)
{
	assert_condition("with t as (select 1 where x) "
			 "select (select 2 where y), ' where ' from t WHERE a in "
			 "(select 3 where z) or b",
			 "with t as (select 1 where x) "
			 "select (select 2 where y), ' where ' from t WHERE (a in "
			 "(select 3 where z) or b)");
}

static void names_spelt_like_key_words_are_names(void **state)
{
	assert_condition(
		"select s.order as limit, s.where as where from s where s.group or s.where",
		"select s.order as limit, s.where as where from s where (s.group or s.where)");
}

static void a_good_list_has_no_fault(void **state)
{
	char sql[] = "select item from s where a = $1 or substring(b for 3) "
		     "= any(array(select c order by 1 limit 1))";
	const struct sql_statement statement = {.text = sql};

	assert_null(list_fault(&statement));
}

static void a_statement_that_does_not_end_at_its_where_is_refused(void **state)
{
	static const char *const statements[] = {
		"select 1 from s where a group by b",      "select 1 from s where a order by b",
		"select 1 from s where a limit 1",         "select 1 from s where a offset 1",
		"select 1 from s where a fetch first row", "select 1 from s where a for update",
		"select 1 from s where a having b",        "select 1 from s where a window w as ()",
		"select 1 where a UNION all select 2",     "select 1 union select 2 where a",
		"select 1 except select 2 where a",        "select 1 intersect select 2 where a",
	};

	for (size_t i = 0; i < ARRAY_LENGTH(statements); i++)
		assert_faulty(statements[i], "a list ends at its where");
}

static void a_list_without_a_condition_is_refused(void **state)
{
	assert_faulty("select 1 from s", "a list has a where");
	assert_faulty("select 1 from (select 2 where a) s", "a list has a where");
	assert_faulty("select 1 from s where -- true\n", "there is no condition behind where");
}

static void a_list_is_one_select(void **state)
{
	assert_faulty("delete from s where a", "a list is a select");
	assert_faulty("", "a list is a select");
	assert_faulty("select 1 where a; select 2 where b", "a list is one statement");
	assert_faulty("select 1 where (a", "this \"(\" is not closed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_page_has_no_cursor),
		cmocka_unit_test(a_later_page_compares_all_keys),
		cmocka_unit_test(the_nulls_come_in_a_segment_of_their_own),
		cmocka_unit_test(a_later_page_of_nulls_compares_the_other_keys),
		cmocka_unit_test(descending_turns_every_key_round),
		cmocka_unit_test(nulls_descend_too),
		cmocka_unit_test(one_key_is_enough),
		cmocka_unit_test(one_key_has_no_nulls),
		cmocka_unit_test(an_or_stays_within_the_condition),
		cmocka_unit_test(a_comment_at_the_end_hides_nothing),
		cmocka_unit_test(the_last_where_at_the_top_is_the_one),
		cmocka_unit_test(names_spelt_like_key_words_are_names),
		cmocka_unit_test(a_good_list_has_no_fault),
		cmocka_unit_test(a_statement_that_does_not_end_at_its_where_is_refused),
		cmocka_unit_test(a_list_without_a_condition_is_refused),
		cmocka_unit_test(a_list_is_one_select),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
