/* SPDX-License-Identifier: MIT */
#include "sqlfile_helper.h"

/* The SQL makes one statement with that text and those parameters, one space between them. */
static void assert_statement(const char *sql, const char *text, const char *parameters)
{
	CLEANUP_BUFFER struct buffer source, names;
	CLEANUP_FILE struct sql_file *file = NULL;

	buffer_init(&source, SQLFILE_BYTES);
	buffer_init(&names, SQLFILE_BYTES);
	buffer_add_format(&source, HEADER "%s", sql);
	file = parsed(source.data);
	assert_int_equal(file->statement_count, 1);
	buffer_add_string(&names, "");
	for (size_t i = 0; i < file->statements[0].count; i++)
		buffer_add_format(&names, "%s%s", i ? " " : "", file->statements[0].parameters[i]);
	assert_string_equal(file->statements[0].text, text);
	assert_string_equal(names.data, parameters);
}

static void a_named_parameter_becomes_a_number(void **state)
{
	assert_statement("select :urn::integer", "select $1::integer", "urn");
}

static void a_parameter_used_again_keeps_its_number(void **state)
{
	assert_statement("select :a, :b, :a, :b_2, :a2", "select $1, $2, $1, $3, $4", "a b b_2 a2");
}

static void casts_are_left_alone(void **state)
{
	assert_statement("select '1'::int4, x :: text, :a::text[]",
			 "select '1'::int4, x :: text, $1::text[]", "a");
}

static void named_arguments_are_left_alone(void **state)
{
	assert_statement("select f(x := :x, y:=1, z =>:z)", "select f(x := $1, y:=1, z =>$2)",
			 "x z");
}

static void strings_are_skipped(void **state)
{
	assert_statement("select 'a :b ; -- c', ':d''s :e', ''",
			 "select 'a :b ; -- c', ':d''s :e', ''", "");
}

static void a_backslash_escapes_nothing_in_a_plain_string(void **state)
{
	assert_statement("select '\\', :a, '\\'", "select '\\', $1, '\\'", "a");
}

static void a_backslash_escapes_in_an_e_string(void **state)
{
	assert_statement("select E'\\' :a', e'\\\\', :b", "select E'\\' :a', e'\\\\', $1", "b");
}

static void a_word_ending_in_e_makes_no_e_string(void **state)
{
	assert_statement("select date'\\', :a", "select date'\\', $1", "a");
}

static void an_e_string_goes_on_over_line_ends(void **state)
{
	assert_statement("select E'a' -- b\n '\\' :c', :d", "select E'a'\n'\\' :c', $1", "d");
}

static void a_plain_string_goes_on_without_escapes(void **state)
{
	assert_statement("select 'a'\n'\\', :d", "select 'a'\n'\\', $1", "d");
}

static void quoted_identifiers_are_skipped(void **state)
{
	assert_statement("select \"a:b\"\"c:d\", U&\":e\", '\"', :f",
			 "select \"a:b\"\"c:d\", U&\":e\", '\"', $1", "f");
}

static void dollar_quotes_are_skipped(void **state)
{
	assert_statement("select $$ ' :a $x$ ; $$, $tag$ $$ :b $tag $tag$, :c",
			 "select $$ ' :a $x$ ; $$, $tag$ $$ :b $tag $tag$, $1", "c");
}

static void a_dollar_within_an_identifier_starts_no_quote(void **state)
{
	assert_statement("select a$b$, :c, d$1", "select a$b$, $1, d$1", "c");
}

static void comments_vanish(void **state)
{
	assert_statement("-- What it does: :a ' $$\nselect 1 -- one\n, /* :b ' */ 2/**/+ :c -- end",
			 "select 1\n, 2 + $1", "c");
}

static void block_comments_nest(void **state)
{
	assert_statement("select /* a /* b */ :c */ :d", "select $1", "d");
}

static void a_comment_starts_within_an_operator(void **state)
{
	assert_statement("select 1 +-- :a\n:b", "select 1 +\n$1", "b");
}

static void operators_are_kept(void **state)
{
	assert_statement("select a->>'b' #> :c @> d <-> e || f ? 'g' - -1",
			 "select a->>'b' #> $1 @> d <-> e || f ? 'g' - -1", "c");
}

static void white_space_shrinks_and_blank_lines_go(void **state)
{
	assert_statement("\n\nselect  \t 1,\n\n\n\t'a\n\n b'  \n\n", "select 1,\n'a\n\n b'", "");
}

static void a_parameter_behind_a_word_does_not_join_it(void **state)
{
	assert_statement("select a between:b and:c or 1:d", "select a between $1 and $2 or 1 $3",
			 "b c d");
}

static void identifiers_beyond_ascii_are_words(void **state)
{
	assert_statement("select né$x$, :a", "select né$x$, $1", "a");
}

static void a_parameter_may_be_an_array_item(void **state)
{
	assert_statement("select array[:a, :b], ARRAY [[:c],[:d]], array[x[(:e)], :f]",
			 "select array[$1, $2], ARRAY [[$3],[$4]], array[x[($5)], $6]",
			 "a b c d e f");
}

