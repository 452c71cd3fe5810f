/* SPDX-License-Identifier: MIT */
#include "cache.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "digest.h"
#include "siphash.h"

enum {
	CACHE_BUCKET_BYTES = 1024, /* a bucket for so many bytes: an entry is hardly smaller */
	CACHE_BUCKETS_LEAST = 64,
	CACHE_BLOCK = 16, /* what the allocator adds to a piece of memory */
};

struct cache_entry {
	struct cache_entry *chain;         /* next in its bucket */
	struct cache_entry *next, *before; /* the ring that the hand goes round */
	uint64_t hash;
	size_t bytes;
	bool recent; /* found since the hand last passed */
	struct representation *held;
	size_t key_length;
	char key[];
};

/* One thread that waits for another's filling; lives on its stack. */
struct cache_waiter {
	pthread_cond_t wake;
	bool done;
	struct representation *given;
	struct cache_waiter *next;
};

struct cache {
	pthread_mutex_t lock;
	uint8_t seed[SIPHASH_KEY_BYTES]; /* clients choose keys; they must not choose chains */
	size_t capacity;
	long wait_ms;
	bool open;
	int64_t generation;
	uint64_t epoch; /* rises whenever it is closed */
	size_t buckets; /* a power of two */
	struct cache_entry **table;
	struct cache_entry *hand; /* the next to be looked at when room is wanted (CLOCK) */
	struct cache_fill *fills;
	size_t bytes, entries;
	uint64_t hits, misses;
};

int cache_new(size_t bytes, long wait_ms, struct cache **ret_cache)
{
	struct cache *cache = calloc(1, sizeof(*cache));
	int r;

	if (!cache)
		return -ENOMEM;
	pthread_mutex_init(&cache->lock, NULL);
	cache->capacity = bytes;
	cache->wait_ms = wait_ms;
	cache->buckets = CACHE_BUCKETS_LEAST;
	while (cache->buckets < bytes / CACHE_BUCKET_BYTES)
		cache->buckets *= 2;
	cache->table = calloc(cache->buckets, sizeof(struct cache_entry *));
	r = cache->table ? digest_random(cache->seed, sizeof(cache->seed)) : -ENOMEM;
	if (r < 0) {
		cache_free(cache);
		return r;
	}
	*ret_cache = cache;
	return 0;
}

static struct cache_entry **cache_bucket(const struct cache *cache, uint64_t hash)
{
	return &cache->table[hash & (cache->buckets - 1)];
}

static void cache_entry_free(struct cache_entry *entry)
{
	representation_release(entry->held);
	free(entry);
}

/* Frees a ring that no table leads to any more. */
static void cache_free_ring(struct cache_entry *ring)
{
	struct cache_entry *at = ring;

	while (at) {
		struct cache_entry *next = at->next;

		cache_entry_free(at);
		at = next == ring ? NULL : next;
	}
}

struct cache *cache_free(struct cache *cache)
{
	if (!cache)
		return NULL;
	cache_free_ring(cache->hand);
	free(cache->table);
	pthread_mutex_destroy(&cache->lock);
	free(cache);
	return NULL;
}

void cache_open(struct cache *cache, int64_t generation)
{
	pthread_mutex_lock(&cache->lock);
	cache->open = true;
	cache->generation = generation;
	pthread_mutex_unlock(&cache->lock);
}

void cache_close(struct cache *cache)
{
	struct cache_entry *ring;

	pthread_mutex_lock(&cache->lock);
	cache->open = false;
	cache->epoch++;
	ring = TAKE_PTR(cache->hand);
	cache->bytes = cache->entries = 0;
	memset(cache->table, 0, cache->buckets * sizeof(struct cache_entry *));
	pthread_mutex_unlock(&cache->lock);
	cache_free_ring(ring);
}

static struct cache_entry *cache_look_up(const struct cache *cache, const void *key,
					 size_t key_length, uint64_t hash)
{
	struct cache_entry *at = *cache_bucket(cache, hash);

	while (at && (at->hash != hash || at->key_length != key_length ||
		      memcmp(at->key, key, key_length) != 0))
		at = at->chain;
	return at;
}

static void cache_remove(struct cache *cache, struct cache_entry *entry)
{
	struct cache_entry **at = cache_bucket(cache, entry->hash);

	while (*at != entry)
		at = &(*at)->chain;
	*at = entry->chain;
	entry->before->next = entry->next;
	entry->next->before = entry->before;
	if (cache->hand == entry)
		cache->hand = entry->next == entry ? NULL : entry->next;
	cache->bytes -= entry->bytes;
	cache->entries--;
}

/* Goes round until so many bytes fit: what was found since the last round is spared once. */
static void cache_make_room(struct cache *cache, size_t bytes)
{
	while (cache->hand && cache->bytes + bytes > cache->capacity) {
		struct cache_entry *at = cache->hand;

		cache->hand = at->next;
		if (at->recent) {
			at->recent = false;
			continue;
		}
		cache_remove(cache, at);
		cache_entry_free(at);
	}
}

/* Puts a new entry behind the hand, where it stays longest. */
static void cache_insert(struct cache *cache, struct cache_entry *entry)
{
	struct cache_entry **bucket = cache_bucket(cache, entry->hash);

	cache_make_room(cache, entry->bytes);
	entry->chain = *bucket;
	*bucket = entry;
	if (!cache->hand)
		cache->hand = entry->next = entry->before = entry;
	entry->next = cache->hand;
	entry->before = cache->hand->before;
	entry->before->next = entry;
	entry->next->before = entry;
	cache->bytes += entry->bytes;
	cache->entries++;
}

