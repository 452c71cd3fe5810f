/* SPDX-License-Identifier: MIT */
/* One file, one transaction: read, stage, merge, count. */
#pragma once

#include "columns.h"
#include "copy.h"
#include "encoding.h"
#include "kinds.h"
#include "progress.h"
#include "rejects.h"

enum {
	LOAD_FLUSH_BYTES = 64 * 1024,  /* staged rows sent at once */
	LOAD_SCRIPT_BYTES = 64 * 1024, /* a merge script */
	LOAD_KEY_BYTES = 100,          /* a rejected row's key, shortened */
};

struct load_file {
	const char *path;
	const char *name; /* the path's last part */
	size_t order;     /* place on the command line */
	enum encoding encoding;
	const struct kind_format *format;
	size_t header_count, unknown_count; /* of a CSV file */
};

struct load_counts {
	long rows, inserted, updated, unchanged, rejected, skipped;
	bool changed; /* something of the reference data is not as it was, whatever the rows say */
};

/* Finds out what a file is. 0 with encoding, format and counts set; -errno with a fault. */
int load_recognise(const struct kind *kind, const char *path, struct load_file *ret_file,
		   struct fault *fault) MUST_CHECK;
/* Imports a recognised file with the script found under scripts. 0 when committed; -errno with a
 * fault when nothing was changed. */
int load_run(struct copy *copy, const struct kind *kind, const struct load_file *file,
	     const char *scripts, struct progress *progress, struct rejects *rejects,
	     struct load_counts *ret_counts, struct fault *fault) MUST_CHECK;
