/* SPDX-License-Identifier: MIT */
#include "db_dial.h"

#include <stddef.h>

static void db_ignore_notice(void *user, const PGresult *notice)
{
}

/* A server that ends remarks on it to sessions that are not open yet, and PQconnectdbParams() gives
 * no chance to say who hears that. So a connection is begun, of which the server has heard nothing
 * but that somebody called, and then made in one piece with the receiver that it has by then. */
PGconn *db_dial(const char *const *names, const char *const *values)
{
	PGconn *link = PQconnectStartParams(names, values, 1);

	if (!link)
		return NULL;
	PQsetNoticeReceiver(link, db_ignore_notice, NULL);
	if (PQstatus(link) != CONNECTION_BAD)
		PQreset(link);
	return link;
}
