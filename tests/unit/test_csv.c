/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../api/import/csv.h"

/* A text given out in pieces of a fixed size, so that every cut is met. */
struct pieces {
	const char *text;
	size_t length, at, size;
	int error; /* returned instead of the end when not 0 */
};

static int pieces_read(void *context, const char **ret_bytes, size_t *ret_length,
		       struct fault *fault)
{
	struct pieces *pieces = context;
	size_t left = pieces->length - pieces->at;

	if (!left && pieces->error)
		return fault_set(fault, pieces->error, "cannot be read");
	*ret_bytes = pieces->text + pieces->at;
	*ret_length = left < pieces->size ? left : pieces->size;
	pieces->at += *ret_length;
	return 0;
}

/* Reads all rows as "a|b;c|d;"; at the end comes the result of the last call when it is not 0. */
static int read_all(const char *text, size_t length, size_t size, struct buffer *out,
		    struct fault *fault)
{
	struct pieces pieces = {.text = text, .length = length, .size = size};
	struct csv csv;
	int r;

	assert_int_equal(csv_init(&csv, pieces_read, &pieces, fault), 0);
	while ((r = csv_next(&csv)) > 0) {
		for (size_t i = 0; i < csv.field_count; i++) {
			assert_int_equal(csv.fields[i].text[csv.fields[i].length], '\0');
			buffer_add(out, csv.fields[i].text, csv.fields[i].length);
			buffer_add_byte(out, i + 1 < csv.field_count ? '|' : ';');
		}
	}
	csv_finish(&csv);
	return r;
}

/* The rows are the same however the text is cut into pieces. */
static void assert_rows(const char *text, const char *expected)
{
	for (size_t size = 1; size <= strlen(text) + 1; size++) {
		CLEANUP_BUFFER struct buffer out;
		struct fault fault = {""};

		buffer_init(&out, 10000);
		assert_int_equal(read_all(text, strlen(text), size, &out, &fault), 0);
		assert_string_equal(out.data ? out.data : "", expected);
		assert_string_equal(fault.text, "");
	}
}

static void assert_fault_bytes(const char *text, size_t length, const char *expected)
{
	for (size_t size = 1; size <= length; size += size < 100 ? 1 : 5000) {
		CLEANUP_BUFFER struct buffer out;
		struct fault fault = {""};

		buffer_init(&out, 10000000);
		assert_int_equal(read_all(text, length, size, &out, &fault), -EBADMSG);
		assert_string_equal(fault.text, expected);
	}
}

static void assert_fault(const char *text, const char *expected)
{
	assert_fault_bytes(text, strlen(text), expected);
}

static void fields_and_rows(void **state)
{
	assert_rows("a,b\nc,d\n", "a|b;c|d;");
	assert_rows("a,b\r\nc,d\r\n", "a|b;c|d;");
	assert_rows("a,b\r\nc,d\n", "a|b;c|d;");
	assert_rows("a,,\n,,\n", "a||;||;");
	assert_rows("one", "one;");
	assert_rows("a,b", "a|b;");
	assert_rows("a,", "a|;");
	assert_rows("", "");
}

static void empty_lines_are_passed_over(void **state)
{
	assert_rows("\n\na,b\n\r\n\nc,d\n\n", "a|b;c|d;");
	assert_rows("\n", "");
}

static void quotes(void **state)
{
	assert_rows("\"a\",\"b\"\n", "a|b;");
	assert_rows("100000,\"201\",\"City of London\",,\"\"\n", "100000|201|City of London||;");
	assert_rows("\"a,b\",c\n", "a,b|c;");
	assert_rows("\"St \"\"Mary\"\"\",c\n", "St \"Mary\"|c;");
	assert_rows("\"\"\"\"\n", "\";");
	assert_rows("\"a\r\nb\",\"c\nd\"\ne,f", "a\r\nb|c\nd;e|f;");
	assert_rows(" a , b \n", " a | b ;");
}

static void text_of_other_alphabets(void **state)
{
	assert_rows("\xc3\xa0,\xe2\x80\x99\n", "\xc3\xa0|\xe2\x80\x99;");
}

