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

#include "db.h"
#include "listener.h"

enum {
	GENERATION_BEAT_MS = 1000,     /* of silence, after which the number is asked for */
	GENERATION_PATIENCE_MS = 1000, /* in which the database answers */
	GENERATION_TRIES = 8,          /* readings in a row that may differ */
};

struct generation {
	struct listener *listener;
	struct cache *cache;
	int64_t open; /* the number that the cache was opened under */
};

static const char *const generation_read_text = "select number from reference.generation";
static const char *const generation_say_text =
	"select number, pg_advisory_unlock_all(), pg_advisory_lock_shared(" GENERATION_LOCK
	", (number % 2147483648)::integer) from reference.generation";

/* Closes the cache and opens it under the database's number. 0 or DB_…. */
static int generation_settle(struct generation *generation, struct listener *listener)
{
	int64_t said = 0, number = -1;
	int r = 0;

	cache_close(generation->cache);
	for (int i = 0; r == 0 && said != number && i < GENERATION_TRIES; i++) {
		r = listener_ask(listener, generation_say_text, &said);
		if (r == 0)
			r = listener_ask(listener, generation_read_text, &number);
	}
	if (r != 0 || said != number)
		return r != 0 ? r : DB_LOST;
	cache_open(generation->cache, number);
	generation->open = number;
	return 0;
}

static int generation_catch_up(void *user, struct listener *listener, enum listener_news news)
{
	struct generation *generation = user;
	int64_t number = 0;
	int r;

	if (news == LISTENER_SILENT) {
		r = listener_ask(listener, generation_read_text, &number);
		if (r != 0 || number == generation->open)
			return r;
	}
	return generation_settle(generation, listener);
}

static void generation_lose(void *user)
{
	struct generation *generation = user;

	cache_close(generation->cache);
}

static const struct listener_kind generation_kind = {
	.channel = "accord_generation",
	.what = "replies from memory",
	.beat_ms = GENERATION_BEAT_MS,
	.patience_ms = GENERATION_PATIENCE_MS,
	.catch_up = generation_catch_up,
	.lose = generation_lose,
};

int generation_follow(const char *database, struct cache *cache, struct generation **ret_generation)
{
	struct generation *generation = calloc(1, sizeof(*generation));
	int r;

	if (!generation)
		return -ENOMEM;
	generation->cache = cache;
	r = listener_start(&generation_kind, database, generation, &generation->listener);
	if (r < 0) {
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
	listener_stop(generation->listener);
	free(generation);
	return NULL;
}
