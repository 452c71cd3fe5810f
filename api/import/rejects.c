/* SPDX-License-Identifier: MIT */
#include "rejects.h"

#include <errno.h>
#include <string.h>

int rejects_open(struct rejects *rejects, const char *path, FILE *errors, struct fault *fault)
{
	*rejects = (struct rejects){.errors = errors};
	if (!path)
		return 0;
	rejects->csv = fopen(path, "we");
	if (!rejects->csv)
		return fault_set(fault, -errno, "%s: cannot be created: %s", path, strerror(errno));
	fputs("file,line,key,reason\r\n", rejects->csv);
	return 0;
}

/* Always quoted. A spreadsheet would run a text that begins like a formula: an apostrophe makes it
 * text. */
static void rejects_write(FILE *csv, const char *text, char end)
{
	fputc('"', csv);
	if (*text && strchr("=+-@\t\r", *text))
		fputc('\'', csv);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', csv);
		fputc(*text, csv);
	}
	fputc('"', csv);
	fputc(end, csv);
}

void rejects_add(struct rejects *rejects, unsigned long index, const char *path, const char *line,
		 const char *key, const char *reason)
{
	if (rejects->take) {
		rejects->take(rejects->context, index, line, key, reason);
		return;
	}
	if (rejects->csv) {
		rejects_write(rejects->csv, path, ',');
		fprintf(rejects->csv, "%s,", line ? line : "");
		rejects_write(rejects->csv, key ? key : "", ',');
		rejects_write(rejects->csv, reason, '\r');
		fputc('\n', rejects->csv);
		return;
	}
	if (index < REJECTS_SHOWN)
		fprintf(rejects->errors, "%s:%s: %s\n", path, line ? line : "?", reason);
	else if (index == REJECTS_SHOWN)
		fprintf(rejects->errors,
			"%s: more rows are rejected; --rejects FILE.csv lists them all\n", path);
}

int rejects_close(struct rejects *rejects, struct fault *fault)
{
	int failed;

	if (!rejects->csv)
		return 0;
	failed = ferror(rejects->csv);
	failed |= fclose(rejects->csv);
	rejects->csv = NULL;
	return failed ? fault_set(fault, -EIO, "the list of rejected rows could not be written")
		      : 0;
}
