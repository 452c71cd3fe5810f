/* SPDX-License-Identifier: MIT */
/* Records from the columns of rows: results are made by hand, as libpq would have read them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <libpq-fe.h>

#include "../../api/rowjson.h"

#define NO_PART "column .a is of a type that no part has: cast it to text, or make it JSON"

enum { COLUMNS = 12 };

enum type {
	BOOLEAN = 16,
	BIGINT = 20,
	SMALLINT = 21,
	INTEGER = 23,
	TEXT = 25,
	JSON = 114,
	DOUBLE = 701,
	TEXTS = 1009,
	DATE = 1082,
	TIMESTAMPTZ = 1184,
	NUMERIC = 1700,
	UUID = 2950,
	JSONB = 3802,
};

/* A column with its value in the only row; NULL is null. */
struct column {
	const char *name;
	enum type type;
	const char *value;
};

/* The result of one statement with one row; columns end at the first without a name. */
static struct db_reply reply_of(const struct column *columns, size_t rows)
{
	PGresult *result = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
	PGresAttDesc descriptions[COLUMNS] = {0};
	int count = 0;

	for (; columns[count].name; count++) {
		descriptions[count].name = (char *)columns[count].name;
		descriptions[count].typid = columns[count].type;
	}
	assert_int_equal(PQsetResultAttrs(result, count, descriptions), 1);
	for (int i = 0; i < count && rows; i++) {
		const char *value = columns[i].value;

		assert_int_equal(
			PQsetvalue(result, 0, i, (char *)value, value ? (int)strlen(value) : -1),
			1);
	}
	return (struct db_reply){.count = 1, .results = {result}};
}

static void assert_record(const struct column *columns, const char *expected)
{
	struct db_reply reply = reply_of(columns, 1);
	CLEANUP_FREE char *fault = NULL, *taken = NULL;
	CLEANUP_BUFFER struct buffer buffer;
	struct rowjson *json;

	buffer_init(&buffer, 4096);
	assert_int_equal(rowjson_new(&reply, "item", &json, &fault), 0);
	assert_null(fault);
	assert_non_null(json);
	assert_int_equal(rowjson_write(json, &reply, 0, 0, &buffer), 0);
	assert_string_equal(buffer.data, expected);
	assert_int_equal(rowjson_take(json, &reply, 0, 0, &taken), 0);
	assert_true(rowjson_present(json, &reply, 0, 0));
	assert_string_equal(taken, expected);
	rowjson_free(json);
	db_reply_finish(&reply);
}

static void assert_unfit(const struct column *columns, const char *expected)
{
	struct db_reply reply = reply_of(columns, 0);
	CLEANUP_FREE char *fault = NULL;
	struct rowjson *json;

	assert_int_equal(rowjson_new(&reply, "item", &json, &fault), ROWJSON_UNFIT);
	assert_null(json);
	assert_string_equal(fault, expected);
	db_reply_finish(&reply);
}

static void a_record_may_be_whole(void **state)
{
	assert_record((struct column[]){{"id", INTEGER, "1"}, {"item", JSON, "{\"a\": 1}"}, {0}},
		      "{\"a\": 1}");
}

static void a_whole_record_may_be_null(void **state)
{
	struct db_reply reply = reply_of((struct column[]){{"item", JSON, NULL}, {0}}, 1);
	CLEANUP_FREE char *fault = NULL;
	CLEANUP_BUFFER struct buffer buffer;
	struct rowjson *json;
	char *taken;

	buffer_init(&buffer, 64);
	assert_int_equal(rowjson_new(&reply, "item", &json, &fault), 0);
	assert_false(rowjson_present(json, &reply, 0, 0));
	assert_int_equal(rowjson_take(json, &reply, 0, 0, &taken), 0);
	assert_null(taken);
	assert_int_equal(rowjson_write(json, &reply, 0, 0, &buffer), 0);
	assert_string_equal(buffer.data, "null");
	rowjson_free(json);
	db_reply_finish(&reply);
}

static void there_may_be_no_record(void **state)
{
	struct db_reply reply = reply_of((struct column[]){{"version", TEXT, "1"}, {0}}, 1);
	CLEANUP_FREE char *fault = NULL;
	struct rowjson *json;
	char *taken;

	assert_int_equal(rowjson_new(&reply, "item", &json, &fault), 0);
	assert_null(json);
	assert_null(fault);
	assert_int_equal(rowjson_take(json, &reply, 0, 0, &taken), 0);
	assert_null(taken);
	db_reply_finish(&reply);
}

