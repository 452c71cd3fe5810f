/* SPDX-License-Identifier: MIT */
#include "csv.h"

#include <errno.h>
#include <string.h>

/* Where the reader stands. A carriage return is half of a line break: only a line feed may follow
 * it. */
enum csv_state {
	CSV_AT_START, /* of a field */
	CSV_BARE,
	CSV_QUOTED,
	CSV_AFTER_QUOTE, /* the closing quote, or the first of a doubled one */
	CSV_AFTER_RETURN,
	CSV_ROW_DONE,
};

int csv_init(struct csv *csv, csv_read_fn *read, void *context, struct fault *fault)
{
	*csv = (struct csv){.read = read, .context = context, .fault = fault, .next_line = 1};
	buffer_init(&csv->row, CSV_ROW_BYTES);
	csv->starts = calloc(CSV_FIELDS + 1, sizeof(*csv->starts));
	csv->fields = calloc(CSV_FIELDS, sizeof(*csv->fields));
	if (csv->starts && csv->fields)
		return 0;
	csv_finish(csv);
	return fault_set(fault, -ENOMEM, "not enough memory");
}

void csv_finish(struct csv *csv)
{
	buffer_finish(&csv->row);
	free(csv->starts);
	free(csv->fields);
	csv->starts = NULL;
	csv->fields = NULL;
}

static int csv_fault(struct csv *csv, const char *what)
{
	return fault_set(csv->fault, -EBADMSG, "line %lu: %s", csv->next_line, what);
}

static int csv_add(struct csv *csv, const char *bytes, size_t length)
{
	if (csv->row.length + length - csv->starts[csv->field_count] > CSV_FIELD_BYTES)
		return csv_fault(csv, "a field is longer than 64 KiB");
	if (buffer_add(&csv->row, bytes, length) == -ENOMEM)
		return fault_set(csv->fault, -ENOMEM, "not enough memory");
	return csv->row.failed ? csv_fault(csv, "a row is longer than 1 MiB") : 0;
}

/* Closes the current field with a NUL, so that it can be used as a string. */
static int csv_end_field(struct csv *csv)
{
	if (csv->field_count == CSV_FIELDS)
		return csv_fault(csv, "a row has more than 2000 fields");
	if (buffer_add_byte(&csv->row, '\0') < 0)
		return csv_fault(csv, "a row is longer than 1 MiB");
	csv->starts[++csv->field_count] = csv->row.length;
	csv->state = CSV_AT_START;
	return 0;
}

static int csv_end_row(struct csv *csv)
{
	int r = csv_end_field(csv);

	csv->state = CSV_ROW_DONE;
	return r;
}

/* A byte that separates: comma, line feed, carriage return. Others are the caller's. */
static int csv_separate(struct csv *csv, char byte)
{
	if (byte == ',')
		return csv_end_field(csv);
	if (byte == '\n')
		return csv_end_row(csv);
	csv->state = CSV_AFTER_RETURN;
	return 0;
}

static bool csv_separates(char byte)
{
	return byte == ',' || byte == '\n' || byte == '\r';
}

/* What a byte means that is not plain content of the present state. */
static int csv_turn(struct csv *csv, char byte)
{
	if (byte == '\0')
		return csv_fault(csv, "a NUL byte");
	switch (csv->state) {
	case CSV_AT_START:
		if (csv_separates(byte))
			return csv_separate(csv, byte);
		csv->state = CSV_QUOTED;
		return 0;
	case CSV_BARE:
		if (csv_separates(byte))
			return csv_separate(csv, byte);
		return csv_fault(csv, "a quote inside a field that does not begin with one");
	case CSV_QUOTED: csv->state = CSV_AFTER_QUOTE; return 0;
	case CSV_AFTER_QUOTE:
		if (csv_separates(byte))
			return csv_separate(csv, byte);
		if (byte != '"')
			return csv_fault(csv, "text after a closing quote");
		csv->state = CSV_QUOTED;
		return csv_add(csv, &byte, 1);
	default:
		if (byte != '\n')
			return csv_fault(csv, "a carriage return without a line feed");
		return csv_end_row(csv);
	}
}

/* How many of the next bytes are plain content, to be taken at once. */
static size_t csv_run(const struct csv *csv)
{
	const char *bytes = csv->piece + csv->piece_at;
	size_t left = csv->piece_length - csv->piece_at, length = 0;
	bool quoted = csv->state == CSV_QUOTED;

	if (csv->state == CSV_AFTER_QUOTE || csv->state == CSV_AFTER_RETURN)
		return 0;
	while (length < left && bytes[length] && bytes[length] != '"' &&
	       (quoted || !csv_separates(bytes[length])))
		length++;
	return length;
}

static int csv_step(struct csv *csv)
{
	const char *bytes = csv->piece + csv->piece_at;
	size_t run = csv_run(csv);
	int r;

	if (!run) {
		r = csv_turn(csv, *bytes);
		csv->next_line += *bytes == '\n';
		csv->piece_at++;
		return r;
	}
	if (csv->state == CSV_AT_START)
		csv->state = CSV_BARE;
	r = csv_add(csv, bytes, run);
	for (size_t i = 0; csv->state == CSV_QUOTED && i < run; i++)
		csv->next_line += bytes[i] == '\n';
	csv->piece_at += run;
	return r;
}

/* The text has ended: the last row may lack its line break, nothing else. */
static int csv_end(struct csv *csv)
{
	csv->ended = true;
	if (csv->state == CSV_QUOTED)
		return fault_set(csv->fault, -EBADMSG,
				 "line %lu: a quoted field of this row is never closed", csv->line);
	if (csv->state == CSV_AFTER_RETURN)
		return csv_fault(csv, "a carriage return without a line feed");
	if (csv->state == CSV_AT_START && !csv->field_count)
		return 0;
	return csv_end_row(csv);
}

static int csv_advance(struct csv *csv)
{
	int r;

	if (csv->piece_at < csv->piece_length)
		return csv_step(csv);
	csv->piece_at = 0;
	r = csv->read(csv->context, &csv->piece, &csv->piece_length, csv->fault);
	if (r < 0)
		return r;
	return csv->piece_length ? 0 : csv_end(csv);
}

static int csv_read_row(struct csv *csv)
{
	csv->row.length = 0;
	csv->field_count = 0;
	csv->starts[0] = 0;
	csv->state = CSV_AT_START;
	csv->line = csv->next_line;
	while (csv->state != CSV_ROW_DONE && !csv->ended) {
		int r = csv_advance(csv);

		if (r < 0)
			return r;
	}
	return csv->state == CSV_ROW_DONE;
}

int csv_next(struct csv *csv)
{
	int r;

	if (csv->ended)
		return 0;
	do {
		r = csv_read_row(csv);
		if (r <= 0)
			return r;
	} while (csv->field_count == 1 && csv->starts[1] == 1 && !csv->ended);
	if (csv->field_count == 1 && csv->starts[1] == 1)
		return 0;
	for (size_t i = 0; i < csv->field_count; i++) {
		csv->fields[i].text = csv->row.data + csv->starts[i];
		csv->fields[i].length = csv->starts[i + 1] - csv->starts[i] - 1;
	}
	return 1;
}
