/* SPDX-License-Identifier: MIT */
/* The importer's own connection to the database: one transaction a file, COPY into a staging table,
 * SQL scripts. */
#pragma once

#include "../buffer.h"
#include "fault.h"

struct copy;

/* Takes a row of a result: fields are borrowed, NULL is null. 0 to go on, negative to stop. */
typedef int copy_row_fn(void *context, const char *const *fields);

/* Connects. 0 with an owned connection; -ENOTCONN with a fault. */
int copy_open(const char *database, struct copy **ret_copy, struct fault *fault) MUST_CHECK;
/* Closes; an open transaction is rolled back. NULL is fine. */
void copy_close(struct copy *copy);
/* Runs statements that return nothing of interest. 0; -EIO with a fault. */
int copy_execute(struct copy *copy, const char *sql, struct fault *fault) MUST_CHECK;
/* Sends one select and does not wait; what comes next on the connection does. 0; -EIO with a fault.
 */
int copy_send(struct copy *copy, const char *sql, struct fault *fault) MUST_CHECK;
/* Waits for what was sent, and drops what it returns. 0; -EIO with a fault. */
int copy_await(struct copy *copy, struct fault *fault) MUST_CHECK;
/* A session loads PostGIS when it first needs it, which takes longer than a small file: begins to,
 * and does not wait. 0; -EIO with a fault. */
int copy_warm(struct copy *copy, struct fault *fault) MUST_CHECK;
/* Sets a setting for the transaction. 0; -EIO with a fault. */
int copy_set(struct copy *copy, const char *name, const char *value,
	     struct fault *fault) MUST_CHECK;
/* Runs one statement with values in text form, NULL is null, and drops what it returns. 0; -EIO
 * with a fault. */
int copy_call(struct copy *copy, const char *sql, size_t count, const char *const *values,
	      struct fault *fault) MUST_CHECK;
/* From any thread: ends the statement that runs, with a fault. Nothing when none does. */
void copy_cancel(struct copy *copy);
/* Runs one select and hands over its rows; columns must match the caller's count. 0; -EIO with a
 * fault; what take returned. */
int copy_select(struct copy *copy, const char *sql, int columns, copy_row_fn *take, void *context,
		struct fault *fault) MUST_CHECK;
/* Starts "copy ... from stdin". 0; -EIO with a fault. */
int copy_begin(struct copy *copy, const char *sql, struct fault *fault) MUST_CHECK;
/* Sends rows in COPY's text format. 0; -EIO with a fault. */
int copy_put(struct copy *copy, const struct buffer *rows, struct fault *fault) MUST_CHECK;
/* Ends the copy. 0; -EIO with a fault. */
int copy_end(struct copy *copy, struct fault *fault) MUST_CHECK;

static inline void copy_cleanup(struct copy **copy)
{
	copy_close(*copy);
}
