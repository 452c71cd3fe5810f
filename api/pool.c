/* SPDX-License-Identifier: MIT */
#include "pool.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <time.h>

/* One waiting thread; lives on its stack. A released connection is handed over to it: whoever does
 * that posts once, when the lock is free again, and the waiter does not go before. */
struct pool_waiter {
	sem_t wake;
	uint64_t payer;
	struct pool_slot *given;
	struct pool_waiter *next;
};

struct pool_slot {
	struct db_connection *connection;
	bool lent;
	uint64_t payer;          /* while it is lent */
	struct pool_slot *below; /* while it is idle */
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

static struct timespec pool_deadline(long wait_ms)
{
	struct timespec deadline;

	clock_gettime(CLOCK_MONOTONIC, &deadline);
	deadline.tv_sec += wait_ms / 1000;
	deadline.tv_nsec += wait_ms % 1000 * 1000000;
	if (deadline.tv_nsec >= 1000000000) {
		deadline.tv_sec++;
		deadline.tv_nsec -= 1000000000;
	}
	return deadline;
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

/* Connections that a payer holds. */
static size_t pool_held(const struct pool *pool, uint64_t payer)
{
	size_t held = 0;

	for (size_t i = 0; i < pool->size; i++)
		held += pool->slots[i].lent && pool->slots[i].payer == payer;
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

/* Whether a connection has been handed over; else the waiter has given up, and none will be. */
static bool pool_settle(struct pool *pool, struct pool_waiter *waiter)
{
	bool given;

	pthread_mutex_lock(&pool->lock);
	given = waiter->given;
	if (!given) {
		pool_unqueue(pool, waiter);
		pool->refused++;
	}
	pthread_mutex_unlock(&pool->lock);
	return given;
}

/* Waits in line, until a connection is handed over or the time is up. */
static struct pool_slot *pool_wait(struct pool *pool, struct pool_waiter *waiter)
{
	struct timespec deadline = pool_deadline(pool->wait_ms);
	int r;

	do {
		r = sem_clockwait(&waiter->wake, CLOCK_MONOTONIC, &deadline);
	} while (r < 0 && errno == EINTR);
	if (!pool_settle(pool, waiter))
		return NULL;
	while (r < 0) /* given at the last moment: the post is on its way */
		r = sem_wait(&waiter->wake);
	return waiter->given;
}

int pool_acquire(struct pool *pool, uint64_t payer, struct db_connection **ret_connection)
{
	struct pool_waiter waiter = {.payer = payer};
	struct pool_slot *slot;

	pthread_mutex_lock(&pool->lock);
	slot = pool->idle;
	if (slot && pool_may(pool, payer, pool_held(pool, payer))) {
		pool->idle = slot->below;
		pool_lend(pool, slot, payer);
	} else {
		slot = NULL;
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

void pool_release(struct pool *pool, struct db_connection *connection)
{
	struct pool_slot *slot = pool->slots;
	struct pool_waiter *waiter;

	if (!connection)
		return;
	db_reset(connection);
	while (slot->connection != connection)
		slot++;
	pthread_mutex_lock(&pool->lock);
	slot->lent = false;
	pool->used--;
	/* One connection came back, so one who waits may go on at most: whoever may have had an
	 * idle one does not wait. */
	waiter = pool_next(pool);
	if (waiter) {
		pool_unqueue(pool, waiter);
		pool_lend(pool, slot, waiter->payer);
		waiter->given = slot;
	} else {
		pool_lay(pool, slot);
	}
	pthread_mutex_unlock(&pool->lock);
	if (waiter)
		sem_post(&waiter->wake);
}

struct pool_state pool_state(struct pool *pool)
{
	struct pool_state state;

	pthread_mutex_lock(&pool->lock);
	state = (struct pool_state){pool->size, pool->used, pool->waiting, pool->refused};
	pthread_mutex_unlock(&pool->lock);
	return state;
}
