/* SPDX-License-Identifier: MIT */
#include "convert.h"

#include <string.h>

/* Adds a cell, quoted when it must be: a quote inside is doubled. */
static void csv_text(const char *text, size_t length, struct buffer *buffer)
{
	static const char special[] = {',', '"', '\r', '\n'};
	bool quoted = false;

	for (size_t i = 0; i < length && !quoted; i++)
		quoted = memchr(special, text[i], sizeof(special)) != NULL;
	if (!quoted) {
		buffer_add(buffer, text, length);
		return;
	}
	buffer_add_byte(buffer, '"');
	while (length > 0) {
		const char *quote = memchr(text, '"', length);
		size_t step = quote ? (size_t)(quote - text) + 1 : length;

		buffer_add(buffer, text, step);
		if (quote)
			buffer_add_byte(buffer, '"');
		text += step;
		length -= step;
	}
	buffer_add_byte(buffer, '"');
}

/* Adds a cell built in a buffer of its own, or its failure. */
static void csv_part(const struct buffer *part, struct buffer *buffer)
{
	if (!part->failed)
		csv_text(part->data, part->length, buffer);
	else if (!buffer->failed)
		buffer->failed = part->failed;
}

/* A string, with an apostrophe before what a spreadsheet would run as a formula. */
static void csv_string(const json_t *value, struct buffer *buffer)
{
	static const char formula[] = {'=', '+', '-', '@', '\t', '\r'};
	const char *text = json_string_value(value);
	size_t length = json_string_length(value);
	CLEANUP_BUFFER struct buffer guarded = {.maximum = buffer->maximum};

	if (length == 0 || !memchr(formula, text[0], sizeof(formula))) {
		csv_text(text, length, buffer);
		return;
	}
	buffer_add_byte(&guarded, '\'');
	buffer_add(&guarded, text, length);
	csv_part(&guarded, buffer);
}

/* An array or object is its JSON text: it starts with a bracket, and so is no formula. */
static void csv_json(const json_t *value, struct buffer *buffer)
{
	CLEANUP_BUFFER struct buffer text = {.maximum = buffer->maximum};

	convert_json(value, &text);
	csv_part(&text, buffer);
}

static void csv_value(const json_t *value, struct buffer *buffer)
{
	if (!value || json_is_null(value))
		return;
	if (json_is_string(value))
		csv_string(value, buffer);
	else if (json_is_boolean(value))
		buffer_add_string(buffer, json_is_true(value) ? "true" : "false");
	else if (json_is_integer(value))
		buffer_add_format(buffer, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else if (json_is_real(value))
		buffer_add_format(buffer, "%.15g", json_real_value(value));
	else
		csv_json(value, buffer);
}

/* The value at a column's path; NULL when a member on the way is absent or null. */
static const json_t *csv_find(const struct convert_column *column, const json_t *item)
{
	for (char **member = column->path; *member && item; member++)
		item = json_object_get(item, *member);
	return item;
}

static void csv_row(const struct convert_plan *plan, const json_t *item, struct buffer *buffer)
{
	for (size_t i = 0; i < plan->count; i++) {
		if (i > 0)
			buffer_add_byte(buffer, ',');
		csv_value(csv_find(&plan->columns[i], item), buffer);
	}
	buffer_add_string(buffer, "\r\n");
}

int convert_csv(const struct convert_plan *plan, const json_t *items, struct buffer *buffer)
{
	const json_t *item;
	size_t i;

	for (i = 0; i < plan->count; i++) {
		if (i > 0)
			buffer_add_byte(buffer, ',');
		csv_text(plan->columns[i].name, strlen(plan->columns[i].name), buffer);
	}
	buffer_add_string(buffer, "\r\n");
	json_array_foreach(items, i, item) csv_row(plan, item, buffer);
	return buffer->failed;
}
