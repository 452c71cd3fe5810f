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

/* Does more in the transaction of an import, once everything else is done. 0; negative with a fault
 * when nothing of it is to be. */
typedef int load_finish_fn(void *context, struct copy *copy, const struct load_counts *counts,
			   struct fault *fault);

/* Where files go, and who hears of it. */
struct load_target {
	struct copy *copy;
	const char *scripts; /* the folder of the merge scripts */
	struct progress *progress;
	struct rejects *rejects;
	load_finish_fn *finish; /* NULL: nothing */
	void *context;
};

/* Finds out what a file is. 0 with encoding, format and counts set; -errno with a fault. */
int load_recognise(const struct kind *kind, const char *path, struct load_file *ret_file,
		   struct fault *fault) MUST_CHECK;
/* Imports a recognised file. 0 when committed; -errno with a fault when nothing was changed. */
int load_run(const struct load_target *target, const struct kind *kind,
	     const struct load_file *file, struct load_counts *ret_counts,
	     struct fault *fault) MUST_CHECK;
