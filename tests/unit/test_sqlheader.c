/* SPDX-License-Identifier: MIT */
#include "sqlfile_helper.h"

#define GIVEN "list.sql:2: given is written \"-- given: parameter, …\", once, of 4 at most"

static void cost_is_read_from_the_header(void **state)
{
	static const struct {
		const char *text;
		enum sql_cost cost;
	} cases[] = {
		{"-- cost: read\nselect 1", SQL_COST_READ},
		{"-- cost: write\nselect 1", SQL_COST_WRITE},
		{"-- cost: expensive\nselect 1", SQL_COST_EXPENSIVE},
	};

	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		CLEANUP_FILE struct sql_file *file = parsed(cases[i].text);

		assert_int_equal(file->cost, cases[i].cost);
	}
}

static void what_the_header_leaves_out_has_defaults(void **state)
{
	CLEANUP_FILE struct sql_file *file = parsed(HEADER "select 1");

	assert_string_equal(file->path, "list.sql");
	assert_int_equal(file->plan, SQL_PLAN_GENERIC);
	assert_false(file->audit_personal);
	assert_false(file->cache);
	assert_int_equal(file->order_count, 0);
}

static void every_header_key_is_read(void **state)
{
	CLEANUP_FILE struct sql_file *file =
		parsed("-- SPDX-License-Identifier: MIT\n-- cost: expensive\n"
		       "-- audit: personal\n-- plan: custom\n-- cache: yes\n"
		       "select 1");

	assert_int_equal(file->cost, SQL_COST_EXPENSIVE);
	assert_int_equal(file->plan, SQL_PLAN_CUSTOM);
	assert_true(file->audit_personal);
	assert_true(file->cache);
	assert_string_equal(file->statements[0].text, "select 1");
}

static void orders_are_read_in_sequence(void **state)
{
	CLEANUP_FILE struct sql_file *file =
		parsed("-- order name: sort_name asc, urn asc\n-- cost: read\n"
		       "-- order urn: urn asc\nselect 1");

	assert_int_equal(file->order_count, 2);
	assert_string_equal(file->orders[0].name, "name");
	assert_int_equal(file->orders[0].count, 2);
	assert_string_equal(file->orders[0].keys[0], "sort_name");
	assert_string_equal(file->orders[0].keys[1], "urn");
	assert_string_equal(file->orders[1].name, "urn");
	assert_int_equal(file->orders[1].count, 1);
}

static void what_must_be_given_is_read(void **state)
{
	CLEANUP_FILE struct sql_file *one = parsed(HEADER "-- given: q\nselect 1");
	CLEANUP_FILE struct sql_file *many = parsed(HEADER "-- given: q, near, a, b\nselect 1");

	assert_int_equal(one->given_count, 1);
	assert_string_equal(one->given[0], "q");
	assert_int_equal(many->given_count, 4);
	assert_string_equal(many->given[1], "near");
	assert_string_equal(many->given[3], "b");
}

static void a_search_names_its_parameter_and_order(void **state)
{
	CLEANUP_FILE struct sql_file *file =
		parsed("-- cost: read\n-- order name: sort_name asc, urn asc\n"
		       "-- order rank: rank asc, urn asc\n-- search q: rank\nselect 1");

	assert_string_equal(file->search_parameter, "q");
	assert_string_equal(file->search_order, "rank");
}

static void an_order_is_found_by_name(void **state)
{
	CLEANUP_FILE struct sql_file *file =
		parsed("-- cost: read\n-- order name: sort_name asc, urn asc\n"
		       "-- order urn: urn asc\nselect 1");

	assert_ptr_equal(sqlfile_order(file, "urn"), &file->orders[1]);
	assert_null(sqlfile_order(file, "ur"));
}

static void the_header_may_have_carriage_returns(void **state)
{
	CLEANUP_FILE struct sql_file *file =
		parsed("-- cost: write\r\n-- order urn: urn asc\r\nselect\r\n1\r\n");

	assert_int_equal(file->cost, SQL_COST_WRITE);
	assert_string_equal(file->orders[0].keys[0], "urn");
	assert_string_equal(file->statements[0].text, "select\n1");
}

static void the_header_ends_at_the_first_other_line(void **state)
{
	CLEANUP_FILE struct sql_file *file =
		parsed("-- cost: read\n-- Says what it does.\nselect 1");

	assert_int_equal(file->cost, SQL_COST_READ);
	assert_string_equal(file->statements[0].text, "select 1");
}

