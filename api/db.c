/* SPDX-License-Identifier: MIT */
#include "db.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "db_dial.h"
#include "db_link.h"
#include "db_reply.h"

enum {
	DB_PATIENCE_MS = 15000, /* longer than any statement_timeout */
	DB_CONNECT_SECONDS = 2,
};

enum db_command_kind { DB_COMMAND_MODE, DB_COMMAND_PREPARE, DB_COMMAND_RUN };

/* One command of a pipeline, to know what its result means. */
struct db_command {
	enum db_command_kind kind;
	size_t step;
	size_t statement;
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

/* Waits for the socket; reads what is there. 0 or DB_LOST. */
static int db_wait(struct db_connection *connection, short events)
{
	struct pollfd waiter = {.fd = PQsocket(connection->link), .events = events};
	int ready;

	do {
		ready = poll(&waiter, 1, connection->patience_ms);
	} while (ready < 0 && errno == EINTR);
	if (ready <= 0)
		return DB_LOST;
	if ((waiter.revents & (POLLIN | POLLHUP | POLLERR)) &&
	    PQconsumeInput(connection->link) != 1)
		return DB_LOST;
	return 0;
}

/* Sends what is queued. Reading meanwhile keeps both sides from waiting on full buffers for each
 * other. */
static int db_flush(struct db_connection *connection)
{
	int left, r;

	while ((left = PQflush(connection->link)) == 1) {
		r = db_wait(connection, POLLIN | POLLOUT);
		if (r != 0)
			return r;
	}
	return left == 0 ? 0 : DB_LOST;
}

/* The next result of the pipeline, NULL at the end of a statement's results. 0 or DB_LOST. */
static int db_next(struct db_connection *connection, PGresult **ret_result)
{
	while (PQisBusy(connection->link)) {
		int r = db_wait(connection, POLLIN);

		if (r != 0)
			return r;
	}
	*ret_result = PQgetResult(connection->link);
	if (!*ret_result && PQstatus(connection->link) != CONNECTION_OK)
		return DB_LOST;
	return 0;
}

/* Takes the result of one command into the reply, or frees it. */
static int db_take_result(struct db_connection *connection, const struct db_command *command,
			  PGresult *result, struct db_reply *reply)
{
	ExecStatusType status = PQresultStatus(result);
	bool done = status != PGRES_FATAL_ERROR && status != PGRES_PIPELINE_ABORTED;
	int r = 0;

	if (done && command->kind == DB_COMMAND_RUN) {
		reply->results[command->step] = result;
		return 0;
	}
	if (!done && command->kind == DB_COMMAND_PREPARE)
		connection->prepared[command->statement] = false;
	if (status == PGRES_FATAL_ERROR)
		r = db_reply_note_error(result, command->step, &reply->error);
	PQclear(result);
	return r;
}

/* Reads the results of everything sent, up to the synchronisation point. 0, DB_FAILED, DB_LOST,
 * -ENOMEM. */
static int db_collect(struct db_connection *connection, const struct db_command *commands,
		      size_t sent, struct db_reply *reply)
{
	PGresult *result = NULL;
	int r;

	for (size_t i = 0; i < sent; i++) {
		r = db_next(connection, &result);
		if (r == 0)
			r = db_take_result(connection, &commands[i], result, reply);
		if (r == 0 && PQstatus(connection->link) != CONNECTION_OK)
			r = DB_LOST;
		if (r == 0)
			r = db_next(connection, &result); /* the NULL that closes a command */
		if (r != 0)
			return r;
	}
	r = db_next(connection, &result);
	if (r != 0)
		return r;
	r = PQresultStatus(result) == PGRES_PIPELINE_SYNC ? 0 : DB_LOST;
	PQclear(result);
	return r == 0 && reply->error.sqlstate[0] ? DB_FAILED : r;
}

static int db_switch_mode(struct db_connection *connection, bool custom,
			  struct db_command *commands, size_t *sent)
{
	enum db_mode wanted = custom ? DB_MODE_CUSTOM : DB_MODE_GENERIC;
	const char *text = custom ? "set plan_cache_mode = force_custom_plan"
				  : "set plan_cache_mode = force_generic_plan";

