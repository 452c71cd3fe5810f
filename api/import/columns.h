/* SPDX-License-Identifier: MIT */
/* The columns of a publisher's file: which header names mean which, and how their text becomes a
 * value. */
#pragma once

#include "csv.h"

enum {
	COLUMN_NAMES = 4,      /* header names of one column */
	COLUMNS_MAX = 128,     /* columns of one format */
	COLUMN_TEXT_MAX = 500, /* characters of a text without a limit of its own, in bytes */
};

enum column_type {
	COLUMN_TEXT,   /* trimmed; blank is null */
	COLUMN_CODE,   /* text; an all-digit code loses its leading zeros, as spreadsheets take them
			  anyway */
	COLUMN_PADDED, /* digits that a spreadsheet may have shortened: zeros are put back up to
			  maximum digits */
	COLUMN_DIGITS, /* exactly maximum digits; blank and zero are null */
	COLUMN_INTEGER, /* minimum to maximum; thousands commas, ".0" and the publishers' symbols
			   are understood */
	COLUMN_PERCENT, /* 0 to 100, with or without "%", kept to one decimal */
	COLUMN_DEGREES, /* minimum to maximum, with decimals, kept to six of them */
	COLUMN_DATE, /* dd-mm-yyyy, dd/mm/yyyy or yyyy-mm-dd; a day that exists, from the years 1000
			to 2199 */
	COLUMN_JSON, /* taken as it is */
};

enum column_flag {
	COLUMN_REQUIRED = 1, /* a file without the column is not of this format */
	COLUMN_GIVEN = 2,    /* a row whose value is blank is rejected */
	COLUMN_SYMBOL = 4, /* a number that may be missing for a reason: staged with <target>_symbol
			      beside it */
	COLUMN_KEY = 8,    /* names the row in the list of rejected rows */
};

struct column {
	const char *target; /* the column of the staging table */
	enum column_type type;
	unsigned flags;
	long minimum, maximum;
	const char *names[COLUMN_NAMES]; /* header names, compared without case and outer spaces */
};

/* A format's columns found in a header. */
struct columns {
	const struct column *list;
	size_t count;
	ssize_t positions[COLUMNS_MAX]; /* field of each column, or -1 */
	size_t header_count;            /* fields of the header */
	size_t unknown;                 /* fields of the header that no column claims */
};

/* A field without the white space around it, no-break spaces included. */
struct csv_field columns_trim(struct csv_field field);
/* How many of the columns that the format requires the header has; *ret_required is how many it
 * requires. */
size_t columns_recognise(const struct column *list, size_t count, const struct csv_field *header,
			 size_t header_count, size_t *ret_required);
/* Appends the names of the required columns that the header lacks, comma-separated. */
void columns_missing(const struct column *list, size_t count, const struct csv_field *header,
		     size_t header_count, struct buffer *names);
/* Finds each column. 0; -EBADMSG with a fault when one is there twice. */
int columns_match(const struct column *list, size_t count, const struct csv_field *header,
		  size_t header_count, struct columns *ret_columns, struct fault *fault) MUST_CHECK;
/*
 * Appends a value (and, with COLUMN_SYMBOL, its symbol) in COPY's text format, each followed by a
 * tab. 0; 1 with the reason why the text is not a value of the type; the buffer's failure.
 */
int columns_value(const struct column *column, struct csv_field field, struct buffer *copy,
		  struct fault *reason) MUST_CHECK;
/* Appends text in COPY's text format. */
void columns_copy_text(struct buffer *copy, const char *text, size_t length);
/* Appends "create temporary table staging (...)" for a format: line, key, reason, skipped, then its
 * columns. */
void columns_staging(const struct column *list, size_t count, struct buffer *sql);
/* Appends "copy staging (...) from stdin", the order in which a row's values are written. */
void columns_copy_command(const struct column *list, size_t count, struct buffer *sql);
