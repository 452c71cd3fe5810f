/* SPDX-License-Identifier: MIT */
/*
 * A bucket is kept as the moment at which it will be full again, to which each request adds. One
 * that is full is as good as none, and gives way first. When a set has only buckets in use, the one
 * that is full soonest gives way, and the newcomer goes on where it stood: nobody is forgotten to
 * his advantage, and the emptiest buckets stay longest.
 */
#include "quota.h"

#include <ctype.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "../digest.h"
#include "../limit.h"
#include "../siphash.h"

enum {
	QUOTA_WAYS = 8,
	QUOTA_SETS = LIMIT_BUCKETS / QUOTA_WAYS,
	QUOTA_LOCKS = 64, /* a set's is one of them, so that few wait for one another */
	QUOTA_LINE = 64,  /* bytes that processors share as one */
	QUOTA_POLICY = 48,
};

#define QUOTA_SECOND_NS UINT64_C(1000000000)
#define QUOTA_WINDOW_NS (QUOTA_WINDOW_S * QUOTA_SECOND_NS)

struct quota_bucket {
	uint64_t key;
	uint64_t full_ns;
};

/* Callers and strangers have tables of their own: no flood of addresses pushes callers out. */
struct quota_table {
	uint64_t rates[QUOTA_COSTS];
	char policies[QUOTA_COSTS][QUOTA_POLICY];
	atomic_uint_fast64_t refused[QUOTA_COSTS];
	struct quota_bucket buckets[QUOTA_SETS][QUOTA_WAYS];
};

struct quota_lock {
	_Alignas(QUOTA_LINE) pthread_mutex_t mutex;
};

struct quota {
	struct quota_lock locks[QUOTA_LOCKS];
	uint8_t secret[SIPHASH_KEY_BYTES];
	struct quota_table tables[QUOTA_KINDS];
};

static const char *const quota_names[QUOTA_COSTS] = {"read", "write", "expensive"};

const char *quota_cost_name(unsigned cost)
{
	return quota_names[cost];
}

bool quota_parse(const char *text, uint64_t ret_rates[QUOTA_COSTS])
{
	for (size_t i = 0; i < QUOTA_COSTS; i++) {
		char *end;

		if (!isdigit((unsigned char)text[0]))
			return false;
		errno = 0;
		ret_rates[i] = strtoull(text, &end, 10);
		if (errno || ret_rates[i] > QUOTA_RATE_MAX ||
		    *end != (i + 1 < QUOTA_COSTS ? ',' : '\0'))
			return false;
		text = end + 1;
	}
	return true;
}

static int quota_open_table(struct quota_table *table, const char *rates)
{
	if (!quota_parse(rates, table->rates))
		return -EINVAL;
	for (size_t i = 0; i < QUOTA_COSTS; i++)
		snprintf(table->policies[i], QUOTA_POLICY, "\"%s\";q=%llu;w=%d", quota_names[i],
			 (unsigned long long)table->rates[i], QUOTA_WINDOW_S);
	return 0;
}

int quota_new(const char *callers, const char *strangers, struct quota **ret_quota)
{
	struct quota *quota = aligned_alloc(QUOTA_LINE, sizeof(*quota));
	int r;

	if (!quota)
		return -ENOMEM;
	memset(quota, 0, sizeof(*quota));
	for (size_t i = 0; i < QUOTA_LOCKS; i++)
		pthread_mutex_init(&quota->locks[i].mutex, NULL);
	r = digest_random(quota->secret, sizeof(quota->secret));
	if (r == 0)
		r = quota_open_table(&quota->tables[QUOTA_CALLER], callers);
	if (r == 0)
		r = quota_open_table(&quota->tables[QUOTA_STRANGER], strangers);
	if (r < 0) {
		quota_free(quota);
		return r;
	}
	*ret_quota = quota;
	return 0;
}

struct quota *quota_free(struct quota *quota)
{
	if (!quota)
		return NULL;
	for (size_t i = 0; i < QUOTA_LOCKS; i++)
		pthread_mutex_destroy(&quota->locks[i].mutex);
	free(quota);
	return NULL;
}

uint64_t quota_payer(const struct quota *quota, enum quota_kind kind, const void *id, size_t length)
{
	uint64_t hash = siphash(quota->secret, id, length);

	/* The kind is the lowest bit: a caller's id that spells an address is not that address. */
	hash = (hash & ~UINT64_C(1)) | (kind == QUOTA_STRANGER);
	return hash ? hash : 2;
}

/* The bucket of a key; the newcomer's begins where the one that gives way stood. */
static struct quota_bucket *quota_bucket(struct quota_bucket *set, uint64_t key)
{
	struct quota_bucket *found = set;

	for (size_t i = 0; i < QUOTA_WAYS; i++) {
		if (set[i].key == key)
			return &set[i];
		if (set[i].full_ns < found->full_ns)
			found = &set[i];
	}
	found->key = key;
	return found;
}

/* Takes one of step nanoseconds. 0 or QUOTA_SPENT, and in ret_owed how far from full the bucket
 * is. */
static int quota_draw(struct quota_bucket *bucket, uint64_t step, uint64_t now_ns,
		      uint64_t *ret_owed)
{
	uint64_t owed = bucket->full_ns > now_ns ? bucket->full_ns - now_ns : 0;
	bool spent = owed + step > QUOTA_WINDOW_NS;

	if (!spent) {
		owed += step;
		bucket->full_ns = now_ns + owed;
	}
	*ret_owed = owed;
	return spent ? QUOTA_SPENT : 0;
}

int quota_take(struct quota *quota, enum quota_kind kind, uint64_t payer, unsigned cost,
	       uint64_t now_ns, struct quota_left *ret_left)
{
	struct quota_table *table = &quota->tables[kind];
	uint64_t rate = table->rates[cost];
	uint64_t step = rate ? QUOTA_WINDOW_NS / rate : 0, owed, room;
	uint64_t key = payer + cost * UINT64_C(0x9e3779b97f4a7c15);
	size_t set = (key >> 8) % QUOTA_SETS;
	pthread_mutex_t *lock = &quota->locks[set % QUOTA_LOCKS].mutex;
	int r;

	*ret_left = (struct quota_left){.name = quota_names[cost]};
	if (!rate)
		return 0;
	pthread_mutex_lock(lock);
	r = quota_draw(quota_bucket(table->buckets[set], key), step, now_ns, &owed);
	pthread_mutex_unlock(lock);
	if (r == QUOTA_SPENT)
		atomic_fetch_add_explicit(&table->refused[cost], 1, memory_order_relaxed);
	room = owed < QUOTA_WINDOW_NS ? QUOTA_WINDOW_NS - owed : 0;
	ret_left->policy = table->policies[cost];
	ret_left->rate = rate;
	ret_left->left = room / step;
	ret_left->seconds =
		(unsigned)((step - room % step + QUOTA_SECOND_NS - 1) / QUOTA_SECOND_NS);
	return r;
}

uint64_t quota_refused(const struct quota *quota, enum quota_kind kind, unsigned cost)
{
	return atomic_load_explicit(&quota->tables[kind].refused[cost], memory_order_relaxed);
}
