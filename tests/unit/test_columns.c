/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../api/import/columns.h"

static const struct column list[] = {
	{"urn", COLUMN_INTEGER, COLUMN_REQUIRED | COLUMN_GIVEN | COLUMN_KEY, 1, 999999, {"URN"}},
	{"name", COLUMN_TEXT, COLUMN_REQUIRED, 0, 10, {"EstablishmentName", "name"}},
	{"pupils", COLUMN_INTEGER, COLUMN_SYMBOL, 0, 9999, {"NumberOfPupils", "NOR"}},
};

static const struct column of_text = {"a", COLUMN_TEXT, 0, 0, 10, {"A"}};
static const struct column of_code = {"a", COLUMN_CODE, 0, 0, 8, {"A"}};
static const struct column of_padded = {"a", COLUMN_PADDED, 0, 0, 3, {"A"}};
static const struct column of_digits = {"a", COLUMN_DIGITS, 0, 0, 8, {"A"}};
static const struct column of_integer = {"a", COLUMN_INTEGER, 0, 0, 99999, {"A"}};
static const struct column of_measure = {"a", COLUMN_INTEGER, COLUMN_SYMBOL, 0, 99999, {"A"}};
static const struct column of_percent = {"a", COLUMN_PERCENT, 0, 0, 0, {"A"}};
static const struct column of_degrees = {"a", COLUMN_DEGREES, 0, -90, 90, {"A"}};
static const struct column of_date = {"a", COLUMN_DATE, 0, 0, 0, {"A"}};
static const struct column of_given = {"a", COLUMN_TEXT, COLUMN_GIVEN, 0, 0, {"A"}};

static struct csv_field field(const char *text)
{
	return (struct csv_field){text, strlen(text)};
}

static void assert_value(const struct column *column, const char *text, const char *expected)
{
	CLEANUP_BUFFER struct buffer copy;
	struct fault reason = {""};

	buffer_init(&copy, 10000);
	assert_int_equal(columns_value(column, field(text), &copy, &reason), 0);
	assert_string_equal(copy.data, expected);
	assert_string_equal(reason.text, "");
}

static void assert_refused(const struct column *column, const char *text, const char *expected)
{
	CLEANUP_BUFFER struct buffer copy;
	struct fault reason = {""};

	buffer_init(&copy, 10000);
	assert_int_equal(columns_value(column, field(text), &copy, &reason), 1);
	assert_string_equal(reason.text, expected);
}

static void degrees_keep_their_digits(void **state)
{
	assert_value(&of_degrees, " -0.0927213", "-0.0927213\t");
	assert_value(&of_degrees, "52.69999999999999", "52.69999999999999\t");
	assert_value(&of_degrees, "-90", "-90\t");
	assert_value(&of_degrees, "", "\\N\t");
	assert_refused(&of_degrees, "90.1", "A: '90.1' is out of range");
	assert_refused(&of_degrees, "-91", "A: '-91' is out of range");
	assert_refused(&of_degrees, "-", "A: '-' is not a number of degrees");
	assert_refused(&of_degrees, "5.", "A: '5.' is not a number of degrees");
	assert_refused(&of_degrees, ".5", "A: '.5' is not a number of degrees");
	assert_refused(&of_degrees, "1e1", "A: '1e1' is not a number of degrees");
	assert_refused(&of_degrees, "5W", "A: '5W' is not a number of degrees");
}

static void text_is_trimmed(void **state)
{
	assert_value(&of_text, "  16-19 ", "16-19\t");
	assert_value(&of_text, "\xc2\xa0x\xc2\xa0 ", "x\t");
	assert_value(&of_text, " ", "\\N\t");
	assert_value(&of_text, "", "\\N\t");
	assert_value(&of_text, "a\tb\\c\nd", "a\\tb\\\\c\\nd\t");
	assert_refused(&of_text, "12345678901", "A: '12345678901' is too long");
	assert_refused(&of_given, "  ", "A: is missing");
}

static void codes_lose_their_zeros(void **state)
{
	assert_value(&of_code, "02", "2\t");
	assert_value(&of_code, "2", "2\t");
	assert_value(&of_code, "00", "0\t");
	assert_value(&of_code, "H", "H\t");
	assert_value(&of_code, "0A", "0A\t");
	assert_value(&of_code, "CE23", "CE23\t");
}

