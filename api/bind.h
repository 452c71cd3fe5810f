/* SPDX-License-Identifier: MIT */
/* Joins the contract's operations with their SQL files and C handlers, and proves the result
 * against a database. */
#pragma once

#include "contract.h"

/*
 * Loads folder/<resource>/<operationId>.sql for every operation without a handler, numbers the
 * statements, and refuses what does not join: a missing or an orphan file, an undeclared or unused
 * parameter, orders that differ from the contract's. handlers is a table of (operationId, function,
 * cost) ended by a NULL name. ret_statements is how many were numbered. 0, -EINVAL, -ENOENT with
 * ret_error; -ENOMEM.
 */
struct bind_handler {
	const char *id;
	operation_handler function;
	enum sql_cost cost;
};
int bind_operations(struct contract *contract, const char *folder,
		    const struct bind_handler *handlers, size_t *ret_statements,
		    char **ret_error) MUST_CHECK;

/*
 * Prepares every statement on a connection and notes how its rows make what an operation shows,
 * without which none may run; for each order of a list, checks that its last key is
 * unique and not null, notes whether its first can be null, and that an index serves it. 0; 1 with
 * an owned ret_error when a statement or order is refused; DB_LOST + 1 when the database cannot be
 * reached (ret_error says why); -ENOMEM.
 */
enum { BIND_REFUSED = 1, BIND_UNREACHABLE };
int bind_prove(struct contract *contract, struct db_connection *connection, size_t statements,
	       char **ret_error) MUST_CHECK;