	if (connection->mode == wanted)
		return 0;
	if (PQsendQueryParams(connection->link, text, 0, NULL, NULL, NULL, NULL, 0) != 1)
		return DB_LOST;
	connection->mode = wanted;
	commands[(*sent)++] = (struct db_command){.kind = DB_COMMAND_MODE};
	return 0;
}

/* Queues the preparation of a statement that this connection does not have yet. */
static int db_prepare(struct db_connection *connection, const struct db_statement *statement,
		      size_t step, struct db_command *commands, size_t *sent)
{
	if (connection->prepared[statement->number])
		return 0;
	if (PQsendPrepare(connection->link, statement->name, statement->text, 0, NULL) != 1)
		return DB_LOST;
	connection->prepared[statement->number] = true;
	commands[(*sent)++] = (struct db_command){DB_COMMAND_PREPARE, step, statement->number};
	return 0;
}

static int db_send_step(struct db_connection *connection, const struct db_step *step, size_t number,
			struct db_command *commands, size_t *sent)
{
	const struct db_statement *statement = step->statement;
	int r = db_prepare(connection, statement, number, commands, sent);

	if (r == 0 && PQsendQueryPrepared(connection->link, statement->name, (int)step->count,
					  step->values, NULL, NULL, 0) != 1)
		r = DB_LOST;
	if (r == 0)
		commands[(*sent)++] =
			(struct db_command){DB_COMMAND_RUN, number, statement->number};
	return r;
}

/* Sends the synchronisation point and everything queued before it, then reads all results. */
static int db_finish_pipeline(struct db_connection *connection, const struct db_command *commands,
			      size_t sent, struct db_reply *reply)
{
	int r = PQpipelineSync(connection->link) == 1 ? 0 : DB_LOST;

	if (r == 0)
		r = db_flush(connection);
	if (r == 0)
		r = db_collect(connection, commands, sent, reply);
	if (r == DB_FAILED)
		connection->mode = DB_MODE_UNKNOWN; /* the SET went with the transaction, or not */
	return r;
}

static int db_run_once(struct db_connection *connection, const struct db_step *steps, size_t count,
		       struct db_reply *reply)
{
	struct db_command commands[2 * DB_STEPS + 1];
	size_t sent = 0;
	int r = db_switch_mode(connection, steps[count - 1].statement->custom, commands, &sent);

	reply->count = count;
	for (size_t i = 0; i < count && r == 0; i++)
		r = db_send_step(connection, &steps[i], i, commands, &sent);
	if (r == 0)
		r = db_finish_pipeline(connection, commands, sent, reply);
	if (r == DB_LOST || r < 0)
		db_note_loss(connection);
	return r;
}

int db_run_text(struct db_connection *connection, const char *text, struct db_reply *reply)
{
	const struct db_command command = {.kind = DB_COMMAND_RUN};
	int r = db_connect(connection);

	*reply = (struct db_reply){.count = 1};
	if (r == 0)
		r = PQsendQueryParams(connection->link, text, 0, NULL, NULL, NULL, NULL, 0) == 1
			    ? 0
			    : DB_LOST;
	return r == 0 ? db_finish_pipeline(connection, &command, 1, reply) : r;
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
	struct db_command commands[2];
	size_t sent = 0;
	int r = db_connect(connection);

	*reply = (struct db_reply){.count = 1};
	if (r == 0)
		r = db_prepare(connection, statement, 0, commands, &sent);
	if (r == 0 && PQsendDescribePrepared(connection->link, statement->name) != 1)
		r = DB_LOST;
	if (r != 0)
		return r;
	commands[sent++] = (struct db_command){DB_COMMAND_RUN, 0, statement->number};
	return db_finish_pipeline(connection, commands, sent, reply);
}
