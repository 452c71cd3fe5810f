/* SPDX-License-Identifier: MIT */
/*
 * Beside the db module the one file that knows libpq. An import needs what the service's pooled
 * connections must never do: COPY FROM STDIN, statements that take as long as they take, and
 * several statements in one string. It has a connection of its own.
 */
#include "copy.h"

#include <errno.h>
#include <libpq-fe.h>
#include <string.h>

#include "../db_dial.h"

struct copy {
	PGconn *connection;
	PGcancel *cancel; /* of the connection; may be used by another thread */
};

static void copy_clear(PGresult **result)
{
	PQclear(*result);
}

#define CLEANUP_RESULT CLEANUP(copy_clear)

/* PostgreSQL's message without its last line break and, when there is one, its primary line only.
 */
static int copy_fault(struct copy *copy, struct fault *fault)
{
	const char *message = PQerrorMessage(copy->connection);

	return fault_set(fault, -EIO, "the database says: %.*s", (int)strcspn(message, "\n"),
			 message);
}

int copy_open(const char *database, struct copy **ret_copy, struct fault *fault)
{
	/* The caller's string comes last, so that it may say otherwise; the encoding is what the
	 * rows are written in. */
	static const char *const names[] = {"fallback_application_name", "client_encoding",
					    "dbname", NULL};
	const char *const values[] = {"accord import", "UTF8", database, NULL};
	CLEANUP(copy_cleanup) struct copy *copy = calloc(1, sizeof(*copy));

	if (!copy)
		return fault_set(fault, -ENOMEM, "not enough memory");
	copy->connection = db_dial(names, values);
	if (!copy->connection)
		return fault_set(fault, -ENOMEM, "not enough memory");
	if (PQstatus(copy->connection) != CONNECTION_OK) {
		copy_fault(copy, fault);
		return -ENOTCONN;
	}
	copy->cancel = PQgetCancel(copy->connection);
	if (!copy->cancel)
		return fault_set(fault, -ENOMEM, "not enough memory");
	*ret_copy = TAKE_PTR(copy);
	return 0;
}

void copy_close(struct copy *copy)
{
	if (!copy)
		return;
	PQfreeCancel(copy->cancel);
	PQfinish(copy->connection);
	free(copy);
}

int copy_execute(struct copy *copy, const char *sql, struct fault *fault)
{
	CLEANUP_RESULT PGresult *result = PQexec(copy->connection, sql);
	ExecStatusType status = PQresultStatus(result);

	if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
		return 0;
	return copy_fault(copy, fault);
}

int copy_send(struct copy *copy, const char *sql, struct fault *fault)
{
	return PQsendQuery(copy->connection, sql) == 1 ? 0 : copy_fault(copy, fault);
}

int copy_await(struct copy *copy, struct fault *fault)
{
	PGresult *result;
	int r = 0;

	while ((result = PQgetResult(copy->connection))) {
		if (PQresultStatus(result) != PGRES_TUPLES_OK)
			r = copy_fault(copy, fault);
		PQclear(result);
	}
	return r;
}

int copy_warm(struct copy *copy, struct fault *fault)
{
	return copy_send(copy,
			 "select postgis.st_transform(postgis.st_setsrid("
			 "postgis.st_makepoint(530000, 180000), 27700), 4326)",
			 fault);
}

int copy_call(struct copy *copy, const char *sql, size_t count, const char *const *values,
	      struct fault *fault)
{
	CLEANUP_RESULT PGresult *result =
		PQexecParams(copy->connection, sql, (int)count, NULL, values, NULL, NULL, 0);

	return PQresultStatus(result) == PGRES_TUPLES_OK ? 0 : copy_fault(copy, fault);
}

int copy_set(struct copy *copy, const char *name, const char *value, struct fault *fault)
{
	const char *const values[] = {name, value};

	return copy_call(copy, "select pg_catalog.set_config($1, $2, true)", ARRAY_LENGTH(values),
			 values, fault);
}

void copy_cancel(struct copy *copy)
{
	char words[256];

	(void)PQcancel(copy->cancel, words, sizeof(words));
}

int copy_select(struct copy *copy, const char *sql, int columns, copy_row_fn *take, void *context,
		struct fault *fault)
{
	CLEANUP_RESULT PGresult *result = PQexec(copy->connection, sql);
	CLEANUP_FREE const char **fields = NULL;

	if (PQresultStatus(result) != PGRES_TUPLES_OK || PQnfields(result) != columns)
		return copy_fault(copy, fault);
	fields = calloc((size_t)columns, sizeof(*fields));
	if (!fields)
		return fault_set(fault, -ENOMEM, "not enough memory");
	for (int row = 0; row < PQntuples(result); row++) {
		int r;

		for (int i = 0; i < columns; i++)
			fields[i] = PQgetisnull(result, row, i) ? NULL : PQgetvalue(result, row, i);
		r = take(context, fields);
		if (r < 0)
			return r;
	}
	return 0;
}

int copy_begin(struct copy *copy, const char *sql, struct fault *fault)
{
	CLEANUP_RESULT PGresult *result = PQexec(copy->connection, sql);

	return PQresultStatus(result) == PGRES_COPY_IN ? 0 : copy_fault(copy, fault);
}

int copy_put(struct copy *copy, const struct buffer *rows, struct fault *fault)
{
	if (PQputCopyData(copy->connection, rows->data, (int)rows->length) == 1)
		return 0;
	return copy_fault(copy, fault);
}

int copy_end(struct copy *copy, struct fault *fault)
{
	CLEANUP_RESULT PGresult *result = NULL;

	if (PQputCopyEnd(copy->connection, NULL) != 1)
		return copy_fault(copy, fault);
	result = PQgetResult(copy->connection);
	if (PQresultStatus(result) != PGRES_COMMAND_OK)
		return copy_fault(copy, fault);
	/* Until the end of results has been read, the connection takes no other command. */
	PQclear(PQgetResult(copy->connection));
	return 0;
}
