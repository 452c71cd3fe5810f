/* SPDX-License-Identifier: MIT */
/* Shared by the files that know libpq: what a connection is. */
#pragma once

#include <libpq-fe.h>

#include "db.h"

enum db_mode { DB_MODE_UNKNOWN, DB_MODE_GENERIC, DB_MODE_CUSTOM };

enum db_command_kind { DB_COMMAND_MODE, DB_COMMAND_PREPARE, DB_COMMAND_RUN };

/* One command of a pipeline, to know what its result means. */
struct db_command {
	enum db_command_kind kind;
	size_t step;
	size_t statement;
};

/* A run that is sent, up to its synchronisation point. */
struct db_sent {
	const struct db_step *steps; /* whose run it is: lives as long */
	struct db_command commands[2 * DB_STEPS + 1];
	size_t count;
};

struct db_connection {
	const char *conninfo;
	PGconn *link;
	bool *prepared; /* by statement number */
	size_t statements;
	enum db_mode mode;
	bool stale;      /* a prepared statement no longer fits the schema: none is kept */
	bool listens;    /* prepares nothing, and does not wait for what others need */
	int patience_ms; /* of silence, after which the server is given up */
	char *reason;
	struct db_sent sent[DB_RUNS]; /* and not received, in a ring from first on */
	size_t first, runs;
};

/* The files' own; a connection is there. */

/* A run that has been sent, by its number in the order of their answers. */
struct db_sent *db_sent_at(struct db_connection *connection, size_t number);
/* Queue a run behind those sent: steps; one text without parameters or preparation; the description
 * of a statement. 0 or DB_LOST. */
int db_queue_steps(struct db_connection *connection, const struct db_step *steps,
		   size_t count) MUST_CHECK;
int db_queue_text(struct db_connection *connection, const char *text) MUST_CHECK;
int db_queue_description(struct db_connection *connection,
			 const struct db_statement *statement) MUST_CHECK;
/* Sends what is queued, and reads the results of the first run. 0, DB_FAILED, DB_LOST, -ENOMEM. */
int db_receive(struct db_connection *connection, struct db_reply *reply) MUST_CHECK;
