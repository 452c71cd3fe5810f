/* SPDX-License-Identifier: MIT */
#include "memory.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "../limit.h"

enum {
	MEMORY_WAYS = 8, /* entries that one token may take the place of */
	MEMORY_GROUPS = LIMIT_REMEMBERED_TOKENS / MEMORY_WAYS,
	MEMORY_LOCKS = 64, /* each for every 64th group */
};

struct memory_entry {
	uint8_t digest[DIGEST_BYTES];
	int64_t until; /* 0: nothing is here */
	struct principal *principal;
};

struct memory {
	pthread_mutex_t locks[MEMORY_LOCKS];
	_Atomic uint64_t epoch;
	struct memory_entry entries[MEMORY_GROUPS][MEMORY_WAYS];
};

int memory_new(struct memory **ret_memory)
{
	struct memory *memory = calloc(1, sizeof(*memory));

	if (!memory)
		return -ENOMEM;
	for (size_t i = 0; i < MEMORY_LOCKS; i++)
		pthread_mutex_init(&memory->locks[i], NULL);
	*ret_memory = memory;
	return 0;
}

static void memory_drop(struct memory_entry *entry)
{
	principal_release(entry->principal);
	*entry = (struct memory_entry){0};
}

struct memory *memory_free(struct memory *memory)
{
	if (!memory)
		return NULL;
	memory_forget(memory);
	for (size_t i = 0; i < MEMORY_LOCKS; i++)
		pthread_mutex_destroy(&memory->locks[i]);
	free(memory);
	return NULL;
}

/* A digest is as good as random: its first bytes are a number. */
static size_t memory_group(const uint8_t digest[DIGEST_BYTES])
{
	uint64_t number;

	memcpy(&number, digest, sizeof(number));
	return (size_t)(number % MEMORY_GROUPS);
}

struct principal *memory_find(struct memory *memory, const uint8_t digest[DIGEST_BYTES],
			      int64_t now)
{
	size_t group = memory_group(digest);
	struct principal *found = NULL;

	pthread_mutex_lock(&memory->locks[group % MEMORY_LOCKS]);
	for (size_t i = 0; i < MEMORY_WAYS && !found; i++) {
		struct memory_entry *entry = &memory->entries[group][i];

		if (entry->until > now && memcmp(entry->digest, digest, DIGEST_BYTES) == 0)
			found = principal_hold(entry->principal);
	}
	pthread_mutex_unlock(&memory->locks[group % MEMORY_LOCKS]);
	return found;
}

uint64_t memory_epoch(const struct memory *memory)
{
	return atomic_load(&memory->epoch);
}

void memory_add(struct memory *memory, const uint8_t digest[DIGEST_BYTES],
		struct principal *principal, int64_t until, int64_t now, uint64_t epoch)
{
	size_t group = memory_group(digest);
	struct memory_entry *place = NULL;

	if (until <= now)
		return;
	pthread_mutex_lock(&memory->locks[group % MEMORY_LOCKS]);
	for (size_t i = 0; i < MEMORY_WAYS; i++) {
		struct memory_entry *entry = &memory->entries[group][i];

		if (entry->until && memcmp(entry->digest, digest, DIGEST_BYTES) == 0) {
			place = entry;
			break;
		}
		if (!place || entry->until < place->until)
			place = entry;
	}
	/* Read under the lock that memory_forget takes after it has counted. */
	if (atomic_load(&memory->epoch) == epoch) {
		memory_drop(place);
		memcpy(place->digest, digest, DIGEST_BYTES);
		place->until = until;
		place->principal = principal_hold(principal);
	}
	pthread_mutex_unlock(&memory->locks[group % MEMORY_LOCKS]);
}

void memory_forget(struct memory *memory)
{
	atomic_fetch_add(&memory->epoch, 1);
	for (size_t lock = 0; lock < MEMORY_LOCKS; lock++) {
		pthread_mutex_lock(&memory->locks[lock]);
		for (size_t group = lock; group < MEMORY_GROUPS; group += MEMORY_LOCKS)
			for (size_t i = 0; i < MEMORY_WAYS; i++)
				memory_drop(&memory->entries[group][i]);
		pthread_mutex_unlock(&memory->locks[lock]);
	}
}
