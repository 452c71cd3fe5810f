/* SPDX-License-Identifier: MIT */
/* Which connections are open and which of them are between requests: libmicrohttpd knows, but does
 * not tell, and a stop must. */
#pragma once

#include <ulfius.h>

#include "../common.h"

/* Callbacks for MHD_start_daemon. */
void connections_notify(void *user, struct MHD_Connection *connection, void **socket_context,
			enum MHD_ConnectionNotificationCode code);
void *connections_request_begins(void *user, const char *uri, struct MHD_Connection *connection);
void connections_request_ends(void *user, struct MHD_Connection *connection, void **context,
			      enum MHD_RequestTerminationCode code);
/* Shuts the sockets of connections that are between requests. */
void connections_shut_idle(void);