static void padded_codes_get_their_zeros_back(void **state)
{
	assert_value(&of_padded, "201", "201\t");
	assert_value(&of_padded, "1", "001\t");
	assert_value(&of_padded, "0", "000\t");
	assert_refused(&of_padded, "2010", "A: '2010' is not a code of digits");
	assert_refused(&of_padded, "x", "A: 'x' is not a code of digits");
}

static void digits_are_all_or_none(void **state)
{
	assert_value(&of_digits, "10079319", "10079319\t");
	assert_value(&of_digits, "0", "\\N\t");
	assert_refused(&of_digits, "1007931", "A: '1007931' has not the right number of digits");
	assert_refused(&of_digits, "1007931x", "A: '1007931x' has not the right number of digits");
}

static void integers(void **state)
{
	assert_value(&of_integer, "335", "335\t");
	assert_value(&of_integer, " 0335 ", "335\t");
	assert_value(&of_integer, "29,199", "29199\t");
	assert_value(&of_integer, "29199.00", "29199\t");
	assert_value(&of_integer, "", "\\N\t");
	assert_value(&of_integer, "SUPP", "\\N\t");
	assert_refused(&of_integer, "1,23", "A: '1,23' is not a whole number");
	assert_refused(&of_integer, "29199,123", "A: '29199,123' is not a whole number");
	assert_refused(&of_integer, ",123", "A: ',123' is not a whole number");
	assert_refused(&of_integer, "12.5", "A: '12.5' is not a whole number");
	assert_refused(&of_integer, "-3", "A: '-3' is not a whole number");
	assert_refused(&of_integer, "1e3", "A: '1e3' is not a whole number");
	assert_refused(&of_integer, "100000", "A: '100000' is out of range");
	assert_refused(&of_integer, "99999999999999999999",
		       "A: '99999999999999999999' is not a whole number");
}

static void missing_numbers_have_a_symbol(void **state)
{
	assert_value(&of_measure, "335", "335\t\\N\t");
	assert_value(&of_measure, "", "\\N\tx\t");
	assert_value(&of_measure, "SUPP", "\\N\tc\t");
	assert_value(&of_measure, "c", "\\N\tc\t");
	assert_value(&of_measure, "NA", "\\N\tz\t");
	assert_value(&of_measure, "NE", "\\N\tz\t");
	assert_value(&of_measure, "low", "\\N\tlow\t");
	assert_value(&of_measure, "#DIV/0!", "\\N\tx\t");
	assert_value(&of_measure, ":", "\\N\tx\t");
	assert_refused(&of_measure, "many", "A: 'many' is not a whole number");
}

static void percentages(void **state)
{
	assert_value(&of_percent, "53%", "53\t");
	assert_value(&of_percent, "46.90%", "46.90\t");
	assert_value(&of_percent, "49.5", "49.5\t");
	assert_value(&of_percent, " 20.20718455 % ", "20.20718455\t");
	assert_value(&of_percent, "100", "100\t");
	assert_value(&of_percent, "SUPP", "\\N\t");
	assert_refused(&of_percent, "100.1", "A: '100.1' is more than 100 per cent");
	assert_refused(&of_percent, "-1", "A: '-1' is not a percentage");
	assert_refused(&of_percent, "1.2.3", "A: '1.2.3' is not a percentage");
	assert_refused(&of_percent, "%", "A: '%' is not a percentage");
	assert_refused(&of_percent, "01-May", "A: '01-May' is not a percentage");
}

