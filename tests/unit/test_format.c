/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../api/format.h"

static bool holds(const char *format, const char *text)
{
	return format_find(format)->holds(text, strlen(text));
}

static void a_name_outside_the_list_is_not_found(void **state)
{
	assert_null(format_find("email"));
	assert_null(format_find(""));
	assert_null(format_find("Date"));
}

static void a_date_is_a_day_of_the_calendar(void **state)
{
	assert_true(holds("date", "2026-09-01"));
	assert_true(holds("date", "0001-01-01"));
	assert_false(holds("date", "0000-12-31"));
	assert_true(holds("date", "9999-12-31"));
	assert_false(holds("date", "2026-00-01"));
	assert_false(holds("date", "2026-13-01"));
	assert_false(holds("date", "2026-09-00"));
	assert_false(holds("date", "2026-09-31"));
}

static void a_leap_day_is_in_leap_years_only(void **state)
{
	assert_true(holds("date", "2024-02-29"));
	assert_true(holds("date", "2000-02-29"));
	assert_false(holds("date", "2026-02-29"));
	assert_false(holds("date", "1900-02-29"));
	assert_false(holds("date", "2024-02-30"));
}

static void a_date_has_one_spelling(void **state)
{
	assert_false(holds("date", ""));
	assert_false(holds("date", "2026-9-1"));
	assert_false(holds("date", "20260901"));
	assert_false(holds("date", "2026-09-01 "));
	assert_false(holds("date", "2026/09/01"));
	assert_false(holds("date", "2026-W36-2"));
	assert_false(holds("date", "+026-09-01"));
	assert_false(holds("date", "২026-09-1"));
}

static void a_date_ends_at_its_length_and_not_at_a_nul(void **state)
{
	assert_true(format_find("date")->holds("2026-09-01xyz", 10));
	assert_false(format_find("date")->holds("2026-09-0\0", 10));
}

static void a_date_time_needs_an_offset(void **state)
{
	assert_true(holds("date-time", "2026-09-01T10:30:00Z"));
	assert_true(holds("date-time", "2026-09-01T10:30:00+01:00"));
	assert_true(holds("date-time", "2026-09-01T10:30:00-23:59"));
	assert_false(holds("date-time", "2026-09-01T10:30:00"));
	assert_false(holds("date-time", "2026-09-01T10:30:00+0100"));
	assert_false(holds("date-time", "2026-09-01T10:30:00+24:00"));
	assert_false(holds("date-time", "2026-09-01T10:30:00+01:60"));
	assert_false(holds("date-time", "2026-09-01T10:30:00Z+01:00"));
	assert_false(holds("date-time", "2026-09-01T10:30:00ZZ"));
}

static void a_date_time_may_be_in_lower_case(void **state)
{
	assert_true(holds("date-time", "2026-09-01t10:30:00z"));
}

static void a_date_time_has_an_hour_minute_and_second_of_the_day(void **state)
{
	assert_true(holds("date-time", "2026-09-01T23:59:59Z"));
	assert_false(holds("date-time", "2026-09-01T24:00:00Z"));
	assert_false(holds("date-time", "2026-09-01T10:60:00Z"));
	assert_false(holds("date-time", "2026-09-01T10:30:61Z"));
	assert_false(holds("date-time", "2026-09-01 10:30:00Z"));
	assert_false(holds("date-time", "2026-09-31T10:30:00Z"));
	assert_false(holds("date-time", "2026-09-01T10:30Z"));
	assert_false(holds("date-time", "2026-09-01"));
	assert_false(holds("date-time", ""));
}

static void a_fraction_of_a_second_has_digits(void **state)
{
	assert_true(holds("date-time", "2026-09-01T10:30:00.5Z"));
	assert_true(holds("date-time", "2026-09-01T10:30:00.123456789012+01:00"));
	assert_false(holds("date-time", "2026-09-01T10:30:00.Z"));
	assert_false(holds("date-time", "2026-09-01T10:30:00,5Z"));
	assert_false(holds("date-time", "2026-09-01T10:30:00.5"));
}

static void a_leap_second_is_at_the_end_of_a_utc_day(void **state)
{
	assert_true(holds("date-time", "1998-12-31T23:59:60Z"));
	assert_true(holds("date-time", "1998-12-31T15:59:60.123-08:00"));
	assert_true(holds("date-time", "1999-01-01T00:59:60+01:00"));
	assert_false(holds("date-time", "1998-12-31T23:58:60Z"));
	assert_false(holds("date-time", "1998-12-31T22:59:60Z"));
	assert_false(holds("date-time", "1998-12-31T23:59:60+01:00"));
}

static void a_uuid_has_32_hexadecimal_digits_in_five_groups(void **state)
{
	assert_true(holds("uuid", "01890a5d-ac96-774b-bcce-b302099a8057"));
	assert_true(holds("uuid", "01890A5D-AC96-774B-BCCE-B302099A8057"));
	assert_true(holds("uuid", "00000000-0000-0000-0000-000000000000"));
	assert_false(holds("uuid", "01890a5dac96774bbcceb302099a8057"));
	assert_false(holds("uuid", "01890a5d-ac96-774b-bcce-b302099a805g"));
	assert_false(holds("uuid", "01890a5d-ac96-774b-bcce-b302099a80577"));
	assert_false(holds("uuid", "{1890a5d-ac96-774b-bcce-b302099a8057}"));
	assert_false(holds("uuid", "01890a5d0ac96-774b-bcce-b302099a8057"));
	assert_false(holds("uuid", ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_outside_the_list_is_not_found),
		cmocka_unit_test(a_date_is_a_day_of_the_calendar),
		cmocka_unit_test(a_leap_day_is_in_leap_years_only),
		cmocka_unit_test(a_date_has_one_spelling),
		cmocka_unit_test(a_date_ends_at_its_length_and_not_at_a_nul),
		cmocka_unit_test(a_date_time_needs_an_offset),
		cmocka_unit_test(a_date_time_may_be_in_lower_case),
		cmocka_unit_test(a_date_time_has_an_hour_minute_and_second_of_the_day),
		cmocka_unit_test(a_fraction_of_a_second_has_digits),
		cmocka_unit_test(a_leap_second_is_at_the_end_of_a_utc_day),
		cmocka_unit_test(a_uuid_has_32_hexadecimal_digits_in_five_groups),
	};

	return cmocka_run_group_tests_name("format", tests, NULL, NULL);
}
