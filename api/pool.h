/* SPDX-License-Identifier: MIT */
/*
 * A few database connections for many threads, who wait in line and for a bounded time. A payer (a
 * client, say) holds at most its share of them, so that others find one; of those who wait, he is
 * served first who holds fewest, and among equals who came first.
 */
#pragma once

#include "db.h"

enum {
	POOL_BUSY = 1,   /* no connection came free in time: 503 */
	POOL_NOBODY = 0, /* a payer without bounds: the service itself */
};

struct pool;

struct pool_state {
	size_t size;
	size_t used;
	size_t waiting;
	uint64_t refused; /* waits that ended with POOL_BUSY, since the start */
};

/* conninfo is borrowed. share is in percent of the size, and at least one connection. Connections
 * are made when first used. 0 or -ENOMEM. */
int pool_new(const char *conninfo, size_t size, size_t share, long wait_ms, size_t statements,
	     struct pool **ret_pool) MUST_CHECK;
struct pool *pool_free(struct pool *pool);
/* Connects what is not connected, so that the first requests need not wait. Failure is met again,
 * and told, by whoever borrows. */
void pool_warm(struct pool *pool);
/* Lends a connection (perhaps not yet connected). 0 or POOL_BUSY. */
int pool_acquire(struct pool *pool, uint64_t payer,
		 struct db_connection **ret_connection) MUST_CHECK;
/*
 * The same for who makes one short run and nothing else: of these steps, as the first. Where there
 * is a line, whoever gives a connection back begins the run of who has it next, and of the one to
 * follow: PostgreSQL goes from one to the other without having to be woken for each.
 */
int pool_acquire_for(struct pool *pool, uint64_t payer, const struct db_step *steps, size_t count,
		     struct db_connection **ret_connection) MUST_CHECK;
/* Takes it back, with no transaction left open. */
void pool_release(struct pool *pool, struct db_connection *connection);
struct pool_state pool_state(struct pool *pool);
