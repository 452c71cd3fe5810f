/* SPDX-License-Identifier: MIT */
/* The rows that an import did not take: all of them to a CSV file or to whoever takes them, or the
 * first few to whoever watches. */
#pragma once

#include <stdio.h>

#include "fault.h"

enum {
	REJECTS_SHOWN = 5, /* rows of one file told to the person when there is no CSV file */
};

/* Takes a row; index counts from 0 in its file. line and key may be NULL. */
typedef void rejects_take_fn(void *context, unsigned long index, const char *line, const char *key,
			     const char *reason);

struct rejects {
	FILE *csv;             /* NULL when none was asked for */
	FILE *errors;          /* where the first few go then */
	rejects_take_fn *take; /* takes every row instead; NULL: nobody does */
	void *context;
};

/* Creates the file at path, or none when path is NULL. 0; -errno with a fault. */
int rejects_open(struct rejects *rejects, const char *path, FILE *errors,
		 struct fault *fault) MUST_CHECK;
/* Adds a row; index counts the rejected rows of its file from 0. line and key may be NULL. */
void rejects_add(struct rejects *rejects, unsigned long index, const char *path, const char *line,
		 const char *key, const char *reason);
/* Closes. 0; -EIO with a fault when not everything could be written. */
int rejects_close(struct rejects *rejects, struct fault *fault) MUST_CHECK;
