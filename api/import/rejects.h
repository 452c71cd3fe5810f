/* SPDX-License-Identifier: MIT */
/* The rows that an import did not take: all of them to a CSV file, the first few to whoever
 * watches. */
#pragma once

#include <stdio.h>

#include "fault.h"

enum {
	REJECTS_SHOWN = 5, /* rows of one file told to the person when there is no CSV file */
};

struct rejects {
	FILE *csv;    /* NULL when none was asked for */
	FILE *errors; /* where the first few go then */
};

/* Creates the file at path, or none when path is NULL. 0; -errno with a fault. */
int rejects_open(struct rejects *rejects, const char *path, FILE *errors,
		 struct fault *fault) MUST_CHECK;
/* Adds a row; index counts the rejected rows of its file from 0. line and key may be NULL. */
void rejects_add(struct rejects *rejects, unsigned long index, const char *path, const char *line,
		 const char *key, const char *reason);
/* Closes. 0; -EIO with a fault when not everything could be written. */
int rejects_close(struct rejects *rejects, struct fault *fault) MUST_CHECK;
