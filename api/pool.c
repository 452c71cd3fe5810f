/* SPDX-License-Identifier: MIT */
#include "pool.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <time.h>

#include "clock.h"

enum {
	POOL_LOOK_MS = 25,   /* who waits looks around as often; who follows one who takes longer
				does so no more */
	POOL_CALM_MS = 1000, /* thereafter nobody follows: what was begun for who does not want it
				is work in vain, of which a busy pool has no more than that */
};

/*
 * One waiting thread; lives on its stack. A released connection is handed over to it: whoever does
 * that posts once, when the lock is free again and the waiter's run has begun, and the waiter does
 * not go before.
 */
struct pool_waiter {
	sem_t wake;
	uint64_t payer;
	const struct db_step *steps; /* of its run, or NULL */
	size_t count;
	struct pool_waiter *next;  /* in the line */
	struct pool_slot *follows; /* out of the line: whose holder it comes after */
	bool lingers;              /* it did so already when it last looked */
	bool stays;                /* in the line: has waited for one who takes long */
	atomic_bool begun;         /* of who follows: nobody looks at its steps any more */
	bool chosen;               /* a connection is being handed over */
	_Atomic(struct pool_slot *) given;
};

struct pool_slot {
	struct db_connection *connection;
	bool lent;
	uint64_t payer;               /* while it is lent */
	struct pool_waiter *follower; /* while it is lent: has it next, its run has begun */
	bool deserted;                /* by its follower, whose answer is still to come */
	struct pool_slot *below;      /* while it is idle */
};

struct pool {
	pthread_mutex_t lock;
	size_t size;
	size_t share; /* connections that one payer may hold */
	long wait_ms;
	struct pool_slot *slots;
	struct pool_slot *idle; /* a stack: the warmest on top */
	size_t used;
	struct pool_waiter *first, *last; /* in the order in which they came */
	size_t waiting;
	uint64_t calm_ns; /* until then nobody follows */
	uint64_t refused;
};

static void pool_lay(struct pool *pool, struct pool_slot *slot)
{
	slot->lent = false;
	slot->below = pool->idle;
	pool->idle = slot;
}

int pool_new(const char *conninfo, size_t size, size_t share, long wait_ms, size_t statements,
	     struct pool **ret_pool)
{
	struct pool *pool = calloc(1, sizeof(*pool));
	int r = 0;

	if (!pool)
		return -ENOMEM;
	pthread_mutex_init(&pool->lock, NULL);
	pool->wait_ms = wait_ms;
	pool->share = size * share / 100 ? size * share / 100 : 1;
	pool->slots = calloc(size, sizeof(*pool->slots));
	if (!pool->slots)
		r = -ENOMEM;
	for (; r == 0 && pool->size < size; pool->size++) {
		r = db_connection_new(conninfo, statements, &pool->slots[pool->size].connection);
		if (r == 0)
			pool_lay(pool, &pool->slots[pool->size]);
	}
	if (r < 0) {
		pool_free(pool);
		return r;
	}
	*ret_pool = pool;
	return 0;
}

struct pool *pool_free(struct pool *pool)
{
	if (!pool)
		return NULL;
	for (size_t i = 0; pool->slots && i < pool->size; i++)
		db_connection_free(pool->slots[i].connection);
	free(pool->slots);
	pthread_mutex_destroy(&pool->lock);
	free(pool);
	return NULL;
}

void pool_warm(struct pool *pool)
{
	for (size_t i = 0; i < pool->size; i++)
		if (db_connect(pool->slots[i].connection) != 0)
			return;
}

static void pool_unqueue(struct pool *pool, const struct pool_waiter *waiter)
{
	struct pool_waiter *before = NULL, *at = pool->first;

	while (at != waiter) {
		before = at;
		at = at->next;
	}
	if (before)
		before->next = waiter->next;
	else
		pool->first = waiter->next;
	if (pool->last == waiter)
		pool->last = before;
	pool->waiting--;
}

/* Connections that a payer holds, or has next. */
static size_t pool_held(const struct pool *pool, uint64_t payer)
{
	size_t held = 0;

	for (size_t i = 0; i < pool->size; i++) {
		const struct pool_slot *slot = &pool->slots[i];

		held += (slot->lent && slot->payer == payer) ||
			(slot->follower && slot->follower->payer == payer);
	}
	return held;
}

