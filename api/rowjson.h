/* SPDX-License-Identifier: MIT */
/*
 * A row's record as JSON: whole, in a column of that name, or in parts. The column of a part is
 * called by its path: ".urn" is a member of the record, ".address.town" one of an object in it;
 * behind a question mark, ".type?.code", the object is null when all its members are. A part is a
 * text, a number, a boolean, a date, a UUID or JSON. What comes out says the same as row_to_json of
 * PostgreSQL, which asks the catalogue for the type of every value: that takes ten times as long.
 */
#pragma once

#include "buffer.h"
#include "db.h"

enum {
	ROWJSON_UNFIT = 1, /* the columns make no record */
};

/* How the columns of a statement make a record. */
struct rowjson;

/*
 * Learns it from a statement that has been described; name is what the record is called where it is
 * whole. ret_json is NULL when there is neither such a column nor a part. 0; ROWJSON_UNFIT with an
 * owned ret_fault; -ENOMEM.
 */
int rowjson_new(const struct db_reply *described, const char *name, struct rowjson **ret_json,
		char **ret_fault) MUST_CHECK;
struct rowjson *rowjson_free(struct rowjson *json);

/* Whether the record comes in parts: then its members are in the order of the columns. */
bool rowjson_in_parts(const struct rowjson *json);
/* Whether a row has a record: one that is whole may be null. */
bool rowjson_present(const struct rowjson *json, const struct db_reply *rows, size_t step,
		     size_t row);
/* Adds a row's record; null when there is none. 0, or what the buffer failed with. */
int rowjson_write(const struct rowjson *json, const struct db_reply *rows, size_t step, size_t row,
		  struct buffer *buffer);
/* As a text of its own, owned; NULL when there is none, or json is NULL. 0, -ENOMEM, -E2BIG. */
int rowjson_take(const struct rowjson *json, const struct db_reply *rows, size_t step, size_t row,
		 char **ret_text) MUST_CHECK;