static void a_parameter_in_parentheses_may_be_a_subscript(void **state)
{
	assert_statement("select a[(:n)], b[f(:m)]", "select a[($1)], b[f($2)]", "n m");
}

static void array_slices_are_refused(void **state)
{
	static const char *const slices[] = {"a[1:2]", "a[:n]",         "a[1:]",
					     "a[:]",   "(f(x))[2 : 3]", "array[a[:n]]"};

	for (size_t i = 0; i < ARRAY_LENGTH(slices); i++) {
		CLEANUP_BUFFER struct buffer text;

		buffer_init(&text, SQLFILE_BYTES);
		buffer_add_format(&text, HEADER "select\n%s", slices[i]);
		assert_refused(text.data,
			       "list.sql:3: array slices are not supported (write a[(:n)] for a "
			       "subscript)");
	}
}

static void a_colon_without_a_name_is_refused(void **state)
{
	static const char error[] =
		"list.sql:2: this colon starts no parameter (they are like :name_1)";

	assert_refused(HEADER "select :Name", error);
	assert_refused(HEADER "select :localAuthority", error);
	assert_refused(HEADER "select :1", error);
	assert_refused(HEADER "select a : b", error);
	assert_refused(HEADER "select :\"a\"", error);
	assert_refused(HEADER "select :naïve", error);
}

static void a_numbered_parameter_is_refused(void **state)
{
	assert_refused(HEADER "select\n$12",
		       "list.sql:3: parameters have names, not numbers ($12)");
}

static void what_is_not_closed_is_refused_where_it_starts(void **state)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{HEADER "select\n'a''\n", "list.sql:3: this string is not closed"},
		{HEADER "select E'a\\'", "list.sql:2: this string is not closed"},
		{HEADER "select E'a\\", "list.sql:2: this string is not closed"},
		{HEADER "select \"a\n", "list.sql:2: this identifier is not closed"},
		{HEADER "select $a$ $b$ $$", "list.sql:2: this dollar-quoted body is not closed"},
		{HEADER "select $a",
		 "list.sql:2: this \"$\" starts neither a quoted body nor anything else"},
		{HEADER "select /* /* */ 1", "list.sql:2: this comment is not closed"},
		{HEADER "select (\n\n", "list.sql:2: this \"(\" is not closed"},
		{HEADER "select (1;\nselect 2)", "list.sql:2: this \"(\" is not closed"},
		{HEADER "select array[1\n", "list.sql:2: this \"[\" is not closed"},
		{HEADER "select (1])", "list.sql:2: this \"]\" closes nothing"},
		{HEADER "select a[1)", "list.sql:2: this \")\" closes nothing"},
		{HEADER "select 1)", "list.sql:2: this \")\" closes nothing"},
	};

	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
		assert_refused(cases[i].text, cases[i].error);
}

static void too_many_open_brackets_are_refused(void **state)
{
	CLEANUP_BUFFER struct buffer text;

	buffer_init(&text, SQLFILE_BYTES);
	buffer_add_string(&text, HEADER "select ");
	for (int i = 0; i < 65; i++)
		buffer_add_byte(&text, '(');
	assert_refused(text.data, "list.sql:2: too many brackets are open");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_named_parameter_becomes_a_number),
		cmocka_unit_test(a_parameter_used_again_keeps_its_number),
		cmocka_unit_test(casts_are_left_alone),
		cmocka_unit_test(named_arguments_are_left_alone),
		cmocka_unit_test(strings_are_skipped),
		cmocka_unit_test(a_backslash_escapes_nothing_in_a_plain_string),
		cmocka_unit_test(a_backslash_escapes_in_an_e_string),
		cmocka_unit_test(a_word_ending_in_e_makes_no_e_string),
		cmocka_unit_test(an_e_string_goes_on_over_line_ends),
		cmocka_unit_test(a_plain_string_goes_on_without_escapes),
		cmocka_unit_test(quoted_identifiers_are_skipped),
		cmocka_unit_test(dollar_quotes_are_skipped),
		cmocka_unit_test(a_dollar_within_an_identifier_starts_no_quote),
		cmocka_unit_test(comments_vanish),
		cmocka_unit_test(block_comments_nest),
		cmocka_unit_test(a_comment_starts_within_an_operator),
		cmocka_unit_test(operators_are_kept),
		cmocka_unit_test(white_space_shrinks_and_blank_lines_go),
		cmocka_unit_test(a_parameter_behind_a_word_does_not_join_it),
		cmocka_unit_test(identifiers_beyond_ascii_are_words),
		cmocka_unit_test(a_parameter_may_be_an_array_item),
		cmocka_unit_test(a_parameter_in_parentheses_may_be_a_subscript),
		cmocka_unit_test(array_slices_are_refused),
		cmocka_unit_test(a_colon_without_a_name_is_refused),
		cmocka_unit_test(a_numbered_parameter_is_refused),
		cmocka_unit_test(what_is_not_closed_is_refused_where_it_starts),
		cmocka_unit_test(too_many_open_brackets_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
