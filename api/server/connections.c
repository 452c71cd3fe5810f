/* SPDX-License-Identifier: MIT */
#include "connections.h"

#include <pthread.h>
#include <sys/socket.h>

struct connection {
	int socket;
	bool busy;
	struct connection *next, **previous;
};

/* libmicrohttpd's callbacks carry no pointer of ours through ulfius: the list is the process's. */
static pthread_mutex_t connections_lock = PTHREAD_MUTEX_INITIALIZER;
static struct connection *connections;

static struct connection *connections_find(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info ? info->socket_context : NULL;
}

static void connections_set_busy(struct MHD_Connection *connection, bool busy)
{
	struct connection *found = connections_find(connection);

	pthread_mutex_lock(&connections_lock);
	if (found)
		found->busy = busy;
	pthread_mutex_unlock(&connections_lock);
}

static struct connection *connections_add(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct connection *added = calloc(1, sizeof(*added));

	if (!added || !info) {
		free(added);
		return NULL; /* it is only not shut early */
	}
	added->socket = info->connect_fd;
	added->next = connections;
	added->previous = &connections;
	if (connections)
		connections->previous = &added->next;
	connections = added;
	return added;
}

void connections_notify(void *user, struct MHD_Connection *connection, void **socket_context,
			enum MHD_ConnectionNotificationCode code)
{
	struct connection *closing;

	pthread_mutex_lock(&connections_lock);
	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		*socket_context = connections_add(connection);
	} else if (*socket_context) {
		closing = *socket_context;
		*closing->previous = closing->next;
		if (closing->next)
			closing->next->previous = closing->previous;
		*socket_context = NULL;
		free(closing);
	}
	pthread_mutex_unlock(&connections_lock);
}

void *connections_request_begins(void *user, const char *uri, struct MHD_Connection *connection)
{
	connections_set_busy(connection, true);
	return ulfius_uri_logger(user, uri);
}

void connections_request_ends(void *user, struct MHD_Connection *connection, void **context,
			      enum MHD_RequestTerminationCode code)
{
	connections_set_busy(connection, false);
	mhd_request_completed(user, connection, context, code);
}

void connections_shut_idle(void)
{
	pthread_mutex_lock(&connections_lock);
	for (struct connection *at = connections; at; at = at->next)
		if (!at->busy)
			shutdown(at->socket, SHUT_RDWR);
	pthread_mutex_unlock(&connections_lock);
}
