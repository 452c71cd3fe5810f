/* SPDX-License-Identifier: MIT */
#include <sys/stat.h>
#include <unistd.h>

#include "sqlfile_helper.h"

struct folder {
	char root[64];
};

static void write_file(const struct folder *folder, const char *name, const char *text)
{
	char path[160];
	FILE *stream;

	snprintf(path, sizeof(path), "%s/%s", folder->root, name);
	stream = fopen(path, "we");
	assert_non_null(stream);
	assert_true(fputs(text, stream) >= 0);
	assert_int_equal(fclose(stream), 0);
}

static int make_folder(void **state)
{
	struct folder *folder = calloc(1, sizeof(*folder));
	char path[80];

	snprintf(folder->root, sizeof(folder->root), "/tmp/test_sqlfile.XXXXXX");
	assert_non_null(mkdtemp(folder->root));
	snprintf(path, sizeof(path), "%s/schools", folder->root);
	assert_int_equal(mkdir(path, 0700), 0);
	*state = folder;
	return 0;
}

static int remove_folder(void **state)
{
	static const char *const names[] = {"_item.sql", "_a.sql", "_b.sql",
					    "_c.sql",    "_d.sql", "read.sql"};
	CLEANUP_FREE struct folder *folder = *state;
	char path[160];

	for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
		snprintf(path, sizeof(path), "%s/schools/%s", folder->root, names[i]);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/schools", folder->root);
	rmdir(path);
	return rmdir(folder->root);
}

/* Statements */

static void semicolons_part_statements(void **state)
{
	CLEANUP_FILE struct sql_file *file =
		parsed(HEADER "select :a; -- one\n;\n\nselect :b, ';', :a\n;\n-- end\n");

	assert_int_equal(file->statement_count, 2);
	assert_string_equal(file->statements[0].text, "select $1");
	assert_string_equal(file->statements[1].text, "select $1, ';', $2");
	assert_string_equal(file->statements[1].parameters[0], "b");
	assert_string_equal(file->statements[1].parameters[1], "a");
}

static void no_statement_is_refused(void **state)
{
	assert_refused(HEADER "\n-- Nothing.\n;", "list.sql:2: there is no statement");
}

static void eight_statements_are_the_most(void **state)
{
	CLEANUP_FILE struct sql_file *file = parsed(HEADER "select 1;select 2;select 3;select 4;"
							   "select 5;select 6;"
							   "select 7;select 8;");

	assert_int_equal(file->statement_count, LIMIT_STATEMENTS);
	assert_refused(HEADER "select 1;select 2;select 3;select 4;"
			      "select 5;select 6;select 7;select 8;\nselect 9",
		       "list.sql:3: there are more than 8 statements");
}

static void sixty_four_parameters_are_the_most(void **state)
{
	CLEANUP_BUFFER struct buffer text;
	CLEANUP_FILE struct sql_file *file = NULL;

	buffer_init(&text, SQLFILE_BYTES);
	buffer_add_string(&text, HEADER "select :p");
	for (int i = 1; i < LIMIT_PARAMETERS; i++)
		buffer_add_format(&text, ", :p%d", i);
	file = parsed(text.data);
	assert_int_equal(file->statements[0].count, LIMIT_PARAMETERS);
	buffer_add_string(&text, "\n, :one_more");
	assert_refused(text.data, "list.sql:3: the statement has more than 64 parameters");
}

static void sixty_lines_are_the_most(void **state)
{
	CLEANUP_BUFFER struct buffer text;
	CLEANUP_FILE struct sql_file *file = NULL;

	buffer_init(&text, SQLFILE_BYTES);
	buffer_add_string(&text, HEADER "select 0;\nselect 1\n");
	for (int i = 1; i < SQLFILE_LINES; i++)
		buffer_add_string(&text, "\n-- comment\n, 1\n");
	file = parsed(text.data);
	assert_int_equal(file->statement_count, 2);
	buffer_add_string(&text, ", 2");
	assert_refused(text.data, "list.sql:181: the statement has more than 60 lines");
}

static void the_lines_of_a_string_count(void **state)
{
	CLEANUP_BUFFER struct buffer text;

	buffer_init(&text, SQLFILE_BYTES);
	buffer_add_string(&text, HEADER "select '");
	for (int i = 0; i < SQLFILE_LINES; i++)
		buffer_add_byte(&text, '\n');
	buffer_add_string(&text, "'");
	assert_refused(text.data, "list.sql:2: the statement has more than 60 lines");
}

