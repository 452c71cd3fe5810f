/* SPDX-License-Identifier: MIT */
/* How the text of a field becomes a value: one function a type, each refusing with the reason. */
#include "columns.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

enum {
	VALUE_SHOWN = 40,        /* bytes of a refused text that its reason repeats */
	VALUE_YEAR_FIRST = 1000, /* Winchester opened in 1382; a year with fewer digits is a slip */
	VALUE_YEAR_LAST = 2199,
};

/* What publishers write where a number is missing, and the symbol that says why. */
static const struct {
	const char *token, *symbol;
} value_symbols[] = {
	{"c", "c"},      {"supp", "c"}, {"z", "z"},     {"na", "z"},      {"n/a", "z"},
	{"np", "x"},     {"ne", "z"},   {"x", "x"},     {"nr", "x"},      {"new", "x"},
	{"lowcov", "x"}, {"u", "x"},    {":", "x"},     {".", "x"},       {"..", "x"},
	{"-", "x"},      {"null", "x"}, {"low", "low"}, {"#div/0!", "x"}, {"#n/a", "x"},
};

static int value_refuse(const struct column *column, struct csv_field field, struct fault *reason,
			const char *why)
{
	int shown = field.length > VALUE_SHOWN ? VALUE_SHOWN : (int)field.length;

	/* A character is never cut in half: the reason is text in the database. */
	while (shown && (size_t)shown < field.length &&
	       ((unsigned char)field.text[shown] & 0xc0) == 0x80)
		shown--;
	return fault_set(reason, 1, "%s: '%.*s' %s", column->names[0], shown, field.text, why);
}

static bool value_is_digits(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (text[i] < '0' || text[i] > '9')
			return false;
	return length > 0;
}

static bool value_is_zero(struct csv_field field)
{
	for (size_t i = 0; i < field.length; i++)
		if (field.text[i] != '0')
			return false;
	return true;
}

static int value_text(const struct column *column, struct csv_field field, struct buffer *copy,
		      struct fault *reason)
{
	size_t maximum = column->maximum ? (size_t)column->maximum : COLUMN_TEXT_MAX;

	if (field.length > maximum)
		return value_refuse(column, field, reason, "is too long");
	columns_copy_text(copy, field.text, field.length);
	return 0;
}

static int value_code(const struct column *column, struct csv_field field, struct buffer *copy,
		      struct fault *reason)
{
	while (field.length > 1 && field.text[0] == '0' &&
	       value_is_digits(field.text, field.length)) {
		field.text++;
		field.length--;
	}
	return value_text(column, field, copy, reason);
}

static int value_padded(const struct column *column, struct csv_field field, struct buffer *copy,
			struct fault *reason)
{
	if (!value_is_digits(field.text, field.length) || field.length > (size_t)column->maximum)
		return value_refuse(column, field, reason, "is not a code of digits");
	for (size_t i = field.length; i < (size_t)column->maximum; i++)
		buffer_add_byte(copy, '0');
	return buffer_add(copy, field.text, field.length);
}

static int value_digits(const struct column *column, struct csv_field field, struct buffer *copy,
			struct fault *reason)
{
	if (value_is_zero(field))
		return buffer_add_string(copy, "\\N");
	if (!value_is_digits(field.text, field.length) || field.length != (size_t)column->maximum)
		return value_refuse(column, field, reason, "has not the right number of digits");
	return buffer_add(copy, field.text, field.length);
}

/* Reads digits, with commas before groups of three, and at most a ".0…" after them. */
static bool value_read_integer(struct csv_field field, long *ret_number)
{
	const char *point = memchr(field.text, '.', field.length);
	size_t whole = point ? (size_t)(point - field.text) : field.length, digits = 0;
	bool grouped = memchr(field.text, ',', whole);
	long number = 0;

	for (size_t i = 0; i < whole; i++) {
		if (field.text[i] == ',' && digits && (whole - i) % 4 == 0)
			continue;
		if (field.text[i] < '0' || field.text[i] > '9' || digits == 12)
			return false;
		if (grouped && (whole - i) % 4 == 0)
			return false;
		number = number * 10 + (field.text[i] - '0');
		digits++;
	}
	for (size_t i = whole + 1; i < field.length; i++)
		if (field.text[i] != '0')
			return false;
	*ret_number = number;
	return digits > 0;
}

static int value_integer(const struct column *column, struct csv_field field, struct buffer *copy,
			 struct fault *reason)
{
	long number;

	if (!value_read_integer(field, &number))
		return value_refuse(column, field, reason, "is not a whole number");
	if (number < column->minimum || number > column->maximum)
		return value_refuse(column, field, reason, "is out of range");
	return buffer_add_number(copy, (uint64_t)number, 1);
}

/* A percentage is passed on in the publisher's digits: the staging column rounds it. */
static int value_percent(const struct column *column, struct csv_field field, struct buffer *copy,
			 struct fault *reason)
{
	struct csv_field number = field;
	const char *point;
	size_t whole;

