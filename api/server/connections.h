/* SPDX-License-Identifier: MIT */
/*
 * What each open connection is doing: libmicrohttpd knows, but does not tell. A stop shuts those
 * that are between requests; a watchdog ends those whose request does not arrive in time, since
 * libmicrohttpd's own timeout begins anew with every byte.
 */
#pragma once

#include <ulfius.h>

#include "../common.h"

/* Callbacks for MHD_start_daemon. */
void connections_notify(void *user, struct MHD_Connection *connection, void **socket_context,
			enum MHD_ConnectionNotificationCode code);
void *connections_request_begins(void *user, const char *uri, struct MHD_Connection *connection);
void connections_request_ends(void *user, struct MHD_Connection *connection, void **context,
			      enum MHD_RequestTerminationCode code);
/* The connection of the calling thread has its request whole: it is ours now, and no longer timed.
 */
void connections_request_arrived(void);
/* Shuts the sockets of connections that are between requests. */
void connections_shut_idle(void);

/*
 * Ends, from now on, connections whose request line, headers or body take longer than seconds: with
 * what late returns (a whole reply, owned; NULL for none) when a request line has come, silently
 * otherwise. 0 or -EAGAIN. connections_unwatch waits for the watchdog's thread to end.
 */
int connections_watch(long seconds, char *(*late)(void *user), void *user) MUST_CHECK;
void connections_unwatch(void);
