/* SPDX-License-Identifier: MIT */
#include "columns.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <strings.h>

/* The SQL type that a staged value has. */
static const char *const columns_sql_types[] = {
	[COLUMN_TEXT] = "text",   [COLUMN_CODE] = "text",       [COLUMN_PADDED] = "text",
	[COLUMN_DIGITS] = "text", [COLUMN_INTEGER] = "integer", [COLUMN_PERCENT] = "numeric(4, 1)",
	[COLUMN_DATE] = "date",   [COLUMN_JSON] = "text",       [COLUMN_DEGREES] = "numeric(9, 6)",
};

/* Length of the white space at text, 0 when there is none. U+00A0 comes from spreadsheets and web
 * pages. */
static size_t columns_space(const char *text, size_t left)
{
	if (left && strchr(" \t\r\n\v\f", *text) && *text)
		return 1;
	return left >= 2 && !memcmp(text, "\xc2\xa0", 2) ? 2 : 0;
}

static size_t columns_space_before(const char *end, size_t left)
{
	if (left && end[-1] && strchr(" \t\r\n\v\f", end[-1]))
		return 1;
	return left >= 2 && !memcmp(end - 2, "\xc2\xa0", 2) ? 2 : 0;
}

struct csv_field columns_trim(struct csv_field field)
{
	size_t space;

	while ((space = columns_space(field.text, field.length))) {
		field.text += space;
		field.length -= space;
	}
	while ((space = columns_space_before(field.text + field.length, field.length)))
		field.length -= space;
	return field;
}

/* The position of a column in the header, searched from a position on; -1 when it is not there. */
static ssize_t columns_find(const struct column *column, const struct csv_field *header,
			    size_t header_count, size_t from)
{
	for (size_t i = from; i < header_count; i++) {
		struct csv_field name = columns_trim(header[i]);

		for (size_t k = 0; k < COLUMN_NAMES && column->names[k]; k++)
			if (strlen(column->names[k]) == name.length &&
			    !strncasecmp(column->names[k], name.text, name.length))
				return (ssize_t)i;
	}
	return -1;
}

size_t columns_recognise(const struct column *list, size_t count, const struct csv_field *header,
			 size_t header_count, size_t *ret_required)
{
	size_t found = 0, required = 0;

	for (size_t i = 0; i < count; i++) {
		if (!(list[i].flags & COLUMN_REQUIRED))
			continue;
		required++;
		found += columns_find(&list[i], header, header_count, 0) >= 0;
	}
	*ret_required = required;
	return found;
}

void columns_missing(const struct column *list, size_t count, const struct csv_field *header,
		     size_t header_count, struct buffer *names)
{
	for (size_t i = 0; i < count; i++) {
		if (!(list[i].flags & COLUMN_REQUIRED) ||
		    columns_find(&list[i], header, header_count, 0) >= 0)
			continue;
		if (names->length)
			buffer_add_string(names, ", ");
		buffer_add_string(names, list[i].names[0]);
	}
}

int columns_match(const struct column *list, size_t count, const struct csv_field *header,
		  size_t header_count, struct columns *ret_columns, struct fault *fault)
{
	struct columns columns = {.list = list,
				  .count = count,
				  .header_count = header_count,
				  .unknown = header_count};

	for (size_t i = 0; i < count; i++) {
		columns.positions[i] = columns_find(&list[i], header, header_count, 0);
		if (columns.positions[i] < 0)
			continue;
		columns.unknown--;
		if (columns_find(&list[i], header, header_count,
				 (size_t)columns.positions[i] + 1) >= 0)
			return fault_set(fault, -EBADMSG, "has the column %s twice",
					 header[columns.positions[i]].text);
	}
	*ret_columns = columns;
	return 0;
}

void columns_copy_text(struct buffer *copy, const char *text, size_t length)
{
	static const char escaped[UCHAR_MAX + 1] = {
		['\\'] = '\\', ['\t'] = 't', ['\n'] = 'n', ['\r'] = 'r'};

	for (size_t i = 0, run; i < length; i += run + 1) {
		for (run = 0; i + run < length && !escaped[(unsigned char)text[i + run]]; run++)
			;
		buffer_add(copy, text + i, run);
		if (i + run == length)
			break;
		buffer_add_byte(copy, '\\');
		buffer_add_byte(copy, escaped[(unsigned char)text[i + run]]);
	}
}

void columns_staging(const struct column *list, size_t count, struct buffer *sql)
{
	buffer_add_string(sql,
			  "create temporary table staging (line integer, key text, reason text, "
			  "skipped boolean not null default false");
	for (size_t i = 0; i < count; i++) {
		buffer_add_format(sql, ", %s %s", list[i].target, columns_sql_types[list[i].type]);
		if (list[i].flags & COLUMN_SYMBOL)
			buffer_add_format(sql, ", %s_symbol text", list[i].target);
	}
	buffer_add_string(sql, ") on commit drop");
}

void columns_copy_command(const struct column *list, size_t count, struct buffer *sql)
{
	buffer_add_string(sql, "copy staging (line, key, reason");
	for (size_t i = 0; i < count; i++) {
		buffer_add_format(sql, ", %s", list[i].target);
		if (list[i].flags & COLUMN_SYMBOL)
			buffer_add_format(sql, ", %s_symbol", list[i].target);
	}
	buffer_add_string(sql, ") from stdin");
}