static void a_statement_too_long_is_refused(void **state)
{
	CLEANUP_BUFFER struct buffer text;

	buffer_init(&text, 2 * SQLFILE_BYTES);
	buffer_add_string(&text, HEADER "select 1");
	while (text.length < SQLFILE_BYTES + 100)
		buffer_add_string(&text, ", 1");
	assert_refused(text.data, "list.sql:2: the statement has more than 65536 bytes");
}

/* Files and includes */

static void a_file_is_loaded_by_its_path(void **state)
{
	const struct folder *folder = *state;
	CLEANUP_FILE struct sql_file *file = NULL;
	char path[160], *error = NULL;

	write_file(folder, "schools/read.sql", HEADER "select :urn\n");
	snprintf(path, sizeof(path), "%s/schools/read.sql", folder->root);
	assert_int_equal(sqlfile_load(folder->root, path, &file, &error), 0);
	assert_string_equal(file->path, path);
	assert_string_equal(file->statements[0].text, "select $1");
}

static void a_missing_file_is_told_apart(void **state)
{
	CLEANUP_FREE char *error = NULL;
	struct sql_file *file = NULL;

	assert_int_equal(sqlfile_load("/nonexistent", "/nonexistent/a.sql", &file, &error),
			 -ENOENT);
	assert_string_equal(error, "/nonexistent/a.sql:1: the file cannot be opened");
	assert_null(file);
}

static void a_file_with_a_zero_byte_is_refused(void **state)
{
	const struct folder *folder = *state;
	CLEANUP_FREE char *error = NULL;
	struct sql_file *file = NULL;
	char path[160];
	FILE *stream;

	snprintf(path, sizeof(path), "%s/schools/read.sql", folder->root);
	stream = fopen(path, "we");
	assert_non_null(stream);
	assert_int_equal(fwrite(HEADER "select 1\0", 1, sizeof(HEADER "select 1"), stream),
			 sizeof(HEADER "select 1"));
	assert_int_equal(fclose(stream), 0);
	assert_int_equal(sqlfile_load(folder->root, path, &file, &error), -EINVAL);
	assert_non_null(strstr(error, ":1: the file contains a zero byte"));
}

static void a_file_too_long_is_refused(void **state)
{
	const struct folder *folder = *state;
	CLEANUP_BUFFER struct buffer text;
	CLEANUP_FREE char *error = NULL;
	struct sql_file *file = NULL;
	char path[160];

	buffer_init(&text, 2 * SQLFILE_BYTES);
	buffer_add_string(&text, HEADER "select 1");
	while (text.length <= SQLFILE_BYTES)
		buffer_add_byte(&text, ' ');
	write_file(folder, "schools/read.sql", text.data);
	snprintf(path, sizeof(path), "%s/schools/read.sql", folder->root);
	assert_int_equal(sqlfile_load(folder->root, path, &file, &error), -EINVAL);
	assert_non_null(strstr(error, ":1: the file is too long"));
}

static void an_include_is_replaced_by_its_file(void **state)
{
	const struct folder *folder = *state;
	CLEANUP_FILE struct sql_file *file = NULL;

	write_file(folder, "schools/_item.sql",
		   "-- SPDX-License-Identifier: MIT\n'urn', s.urn, 'a', :a\n");
	file = parsed_below(folder->root, HEADER
			    "select json_build_object(\n\t-- include: schools/_item.sql\n\t), :a");
	assert_string_equal(file->statements[0].text,
			    "select json_build_object(\n'urn', s.urn, 'a', $1\n), $1");
	assert_int_equal(file->statements[0].count, 1);
}

static void an_include_within_a_string_is_text(void **state)
{
	CLEANUP_FILE struct sql_file *file =
		parsed(HEADER "select '\n-- include: schools/_item.sql\n'");

	assert_string_equal(file->statements[0].text, "select '\n-- include: schools/_item.sql\n'");
}

