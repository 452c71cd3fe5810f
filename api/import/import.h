/* SPDX-License-Identifier: MIT */
/*
 * "accord import": publishers' files into the database as they are. Each file is one transaction:
 * it is taken whole, apart from the rows that are rejected with a reason, or not at all. Importing
 * a file twice changes nothing the second time.
 */
#pragma once

#include <stdio.h>

#include "../common.h"

enum {
	IMPORT_FILES = 256, /* files of one command */
};

/* What main.c exits with. */
enum import_status {
	IMPORT_DONE = 0,   /* every file was imported; rows may have been rejected */
	IMPORT_FAILED = 1, /* a file was not; those before it in the report were */
	IMPORT_USAGE = 2,  /* no such kind, no file, too many files */
};

struct import_options {
	const char *kind;     /* "areas", "gias" */
	const char *database; /* libpq connection string */
	const char *scripts;  /* folder of the merge scripts: db/import */
	const char *rejects;  /* path of the CSV of rejected rows; NULL for none, then the first few
				 go to errors */
	const char *const *paths; /* the files, in any order */
	size_t path_count;
	FILE *output;  /* the report: one line a file */
	FILE *errors;  /* what went wrong, and the progress bar */
	bool terminal; /* errors is a terminal: draw the bar */
};

/* Imports the files and prints the report. Returns an enum import_status. */
int import_run(const struct import_options *options);
/* The names of the kinds, in the order of the table: NULL beyond the last. */
const char *import_kind_name(size_t index);
