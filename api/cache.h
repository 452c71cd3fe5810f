/* SPDX-License-Identifier: MIT */
/*
 * Finished representations in memory, by key: bounded in bytes, one filler a key, all dropped at
 * once when what they were made from may have changed. Knows nothing of databases: who opens and
 * closes it does (generation.h).
 */
#pragma once

#include <pthread.h>

#include "representation.h"

enum {
	CACHE_FILL = 1,  /* nobody has it: the caller makes it, and calls cache_filled */
	CACHE_PASS,      /* the cache is closed, or whoever makes it takes too long or has failed:
			    the caller makes it for itself */
	CACHE_SHARE = 8, /* nothing is kept that takes more than this part of all */
};

struct cache;

/* One representation being made; lives on the filler's stack from CACHE_FILL to cache_filled. */
struct cache_fill {
	const void *key; /* borrowed: stays until cache_filled */
	size_t key_length;
	uint64_t hash;
	uint64_t epoch;
	struct cache_waiter *waiters;
	struct cache_fill *next;
};

struct cache_state {
	bool open;
	int64_t generation; /* that it was last opened under */
	uint64_t hits, misses;
	size_t bytes, entries;
};

/* A cache of so many bytes, closed. wait_ms bounds how long one waits for another's filling. 0,
 * -ENOMEM, -EIO. */
int cache_new(size_t bytes, long wait_ms, struct cache **ret_cache) MUST_CHECK;
/* Nobody may be using it. Returns NULL. */
struct cache *cache_free(struct cache *cache);

/* From now on what is made may be kept: it was made from the data of this generation or a later
 * one. */
void cache_open(struct cache *cache, int64_t generation);
/* From now on nothing is found or kept. What is being made now will not be kept either, even if the
 * cache is opened again before it is done. */
void cache_close(struct cache *cache);

/*
 * 0 with a representation that the caller holds; CACHE_FILL with fill set; CACHE_PASS. A hit does
 * not copy. Closed or not, it may be called by any thread.
 */
int cache_find(struct cache *cache, const void *key, size_t key_length, struct cache_fill *fill,
	       struct representation **ret_representation) MUST_CHECK;
/* Ends a filling: with the representation (borrowed; the cache and those who waited take holds of
 * their own), or with NULL when there is none to keep. */
void cache_filled(struct cache *cache, struct cache_fill *fill,
		  struct representation *representation);

/* All zero when there is no cache. */
struct cache_state cache_state(struct cache *cache);