/* Whether a payer who holds so many may have one more. */
static bool pool_may(const struct pool *pool, uint64_t payer, size_t held)
{
	return payer == POOL_NOBODY || held < pool->share;
}

static void pool_lend(struct pool *pool, struct pool_slot *slot, uint64_t payer)
{
	slot->lent = true;
	slot->payer = payer;
	pool->used++;
}

static void pool_enqueue(struct pool *pool, struct pool_waiter *waiter)
{
	if (pool->last)
		pool->last->next = waiter;
	else
		pool->first = waiter;
	pool->last = waiter;
	pool->waiting++;
}

/* Takes an idle connection, if the payer may have one. NULL when there is none. */
static struct pool_slot *pool_take_idle(struct pool *pool, uint64_t payer)
{
	struct pool_slot *slot = pool->idle;

	if (!slot || !pool_may(pool, payer, pool_held(pool, payer)))
		return NULL;
	pool->idle = slot->below;
	pool_lend(pool, slot, payer);
	return slot;
}

/* One who follows goes back into the line, before all who came later. */
static void pool_desert(struct pool *pool, struct pool_waiter *waiter)
{
	waiter->follows->follower = NULL;
	waiter->follows->deserted = true;
	pool->calm_ns = clock_monotonic_ns() + POOL_CALM_MS * 1000000u;
	waiter->follows = NULL;
	waiter->stays = true;
	waiter->next = pool->first;
	pool->first = waiter;
	if (!pool->last)
		pool->last = waiter;
	pool->waiting++;
}

enum pool_turn { POOL_WAITS, POOL_CHOSEN, POOL_OVER };

/* What becomes of one in line who has waited for a while: there may be an idle connection that it
 * can have by now, since others hold less. */
static enum pool_turn pool_look_in_line(struct pool *pool, struct pool_waiter *waiter, bool late)
{
	struct pool_slot *slot = pool_take_idle(pool, waiter->payer);

	if (!slot && !late)
		return POOL_WAITS;
	pool_unqueue(pool, waiter);
	atomic_store(&waiter->given, slot);
	pool->refused += !slot;
	return POOL_OVER;
}

/* What becomes of one who has waited for a while. */
static enum pool_turn pool_look(struct pool *pool, struct pool_waiter *waiter, bool late)
{
	enum pool_turn turn = POOL_CHOSEN;

	pthread_mutex_lock(&pool->lock);
	if (!waiter->chosen) {
		if (waiter->follows && atomic_load(&waiter->begun) && (late || waiter->lingers))
			pool_desert(pool, waiter);
		waiter->lingers = waiter->follows;
		turn = waiter->follows ? POOL_WAITS : pool_look_in_line(pool, waiter, late);
	}
	pthread_mutex_unlock(&pool->lock);
	return turn;
}

/* Sleeps until a connection is handed over, or for a while. Whether one was. */
static bool pool_sleep(struct pool_waiter *waiter, uint64_t until_ns)
{
	struct timespec until = {(time_t)(until_ns / 1000000000u), (long)(until_ns % 1000000000u)};
	int r;

	do {
		r = sem_clockwait(&waiter->wake, CLOCK_MONOTONIC, &until);
	} while (r < 0 && errno == EINTR);
	return r == 0;
}

/* Waits in line, until a connection is handed over or the time is up. */
static struct pool_slot *pool_wait(struct pool *pool, struct pool_waiter *waiter)
{
	uint64_t now = clock_monotonic_ns(), deadline = now + (uint64_t)pool->wait_ms * 1000000u;
	enum pool_turn turn = POOL_WAITS;

	while (turn == POOL_WAITS) {
		uint64_t look = now + POOL_LOOK_MS * 1000000u;

		if (pool_sleep(waiter, look < deadline || now >= deadline ? look : deadline))
			return atomic_load(&waiter->given);
		now = clock_monotonic_ns();
		turn = pool_look(pool, waiter, now >= deadline);
	}
	while (turn == POOL_CHOSEN && sem_wait(&waiter->wake) < 0) /* the post is on its way */
		;
	return atomic_load(&waiter->given);
}

