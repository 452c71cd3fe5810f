/* SPDX-License-Identifier: MIT */
/* A few database connections for many threads: waiters are served in order and for a bounded time.
 */
#pragma once

#include "db.h"

enum { POOL_BUSY = 1 /* no connection came free in time: 503 */ };

struct pool;

struct pool_state {
	size_t size;
	size_t used;
	size_t waiting;
	uint64_t refused; /* waits that ended with POOL_BUSY, since the start */
};

/* conninfo is borrowed. Connections are made when first used. 0 or -ENOMEM. */
int pool_new(const char *conninfo, size_t size, long wait_ms, size_t statements,
	     struct pool **ret_pool) MUST_CHECK;
struct pool *pool_free(struct pool *pool);
/* Connects what is not connected, so that the first requests need not wait. Failure is met again,
 * and told, by whoever borrows. */
void pool_warm(struct pool *pool);
/* Lends a connection (perhaps not yet connected). 0 or POOL_BUSY. */
int pool_acquire(struct pool *pool, struct db_connection **ret_connection) MUST_CHECK;
/* Takes it back, with no transaction left open. */
void pool_release(struct pool *pool, struct db_connection *connection);
struct pool_state pool_state(struct pool *pool);