	if (number.length && number.text[number.length - 1] == '%')
		number.length--;
	number = columns_trim(number);
	point = memchr(number.text, '.', number.length);
	whole = point ? (size_t)(point - number.text) : number.length;
	if (!value_is_digits(number.text, whole) || number.length > 24)
		return value_refuse(column, field, reason, "is not a percentage");
	if (point && !value_is_digits(point + 1, number.length - whole - 1))
		return value_refuse(column, field, reason, "is not a percentage");
	if (strtod(number.text, NULL) > 100)
		return value_refuse(column, field, reason, "is more than 100 per cent");
	return buffer_add(copy, number.text, number.length);
}

/* Degrees are passed on in the publisher's digits too. */
static int value_degrees(const struct column *column, struct csv_field field, struct buffer *copy,
			 struct fault *reason)
{
	struct csv_field number = field;
	const char *point;
	double degrees;
	size_t whole;

	if (number.text[0] == '-') {
		number.text++;
		number.length--;
	}
	point = memchr(number.text, '.', number.length);
	whole = point ? (size_t)(point - number.text) : number.length;
	if (!value_is_digits(number.text, whole) || number.length > 24)
		return value_refuse(column, field, reason, "is not a number of degrees");
	if (point && !value_is_digits(point + 1, number.length - whole - 1))
		return value_refuse(column, field, reason, "is not a number of degrees");
	degrees = strtod(field.text, NULL);
	if (degrees < (double)column->minimum || degrees > (double)column->maximum)
		return value_refuse(column, field, reason, "is out of range");
	return buffer_add(copy, field.text, field.length);
}

static int value_days(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

/* Two or four digits at a place of the text. */
static bool value_part(struct csv_field field, size_t at, size_t length, int *ret_part)
{
	if (!value_is_digits(field.text + at, length))
		return false;
	*ret_part = 0;
	for (size_t i = at; i < at + length; i++)
		*ret_part = *ret_part * 10 + (field.text[i] - '0');
	return true;
}

static int value_date(const struct column *column, struct csv_field field, struct buffer *copy,
		      struct fault *reason)
{
	static const struct {
		char separator;
		unsigned char first, second, year, month, day;
	} forms[] = {{'-', 2, 5, 6, 3, 0}, {'/', 2, 5, 6, 3, 0}, {'-', 4, 7, 0, 5, 8}};
	int year, month, day;

	for (size_t i = 0; i < ARRAY_LENGTH(forms) && field.length == 10; i++) {
		if (field.text[forms[i].first] != forms[i].separator ||
		    field.text[forms[i].second] != forms[i].separator)
			continue;
		if (!value_part(field, forms[i].year, 4, &year) ||
		    !value_part(field, forms[i].month, 2, &month) ||
		    !value_part(field, forms[i].day, 2, &day))
			break;
		if (month < 1 || month > 12 || day < 1 || day > value_days(year, month))
			return value_refuse(column, field, reason, "is not a day of the calendar");
		if (year < VALUE_YEAR_FIRST || year > VALUE_YEAR_LAST)
			return value_refuse(column, field, reason, "is out of range");
		return buffer_add_format(copy, "%04d-%02d-%02d", year, month, day);
	}
	return value_refuse(column, field, reason, "is not a date");
}

static int value_json(const struct column *column, struct csv_field field, struct buffer *copy,
		      struct fault *reason)
{
	columns_copy_text(copy, field.text, field.length);
	return 0;
}

typedef int value_fn(const struct column *column, struct csv_field field, struct buffer *copy,
		     struct fault *reason);

static value_fn *const value_types[] = {
	[COLUMN_TEXT] = value_text,       [COLUMN_CODE] = value_code,
	[COLUMN_PADDED] = value_padded,   [COLUMN_DIGITS] = value_digits,
	[COLUMN_INTEGER] = value_integer, [COLUMN_PERCENT] = value_percent,
	[COLUMN_DATE] = value_date,       [COLUMN_JSON] = value_json,
	[COLUMN_DEGREES] = value_degrees,
};

/* The symbol of a token that stands for a missing number, NULL for other text. */
static const char *value_symbol(struct csv_field field)
{
	if (!field.length)
		return "x";
	/* Nearly every number is one. */
	if (value_is_digits(field.text, 1))
		return NULL;
	for (size_t i = 0; i < ARRAY_LENGTH(value_symbols); i++)
		if (strlen(value_symbols[i].token) == field.length &&
		    !strncasecmp(value_symbols[i].token, field.text, field.length))
			return value_symbols[i].symbol;
	return NULL;
}

int columns_value(const struct column *column, struct csv_field field, struct buffer *copy,
		  struct fault *reason)
{
	const char *symbol = NULL;
	int r = 0;

	field = columns_trim(field);
	if (!field.length && column->flags & COLUMN_GIVEN)
		return fault_set(reason, 1, "%s: is missing", column->names[0]);
	if (column->type == COLUMN_INTEGER || column->type == COLUMN_PERCENT)
		symbol = value_symbol(field);
	if (symbol || !field.length)
		buffer_add_string(copy, "\\N");
	else
		r = value_types[column->type](column, field, copy, reason);
	if (r > 0)
		return r;
	if (column->flags & COLUMN_SYMBOL) {
		buffer_add_byte(copy, '\t');
		buffer_add_string(copy, symbol ? symbol : "\\N");
	}
	buffer_add_byte(copy, '\t');
	return copy->failed;
}
