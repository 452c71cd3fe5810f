/* SPDX-License-Identifier: MIT */
#include "format.h"

#include <string.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/*
 * Whether the text begins as the shape says: # is a digit, T and Z are themselves in either case,
 * anything else itself. The caller has seen to it that the text is long enough.
 */
static bool has_shape(const char *text, const char *shape)
{
	for (; *shape; shape++, text++) {
		if (*shape == '#' ? !is_digit(*text) : *shape != *text && (*shape | 0x20) != *text)
			return false;
	}
	return true;
}

static unsigned number_at(const char *text, size_t digits)
{
	unsigned number = 0;

	for (size_t i = 0; i < digits; i++)
		number = number * 10 + (unsigned)(text[i] - '0');
	return number;
}

static bool is_leap_year(unsigned year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* RFC 3339 full-date, but for the year 0000: PostgreSQL goes from 1 BC to AD 1. */
static bool date_holds(const char *text, size_t length)
{
	static const unsigned char month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	unsigned year, month, day, last;

	if (length != strlen("2026-09-01") || !has_shape(text, "####-##-##"))
		return false;
	year = number_at(text, 4);
	month = number_at(text + 5, 2);
	day = number_at(text + 8, 2);
	if (year < 1 || month < 1 || month > 12)
		return false;
	last = month_days[month - 1] + (month == 2 && is_leap_year(year));
	return day >= 1 && day <= last;
}

/* The offset that ends an RFC 3339 time: Z, or hours and minutes; in minutes east of UTC. */
static bool take_offset(const char *text, size_t length, int *ret_minutes)
{
	unsigned hours, minutes;

	if (length == 1 && has_shape(text, "Z")) {
		*ret_minutes = 0;
		return true;
	}
	if (length != strlen("+00:00") || (*text != '+' && *text != '-') ||
	    !has_shape(text + 1, "##:##"))
		return false;
	hours = number_at(text + 1, 2);
	minutes = number_at(text + 4, 2);
	if (hours > 23 || minutes > 59)
		return false;
	*ret_minutes = (int)(hours * 60 + minutes) * (*text == '-' ? -1 : 1);
	return true;
}

/* RFC 3339 date-time. A leap second is inserted at the end of a UTC day and nowhere else. */
static bool date_time_holds(const char *text, size_t length)
{
	const size_t fixed = strlen("2026-09-01T10:00:00");
	unsigned hour, minute, second;
	size_t at = fixed;
	int offset, utc;

	if (length <= fixed || !date_holds(text, strlen("2026-09-01")) ||
	    !has_shape(text + 10, "T##:##:##"))
		return false;
	hour = number_at(text + 11, 2);
	minute = number_at(text + 14, 2);
	second = number_at(text + 17, 2);
	if (hour > 23 || minute > 59 || second > 60)
		return false;
	if (text[at] == '.') {
		for (at++; at < length && is_digit(text[at]); at++)
			;
		if (at == fixed + 1)
			return false;
	}
	if (!take_offset(text + at, length - at, &offset))
		return false;
	utc = ((int)(hour * 60 + minute) - offset + 2 * 1440) % 1440;
	return second < 60 || utc == 1439;
}

static bool uuid_holds(const char *text, size_t length)
{
	static const char shape[] = "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh";

	if (length != strlen(shape))
		return false;
	for (size_t i = 0; i < length; i++) {
		char lower = (char)(text[i] | 0x20);

		if (shape[i] == '-' ? text[i] != '-'
				    : !is_digit(text[i]) && (lower < 'a' || lower > 'f'))
			return false;
	}
	return true;
}

static const struct format formats[] = {
	{"date", "a date, such as 2026-09-01", date_holds},
	{"date-time", "a date and time with an offset, such as 2026-09-01T10:30:00Z",
	 date_time_holds},
	{"uuid", "a UUID, such as 01890a5d-ac96-774b-bcce-b302099a8057", uuid_holds},
};

const struct format *format_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LENGTH(formats); i++) {
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	}
	return NULL;
}
