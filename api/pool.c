/* SPDX-License-Identifier: MIT */
#include "pool.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

/* One waiting thread; lives on its stack. A released connection is handed to the first in the
 * queue. */
struct pool_waiter {
	pthread_cond_t wake;
	struct db_connection *given;
	struct pool_waiter *next;
};

struct pool {
	pthread_mutex_t lock;
	size_t size;
	long wait_ms;
	struct db_connection **connections; /* all of them */
	struct db_connection **idle;        /* a stack: the warmest on top */
	size_t idle_count;
	struct pool_waiter *first, *last;
	size_t waiting;
	uint64_t refused;
};

int pool_new(const char *conninfo, size_t size, long wait_ms, size_t statements,
	     struct pool **ret_pool)
{
	struct pool *pool = calloc(1, sizeof(*pool));
	int r = 0;

	if (!pool)
		return -ENOMEM;
	pthread_mutex_init(&pool->lock, NULL);
	pool->wait_ms = wait_ms;
	pool->connections = calloc(size, sizeof(struct db_connection *));
	pool->idle = calloc(size, sizeof(struct db_connection *));
	if (!pool->connections || !pool->idle)
		r = -ENOMEM;
	for (; r == 0 && pool->size < size; pool->size++) {
		r = db_connection_new(conninfo, statements, &pool->connections[pool->size]);
		if (r == 0)
			pool->idle[pool->idle_count++] = pool->connections[pool->size];
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
	for (size_t i = 0; i < pool->size; i++)
		db_connection_free(pool->connections[i]);
	free(pool->connections);
	free(pool->idle);
	pthread_mutex_destroy(&pool->lock);
	free(pool);
	return NULL;
}

void pool_warm(struct pool *pool)
{
	for (size_t i = 0; i < pool->size; i++)
		if (db_connect(pool->connections[i]) != 0)
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

/* Waits in line, under the lock, until a connection is handed over or the time is up. */
static struct db_connection *pool_wait(struct pool *pool)
{
	struct timespec deadline = pool_deadline(pool->wait_ms);
	struct pool_waiter waiter = {.given = NULL};
	pthread_condattr_t attributes;
	int r = 0;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&waiter.wake, &attributes);
	pthread_condattr_destroy(&attributes);
	if (pool->last)
		pool->last->next = &waiter;
	else
		pool->first = &waiter;
	pool->last = &waiter;
	pool->waiting++;
	while (!waiter.given && r != ETIMEDOUT)
		r = pthread_cond_timedwait(&waiter.wake, &pool->lock, &deadline);
	if (!waiter.given) {
		pool_unqueue(pool, &waiter);
		pool->refused++;
	}
	pthread_cond_destroy(&waiter.wake);
	return waiter.given;
}

int pool_acquire(struct pool *pool, struct db_connection **ret_connection)
{
	struct db_connection *connection;

	pthread_mutex_lock(&pool->lock);
	connection = pool->idle_count ? pool->idle[--pool->idle_count] : pool_wait(pool);
	pthread_mutex_unlock(&pool->lock);
	if (!connection)
		return POOL_BUSY;
	*ret_connection = connection;
	return 0;
}

void pool_release(struct pool *pool, struct db_connection *connection)
{
	struct pool_waiter *waiter;

	if (!connection)
		return;
	db_reset(connection);
	pthread_mutex_lock(&pool->lock);
	waiter = pool->first;
	if (waiter) {
		pool->first = waiter->next;
		if (!pool->first)
			pool->last = NULL;
		pool->waiting--;
		waiter->given = connection;
		pthread_cond_signal(&waiter->wake);
	} else {
		pool->idle[pool->idle_count++] = connection;
	}
	pthread_mutex_unlock(&pool->lock);
}

struct pool_state pool_state(struct pool *pool)
{
	struct pool_state state;

	pthread_mutex_lock(&pool->lock);
	state = (struct pool_state){pool->size, pool->size - pool->idle_count, pool->waiting,
				    pool->refused};
	pthread_mutex_unlock(&pool->lock);
	return state;
}
