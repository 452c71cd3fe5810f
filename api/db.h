/* SPDX-License-Identifier: MIT */
/* One PostgreSQL connection: statements prepared when first used, sent in pipelines, whole results.
 * The only files that know libpq are this module's. */
#pragma once

#include "common.h"
#include "limit.h"

enum {
	DB_STEPS = LIMIT_STATEMENTS + 4, /* statements in one pipeline: a write's, and what the
					    engine puts around them */
	DB_RUNS = 2,                     /* that may have begun on one connection */
};

enum {
	DB_FAILED = 1, /* a statement failed: see reply.error; later steps were not run */
	DB_LOST,  /* no connection, or it broke: nothing is known of a COMMIT that was under way */
	DB_QUIET, /* nothing was heard in time */
};

struct db_connection;

/* Text to prepare under a name, once a connection. Made before serving starts; number is its place
 * in each connection's memory. */
struct db_statement {
	char *name;
	char *text;
	bool custom; /* plan with the values at hand (plan_cache_mode), else once for all values */
	size_t number;
};

struct db_step {
	const struct db_statement *statement;
	size_t count;
	const char *const *values; /* text form; NULL is null */
};

struct db_error {
	size_t step;
	char sqlstate[6];
	char *message;
	char *detail;
	char *hint;
	/* Of a broken constraint, with its relation: a table, or the domain that it is of. */
	char *schema, *relation, *constraint;
};

struct db_reply {
	size_t count;
	struct pg_result
		*results[DB_STEPS]; /* of the steps that succeeded; NULL from the failed one on */
	struct db_error error;      /* when DB_FAILED */
};

/*
 * Prepares to connect; statements is the most that will ever be registered. The connection is made
 * by the first use. 0 or -ENOMEM. conninfo is borrowed.
 */
int db_connection_new(const char *conninfo, size_t statements,
		      struct db_connection **ret_connection) MUST_CHECK;
struct db_connection *db_connection_free(struct db_connection *connection);
/* How long the server may be silent while an answer is due; 15 s unless set. */
void db_set_patience(struct db_connection *connection, int patience_ms);
/* Connects when there is no good connection. 0 or DB_LOST with the reason in db_reason(). */
int db_connect(struct db_connection *connection) MUST_CHECK;
/* Whether a server seems to be at the other end; costs nothing. */
bool db_connected(const struct db_connection *connection);
/* libpq's words for the last failure to connect: for the log only. */
const char *db_reason(const struct db_connection *connection);

/*
 * Runs steps in one round trip; without an explicit BEGIN among them they are one transaction.
 * first says that no transaction is open and none of the steps commits an effect, so that a stale
 * plan (0A000, 26000) or a connection that had died unseen is retried once. 0, DB_FAILED, DB_LOST,
 * -ENOMEM. db_reply_finish in every case.
 */
int db_run(struct db_connection *connection, const struct db_step *steps, size_t count, bool first,
	   struct db_reply *reply) MUST_CHECK;
void db_reply_finish(struct db_reply *reply);
/*
 * Sends the steps of a run that somebody will make on this connection, the first of those to come
 * or behind one that has begun; who makes it then only waits for its answer. Of runs that say that
 * they are first, of steps that live until they are made. Nothing when it has begun already, or one
 * before it still changes the session; whatever goes wrong, the run itself meets.
 */
void db_begin(struct db_connection *connection, const struct db_step *steps, size_t count);
/* Waits for the answers of what has begun and nobody will make, forgets them, and does as db_reset.
 */
void db_skip(struct db_connection *connection);

/* Runs one text without parameters or preparation. 0, DB_FAILED, DB_LOST, -ENOMEM. */
int db_run_text(struct db_connection *connection, const char *text,
		struct db_reply *reply) MUST_CHECK;
/*
 * Whether a statement failed because what was prepared no longer fits the schema. db_reset forgets
 * it, so that the transaction can be tried again from its beginning.
 */
bool db_is_stale(const struct db_error *error);
/* Leaves no transaction open: sends ROLLBACK when one is, and no run has begun. A connection that
 * cannot is closed. */
void db_reset(struct db_connection *connection);

/* Prepares a statement and describes it, without running it. 0, DB_FAILED (reply.error), DB_LOST,
 * -ENOMEM. */
int db_describe(struct db_connection *connection, const struct db_statement *statement,
		struct db_reply *reply) MUST_CHECK;

/*
 * Waits for a notification on a channel that the connection listens to (db_run_text "listen …"). 0
 * when one or more have come, after hear (or NULL) has been called with what each says; DB_QUIET
 * after wait_ms, or when the descriptor wake is readable, or for no reason at all; DB_LOST.
 * db_pause waits for wake alone.
 */
int db_await_notice(struct db_connection *connection, int wake, int wait_ms,
		    void (*hear)(void *user, const char *words), void *user) MUST_CHECK;
void db_pause(int wake, int wait_ms);

/* Rows and columns of one step's result. */
size_t db_rows(const struct db_reply *reply, size_t step);
/* The column's index by name; -1 when there is none. */
int db_column(const struct db_reply *reply, size_t step, const char *name);
/* A value as text, borrowed until the reply is finished; NULL for null, or when column is -1. */
const char *db_value(const struct db_reply *reply, size_t step, size_t row, int column);
size_t db_value_length(const struct db_reply *reply, size_t step, size_t row, int column);
/* Both at once; the length of null is 0. */
const char *db_text(const struct db_reply *reply, size_t step, size_t row, int column,
		    size_t *ret_length);
/* An owned copy of a value of the column with that name; NULL for null. 0 or -ENOMEM. */
int db_copy_value(const struct db_reply *reply, size_t step, size_t row, const char *column,
		  char **ret_text) MUST_CHECK;
/* Columns of one step's result, their names as the statement spells them, and the OIDs of their
 * types. */
size_t db_columns(const struct db_reply *reply, size_t step);
const char *db_column_name(const struct db_reply *reply, size_t step, int column);
unsigned db_column_type(const struct db_reply *reply, size_t step, int column);
/* Where a described column comes from: the table's OID and column number, 0 when it is an
 * expression. */
unsigned db_column_table(const struct db_reply *reply, int column, int *ret_number);