static void an_include_may_bring_whole_statements(void **state)
{
	const struct folder *folder = *state;
	CLEANUP_FILE struct sql_file *file = NULL;

	write_file(folder, "schools/_item.sql", "select :b for update;");
	file = parsed_below(folder->root, HEADER "-- include: schools/_item.sql\nselect :c");
	assert_int_equal(file->statement_count, 2);
	assert_string_equal(file->statements[0].text, "select $1 for update");
	assert_string_equal(file->statements[1].text, "select $1");
}

static void a_semicolon_in_an_include_within_brackets_is_refused(void **state)
{
	const struct folder *folder = *state;
	char error[256];

	write_file(folder, "schools/_item.sql", "1\n; 2");
	snprintf(error, sizeof(error),
		 "%s/schools/_item.sql:2: this \";\" stands within brackets of the including file",
		 folder->root);
	assert_refused_below(folder->root, HEADER "select (\n-- include: schools/_item.sql\n)",
			     error);
}

static void a_fault_in_an_include_names_that_file(void **state)
{
	const struct folder *folder = *state;
	char error[256];

	write_file(folder, "schools/_item.sql", "1,\n2 $1");
	snprintf(error, sizeof(error),
		 "%s/schools/_item.sql:2: parameters have names, not numbers ($1)", folder->root);
	assert_refused_below(folder->root, HEADER "select\n-- include: schools/_item.sql\n", error);
}

static void brackets_close_in_the_file_that_opens_them(void **state)
{
	const struct folder *folder = *state;
	char error[256];

	write_file(folder, "schools/_item.sql", "f(1");
	snprintf(error, sizeof(error), "%s/schools/_item.sql:1: this \"(\" is not closed",
		 folder->root);
	assert_refused_below(folder->root, HEADER "select\n-- include: schools/_item.sql\n)",
			     error);
}

static void an_included_file_has_no_header(void **state)
{
	const struct folder *folder = *state;
	char error[256];

	write_file(folder, "schools/_item.sql", "-- cost: read\n1");
	snprintf(error, sizeof(error),
		 "%s/schools/_item.sql:1: this header line stands behind the header", folder->root);
	assert_refused_below(folder->root, HEADER "select\n-- include: schools/_item.sql\n", error);
}

static void lines_count_in_their_own_file(void **state)
{
	const struct folder *folder = *state;
	CLEANUP_BUFFER struct buffer text;
	CLEANUP_FILE struct sql_file *file = NULL;

	buffer_init(&text, SQLFILE_BYTES);
	for (int i = 0; i < SQLFILE_LINES; i++)
		buffer_add_string(&text, ", 1\n");
	write_file(folder, "schools/_item.sql", text.data);
	file = parsed_below(folder->root, HEADER "select 1\n-- include: schools/_item.sql\n, 2");
	assert_int_equal(file->statement_count, 1);
}

static void a_missing_include_is_refused_where_it_is_asked_for(void **state)
{
	const struct folder *folder = *state;
	char error[256];

	snprintf(error, sizeof(error),
		 "list.sql:3: %s/schools/_none.sql: the file cannot be opened", folder->root);
	assert_refused_below(folder->root, HEADER "select\n-- include: schools/_none.sql\n", error);
}

static void includes_nest_three_deep(void **state)
{
	const struct folder *folder = *state;
	CLEANUP_FILE struct sql_file *file = NULL;
	char error[256];

	write_file(folder, "schools/_a.sql", "a,\n-- include: schools/_b.sql\n");
	write_file(folder, "schools/_b.sql", "b,\n-- include: schools/_c.sql\n");
	write_file(folder, "schools/_c.sql", "c");
	file = parsed_below(folder->root, HEADER "select\n-- include: schools/_a.sql\n");
	assert_string_equal(file->statements[0].text, "select\na,\nb,\nc");
	write_file(folder, "schools/_c.sql", "c,\n\n-- include: schools/_d.sql\n");
	write_file(folder, "schools/_d.sql", "d");
	snprintf(error, sizeof(error), "%s/schools/_c.sql:3: includes are nested too deep",
		 folder->root);
	assert_refused_below(folder->root, HEADER "select\n-- include: schools/_a.sql\n", error);
}

static void a_file_that_includes_itself_is_refused(void **state)
{
	const struct folder *folder = *state;
	char error[256];

	write_file(folder, "schools/_a.sql", "a,\n-- include: schools/_a.sql\n");
	snprintf(error, sizeof(error), "%s/schools/_a.sql:2: includes are nested too deep",
		 folder->root);
	assert_refused_below(folder->root, HEADER "select\n-- include: schools/_a.sql\n", error);
}

