/* SPDX-License-Identifier: MIT */
/* Notifications: what a connection hears when it asks nothing. */
#include <errno.h>
#include <poll.h>

#include "db_link.h"

void db_set_patience(struct db_connection *connection, int patience_ms)
{
	connection->patience_ms = patience_ms;
}

/* Takes what has been said. Whether there was anything. */
static bool db_take_notices(struct db_connection *connection,
			    void (*hear)(void *user, const char *words), void *user)
{
	PGnotify *notice;
	bool heard = false;

	while ((notice = PQnotifies(connection->link))) {
		if (hear)
			hear(user, notice->extra);
		PQfreemem(notice);
		heard = true;
	}
	return heard;
}

int db_await_notice(struct db_connection *connection, int wake, int wait_ms,
		    void (*hear)(void *user, const char *words), void *user)
{
	struct pollfd waiters[] = {{.fd = wake, .events = POLLIN}, {.events = POLLIN}};
	int ready;

	if (!db_connected(connection))
		return DB_LOST;
	waiters[1].fd = PQsocket(connection->link);
	if (db_take_notices(connection, hear, user))
		return 0;
	do {
		ready = poll(waiters, 2, wait_ms);
	} while (ready < 0 && errno == EINTR);
	if (ready <= 0 || waiters[0].revents)
		return DB_QUIET;
	if (PQconsumeInput(connection->link) != 1)
		return DB_LOST;
	return db_take_notices(connection, hear, user) ? 0 : DB_QUIET;
}

void db_pause(int wake, int wait_ms)
{
	struct pollfd waiter = {.fd = wake, .events = POLLIN};

	(void)poll(&waiter, 1, wait_ms);
}
