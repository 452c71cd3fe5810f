/* SPDX-License-Identifier: MIT */
/*
 * Opens and closes the cache: it is open while a connection of its own listens to the database and
 * the generation that the cache was opened under is the database's.
 */
#pragma once

#include "cache.h"

/* The class of the advisory locks by which it says what the cache is open under. */
#define GENERATION_LOCK "1633907556"

struct generation;

/* Follows the database (a libpq connection string, borrowed) on a thread of its own, for the cache.
 * 0, -ENOMEM, -EAGAIN, -errno. */
int generation_follow(const char *database, struct cache *cache,
		      struct generation **ret_generation) MUST_CHECK;
/* Ends the thread; the cache is closed. Returns NULL. */
struct generation *generation_leave(struct generation *generation);
