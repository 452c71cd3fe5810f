/* SPDX-License-Identifier: MIT */
#include "connections.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "../clock.h"

enum { WATCH_STEP_MS = 250 };

enum connection_state {
	CONNECTION_WAITING,   /* for a request line and headers */
	CONNECTION_RECEIVING, /* the request line has come; headers or body have not all */
	CONNECTION_ANSWERING, /* ours */
	CONNECTION_ENDED,     /* by the watchdog; the socket is libmicrohttpd's to close */
};

/* The state and since when, in one word: the connection's thread changes it without a lock, and the
 * watchdog only from what it has seen. */
struct connection {
	int socket;
	atomic_uint_fast64_t since_and_state;
	struct connection *next, **previous;
};

enum { CONNECTION_STATES = 4 }; /* of a word's values: the rest is the time in nanoseconds */

/* libmicrohttpd's callbacks carry no pointer of ours through ulfius: the list is the process's. */
static pthread_mutex_t connections_lock = PTHREAD_MUTEX_INITIALIZER;
static struct connection *connections;
static _Thread_local struct connection *connections_own; /* a thread serves one connection */

static struct {
	pthread_t thread;
	pthread_cond_t wake;
	bool runs;
	uint64_t patience_ns;
	char *(*late)(void *user);
	void *user;
} watchdog;

static struct connection *connections_find(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info ? info->socket_context : NULL;
}

static uint64_t connections_word(enum connection_state state)
{
	return clock_monotonic_ns() / CONNECTION_STATES * CONNECTION_STATES + state;
}

static enum connection_state connections_state(uint64_t word)
{
	return (enum connection_state)(word % CONNECTION_STATES);
}

static void connections_enter(struct connection *connection, enum connection_state state)
{
	uint64_t word, entered = connections_word(state);

	if (!connection)
		return;
	word = atomic_load(&connection->since_and_state);
	while (connections_state(word) != CONNECTION_ENDED &&
	       !atomic_compare_exchange_weak(&connection->since_and_state, &word, entered))
		;
}

static struct connection *connections_add(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct connection *added = calloc(1, sizeof(*added));

	if (!added || !info) {
		free(added);
		return NULL; /* it is only not watched */
	}
	added->socket = info->connect_fd;
	atomic_init(&added->since_and_state, connections_word(CONNECTION_WAITING));
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
	connections_own = connections_find(connection);
	connections_enter(connections_own, CONNECTION_RECEIVING);
	return ulfius_uri_logger(user, uri);
}

void connections_request_arrived(void)
{
	connections_enter(connections_own, CONNECTION_ANSWERING);
}

void connections_request_ends(void *user, struct MHD_Connection *connection, void **context,
			      enum MHD_RequestTerminationCode code)
{
	connections_enter(connections_find(connection), CONNECTION_WAITING);
	mhd_request_completed(user, connection, context, code);
}

void connections_shut_idle(void)
{
	pthread_mutex_lock(&connections_lock);
	for (struct connection *at = connections; at; at = at->next)
		if (connections_state(atomic_load(&at->since_and_state)) == CONNECTION_WAITING)
			shutdown(at->socket, SHUT_RDWR);
	pthread_mutex_unlock(&connections_lock);
}

/* A client that has not finished sending is told once; what does not fit its window is lost. */
static void watchdog_answer(int socket)
{
	CLEANUP_FREE char *text = watchdog.late(watchdog.user);

	if (text)
		(void)send(socket, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* Under the lock, so that the socket cannot be closed and another opened under its number
 * meanwhile. */
static void watchdog_look(uint64_t now_ns)
{
	for (struct connection *at = connections; at; at = at->next) {
		uint64_t word = atomic_load(&at->since_and_state);
		bool receiving = connections_state(word) == CONNECTION_RECEIVING;

		if ((!receiving && connections_state(word) != CONNECTION_WAITING) ||
		    now_ns - word < watchdog.patience_ns || now_ns < word)
			continue;
		if (!atomic_compare_exchange_strong(&at->since_and_state, &word,
						    connections_word(CONNECTION_ENDED)))
			continue; /* something has come just now */
		if (receiving)
			watchdog_answer(at->socket);
		shutdown(at->socket, SHUT_RDWR);
	}
}

static void *watchdog_run(void *user)
{
	pthread_mutex_lock(&connections_lock);
	while (watchdog.runs) {
		struct timespec until;

		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += WATCH_STEP_MS * 1000000L;
		until.tv_sec += until.tv_nsec / 1000000000L;
		until.tv_nsec %= 1000000000L;
		pthread_cond_timedwait(&watchdog.wake, &connections_lock, &until);
		watchdog_look(clock_monotonic_ns());
	}
	pthread_mutex_unlock(&connections_lock);
	return NULL;
}

int connections_watch(long seconds, char *(*late)(void *user), void *user)
{
	watchdog.patience_ns = (uint64_t)seconds * 1000000000u;
	watchdog.late = late;
	watchdog.user = user;
	watchdog.runs = true;
	pthread_cond_init(&watchdog.wake, NULL);
	if (pthread_create(&watchdog.thread, NULL, watchdog_run, NULL) == 0)
		return 0;
	watchdog.runs = false;
	return -EAGAIN;
}

void connections_unwatch(void)
{
	pthread_mutex_lock(&connections_lock);
	if (!watchdog.runs) {
		pthread_mutex_unlock(&connections_lock);
		return;
	}
	watchdog.runs = false;
	pthread_cond_signal(&watchdog.wake);
	pthread_mutex_unlock(&connections_lock);
	pthread_join(watchdog.thread, NULL);
	pthread_cond_destroy(&watchdog.wake);
}
