/* SPDX-License-Identifier: MIT */
/* What came back: errors in words of our own struct, rows and columns by name. */
#include "db_reply.h"

#include <errno.h>
#include <string.h>

static int db_copy(const char *text, char **ret_text)
{
	*ret_text = text ? strdup(text) : NULL;
	return text && !*ret_text ? -ENOMEM : 0;
}

static int db_copy_field(const PGresult *result, int field, char **ret_text)
{
	return db_copy(PQresultErrorField(result, field), ret_text);
}

int db_reply_note_error(const PGresult *result, size_t step, struct db_error *error)
{
	const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	int relation = PQresultErrorField(result, PG_DIAG_TABLE_NAME) ? PG_DIAG_TABLE_NAME
								      : PG_DIAG_DATATYPE_NAME;

	if (error->sqlstate[0])
		return 0;
	error->step = step;
	snprintf(error->sqlstate, sizeof(error->sqlstate), "%s", sqlstate ? sqlstate : "XX000");
	if (db_copy_field(result, PG_DIAG_MESSAGE_PRIMARY, &error->message) < 0 ||
	    db_copy_field(result, PG_DIAG_MESSAGE_DETAIL, &error->detail) < 0 ||
	    db_copy_field(result, PG_DIAG_MESSAGE_HINT, &error->hint) < 0 ||
	    db_copy_field(result, PG_DIAG_SCHEMA_NAME, &error->schema) < 0 ||
	    db_copy_field(result, relation, &error->relation) < 0 ||
	    db_copy_field(result, PG_DIAG_CONSTRAINT_NAME, &error->constraint) < 0)
		return -ENOMEM;
	return 0;
}

bool db_is_stale(const struct db_error *error)
{
	return strcmp(error->sqlstate, "0A000") == 0 || strcmp(error->sqlstate, "26000") == 0 ||
	       strcmp(error->sqlstate, "42P05") == 0;
}

bool db_is_parting(const struct db_error *error)
{
	return strncmp(error->sqlstate, "57P", 3) == 0 || strncmp(error->sqlstate, "08", 2) == 0;
}

void db_reply_finish(struct db_reply *reply)
{
	for (size_t i = 0; i < ARRAY_LENGTH(reply->results); i++)
		PQclear(reply->results[i]);
	free(reply->error.message);
	free(reply->error.detail);
	free(reply->error.hint);
	free(reply->error.schema);
	free(reply->error.relation);
	free(reply->error.constraint);
	*reply = (struct db_reply){0};
}

size_t db_rows(const struct db_reply *reply, size_t step)
{
	return reply->results[step] ? (size_t)PQntuples(reply->results[step]) : 0;
}

int db_column(const struct db_reply *reply, size_t step, const char *name)
{
	return reply->results[step] ? PQfnumber(reply->results[step], name) : -1;
}

const char *db_value(const struct db_reply *reply, size_t step, size_t row, int column)
{
	if (column < 0 || PQgetisnull(reply->results[step], (int)row, column))
		return NULL;
	return PQgetvalue(reply->results[step], (int)row, column);
}

size_t db_value_length(const struct db_reply *reply, size_t step, size_t row, int column)
{
	return column < 0 ? 0 : (size_t)PQgetlength(reply->results[step], (int)row, column);
}

const char *db_text(const struct db_reply *reply, size_t step, size_t row, int column,
		    size_t *ret_length)
{
	*ret_length = db_value_length(reply, step, row, column);
	return *ret_length ? PQgetvalue(reply->results[step], (int)row, column)
			   : db_value(reply, step, row, column);
}

int db_copy_value(const struct db_reply *reply, size_t step, size_t row, const char *column,
		  char **ret_text)
{
	return db_copy(db_value(reply, step, row, db_column(reply, step, column)), ret_text);
}

size_t db_columns(const struct db_reply *reply, size_t step)
{
	return reply->results[step] ? (size_t)PQnfields(reply->results[step]) : 0;
}

const char *db_column_name(const struct db_reply *reply, size_t step, int column)
{
	return PQfname(reply->results[step], column);
}

unsigned db_column_type(const struct db_reply *reply, size_t step, int column)
{
	return PQftype(reply->results[step], column);
}

unsigned db_column_table(const struct db_reply *reply, int column, int *ret_number)
{
	*ret_number = PQftablecol(reply->results[0], column);
	return PQftable(reply->results[0], column);
}
