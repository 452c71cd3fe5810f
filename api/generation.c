/* SPDX-License-Identifier: MIT */
/*
 * Why nothing stale is ever answered.
 *
 * An import changes tables in one or more transactions; the last of them raises the number in
 * reference.generation and notifies. Whoever fills the cache begins the filling before it runs its
 * query, and a filling is kept only if the cache has not been closed since it began, which closing
 * it counts (cache.c). So let the cache be open under number n, and an entry be found in it:
 *
 *  - the filling began while the cache was open under n, and it was opened after the database had
 *    said n: every import that raised the number to n or below had committed before the filling's
 *    query took its snapshot, which therefore sees all of it;
 *  - an import that raises the number to n + 1 may be seen by the query wholly, in part or not at
 *    all. The listener closes the cache when it hears of it, and with the cache all entries and all
 *    fillings under way are gone, whichever it was.
 *
 * There is no need, then, to read the number with each query, and no order in which an answer from
 * before an import can be kept after the import is known here.
 *
 * What is left is the time until it is known: a notification is quick but is not part of the
 * commit. Therefore each listener says what it has opened its cache under, by a shared advisory
 * lock (GENERATION_LOCK, number) of its session; an import (import/settle.c) does not end until
 * nobody holds a lock on an older number. A session that ends loses its lock and its listener
 * closes the cache; a listener that cannot tell (the network is silent) asks every
 * GENERATION_BEAT_MS, gives up after GENERATION_PATIENCE_MS more, and both together are shorter
 * than an import waits. The lock comes before the number is read the second time: an import that
 * has looked for locks meanwhile has raised the number before it looked, so the second reading
 * differs and the cache stays closed.
 */
#include "generation.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "db.h"
#include "log.h"

enum {
	GENERATION_BEAT_MS = 1000,     /* of silence, after which the number is asked for */
	GENERATION_PATIENCE_MS = 1000, /* in which the database answers */
	GENERATION_PAUSE_MS = 250,     /* between attempts to connect */
	GENERATION_TRIES = 8,          /* readings in a row that may differ */
};

struct generation {
	pthread_t thread;
	const char *database;
	struct cache *cache;
	int wake; /* an eventfd: readable when it is time to leave */
	atomic_bool leaving;
	bool silent; /* what keeps the cache closed has been told */
};

static const char *const generation_read_text = "select number from reference.generation";
static const char *const generation_say_text =
	"select number, pg_advisory_unlock_all(), pg_advisory_lock_shared(" GENERATION_LOCK
	", (number % 2147483648)::integer) from reference.generation";

/* Tells once what keeps the cache closed. */
static void generation_complain(struct generation *generation, const char *words)
{
	if (!generation->silent)
		log_event(LOG_WARNING, "no replies from memory: %s", words);
	generation->silent = true;
}

/* Runs a text and reads the number it returns (0 when it returns none). 0, or a failure as of
 * db_run_text. */
static int generation_ask(struct generation *generation, struct db_connection *connection,
			  const char *text, int64_t *ret_number)
{
	struct db_reply reply;
	const char *number;
	int r = db_run_text(connection, text, &reply);

	if (r == 0) {
		number = db_rows(&reply, 0) ? db_value(&reply, 0, 0, 0) : NULL;
		*ret_number = number ? strtoll(number, NULL, 10) : 0;
	} else if (r == DB_FAILED && reply.error.message) {
		generation_complain(generation, reply.error.message);
	}
	db_reply_finish(&reply);
	return r;
}

/* Closes the cache and opens it under the database's number. 0 or DB_…. */
static int generation_settle(struct generation *generation, struct db_connection *connection,
			     int64_t *ret_number)
{
	int64_t said = 0, number = -1;
	int r = 0;

	cache_close(generation->cache);
	for (int i = 0; r == 0 && said != number && i < GENERATION_TRIES; i++) {
		r = generation_ask(generation, connection, generation_say_text, &said);
		if (r == 0)
			r = generation_ask(generation, connection, generation_read_text, &number);
	}
	if (r != 0 || said != number)
		return r != 0 ? r : DB_LOST;
	cache_open(generation->cache, number);
	if (generation->silent)
		log_event(LOG_INFO, "replies from memory again");
	generation->silent = false;
	*ret_number = number;
	return 0;
}

/* One connection's life: listens, opens the cache, closes and opens it at each notice. */
static void generation_listen(struct generation *generation, struct db_connection *connection)
{
	int64_t open = -1, number = 0;
	int r = db_connect(connection);

	if (r == 0)
		r = generation_ask(generation, connection, "listen accord_generation", &number);
	if (r == 0)
		r = generation_settle(generation, connection, &open);
	while (r == 0 && !atomic_load(&generation->leaving)) {
		r = db_await_notice(connection, generation->wake, GENERATION_BEAT_MS);
		if (r == DB_QUIET) {
			r = generation_ask(generation, connection, generation_read_text, &number);
			if (r != 0 || number == open)
				continue;
		}
		if (r == 0)
			r = generation_settle(generation, connection, &open);
	}
	cache_close(generation->cache);
	if (r != 0)
		generation_complain(generation, db_reason(connection)[0] ? db_reason(connection)
									 : "connection lost");
}

static void *generation_run(void *user)
{
	struct generation *generation = user;

	while (!atomic_load(&generation->leaving)) {
		struct db_connection *connection;

		if (db_connection_new(generation->database, 0, &connection) == 0) {
			db_set_patience(connection, GENERATION_PATIENCE_MS);
			generation_listen(generation, connection);
			db_connection_free(connection);
		}
		db_pause(generation->wake, GENERATION_PAUSE_MS);
	}
	return NULL;
}

int generation_follow(const char *database, struct cache *cache, struct generation **ret_generation)
{
	struct generation *generation = calloc(1, sizeof(*generation));
	int r;

	if (!generation)
		return -ENOMEM;
	generation->database = database;
	generation->cache = cache;
	generation->wake = eventfd(0, EFD_CLOEXEC);
	r = generation->wake < 0 ? -errno : 0;
	if (r == 0)
		r = -pthread_create(&generation->thread, NULL, generation_run, generation);
	if (r < 0) {
		if (generation->wake >= 0)
			close(generation->wake);
		free(generation);
		return r;
	}
	*ret_generation = generation;
	return 0;
}

struct generation *generation_leave(struct generation *generation)
{
	if (!generation)
		return NULL;
	atomic_store(&generation->leaving, true);
	(void)eventfd_write(generation->wake, 1);
	pthread_join(generation->thread, NULL);
	close(generation->wake);
	free(generation);
	return NULL;
}