static void too_many_includes_are_refused(void **state)
{
	const struct folder *folder = *state;
	CLEANUP_BUFFER struct buffer text;

	buffer_init(&text, SQLFILE_BYTES);
	write_file(folder, "schools/_a.sql", "1,");
	buffer_add_string(&text, HEADER "select\n");
	for (int i = 0; i <= SQLFILE_INCLUDES; i++)
		buffer_add_string(&text, "-- include: schools/_a.sql\n");
	assert_refused_below(folder->root, text.data, "list.sql:35: too many files are included");
}

static void an_include_stays_below_the_root(void **state)
{
	static const char *const paths[] = {
		"../_item.sql",      "schools/../../_item.sql",
		"/etc/_item.sql",    "./_item.sql",
		"a.b/_item.sql",     "schools//_item.sql",
		"schools/_item.txt", "schools/_item.sql ",
		"schools/",          "..",
		"schools/_Item.sql",
	};

	for (size_t i = 0; i < ARRAY_LENGTH(paths); i++) {
		CLEANUP_BUFFER struct buffer text;

		buffer_init(&text, SQLFILE_BYTES);
		buffer_add_format(&text, HEADER "select\n-- include: %s\n", paths[i]);
		assert_refused(
			text.data,
			"list.sql:3: an include is a path of plain names below the operations "
			"folder");
	}
}

static void an_included_file_is_marked_by_its_name(void **state)
{
	assert_refused(HEADER "select\n-- include: _schools/item.sql\n",
		       "list.sql:3: an included file's name starts with \"_\"");
}

static void an_include_stands_alone_on_its_line(void **state)
{
	assert_refused(HEADER "select -- include: schools/_item.sql\n",
		       "list.sql:2: an include stands alone on its line");
}

static void an_include_has_one_spelling(void **state)
{
	static const char error[] =
		"list.sql:3: an include is written \"-- include: folder/_file.sql\"";

	assert_refused(HEADER "select\n--include: schools/_item.sql\n", error);
	assert_refused(HEADER "select\n-- include:schools/_item.sql\n", error);
	assert_refused(HEADER "select\n-- include:\n", error);
}

static void freeing_nothing_is_allowed(void **state)
{
	assert_null(sqlfile_free(NULL));
}

#define FOLDER_TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(semicolons_part_statements),
		cmocka_unit_test(no_statement_is_refused),
		cmocka_unit_test(eight_statements_are_the_most),
		cmocka_unit_test(sixty_four_parameters_are_the_most),
		cmocka_unit_test(sixty_lines_are_the_most),
		cmocka_unit_test(the_lines_of_a_string_count),
		cmocka_unit_test(a_statement_too_long_is_refused),
		FOLDER_TEST(a_file_is_loaded_by_its_path),
		cmocka_unit_test(a_missing_file_is_told_apart),
		FOLDER_TEST(a_file_with_a_zero_byte_is_refused),
		FOLDER_TEST(a_file_too_long_is_refused),
		FOLDER_TEST(an_include_is_replaced_by_its_file),
		cmocka_unit_test(an_include_within_a_string_is_text),
		FOLDER_TEST(an_include_may_bring_whole_statements),
		FOLDER_TEST(a_semicolon_in_an_include_within_brackets_is_refused),
		FOLDER_TEST(a_fault_in_an_include_names_that_file),
		FOLDER_TEST(brackets_close_in_the_file_that_opens_them),
		FOLDER_TEST(an_included_file_has_no_header),
		FOLDER_TEST(lines_count_in_their_own_file),
		FOLDER_TEST(a_missing_include_is_refused_where_it_is_asked_for),
		FOLDER_TEST(includes_nest_three_deep),
		FOLDER_TEST(a_file_that_includes_itself_is_refused),
		FOLDER_TEST(too_many_includes_are_refused),
		cmocka_unit_test(an_include_stays_below_the_root),
		cmocka_unit_test(an_included_file_is_marked_by_its_name),
		cmocka_unit_test(an_include_stands_alone_on_its_line),
		cmocka_unit_test(an_include_has_one_spelling),
		cmocka_unit_test(freeing_nothing_is_allowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
