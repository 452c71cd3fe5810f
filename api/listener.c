/* SPDX-License-Identifier: MIT */
#include "listener.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "db.h"
#include "log.h"

enum { LISTENER_PAUSE_MS = 250 }; /* between attempts to connect */

struct listener {
	const struct listener_kind *kind;
	const char *database;
	void *user;
	struct db_connection *connection; /* of the thread alone */
	pthread_t thread;
	int wake; /* an eventfd: readable when it is time to leave */
	atomic_bool leaving;
	bool complained; /* what keeps it from listening has been told */
};

/* Tells once why it does not listen. */
static void listener_complain(struct listener *listener, const char *words)
{
	if (!listener->complained)
		log_event(LOG_WARNING, "no %s: %s", listener->kind->what, words);
	listener->complained = true;
}

int listener_ask(struct listener *listener, const char *text, int64_t *ret_number)
{
	struct db_reply reply;
	const char *number;
	int r = db_run_text(listener->connection, text, &reply);

	if (r == 0) {
		number = db_rows(&reply, 0) ? db_value(&reply, 0, 0, 0) : NULL;
		*ret_number = number ? strtoll(number, NULL, 10) : 0;
	} else if (r == DB_FAILED && reply.error.message) {
		listener_complain(listener, reply.error.message);
	}
	db_reply_finish(&reply);
	return r;
}

/* Listens, and learns what was said meanwhile. */
static int listener_begin(struct listener *listener)
{
	CLEANUP_FREE char *text = NULL;
	int64_t nothing;
	int r;

	if (asprintf(&text, "listen %s", listener->kind->channel) < 0) {
		text = NULL;
		return -ENOMEM;
	}
	r = listener_ask(listener, text, &nothing);
	if (r == 0)
		r = listener->kind->catch_up(listener->user, listener, LISTENER_BEGUN);
	if (r == 0 && listener->complained)
		log_event(LOG_INFO, "%s again", listener->kind->what);
	if (r == 0)
		listener->complained = false;
	return r;
}

/* One connection's life. */
static void listener_listen(struct listener *listener)
{
	const struct listener_kind *kind = listener->kind;
	int r = db_connect(listener->connection);

	if (r == 0)
		r = listener_begin(listener);
	while (r == 0 && !atomic_load(&listener->leaving)) {
		r = db_await_notice(listener->connection, listener->wake, kind->beat_ms, kind->hear,
				    listener->user);
		if (r == 0)
			r = kind->catch_up(listener->user, listener, LISTENER_TOLD);
		else if (r == DB_QUIET)
			r = kind->catch_up(listener->user, listener, LISTENER_SILENT);
	}
	kind->lose(listener->user);
	if (r != 0)
		listener_complain(listener, db_reason(listener->connection)[0]
						    ? db_reason(listener->connection)
						    : "connection lost");
}

static void *listener_run(void *user)
{
	struct listener *listener = user;

	while (!atomic_load(&listener->leaving)) {
		if (db_connection_new(listener->database, 0, &listener->connection) == 0) {
			db_set_patience(listener->connection, listener->kind->patience_ms);
			listener_listen(listener);
			listener->connection = db_connection_free(listener->connection);
		}
		db_pause(listener->wake, LISTENER_PAUSE_MS);
	}
	return NULL;
}

int listener_start(const struct listener_kind *kind, const char *database, void *user,
		   struct listener **ret_listener)
{
	struct listener *listener = calloc(1, sizeof(*listener));
	int r;

	if (!listener)
		return -ENOMEM;
	listener->kind = kind;
	listener->database = database;
	listener->user = user;
	listener->wake = eventfd(0, EFD_CLOEXEC);
	r = listener->wake < 0 ? -errno : 0;
	if (r == 0)
		r = -pthread_create(&listener->thread, NULL, listener_run, listener);
	if (r < 0) {
		if (listener->wake >= 0)
			close(listener->wake);
		free(listener);
		return r;
	}
	*ret_listener = listener;
	return 0;
}

struct listener *listener_stop(struct listener *listener)
{
	if (!listener)
		return NULL;
	atomic_store(&listener->leaving, true);
	(void)eventfd_write(listener->wake, 1);
	pthread_join(listener->thread, NULL);
	close(listener->wake);
	free(listener);
	return NULL;
}
