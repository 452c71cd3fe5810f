/* SPDX-License-Identifier: MIT */
#include "schema_value.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Without a detour through double (which has 53 bits) or long double (which not every machine has).
 */
static int compare_mixed(json_int_t integer, double real)
{
	json_int_t whole;
	double fraction;

	if (real >= 0x1p63)
		return -1;
	if (real < -0x1p63)
		return 1;
	whole = (json_int_t)real;
	if (integer != whole)
		return integer < whole ? -1 : 1;
	fraction = real - (double)whole;
	return (fraction < 0) - (fraction > 0);
}

int number_compare(const json_t *left, const json_t *right)
{
	if (json_is_integer(left) && json_is_integer(right)) {
		json_int_t a = json_integer_value(left), b = json_integer_value(right);

		return (a > b) - (a < b);
	}
	if (json_is_integer(left))
		return compare_mixed(json_integer_value(left), json_real_value(right));
	if (json_is_integer(right))
		return -compare_mixed(json_integer_value(right), json_real_value(left));
	return (json_real_value(left) > json_real_value(right)) -
	       (json_real_value(left) < json_real_value(right));
}

bool number_is_integer(const json_t *number)
{
	return json_is_integer(number) || trunc(json_real_value(number)) == json_real_value(number);
}

/* How many digits it was probably written with: any real of 15 digits can be read back (the
 * smallest have fewer); none needs more than 17. */
static int shortest_precision(double real)
{
	char text[NUMBER_TEXT_BYTES];
	int precision;

	for (precision = fabs(real) < DBL_MIN ? 1 : 15; precision < 17; precision++) {
		snprintf(text, sizeof(text), "%.*e", precision - 1, real);
		if (strtod(text, NULL) == real)
			break;
	}
	return precision;
}

void number_text(const json_t *number, char ret_text[static NUMBER_TEXT_BYTES])
{
	double real = json_real_value(number);

	if (json_is_integer(number))
		snprintf(ret_text, NUMBER_TEXT_BYTES, "%" JSON_INTEGER_FORMAT,
			 json_integer_value(number));
	else
		snprintf(ret_text, NUMBER_TEXT_BYTES, "%.*g", shortest_precision(real), real);
}

static struct decimal integer_decimal(json_int_t integer)
{
	return (struct decimal){.digits = integer < 0 ? -(uint64_t)integer : (uint64_t)integer};
}

static struct decimal real_decimal(double real)
{
	int precision = shortest_precision(real);
	struct decimal decimal = {.exponent = 1 - precision};
	char text[NUMBER_TEXT_BYTES];
	const char *at = text;

	snprintf(text, sizeof(text), "%.*e", precision - 1, real);
	for (; *at != 'e'; at++) {
		if (*at >= '0' && *at <= '9')
			decimal.digits = decimal.digits * 10 + (uint64_t)(*at - '0');
	}
	decimal.exponent += (int)strtol(at + 1, NULL, 10);
	return decimal;
}

struct decimal number_decimal(const json_t *number)
{
	if (json_is_integer(number))
		return integer_decimal(json_integer_value(number));
	return real_decimal(fabs(json_real_value(number)));
}

static uint64_t multiply_modulo(uint64_t a, uint64_t b, uint64_t modulus)
{
	return (uint64_t)((unsigned __int128)a * b % modulus);
}

bool decimal_is_multiple(struct decimal value, struct decimal of)
{
	int shift = value.exponent - of.exponent;
	unsigned __int128 divisor = of.digits;
	uint64_t remainder, power;

	if (shift < -20)
		return value.digits == 0; /* 64 bits hold no number with so many zeros at its end */
	for (; shift < 0; shift++) {
		if (divisor > value.digits)
			return value.digits == 0;
		divisor *= 10;
	}
	if (shift == 0)
		return value.digits % divisor == 0;
	remainder = value.digits % of.digits;
	power = 10 % of.digits;
	for (unsigned bits = (unsigned)shift; bits; bits >>= 1) {
		if (bits & 1)
			remainder = multiply_modulo(remainder, power, of.digits);
		power = multiply_modulo(power, power, of.digits);
	}
	return remainder == 0;
}

static int compare_strings(const json_t *left, const json_t *right)
{
	size_t a = json_string_length(left), b = json_string_length(right);
	int order = memcmp(json_string_value(left), json_string_value(right), a < b ? a : b);

	return order ? order : (a > b) - (a < b);
}

static int compare_arrays(const json_t *left, const json_t *right)
{
	size_t a = json_array_size(left), b = json_array_size(right);

	for (size_t i = 0; i < a && i < b; i++) {
		int order = value_compare(json_array_get(left, i), json_array_get(right, i));

		if (order)
			return order;
	}
	return (a > b) - (a < b);
}

/* An absent member comes after every value; the smallest name at which the two objects differ
 * decides. */
static int compare_objects(const json_t *left, const json_t *right)
{
	const char *name, *deciding = NULL;
	json_t *value;
	int order = 0;

	json_object_foreach((json_t *)left, name, value)
	{
		const json_t *other = json_object_get(right, name);
		int here = other ? 0 : -1;

		if (deciding && strcmp(name, deciding) >= 0)
			continue;
		if (other)
			here = value_compare(value, other);
		if (here) {
			deciding = name;
			order = here;
		}
	}
	json_object_foreach((json_t *)right, name, value)
	{
		if ((deciding && strcmp(name, deciding) >= 0) || json_object_get(left, name))
			continue;
		deciding = name;
		order = 1;
	}
	return order;
}

/* 1 and 1.0 are of one rank. */
static int type_rank(const json_t *value)
{
	return json_is_real(value) ? JSON_INTEGER : (int)json_typeof(value);
}

/* Goes only as deep as both values do: one is always a schema's (bounded at compile) or both are
 * parts of one parsed body. */
int value_compare(const json_t *left, const json_t *right)
{
	int rank = type_rank(left);

	if (rank != type_rank(right))
		return rank < type_rank(right) ? -1 : 1;
	switch (rank) {
	case JSON_INTEGER: return number_compare(left, right);
	case JSON_STRING: return compare_strings(left, right);
	case JSON_ARRAY: return compare_arrays(left, right);
	case JSON_OBJECT: return compare_objects(left, right);
	default: return 0;
	}
}

bool value_deeper_than(const json_t *value, unsigned depth)
{
	const char *name;
	json_t *inner;
	size_t index;

	if (!json_is_object(value) && !json_is_array(value))
		return false;
	if (depth == 0)
		return true;
	json_array_foreach(value, index, inner)
	{
		if (value_deeper_than(inner, depth - 1))
			return true;
	}
	json_object_foreach((json_t *)value, name, inner)
	{
		if (value_deeper_than(inner, depth - 1))
			return true;
	}
	return false;
}

static int write_part(const char *text, size_t length, void *buffer)
{
	return buffer_add(buffer, text, length);
}

int value_write(const json_t *value, struct buffer *buffer)
{
	char number[NUMBER_TEXT_BYTES];

	if (json_is_string(value) && json_string_length(value) > 0)
		return buffer_add(buffer, json_string_value(value), json_string_length(value));
	if (json_is_number(value)) {
		number_text(value, number);
		return buffer_add_string(buffer, number);
	}
	if (json_dump_callback(value, write_part, buffer,
			       JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(15)) < 0)
		return buffer->failed ? buffer->failed : -ENOMEM;
	return 0;
}