static void header_faults_name_file_and_line(void **state)
{
#define ORDER_FAULT " must be 1 to 4 different plain column names, each followed by asc"
	static const struct {
		const char *text, *error;
	} cases[] = {
		{"select 1", "list.sql:1: the header does not say the cost (\"-- cost: read\")"},
		{"", "list.sql:1: the header does not say the cost (\"-- cost: read\")"},
		{"-- cost: cheap\nselect 1", "list.sql:1: cost must be read, write or expensive"},
		{"-- cost:\nselect 1", "list.sql:1: cost must be read, write or expensive"},
		{"-- cost: read, write\nselect 1",
		 "list.sql:1: cost must be read, write or expensive"},
		{"-- cost: read\n-- cost: read\nselect 1", "list.sql:2: cost is said twice"},
		{"-- cost: read\n-- colour: red\nselect 1",
		 "list.sql:2: unknown header key \"colour\""},
		{"-- cost: read\n-- Note well: red\nselect 1",
		 "list.sql:2: unknown header key \"Note\""},
		{"-- cost: read\n-- audit: no\nselect 1", "list.sql:2: audit must be personal"},
		{"-- cost: read\n-- plan: fast\nselect 1",
		 "list.sql:2: plan must be generic or custom"},
		{"-- cost: read\n-- cache: no\nselect 1", "list.sql:2: cache must be yes"},
		{"-- cost: read\n-- cache it: yes\nselect 1",
		 "list.sql:2: cache takes no name before the colon"},
		{"-- SPDX-License-Identifier: GPL\nselect 1",
		 "list.sql:1: SPDX-License-Identifier must be MIT"},
		{"-- given: q\n-- given: near\nselect 1", GIVEN},
		{"-- search: urn\nselect 1",
		 "list.sql:1: a search is written \"-- search parameter: order\""},
		{"-- search q: urn\n-- order urn: urn asc\nselect 1",
		 "list.sql:1: the search's order is none of those above"},
		{"-- order urn: urn asc\n-- search q: urn\n-- search p: urn\nselect 1",
		 "list.sql:3: search is said twice"},
		{"-- order: urn asc\nselect 1",
		 "list.sql:1: an order is written \"-- order name: column asc, …\""},
		{"-- order -urn: urn asc\n",
		 "list.sql:1: an order is written \"-- order name: column asc, …\""},
		{"-- cost: read\n-- order urn: urn asc\n-- order urn: urn asc\nselect 1",
		 "list.sql:3: order urn is declared twice"},
		{"-- order urn: urn\nselect 1", "list.sql:1: order urn" ORDER_FAULT},
		{"-- order urn: urn desc\nselect 1", "list.sql:1: order urn" ORDER_FAULT},
		{"-- order urn: s.urn asc\nselect 1", "list.sql:1: order urn" ORDER_FAULT},
		{"-- order urn: Urn asc\nselect 1", "list.sql:1: order urn" ORDER_FAULT},
		{"-- order urn: urn asc,\nselect 1", "list.sql:1: order urn" ORDER_FAULT},
		{"-- order urn:\nselect 1", "list.sql:1: order urn" ORDER_FAULT},
		{"-- order urn: urn asc, urn asc\nselect 1", "list.sql:1: order urn" ORDER_FAULT},
		{"-- order urn: a asc, b asc, c asc, d asc, e asc\nselect 1",
		 "list.sql:1: order urn" ORDER_FAULT},
	};

	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
		assert_refused(cases[i].text, cases[i].error);
}

static void given_is_written_in_one_way(void **state)
{
	static const char *const lines[] = {
		"given:",      "given: q,",          "given: q,near", "given: q near",
		"given: q, q", "given: fsm_percent", "given a: q",    "given: a, b, c, d, e",
	};

	for (size_t i = 0; i < ARRAY_LENGTH(lines); i++) {
		char text[96];

		snprintf(text, sizeof(text), "-- cost: read\n-- %s\nselect 1", lines[i]);
		assert_refused(text, GIVEN);
	}
}

static void too_many_orders_are_refused(void **state)
{
	CLEANUP_BUFFER struct buffer text;

	buffer_init(&text, SQLFILE_BYTES);
	buffer_add_string(&text, HEADER);
	for (int i = 0; i <= SQLFILE_ORDERS; i++)
		buffer_add_format(&text, "-- order a%d: urn asc\n", i);
	buffer_add_string(&text, "select 1");
	assert_refused(text.data, "list.sql:18: there are more than 16 orders");
}

static void a_header_line_behind_the_header_is_refused(void **state)
{
	static const char error[] = "list.sql:3: this header line stands behind the header";

	assert_refused("-- cost: read\n\n-- audit: personal\nselect 1", error);
	assert_refused("-- cost: read\nselect 1\n--plan: custom\n", error);
	assert_refused("-- cost: read\nselect 1\n  -- order urn: urn asc\n", error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cost_is_read_from_the_header),
		cmocka_unit_test(what_the_header_leaves_out_has_defaults),
		cmocka_unit_test(every_header_key_is_read),
		cmocka_unit_test(orders_are_read_in_sequence),
		cmocka_unit_test(a_search_names_its_parameter_and_order),
		cmocka_unit_test(what_must_be_given_is_read),
		cmocka_unit_test(an_order_is_found_by_name),
		cmocka_unit_test(the_header_may_have_carriage_returns),
		cmocka_unit_test(the_header_ends_at_the_first_other_line),
		cmocka_unit_test(header_faults_name_file_and_line),
		cmocka_unit_test(given_is_written_in_one_way),
		cmocka_unit_test(too_many_orders_are_refused),
		cmocka_unit_test(a_header_line_behind_the_header_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