static void values_are_written_by_their_type(void **state)
{
	assert_record((struct column[]){{".text", TEXT, "a \"b\" \\ c\n\303\251"},
					{".whole", INTEGER, "-12"},
					{".half", NUMERIC, "0.50"},
					{".far", DOUBLE, "1e+300"},
					{".yes", BOOLEAN, "t"},
					{".no", BOOLEAN, "f"},
					{".day", DATE, "2026-01-31"},
					{".id", UUID, "00000000-0000-0000-0000-000000000000"},
					{".json", JSON, "[1, null]"},
					{".jsonb", JSONB, "{}"},
					{".empty", TEXT, ""},
					{0}},
		      "{\"text\":\"a \\\"b\\\" \\\\ c\\u000a\303\251\",\"whole\":-12,\"half\":0.50,"
		      "\"far\":1e+300,\"yes\":true,\"no\":false,\"day\":\"2026-01-31\","
		      "\"id\":\"00000000-0000-0000-0000-000000000000\",\"json\":[1, null],"
		      "\"jsonb\":{},\"empty\":\"\"}");
}

static void null_is_null_whatever_the_type(void **state)
{
	assert_record((struct column[]){{".a", TEXT, NULL},
					{".b", BIGINT, NULL},
					{".c", BOOLEAN, NULL},
					{".d", JSON, NULL},
					{0}},
		      "{\"a\":null,\"b\":null,\"c\":null,\"d\":null}");
}

static void what_json_has_no_number_for_is_text(void **state)
{
	assert_record((struct column[]){{".a", DOUBLE, "NaN"},
					{".b", DOUBLE, "-Infinity"},
					{".c", NUMERIC, "Infinity"},
					{0}},
		      "{\"a\":\"NaN\",\"b\":\"-Infinity\",\"c\":\"Infinity\"}");
}

static void paths_make_objects(void **state)
{
	assert_record((struct column[]){{".address.street", TEXT, NULL},
					{".address.town", TEXT, "London"},
					{".urn", SMALLINT, "1"},
					{"urn", SMALLINT, "2"},
					{".type?.code", TEXT, "01"},
					{".type?.name", TEXT, NULL},
					{".kind.code", TEXT, "02"},
					{0}},
		      "{\"address\":{\"street\":null,\"town\":\"London\"},\"urn\":1,"
		      "\"type\":{\"code\":\"01\",\"name\":null},\"kind\":{\"code\":\"02\"}}");
}

static void an_optional_object_is_null_when_all_of_it_is(void **state)
{
	assert_record((struct column[]){{".a?.x", TEXT, NULL},
					{".a?.y", INTEGER, NULL},
					{".b.x", TEXT, NULL},
					{".c?.x", TEXT, NULL},
					{".d", INTEGER, "1"},
					{".e?.x", TEXT, NULL},
					{".e?.y", TEXT, ""},
					{0}},
		      "{\"a\":null,\"b\":{\"x\":null},\"c\":null,\"d\":1,"
		      "\"e\":{\"x\":null,\"y\":\"\"}}");
}

static void what_makes_no_record_is_refused_and_named(void **state)
{
	static const char *const paths[] = {".",    ".a.",  ".a..b", ".a?",   ".a.b.c",
					    ".a-b", ".a b", ".?.b",  ".a.b?", ".\303\251"};

	for (size_t i = 0; i < ARRAY_LENGTH(paths); i++) {
		CLEANUP_FREE char *fault = NULL;

		assert_true(asprintf(&fault, "column %s is not the path of a part", paths[i]) > 0);
		assert_unfit((struct column[]){{".x", TEXT, NULL}, {paths[i], TEXT, NULL}, {0}},
			     fault);
	}
	assert_unfit((struct column[]){{".a", TEXT, NULL}, {"item", JSON, NULL}, {0}},
		     "column item is there whole and in parts");
	assert_unfit((struct column[]){{".a", TIMESTAMPTZ, NULL}, {0}}, NO_PART);
	assert_unfit((struct column[]){{".a", TEXTS, NULL}, {0}}, NO_PART);
}

