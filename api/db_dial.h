/* SPDX-License-Identifier: MIT */
/* How every connection to PostgreSQL begins. */
#pragma once

#include <libpq-fe.h>

/*
 * Connects as PQconnectdbParams() does with expand_dbname, waiting as long as connect_timeout says
 * for each host; but nothing that the server remarks, then or later, is printed: libpq would put it
 * among the lines of the log. The caller asks PQstatus() and owns the connection, bad ones too;
 * NULL when memory is out.
 */
PGconn *db_dial(const char *const *names, const char *const *values);
