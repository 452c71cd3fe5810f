/* SPDX-License-Identifier: MIT */
/*
 * A strict, streaming CSV reader: fields apart by commas, rows by LF or CRLF, quotes around a whole
 * field and doubled inside, line breaks within quotes. What leaves room for two readings is a fault
 * with its line number, never a guess.
 */
#pragma once

#include "../buffer.h"
#include "fault.h"

enum {
	CSV_FIELD_BYTES = 64 * 1024, /* one field */
	CSV_ROW_BYTES = 1024 * 1024, /* one row */
	CSV_FIELDS = 2000,           /* fields of one row */
};

/* Gives the next piece of text, borrowed until the next call; length 0 at the end. 0, or -errno
 * with a fault. */
typedef int csv_read_fn(void *context, const char **ret_bytes, size_t *ret_length,
			struct fault *fault);

struct csv_field {
	const char *text; /* NUL-terminated, without its quotes */
	size_t length;
};

struct csv {
	csv_read_fn *read;
	void *context;
	struct fault *fault;
	const char *piece;
	size_t piece_length, piece_at;
	bool ended;
	unsigned long next_line; /* line of the next byte, from 1 */
	unsigned long line;      /* line at which the current row begins */
	struct buffer row;
	size_t *starts; /* offsets of the fields in row */
	struct csv_field *fields;
	size_t field_count;
	int state;
};

/* A reader on a source of text; faults are written to fault, which must outlive it. 0 or -ENOMEM.
 */
int csv_init(struct csv *csv, csv_read_fn *read, void *context, struct fault *fault) MUST_CHECK;
void csv_finish(struct csv *csv);
/* Reads a row into fields, borrowed until the next call; empty lines are passed over. 1, 0 at the
 * end, -EBADMSG or -errno with a fault. */
int csv_next(struct csv *csv) MUST_CHECK;