static void a_part_comes_once(void **state)
{
	static const char *const pairs[][2] = {
		{".a", ".a"}, {".a", ".a.x"}, {".a.x", ".a"}, {".a.x", ".a.x"}, {".a?.x", ".a.y"}};

	for (size_t i = 0; i < ARRAY_LENGTH(pairs); i++) {
		CLEANUP_FREE char *fault = NULL;

		assert_true(asprintf(&fault, "column %s is a part that was there before",
				     pairs[i][1]) > 0);
		assert_unfit((struct column[]){{pairs[i][0], TEXT, NULL},
					       {pairs[i][1], TEXT, NULL},
					       {0}},
			     fault);
	}
	assert_unfit(
		(struct column[]){
			{".a.x", TEXT, NULL}, {".b", TEXT, NULL}, {".a.y", TEXT, NULL}, {0}},
		"column .a.y is a part that was there before");
	assert_record((struct column[]){{".a.x", TEXT, "1"},
					{"b", TEXT, "2"},
					{".a.y", TEXT, "3"},
					{".ab", TEXT, "4"},
					{0}},
		      "{\"a\":{\"x\":\"1\",\"y\":\"3\"},\"ab\":\"4\"}");
}

/* As a migration may change a table below a service that runs. */
static void a_type_that_has_changed_is_written_as_what_it_is(void **state)
{
	static const struct {
		enum type was, is;
		const char *value, *expected;
	} cases[] = {
		{INTEGER, TEXT, "a1", "{\"a\":\"a1\"}"},
		{INTEGER, TEXT, "", "{\"a\":\"\"}"},
		{INTEGER, NUMERIC, "1.5", "{\"a\":1.5}"},
		{TEXT, INTEGER, "1", "{\"a\":1}"},
		{JSON, TEXT, "{", "{\"a\":\"{\"}"},
		{TEXT, TEXTS, "{a,b}", "{\"a\":\"{a,b}\"}"},
		{NUMERIC, INTEGER, NULL, "{\"a\":null}"},
	};

	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		const struct column was[] = {{".a", cases[i].was, NULL}, {0}};
		const struct column is[] = {{".a", cases[i].is, cases[i].value}, {0}};
		struct db_reply described = reply_of(was, 0), reply = reply_of(is, 1);
		CLEANUP_FREE char *fault = NULL, *taken = NULL;
		struct rowjson *json;

		assert_int_equal(rowjson_new(&described, "item", &json, &fault), 0);
		assert_int_equal(rowjson_take(json, &reply, 0, 0, &taken), 0);
		assert_string_equal(taken, cases[i].expected);
		rowjson_free(json);
		db_reply_finish(&described);
		db_reply_finish(&reply);
	}
}

static void a_name_that_may_have_been_cut_is_refused(void **state)
{
	char name[64] = ".", fault[160];

	memset(name + 1, 'a', 61);
	assert_record((struct column[]){{name, TEXT, "1"}, {0}},
		      "{\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\":\"1\"}");
	name[62] = 'a';
	snprintf(fault, sizeof(fault), "column %s is as long as what PostgreSQL has cut", name);
	assert_unfit((struct column[]){{name, TEXT, NULL}, {0}}, fault);
}

static void a_full_buffer_is_told(void **state)
{
	struct db_reply reply = reply_of((struct column[]){{".a", TEXT, "123456789"}, {0}}, 1);
	CLEANUP_FREE char *fault = NULL;
	CLEANUP_BUFFER struct buffer buffer;
	struct rowjson *json;

	buffer_init(&buffer, 8);
	assert_int_equal(rowjson_new(&reply, "item", &json, &fault), 0);
	assert_true(rowjson_write(json, &reply, 0, 0, &buffer) < 0);
	rowjson_free(json);
	db_reply_finish(&reply);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_may_be_whole),
		cmocka_unit_test(a_whole_record_may_be_null),
		cmocka_unit_test(there_may_be_no_record),
		cmocka_unit_test(values_are_written_by_their_type),
		cmocka_unit_test(null_is_null_whatever_the_type),
		cmocka_unit_test(what_json_has_no_number_for_is_text),
		cmocka_unit_test(paths_make_objects),
		cmocka_unit_test(an_optional_object_is_null_when_all_of_it_is),
		cmocka_unit_test(what_makes_no_record_is_refused_and_named),
		cmocka_unit_test(a_part_comes_once),
		cmocka_unit_test(a_type_that_has_changed_is_written_as_what_it_is),
		cmocka_unit_test(a_name_that_may_have_been_cut_is_refused),
		cmocka_unit_test(a_full_buffer_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
