/* SPDX-License-Identifier: MIT */
/* Shared by the files that prove operations against a database. All return 0, BIND_… or -ENOMEM. */
#pragma once

#include "bind.h"

struct prover {
	struct db_connection *connection;
	size_t number; /* a place for a statement of the prover's own */
	char **ret_error;
};

/* Refuses, saying where and what. */
int prove_fail(struct prover *prover, const char *where, const char *what);
/* Translates the database module's outcome; keeps its words. */
int prove_outcome(struct prover *prover, int r, const char *where, const struct db_reply *reply);
/* Prepares a statement, which must return the column (NULL: any). A statement without text is fine.
 */
int prove_statement(struct prover *prover, const struct sql_file *file,
		    const struct bound_statement *bound, const char *column);
/* Proves that what may be kept in memory is made from the schema reference only. */
int prove_cached(struct prover *prover, const struct operation *operation);
/* Proves a list's orders: their statements, their keys, their indexes. */
int prove_list(struct prover *prover, struct operation *operation);