static void two_readings_are_a_fault(void **state)
{
	assert_fault("a\nb\"c,d\n", "line 2: a quote inside a field that does not begin with one");
	assert_fault("a,b\n\"c\"d,e\n", "line 2: text after a closing quote");
	assert_fault("a\n \"b\"\n", "line 2: a quote inside a field that does not begin with one");
	assert_fault("a,b\rc,d\n", "line 1: a carriage return without a line feed");
	assert_fault("a\r", "line 1: a carriage return without a line feed");
	assert_fault("a\nb,\"c\nd\ne\n", "line 2: a quoted field of this row is never closed");
}

static void line_numbers_count_breaks_within_quotes(void **state)
{
	assert_fault("\"a\nb\r\nc\",d\ne\"\n",
		     "line 4: a quote inside a field that does not begin with one");
}

static void a_nul_byte_is_a_fault(void **state)
{
	assert_fault_bytes("a,b\nc,\0d\n", 9, "line 2: a NUL byte");
	assert_fault_bytes("\"a\0\"\n", 5, "line 1: a NUL byte");
}

static void long_fields_and_rows_are_a_fault(void **state)
{
	size_t length = CSV_ROW_BYTES + CSV_FIELD_BYTES;
	CLEANUP_FREE char *text = malloc(length);

	assert_non_null(text);
	memset(text, 'a', length);
	assert_fault_bytes(text, CSV_FIELD_BYTES + 1, "line 1: a field is longer than 64 KiB");
	for (size_t i = 0; i < length; i += CSV_FIELD_BYTES / 2)
		text[i] = ',';
	assert_fault_bytes(text, length, "line 1: a row is longer than 1 MiB");
	memset(text, ',', CSV_FIELDS + 1);
	assert_fault_bytes(text, CSV_FIELDS + 1, "line 1: a row has more than 2000 fields");
}

static void the_longest_field_is_read(void **state)
{
	CLEANUP_FREE char *text = malloc(CSV_FIELD_BYTES);
	CLEANUP_BUFFER struct buffer out;
	struct fault fault = {""};

	assert_non_null(text);
	memset(text, 'a', CSV_FIELD_BYTES);
	buffer_init(&out, CSV_ROW_BYTES);
	assert_int_equal(read_all(text, CSV_FIELD_BYTES, 1000, &out, &fault), 0);
	assert_int_equal(out.length, CSV_FIELD_BYTES + 1);
}

static void what_the_source_reports_is_passed_on(void **state)
{
	struct pieces pieces = {.text = "a,b\nc", .length = 5, .size = 3, .error = -EIO};
	struct fault fault = {""};
	struct csv csv;

	assert_int_equal(csv_init(&csv, pieces_read, &pieces, &fault), 0);
	assert_int_equal(csv_next(&csv), 1);
	assert_int_equal(csv_next(&csv), -EIO);
	assert_string_equal(fault.text, "cannot be read");
	csv_finish(&csv);
}

static void rows_know_their_line(void **state)
{
	struct pieces pieces = {.text = "a\n\"b\nc\"\n\nd\n", .length = 11, .size = 100};
	struct fault fault = {""};
	struct csv csv;

	assert_int_equal(csv_init(&csv, pieces_read, &pieces, &fault), 0);
	assert_int_equal(csv_next(&csv), 1);
	assert_int_equal(csv.line, 1);
	assert_int_equal(csv_next(&csv), 1);
	assert_int_equal(csv.line, 2);
	assert_int_equal(csv_next(&csv), 1);
	assert_int_equal(csv.line, 5);
	assert_int_equal(csv_next(&csv), 0);
	assert_int_equal(csv_next(&csv), 0);
	csv_finish(&csv);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_and_rows),
		cmocka_unit_test(empty_lines_are_passed_over),
		cmocka_unit_test(quotes),
		cmocka_unit_test(text_of_other_alphabets),
		cmocka_unit_test(two_readings_are_a_fault),
		cmocka_unit_test(line_numbers_count_breaks_within_quotes),
		cmocka_unit_test(a_nul_byte_is_a_fault),
		cmocka_unit_test(long_fields_and_rows_are_a_fault),
		cmocka_unit_test(the_longest_field_is_read),
		cmocka_unit_test(what_the_source_reports_is_passed_on),
		cmocka_unit_test(rows_know_their_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