static void cache_deadline(const struct cache *cache, struct timespec *ret_deadline)
{
	clock_gettime(CLOCK_MONOTONIC, ret_deadline);
	ret_deadline->tv_sec += cache->wait_ms / 1000;
	ret_deadline->tv_nsec += cache->wait_ms % 1000 * 1000000;
	ret_deadline->tv_sec += ret_deadline->tv_nsec / 1000000000;
	ret_deadline->tv_nsec %= 1000000000;
}

static void cache_unwait(struct cache_fill *fill, const struct cache_waiter *waiter)
{
	struct cache_waiter **at = &fill->waiters;

	while (*at != waiter)
		at = &(*at)->next;
	*at = waiter->next;
}

/* Waits, under the lock, for what another thread is making. NULL when that comes to nothing. */
static struct representation *cache_wait(struct cache *cache, struct cache_fill *fill)
{
	struct cache_waiter waiter = {.next = fill->waiters};
	pthread_condattr_t attributes;
	struct timespec deadline;
	int r = 0;

	cache_deadline(cache, &deadline);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&waiter.wake, &attributes);
	pthread_condattr_destroy(&attributes);
	fill->waiters = &waiter;
	while (!waiter.done && r != ETIMEDOUT)
		r = pthread_cond_timedwait(&waiter.wake, &cache->lock, &deadline);
	if (!waiter.done)
		cache_unwait(fill, &waiter); /* the filling goes on: it is still there */
	pthread_cond_destroy(&waiter.wake);
	return waiter.given;
}

/* The filling of a key that may still be kept. */
static struct cache_fill *cache_find_fill(const struct cache *cache, const void *key,
					  size_t key_length, uint64_t hash)
{
	struct cache_fill *at = cache->fills;

	while (at && (at->hash != hash || at->epoch != cache->epoch ||
		      at->key_length != key_length || memcmp(at->key, key, key_length) != 0))
		at = at->next;
	return at;
}

/* Under the lock. */
static int cache_find_open(struct cache *cache, struct cache_fill *fill,
			   struct representation **ret_representation)
{
	struct cache_entry *entry = cache_look_up(cache, fill->key, fill->key_length, fill->hash);
	struct cache_fill *other;
	struct representation *given;

	if (entry) {
		entry->recent = true;
		cache->hits++;
		*ret_representation = representation_hold(entry->held);
		return 0;
	}
	cache->misses++;
	other = cache_find_fill(cache, fill->key, fill->key_length, fill->hash);
	if (other) {
		given = cache_wait(cache, other);
		if (!given)
			return CACHE_PASS;
		*ret_representation = given;
		return 0;
	}
	fill->epoch = cache->epoch;
	fill->next = cache->fills;
	cache->fills = fill;
	return CACHE_FILL;
}

int cache_find(struct cache *cache, const void *key, size_t key_length, struct cache_fill *fill,
	       struct representation **ret_representation)
{
	int r = CACHE_PASS;

	*fill = (struct cache_fill){.key = key, .key_length = key_length};
	fill->hash = siphash(cache->seed, key, key_length);
	pthread_mutex_lock(&cache->lock);
	if (cache->open)
		r = cache_find_open(cache, fill, ret_representation);
	pthread_mutex_unlock(&cache->lock);
	return r;
}

static struct cache_entry *cache_entry_new(const struct cache *cache, const struct cache_fill *fill,
					   struct representation *representation)
{
	size_t bytes =
		sizeof(struct cache_entry) + CACHE_BLOCK + fill->key_length + representation->bytes;
	struct cache_entry *entry;

	if (bytes > cache->capacity / CACHE_SHARE)
		return NULL;
	entry = malloc(sizeof(*entry) + fill->key_length);
	if (!entry)
		return NULL;
	*entry = (struct cache_entry){
		.hash = fill->hash, .bytes = bytes, .key_length = fill->key_length};
	memcpy(entry->key, fill->key, fill->key_length);
	entry->held = representation_hold(representation);
	return entry;
}

/* Gives those who wait what was made; nothing when it may be out of date. */
static void cache_hand_out(struct cache_fill *fill, struct representation *representation)
{
	for (struct cache_waiter *at = fill->waiters; at; at = at->next) {
		at->given = representation ? representation_hold(representation) : NULL;
		at->done = true;
		pthread_cond_signal(&at->wake);
	}
}

void cache_filled(struct cache *cache, struct cache_fill *fill,
		  struct representation *representation)
{
	struct cache_entry *entry =
		representation ? cache_entry_new(cache, fill, representation) : NULL;
	struct cache_fill **at = &cache->fills;

	pthread_mutex_lock(&cache->lock);
	while (*at != fill)
		at = &(*at)->next;
	*at = fill->next;
	if (cache->epoch != fill->epoch)
		representation = NULL;
	else if (entry)
		cache_insert(cache, TAKE_PTR(entry));
	cache_hand_out(fill, representation);
	pthread_mutex_unlock(&cache->lock);
	if (entry)
		cache_entry_free(entry);
}

struct cache_state cache_state(struct cache *cache)
{
	struct cache_state state = {0};

	if (!cache)
		return state;
	pthread_mutex_lock(&cache->lock);
	state = (struct cache_state){cache->open,   cache->generation, cache->hits,
				     cache->misses, cache->bytes,      cache->entries};
	pthread_mutex_unlock(&cache->lock);
	return state;
}