static void dates(void **state)
{
	assert_value(&of_date, "31-08-2021", "2021-08-31\t");
	assert_value(&of_date, "01/04/2019", "2019-04-01\t");
	assert_value(&of_date, "2022-03-01", "2022-03-01\t");
	assert_value(&of_date, "29-02-2000", "2000-02-29\t");
	assert_value(&of_date, "01-01-1382", "1382-01-01\t");
	assert_value(&of_date, "", "\\N\t");
	assert_refused(&of_date, "31-02-2021", "A: '31-02-2021' is not a day of the calendar");
	assert_refused(&of_date, "29-02-1900", "A: '29-02-1900' is not a day of the calendar");
	assert_refused(&of_date, "00-01-2000", "A: '00-01-2000' is not a day of the calendar");
	assert_refused(&of_date, "01-13-2000", "A: '01-13-2000' is not a day of the calendar");
	assert_refused(&of_date, "01-01-0021", "A: '01-01-0021' is out of range");
	assert_refused(&of_date, "1-1-2000", "A: '1-1-2000' is not a date");
	assert_refused(&of_date, "20220301", "A: '20220301' is not a date");
	assert_refused(&of_date, "01-01/2000", "A: '01-01/2000' is not a date");
	assert_refused(&of_date, "aa-01-2000", "A: 'aa-01-2000' is not a date");
}

static void a_refused_text_is_shown_short_and_whole(void **state)
{
	assert_refused(&of_padded, "123456789012345678901234567890123456789\xc3\xa0more",
		       "A: '123456789012345678901234567890123456789' is not a code of digits");
}

static void headers_are_matched_by_name(void **state)
{
	const struct csv_field header[] = {field("NumberOfPupils"), field("extra"), field(" urn "),
					   field("NAME")};
	struct columns columns;
	struct fault fault = {""};
	size_t required;

	assert_int_equal(columns_recognise(list, 3, header, 4, &required), 2);
	assert_int_equal(required, 2);
	assert_int_equal(columns_match(list, 3, header, 4, &columns, &fault), 0);
	assert_int_equal(columns.positions[0], 2);
	assert_int_equal(columns.positions[1], 3);
	assert_int_equal(columns.positions[2], 0);
	assert_int_equal(columns.unknown, 1);
	assert_int_equal(columns.header_count, 4);
}

static void absent_and_missing_columns(void **state)
{
	const struct csv_field header[] = {field("NOR"), field("NameOfSchool")};
	CLEANUP_BUFFER struct buffer names;
	struct columns columns;
	struct fault fault = {""};
	size_t required;

	buffer_init(&names, 100);
	assert_int_equal(columns_recognise(list, 3, header, 2, &required), 0);
	columns_missing(list, 3, header, 2, &names);
	assert_string_equal(names.data, "URN, EstablishmentName");
	assert_int_equal(columns_match(list, 3, header, 2, &columns, &fault), 0);
	assert_int_equal(columns.positions[0], -1);
	assert_int_equal(columns.positions[2], 0);
}

static void a_column_that_is_there_twice_is_a_fault(void **state)
{
	const struct csv_field header[] = {field("URN"), field("name"), field("EstablishmentName")};
	struct columns columns;
	struct fault fault = {""};

	assert_int_equal(columns_match(list, 3, header, 3, &columns, &fault), -EBADMSG);
	assert_string_equal(fault.text, "has the column name twice");
}

static void the_staging_table_follows_the_columns(void **state)
{
	CLEANUP_BUFFER struct buffer sql;

	buffer_init(&sql, 1000);
	columns_staging(list, 3, &sql);
	assert_non_null(
		strstr(sql.data, ", urn integer, name text, pupils integer, pupils_symbol text)"));
	sql.length = 0;
	columns_copy_command(list, 3, &sql);
	assert_string_equal(sql.data, "copy staging (line, key, reason, urn, name, pupils, "
				      "pupils_symbol) from stdin");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_trimmed),
		cmocka_unit_test(codes_lose_their_zeros),
		cmocka_unit_test(padded_codes_get_their_zeros_back),
		cmocka_unit_test(digits_are_all_or_none),
		cmocka_unit_test(integers),
		cmocka_unit_test(missing_numbers_have_a_symbol),
		cmocka_unit_test(percentages),
		cmocka_unit_test(dates),
		cmocka_unit_test(a_refused_text_is_shown_short_and_whole),
		cmocka_unit_test(degrees_keep_their_digits),
		cmocka_unit_test(headers_are_matched_by_name),
		cmocka_unit_test(absent_and_missing_columns),
		cmocka_unit_test(a_column_that_is_there_twice_is_a_fault),
		cmocka_unit_test(the_staging_table_follows_the_columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
