/* SPDX-License-Identifier: MIT */
#include "db.h"

#include <errno.h>
#include <string.h>

#include "db_dial.h"
#include "db_link.h"
#include "db_reply.h"

enum {
	DB_PATIENCE_MS = 15000, /* longer than any statement_timeout */
	DB_CONNECT_SECONDS = 2,
};

/* Interactive sessions: read only unless a write says otherwise, bounded in time, independent of
 * the server's defaults. Pages lie in memory or on flash: dear random reads would have a row's
 * authority looked for by reading all of them. The pool has work for every core: to start helpers
 * takes longer than a page does, and would give one request what others wait for. */
static const char *const db_options =
	"-c default_transaction_read_only=on -c statement_timeout=2000 -c lock_timeout=1500"
	" -c idle_in_transaction_session_timeout=10000 -c timezone=UTC -c datestyle=ISO -c jit=off"
	" -c search_path=pg_catalog,postgis -c client_min_messages=warning -c extra_float_digits=1"
	" -c random_page_cost=1.1 -c max_parallel_workers_per_gather=0";

int db_connection_new(const char *conninfo, size_t statements,
		      struct db_connection **ret_connection)
{
	struct db_connection *connection = calloc(1, sizeof(*connection));

	if (!connection)
		return -ENOMEM;
	connection->conninfo = conninfo;
	connection->patience_ms = DB_PATIENCE_MS;
	connection->listens = !statements;
	connection->statements = statements + 1;
	connection->prepared = calloc(statements + 1, sizeof(*connection->prepared));
	if (!connection->prepared) {
		free(connection);
		return -ENOMEM;
	}
	*ret_connection = connection;
	return 0;
}

static void db_disconnect(struct db_connection *connection)
{
	PQfinish(connection->link);
	connection->link = NULL;
	connection->mode = DB_MODE_UNKNOWN;
	connection->stale = false;
	connection->runs = 0;
	memset(connection->prepared, 0, connection->statements * sizeof(*connection->prepared));
}

struct db_connection *db_connection_free(struct db_connection *connection)
{
	if (!connection)
		return NULL;
	db_disconnect(connection);
	free(connection->prepared);
	free(connection->reason);
	free(connection);
	return NULL;
}

bool db_connected(const struct db_connection *connection)
{
	return connection->link && PQstatus(connection->link) == CONNECTION_OK;
}

const char *db_reason(const struct db_connection *connection)
{
	return connection->reason ? connection->reason : "";
}

/* A broken link is closed at once, its words kept for the log. */
static void db_note_loss(struct db_connection *connection)
{
	free(connection->reason);
	connection->reason = strdup(PQerrorMessage(connection->link));
	db_disconnect(connection);
}

/* What the server says when it drops us, or does not let us in. */
static void db_note_parting(struct db_connection *connection, struct db_reply *reply)
{
	free(connection->reason);
	connection->reason = TAKE_PTR(reply->error.message);
	db_disconnect(connection);
}

/* The first statement of who does more than listen, and is patient. 0, DB_LOST with the reason. */
static int db_open_session(struct db_connection *connection)
{
	struct db_reply reply;
	int r = db_run_text(connection, "select accord.open_session()", &reply);

	if (r == DB_FAILED)
		db_note_parting(connection, &reply);
	else if (r != 0)
		db_note_loss(connection);
	db_reply_finish(&reply);
	return r == 0 ? 0 : DB_LOST;
}

int db_connect(struct db_connection *connection)
{
	char seconds[8];
	const char *const names[] = {"dbname",           "connect_timeout", "options",
				     "application_name", "client_encoding", NULL};
	const char *const values[] = {
		connection->conninfo, seconds, db_options, "accord", "UTF8", NULL};

	if (db_connected(connection))
		return 0;
	db_disconnect(connection);
	snprintf(seconds, sizeof(seconds), "%d", DB_CONNECT_SECONDS);
	connection->link = db_dial(names, values);
	if (PQstatus(connection->link) == CONNECTION_OK &&
	    PQsetnonblocking(connection->link, 1) == 0 &&
	    PQenterPipelineMode(connection->link) == 1)
		return connection->listens ? 0 : db_open_session(connection);
	db_note_loss(connection);
	return DB_LOST;
}

/* Whether the session will be as it is noted, whatever becomes of a run: an error undoes a SET, and
 * lets no PREPARE behind it happen. */
