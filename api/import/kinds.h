/* SPDX-License-Identifier: MIT */
/* What can be imported: kinds, and the formats of file that each kind understands. */
#pragma once

#include "columns.h"

/* Takes one row of a JSON file: a value a column in the format's order, NULL for null. 0; negative
 * with a fault. */
typedef int kind_row_fn(void *context, unsigned long line, const char *const *values,
			const char *reason);

/*
 * Takes a JSON document apart: 0; 1 when it is not of this format; negative from the row function.
 * The number of a feature or entry, from 1, stands for its line.
 */
typedef int kind_json_fn(const json_t *document, kind_row_fn *row, void *context);

struct kind_format {
	const char *name; /* also its script, db/import/<kind>/<name>.sql */
	const struct column *columns;
	size_t column_count;
	kind_json_fn *json; /* NULL for CSV */
	/* Another kind's script that merges it, "gias/lists"; NULL for its own. */
	const char *script;
	bool ragged; /* its publisher leaves out blank fields at the end of a row */
};

/* The files of one command are taken in the order of their formats here, whatever the order on the
 * command line. */
struct kind {
	const char *name;
	const struct kind_format *formats;
	size_t format_count;
};

extern const struct kind kind_areas;       /* regions, local authorities, boundaries */
extern const struct kind kind_gias;        /* establishment types, code lists, schools */
extern const struct kind kind_gias_links;  /* predecessors and successors of schools */
extern const struct kind kind_gias_groups; /* trusts, and which schools they have */
extern const struct kind kind_code_lists;
extern const struct kind kind_institutions;                         /* universities, colleges */
extern const struct kind kind_itt_providers, kind_itt_partnerships; /* of teacher training */
extern const struct kind kind_imd, kind_census;                     /* deprivation; pupils */

/* Formats that more than one kind has. */
extern const struct column kind_gias_types[4], kind_gias_lists[3], kind_providers[16];
kind_json_fn kind_gias_lists_json;

/* The kind of a name, NULL when there is none. */
const struct kind *kind_find(const char *name);
/* The names of all kinds: NULL beyond the last. */
const char *kind_name(size_t index);
