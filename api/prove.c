/* SPDX-License-Identifier: MIT */
/* Proof against a database: every statement prepares and returns what the engine reads. */
#include "prove.h"

#include <errno.h>
#include <string.h>

int prove_fail(struct prover *prover, const char *where, const char *what)
{
	if (asprintf(prover->ret_error, "%s: %s", where, what) < 0) {
		*prover->ret_error = NULL;
		return -ENOMEM;
	}
	return BIND_REFUSED;
}

int prove_outcome(struct prover *prover, int r, const char *where, const struct db_reply *reply)
{
	if (r == DB_FAILED)
		return prove_fail(prover, where,
				  reply->error.message ? reply->error.message : "does not prepare");
	if (r == DB_LOST)
		return prove_fail(prover, "database", db_reason(prover->connection)) == -ENOMEM
			       ? -ENOMEM
			       : BIND_UNREACHABLE;
	return r;
}

static int prove_fail_column(struct prover *prover, const struct sql_file *file, const char *column,
			     const char *what)
{
	CLEANUP_FREE char *text = NULL;

	if (asprintf(&text, "column %s %s", column, what) < 0) {
		text = NULL;
		return -ENOMEM;
	}
	return prove_fail(prover, file->path, text);
}

/* What a statement returns. One without text returns nothing. */
static int prove_describe(struct prover *prover, const struct sql_file *file,
			  const struct bound_statement *bound, struct db_reply *reply)
{
	if (!bound->statement.text)
		return 0;
	return prove_outcome(prover, db_describe(prover->connection, &bound->statement, reply),
			     file->path, reply);
}

int prove_statement(struct prover *prover, const struct sql_file *file,
		    const struct bound_statement *bound, const char *column)
{
	struct db_reply reply = {0};
	int r = prove_describe(prover, file, bound, &reply);

	if (r == 0 && bound->statement.text && column && db_column(&reply, 0, column) < 0)
		r = prove_fail_column(prover, file, column, "is not returned");
	db_reply_finish(&reply);
	return r;
}

/* Notes how the rows of what was described make the record that they show. */
static int prove_note_record(struct prover *prover, struct operation *operation, const char *name,
			     const struct db_reply *described)
{
	const struct sql_file *file = operation->sql;
	CLEANUP_FREE char *fault = NULL;
	int r = rowjson_new(described, name, &operation->record, &fault);

	if (r == ROWJSON_UNFIT)
		return prove_fail(prover, file->path, fault);
	if (r < 0)
		return r;
	operation->columns = (struct operation_columns){
		.etag = db_column(described, 0, "etag"),
		.last_modified = db_column(described, 0, "last_modified"),
		.location = db_column(described, 0, "location"),
		.retry_after = db_column(described, 0, "retry_after"),
	};
	if (!operation->record && file->cost != SQL_COST_WRITE)
		return prove_fail_column(prover, file, name, "is not returned, nor any part");
	if (file->seal && rowjson_in_parts(operation->record))
		return prove_fail_column(prover, file, name,
					 "is sealed, and so comes whole: its form is canonical");
	return 0;
}

/* An item of a list, the body of a read, which there must be, or of a write, whose last statement
 * may return one. */
static int prove_shown(struct prover *prover, struct operation *operation)
{
	const struct bound_statement *shows =
		operation->order_count ? &operation->orders[0].segments[0][LIST_VALUES_FIRST]
				       : &operation->statements[operation->statement_count - 1];
	struct db_reply reply = {0};
	int r = prove_describe(prover, operation->sql, shows, &reply);

	if (r == 0)
		r = prove_note_record(prover, operation, operation->order_count ? "item" : "body",
				      &reply);
	db_reply_finish(&reply);
	return r;
}

/* A read returns a location if, and only if, the contract tells clients of it. */
static int prove_location(struct prover *prover, const struct operation *operation)
{
	bool returned = operation->columns.location >= 0;

	if (returned == operation->see_other)
		return 0;
	return prove_fail(prover, operation->sql->path,
			  returned ? "returns a column location, but the contract declares no 303"
				   : "returns no column location, but the contract declares a 303");
}

static int prove_search(struct prover *prover, const struct operation *operation)
{
	int r = 0;

	for (size_t i = 0; i < operation->search_count && r == 0; i++)
		r = prove_statement(prover, operation->search, &operation->search_statement,
				    operation->search_columns[i]);
	return r;
}

static int prove_operation(struct prover *prover, struct operation *operation)
{
	bool reads = operation->sql && operation->sql->cost != SQL_COST_WRITE;
	int r = 0;

	if (!operation->sql)
		return 0;
	for (size_t i = 0; i < operation->statement_count && r == 0; i++)
		r = prove_statement(prover, operation->sql, &operation->statements[i], NULL);
	if (r == 0)
		r = prove_shown(prover, operation);
	if (r == 0 && reads && operation->statement_count)
		r = prove_location(prover, operation);
	if (r == 0)
		r = prove_search(prover, operation);
	if (r == 0 && operation->order_count)
		r = prove_list(prover, operation);
	if (r == 0 && operation->summary)
		r = prove_statement(prover, operation->summary, &operation->summary_statement,
				    "body");
	if (r == 0 && operation->parent)
		r = prove_statement(prover, operation->parent, &operation->parent_statement, NULL);
	return r == 0 && operation->sql->cache ? prove_cached(prover, operation) : r;
}

int bind_prove(struct contract *contract, struct db_connection *connection, size_t statements,
	       char **ret_error)
{
	struct prover prover = {
		.connection = connection, .ret_error = ret_error, .number = statements};
	struct db_reply reply = {0};
	int r;

	r = prove_outcome(&prover, db_run_text(connection, "set enable_sort = off", &reply),
			  "database", &reply);
	db_reply_finish(&reply);
	for (size_t i = 0; i < contract->count && r == 0; i++)
		r = prove_operation(&prover, &contract->operations[i]);
	return r;
}
