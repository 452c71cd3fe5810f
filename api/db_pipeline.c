/* SPDX-License-Identifier: MIT */
/* Pipelines: what is sent at once, up to a synchronisation point, and its results. */
#include <assert.h>
#include <errno.h>
#include <poll.h>

#include "db_link.h"
#include "db_reply.h"

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

/* Reads the results of one run, up to its synchronisation point. 0, DB_FAILED, DB_LOST, -ENOMEM. */
static int db_collect(struct db_connection *connection, const struct db_sent *sent,
		      struct db_reply *reply)
{
	PGresult *result = NULL;
	int r;

	for (size_t i = 0; i < sent->count; i++) {
		r = db_next(connection, &result);
		if (r == 0)
			r = db_take_result(connection, &sent->commands[i], result, reply);
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

struct db_sent *db_sent_at(struct db_connection *connection, size_t number)
{
	return &connection->sent[(connection->first + number) % DB_RUNS];
}

int db_receive(struct db_connection *connection, struct db_reply *reply)
{
	struct db_sent *sent = db_sent_at(connection, 0);
	int r = db_flush(connection);

	if (r == 0)
		r = db_collect(connection, sent, reply);
	if (r == DB_FAILED)
		connection->mode = DB_MODE_UNKNOWN; /* the SET went with the transaction, or not */
	connection->first = (connection->first + 1) % DB_RUNS;
	connection->runs--;
	return r;
}

/* Where the next run is noted. */
static struct db_sent *db_open_run(struct db_connection *connection, const struct db_step *steps)
{
	struct db_sent *sent = db_sent_at(connection, connection->runs);

	assert(connection->runs < DB_RUNS);
	sent->steps = steps;
	sent->count = 0;
	return sent;
}

static void db_note_command(struct db_sent *sent, enum db_command_kind kind, size_t step,
			    size_t statement)
{
	sent->commands[sent->count++] = (struct db_command){kind, step, statement};
}

/* Queues the synchronisation point that ends a run. 0 or DB_LOST. */
static int db_close_run(struct db_connection *connection)
{
	if (PQpipelineSync(connection->link) != 1)
		return DB_LOST;
	connection->runs++;
	return 0;
}

static int db_switch_mode(struct db_connection *connection, bool custom, struct db_sent *sent)
{
	enum db_mode wanted = custom ? DB_MODE_CUSTOM : DB_MODE_GENERIC;
	const char *text = custom ? "set plan_cache_mode = force_custom_plan"
				  : "set plan_cache_mode = force_generic_plan";

	if (connection->mode == wanted)
		return 0;
	if (PQsendQueryParams(connection->link, text, 0, NULL, NULL, NULL, NULL, 0) != 1)
		return DB_LOST;
	connection->mode = wanted;
	db_note_command(sent, DB_COMMAND_MODE, 0, 0);
	return 0;
}

/* Queues the preparation of a statement that this connection does not have yet. */
static int db_prepare(struct db_connection *connection, const struct db_statement *statement,
		      size_t step, struct db_sent *sent)
{
	if (connection->prepared[statement->number])
		return 0;
	if (PQsendPrepare(connection->link, statement->name, statement->text, 0, NULL) != 1)
		return DB_LOST;
	connection->prepared[statement->number] = true;
	db_note_command(sent, DB_COMMAND_PREPARE, step, statement->number);
	return 0;
}

static int db_send_step(struct db_connection *connection, const struct db_step *step, size_t number,
			struct db_sent *sent)
{
	const struct db_statement *statement = step->statement;
	int r = db_prepare(connection, statement, number, sent);

	if (r == 0 && PQsendQueryPrepared(connection->link, statement->name, (int)step->count,
					  step->values, NULL, NULL, 0) != 1)
		r = DB_LOST;
	if (r == 0)
		db_note_command(sent, DB_COMMAND_RUN, number, statement->number);
	return r;
}

int db_queue_steps(struct db_connection *connection, const struct db_step *steps, size_t count)
{
	struct db_sent *sent = db_open_run(connection, steps);
	int r = db_switch_mode(connection, steps[count - 1].statement->custom, sent);

	for (size_t i = 0; i < count && r == 0; i++)
		r = db_send_step(connection, &steps[i], i, sent);
	return r == 0 ? db_close_run(connection) : r;
}

int db_queue_text(struct db_connection *connection, const char *text)
{
	struct db_sent *sent = db_open_run(connection, NULL);

	if (PQsendQueryParams(connection->link, text, 0, NULL, NULL, NULL, NULL, 0) != 1)
		return DB_LOST;
	db_note_command(sent, DB_COMMAND_RUN, 0, 0);
	return db_close_run(connection);
}

int db_queue_description(struct db_connection *connection, const struct db_statement *statement)
{
	struct db_sent *sent = db_open_run(connection, NULL);
	int r = db_prepare(connection, statement, 0, sent);

	if (r == 0 && PQsendDescribePrepared(connection->link, statement->name) != 1)
		r = DB_LOST;
	if (r != 0)
		return r;
	db_note_command(sent, DB_COMMAND_RUN, 0, statement->number);
	return db_close_run(connection);
}
