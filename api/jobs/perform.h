/* SPDX-License-Identifier: MIT */
/* What a worker does for each kind of job. */
#pragma once

#include "../import/load.h"
#include "pulse.h"

/* What every job is done with. */
struct work {
	const char *database; /* libpq connection string */
	const char *scripts;  /* folder of the merge scripts */
	const char *worker;
	struct desk *desk;
};

/* What became of a job. */
struct outcome {
	bool again;           /* when it failed: the service is at fault, not the job */
	bool changed;         /* an import changed reference data */
	struct fault fault;   /* why it failed, as the requester is told */
	struct fault private; /* and what the log is told beside */
	struct load_counts counts;
	char *swept; /* owned; what a sweep forgot */
};

/* Does a job whose lease the pulse keeps. 0 when it is done, and the database says so; else
 * negative, with nothing of it done and the outcome's fault. */
typedef int perform_fn(const struct work *work, const struct job *job, struct pulse *pulse,
		       struct outcome *outcome);

perform_fn perform_import;
perform_fn perform_sweep;
/* What a kind of job is done by; NULL for an unknown one. */
perform_fn *perform_find(const char *kind);
/* What follows an import that has been done: readers settle, and the planner learns. */
void perform_import_after(const struct work *work);
