/* SPDX-License-Identifier: MIT */
/* Where a worker takes jobs from and says what became of them: a database connection of its own. */
#pragma once

#include "../buffer.h"
#include "../db.h"

enum {
	DESK_WORKER = 120, /* bytes of a worker's name */
	DESK_STATE = 16,   /* bytes of the word for a job's state */
};

enum {
	DESK_EMPTY = 1,   /* there is nothing to do */
	DESK_UNREACHABLE, /* the database cannot be asked, or refuses: see desk_reason() */
};

/* A job that a worker has. The texts are as PostgreSQL writes them, "" for null. */
struct job {
	char id[37];
	char kind[16];
	char attempt[12];
	char organisation[37];
	char *requester, *client, *role, *scopes; /* owned; for whom it acts */
	char *import_kind, *file_name;            /* owned; of an import */
	long parts;                               /* of its file */
	long waited_ms;
};

void job_finish(struct job *job);

struct desk;

/* For a worker, whose name is borrowed, as is database; leases last so many seconds. 0 or -ENOMEM.
 */
int desk_new(const char *database, const char *worker, long lease_seconds,
	     struct desk **ret_desk) MUST_CHECK;
struct desk *desk_free(struct desk *desk);
const char *desk_reason(const struct desk *desk);

/* Takes a job. 0 with a job, to be finished; DESK_EMPTY, DESK_UNREACHABLE, -ENOMEM. */
int desk_claim(struct desk *desk, struct job *ret_job) MUST_CHECK;
/* Waits until there may be something to do, for wait_ms at most or until wake is readable. */
void desk_wait(struct desk *desk, int wake, int wait_ms);
/* Lengthens the lease: "held", "cancelled" or "lost". 0, DESK_UNREACHABLE, -ENOMEM. */
int desk_beat(struct desk *desk, const struct job *job, int percent,
	      char ret_state[DESK_STATE]) MUST_CHECK;
/* Adds a part of the job's file to bytes; none when the job is lost. 0, DESK_UNREACHABLE, -ENOMEM.
 */
int desk_read_part(struct desk *desk, const struct job *job, long number,
		   struct buffer *bytes) MUST_CHECK;
/* Says that a job failed, and whether to try again: the state it has now, or "lost". As above. */
int desk_fail(struct desk *desk, const struct job *job, const char *fault, bool again,
	      char ret_state[DESK_STATE]) MUST_CHECK;
/* Gives a job back as if it had not been begun. As above. */
int desk_release(struct desk *desk, const struct job *job, char ret_state[DESK_STATE]) MUST_CHECK;
/* Sweeps, and is done with the job: words of what went, for the log, owned. As above. */
int desk_sweep(struct desk *desk, const struct job *job, char **ret_words) MUST_CHECK;
