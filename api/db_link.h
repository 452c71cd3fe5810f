/* SPDX-License-Identifier: MIT */
/* Shared by the files that know libpq: what a connection is. */
#pragma once

#include <libpq-fe.h>

#include "db.h"

enum db_mode { DB_MODE_UNKNOWN, DB_MODE_GENERIC, DB_MODE_CUSTOM };

struct db_connection {
	const char *conninfo;
	PGconn *link;
	bool *prepared; /* by statement number */
	size_t statements;
	enum db_mode mode;
	bool stale;      /* a prepared statement no longer fits the schema: none is kept */
	bool listens;    /* prepares nothing, and does not wait for what others need */
	int patience_ms; /* of silence, after which the server is given up */
	char *reason;
};
