/* SPDX-License-Identifier: MIT */
/* Proof against a database: every statement prepares, every order has a unique end and an index. */
#include <errno.h>
#include <string.h>

#include "bind.h"

struct prover {
	struct db_connection *connection;
	struct db_statement column; /* is a column not null, and unique by itself? */
	char **ret_error;
};

static const char *const prove_column_text =
	"select a.attnotnull, exists (select from pg_index i where i.indrelid = a.attrelid and i.indisunique"
	" and i.indnkeyatts = 1 and i.indpred is null and i.indkey[0] = a.attnum)"
	" from pg_attribute a where a.attrelid = $1::oid and a.attnum = $2::smallint";

static int prove_fail(struct prover *prover, const char *where, const char *what)
{
	if (asprintf(prover->ret_error, "%s: %s", where, what) < 0) {
		*prover->ret_error = NULL;
		return -ENOMEM;
	}
	return BIND_REFUSED;
}

/* Translates the database module's outcome; keeps its words. */
static int prove_outcome(struct prover *prover, int r, const char *where,
			 const struct db_reply *reply)
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

static int prove_statement(struct prover *prover, const struct sql_file *file,
			   const struct bound_statement *bound)
{
	struct db_reply reply = {0};
	int r;

	if (!bound->statement.text)
		return 0;
	r = prove_outcome(prover, db_describe(prover->connection, &bound->statement, &reply),
			  file->path, &reply);
	db_reply_finish(&reply);
	return r;
}

/* What the catalogue says of an order's key: whether it can be null, whether it is unique.
 * Expressions are neither sure. */
static int prove_key(struct prover *prover, const struct db_reply *described, const char *key,
		     bool *ret_never_null, bool *ret_unique)
{
	int number = 0, column = db_column(described, 0, key);
	char table_text[16], number_text[16];
	const char *const values[] = {table_text, number_text};
	const struct db_step step = {&prover->column, 2, values};
	struct db_reply reply = {0};
	unsigned table;
	int r;

	*ret_never_null = *ret_unique = false;
	if (column < 0)
		return BIND_REFUSED;
	table = db_column_table(described, column, &number);
	if (!table)
		return 0;
	snprintf(table_text, sizeof(table_text), "%u", table);
	snprintf(number_text, sizeof(number_text), "%d", number);
	r = prove_outcome(prover, db_run(prover->connection, &step, 1, true, &reply), "catalogue",
			  &reply);
	if (r == 0 && db_rows(&reply, 0)) {
		*ret_never_null = db_value(&reply, 0, 0, 0)[0] == 't';
		*ret_unique = db_value(&reply, 0, 0, 1)[0] == 't';
	}
	db_reply_finish(&reply);
	return r;
}

static int prove_order(struct prover *prover, const struct operation *operation,
		       struct bound_order *bound)
{
	const struct sql_order *order = bound->order;
	struct db_reply described = {0};
	bool never_null = false, unique = false;
	int r;

	for (size_t i = 0; i < LIST_SEGMENTS; i++) {
		for (size_t k = 0; k < 2; k++) {
			r = prove_statement(prover, operation->sql, &bound->segments[k][i]);
			if (r != 0)
				return r;
		}
	}
	r = prove_outcome(prover,
			  db_describe(prover->connection,
				      &bound->segments[0][LIST_VALUES_FIRST].statement, &described),
			  operation->sql->path, &described);
	if (r == 0)
		r = prove_key(prover, &described, order->keys[order->count - 1], &never_null,
			      &unique);
	if (r == 0 && (!never_null || !unique))
		r = prove_fail(prover, operation->sql->path,
			       "the last key of an order is unique and not null");
	if (r == 0 && db_column(&described, 0, "item") < 0)
		r = prove_fail(prover, operation->sql->path, "a list returns a column item");
	if (r == 0)
		r = prove_key(prover, &described, order->keys[0], &bound->never_null, &unique);
	db_reply_finish(&described);
	if (r == BIND_REFUSED && !*prover->ret_error)
		return prove_fail(prover, operation->sql->path,
				  "an order's key is not among the columns");
	return r;
}

static int prove_operation(struct prover *prover, struct operation *operation)
{
	int r = 0;

	if (!operation->sql)
		return 0;
	for (size_t i = 0; i < operation->statement_count && r == 0; i++)
		r = prove_statement(prover, operation->sql, &operation->statements[i]);
	for (size_t i = 0; i < operation->order_count && r == 0; i++)
		r = prove_order(prover, operation, &operation->orders[i]);
	if (r == 0 && operation->summary)
		r = prove_statement(prover, operation->summary, &operation->summary_statement);
	if (r == 0 && operation->parent)
		r = prove_statement(prover, operation->parent, &operation->parent_statement);
	return r;
}

int bind_prove(struct contract *contract, struct db_connection *connection, size_t statements,
	       char **ret_error)
{
	struct prover prover = {.connection = connection, .ret_error = ret_error};
	int r = 0;

	prover.column = (struct db_statement){(char *)"prove.column", (char *)prove_column_text,
					      false, statements};
	for (size_t i = 0; i < contract->count && r == 0; i++)
		r = prove_operation(&prover, &contract->operations[i]);
	return r;
}