int pool_acquire_for(struct pool *pool, uint64_t payer, const struct db_step *steps, size_t count,
		     struct db_connection **ret_connection)
{
	struct pool_waiter waiter = {.payer = payer, .steps = steps, .count = count};
	struct pool_slot *slot;

	pthread_mutex_lock(&pool->lock);
	slot = pool_take_idle(pool, payer);
	if (!slot) {
		sem_init(&waiter.wake, 0, 0);
		pool_enqueue(pool, &waiter);
	}
	pthread_mutex_unlock(&pool->lock);
	if (!slot) {
		slot = pool_wait(pool, &waiter);
		sem_destroy(&waiter.wake);
	}
	if (!slot)
		return POOL_BUSY;
	*ret_connection = slot->connection;
	return 0;
}

int pool_acquire(struct pool *pool, uint64_t payer, struct db_connection **ret_connection)
{
	return pool_acquire_for(pool, payer, NULL, 0, ret_connection);
}

/* Who is served next: of those who may have one more, the first of those who hold fewest. */
static struct pool_waiter *pool_next(const struct pool *pool)
{
	struct pool_waiter *found = NULL;
	size_t fewest = SIZE_MAX;

	for (struct pool_waiter *at = pool->first; at && fewest; at = at->next) {
		size_t held = at->payer == POOL_NOBODY ? 0 : pool_held(pool, at->payer);

		if (held < fewest && pool_may(pool, at->payer, held)) {
			found = at;
			fewest = held;
		}
	}
	return found;
}

/* Who has a connection next that was given back: its follower, or whoever leaves the line. */
static struct pool_waiter *pool_take_next(struct pool *pool, struct pool_slot *slot)
{
	struct pool_waiter *waiter = slot->follower;

	slot->follower = NULL;
	if (waiter)
		return waiter;
	waiter = pool_next(pool);
	if (waiter)
		pool_unqueue(pool, waiter);
	return waiter;
}

/* Finds who will follow a new holder whose run begins: whoever would be served if that were over,
 * and has a run to begin as well. NULL when there is none. */
static struct pool_waiter *pool_follow(struct pool *pool, struct pool_slot *slot)
{
	struct pool_waiter *waiter;

	if (clock_monotonic_ns() < pool->calm_ns)
		return NULL;
	slot->lent = false;
	waiter = pool_next(pool);
	slot->lent = true;
	if (!waiter || !waiter->steps || waiter->stays)
		return NULL;
	pool_unqueue(pool, waiter);
	waiter->follows = slot;
	slot->follower = waiter;
	return waiter;
}

void pool_release(struct pool *pool, struct db_connection *connection)
{
	struct pool_waiter *waiter, *follower = NULL;
	struct pool_slot *slot = pool->slots;

	if (!connection)
		return;
	while (slot->connection != connection)
		slot++;
	db_reset(connection);
	pthread_mutex_lock(&pool->lock);
	if (slot->deserted) {
		slot->deserted = false;
		pthread_mutex_unlock(&pool->lock);
		db_skip(connection);
		pthread_mutex_lock(&pool->lock);
	}
	slot->lent = false;
	pool->used--;
	/* One connection came back, and one who waits goes on. Whoever may have had an idle one
	 * did not wait; whoever may have one only now, since it went to another's follower, finds
	 * it by looking around. */
	waiter = pool_take_next(pool, slot);
	if (waiter) {
		pool_lend(pool, slot, waiter->payer);
		waiter->chosen = true;
		if (waiter->steps)
			follower = pool_follow(pool, slot);
	} else {
		pool_lay(pool, slot);
	}
	pthread_mutex_unlock(&pool->lock);
	if (!waiter)
		return;
	if (waiter->steps)
		db_begin(connection, waiter->steps, waiter->count);
	if (follower) {
		db_begin(connection, follower->steps, follower->count);
		atomic_store(&follower->begun, true);
	}
	atomic_store(&waiter->given, slot);
	sem_post(&waiter->wake);
}

struct pool_state pool_state(struct pool *pool)
{
	struct pool_state state;

	pthread_mutex_lock(&pool->lock);
	state = (struct pool_state){pool->size, pool->used, pool->waiting, pool->refused};
	for (size_t i = 0; i < pool->size; i++)
		state.waiting += pool->slots[i].follower != NULL;
	pthread_mutex_unlock(&pool->lock);
	return state;
}
