/* SPDX-License-Identifier: MIT */
/* JSON values as JSON Schema sees them: 1 and 1.0 are one number, members have no order. */
#pragma once

#include "buffer.h"

/* A number's size as it is written in decimal, digits × 10^exponent; its sign is left out. */
struct decimal {
	uint64_t digits;
	int exponent;
};

enum {
	NUMBER_TEXT_BYTES = 32, /* any number in its shortest form, with the NUL */
};

/* Below 0, 0 or above 0: exact, also between an integer and a real. */
int number_compare(const json_t *left, const json_t *right);
/* Whether a number has no fraction, however it was written. */
bool number_is_integer(const json_t *number);
/* The shortest text that reads back as this number. */
void number_text(const json_t *number, char ret_text[static NUMBER_TEXT_BYTES]);
/* What the number was written as (to 17 digits). */
struct decimal number_decimal(const json_t *number);
/* Whether a value is a whole multiple of another, which is not 0; exact. */
bool decimal_is_multiple(struct decimal value, struct decimal of);

/*
 * A total order of all JSON values (types first, then numbers by size, strings by bytes, arrays by
 * their first difference, objects by the first name at which they differ); 0 when they are equal in
 * the sense of enum, const and uniqueItems.
 */
int value_compare(const json_t *left, const json_t *right);
/* Whether arrays and objects are nested more deeply than this. */
bool value_deeper_than(const json_t *value, unsigned depth);
/* Adds a value as a person would name it: a string as it is, anything else as JSON. */
int value_write(const json_t *value, struct buffer *buffer);