static bool db_is_steady(const struct db_sent *sent)
{
	for (size_t i = 0; i < sent->count; i++)
		if (sent->commands[i].kind != DB_COMMAND_RUN)
			return false;
	return true;
}

void db_begin(struct db_connection *connection, const struct db_step *steps, size_t count)
{
	for (size_t i = 0; i < connection->runs; i++) {
		const struct db_sent *sent = db_sent_at(connection, i);

		if (sent->steps == steps || !db_is_steady(sent))
			return;
	}
	if (db_connected(connection) &&
	    (db_queue_steps(connection, steps, count) != 0 || PQflush(connection->link) < 0))
		db_note_loss(connection);
}

void db_skip(struct db_connection *connection)
{
	int r = 0;

	while (connection->runs && (r == 0 || r == DB_FAILED)) {
		struct db_reply reply = {0};

		r = db_receive(connection, &reply);
		connection->stale |= r == DB_FAILED && db_is_stale(&reply.error);
		db_reply_finish(&reply);
		if (r != 0 && r != DB_FAILED)
			db_note_loss(connection);
	}
	db_reset(connection);
}

static int db_run_once(struct db_connection *connection, const struct db_step *steps, size_t count,
		       struct db_reply *reply)
{
	int r = connection->runs ? 0 : db_queue_steps(connection, steps, count);

	reply->count = count;
	if (r == 0 && db_sent_at(connection, 0)->steps != steps)
		r = DB_LOST; /* what comes next is not for this run: nobody shall have it */
	if (r == 0)
		r = db_receive(connection, reply);
	if (r == DB_LOST || r < 0)
		db_note_loss(connection);
	return r;
}

int db_run_text(struct db_connection *connection, const char *text, struct db_reply *reply)
{
	int r = db_connect(connection);

	*reply = (struct db_reply){.count = 1};
	if (r == 0)
		r = db_queue_text(connection, text);
	return r == 0 ? db_receive(connection, reply) : r;
}

static int db_command(struct db_connection *connection, const char *text)
{
	struct db_reply reply;
	int r = db_run_text(connection, text, &reply);

	db_reply_finish(&reply);
	return r;
}

/* Forgets every prepared statement, here and on the server. */
static int db_forget_prepared(struct db_connection *connection)
{
	memset(connection->prepared, 0, connection->statements * sizeof(*connection->prepared));
	connection->stale = false;
	return db_command(connection, "deallocate all");
}

void db_reset(struct db_connection *connection)
{
	if (!db_connected(connection))
		return;
	if (connection->runs) {
		/* Runs with others behind them leave no transaction open; those that have begun
		 * would not survive that their statements are forgotten, and begin anew. */
		if (connection->stale)
			db_disconnect(connection);
		return;
	}
	if (PQtransactionStatus(connection->link) != PQTRANS_IDLE) {
		connection->mode = DB_MODE_UNKNOWN;
		if (db_command(connection, "rollback") != 0 ||
		    PQtransactionStatus(connection->link) != PQTRANS_IDLE) {
			db_disconnect(connection);
			return;
		}
	}
	if (connection->stale && db_forget_prepared(connection) != 0)
		db_disconnect(connection);
}

int db_run(struct db_connection *connection, const struct db_step *steps, size_t count, bool first,
	   struct db_reply *reply)
{
	int r;

	*reply = (struct db_reply){0};
	for (int attempt = 0;; attempt++) {
		/* A transaction does not go on elsewhere: COMMIT would be told that all is well. */
		r = first || db_connected(connection) ? db_connect(connection) : DB_LOST;
		if (r == 0)
			r = db_run_once(connection, steps, count, reply);
		if (r == DB_FAILED && db_is_parting(&reply->error)) {
			db_note_parting(connection, reply);
			r = DB_LOST;
		}
		connection->stale = r == DB_FAILED && db_is_stale(&reply->error);
		if (!first || attempt > 0 || (r != DB_LOST && !connection->stale))
			return r;
		db_reply_finish(reply);
		db_reset(connection);
	}
}

int db_describe(struct db_connection *connection, const struct db_statement *statement,
		struct db_reply *reply)
{
	int r = db_connect(connection);

	*reply = (struct db_reply){.count = 1};
	if (r == 0)
		r = db_queue_description(connection, statement);
	return r == 0 ? db_receive(connection, reply) : r;
}
