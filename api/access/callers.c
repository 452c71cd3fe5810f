/* SPDX-License-Identifier: MIT */
/*
 * Why nobody calls on what was revoked. An entry was asked for after a moment at which this was
 * open, and is kept only if nothing was forgotten since that moment: so whatever the database
 * changed before the question is in the answer, and whatever it changes later is heard of, and
 * forgotten here, after the entry was made.
 */
#include "callers.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

enum {
	CALLERS_WAYS = 4, /* places in which one principal can be */
	CALLERS_SETS = LIMIT_REMEMBERED_TOKENS / CALLERS_WAYS,
	CALLERS_GRANTS = 100, /* of a caller who is remembered: others take too much memory */
};

/* The same token is the same principal, whose address is its own while it is held here. */
struct callers_entry {
	struct principal *principal;
	struct caller *caller;
};

struct callers {
	pthread_mutex_t lock;
	bool open;
	uint64_t moment; /* rises whenever something is forgotten */
	unsigned next;   /* the way that is given up next */
	struct callers_entry entries[CALLERS_SETS][CALLERS_WAYS];
};

int callers_new(struct callers **ret_callers)
{
	struct callers *callers = calloc(1, sizeof(*callers));

	if (!callers)
		return -ENOMEM;
	pthread_mutex_init(&callers->lock, NULL);
	*ret_callers = callers;
	return 0;
}

static void callers_drop(struct callers_entry *entry)
{
	entry->principal = principal_release(entry->principal);
	entry->caller = caller_release(entry->caller);
}

static void callers_drop_all(struct callers *callers)
{
	for (size_t i = 0; i < CALLERS_SETS; i++)
		for (size_t k = 0; k < CALLERS_WAYS; k++)
			callers_drop(&callers->entries[i][k]);
}

struct callers *callers_free(struct callers *callers)
{
	if (!callers)
		return NULL;
	callers_drop_all(callers);
	pthread_mutex_destroy(&callers->lock);
	free(callers);
	return NULL;
}

void callers_open(struct callers *callers)
{
	pthread_mutex_lock(&callers->lock);
	callers->open = true;
	callers->moment++;
	pthread_mutex_unlock(&callers->lock);
}

void callers_close(struct callers *callers)
{
	pthread_mutex_lock(&callers->lock);
	callers->open = false;
	callers->moment++;
	callers_drop_all(callers);
	pthread_mutex_unlock(&callers->lock);
}

/* Whether an entry depends on the thing. */
static bool callers_concerns(const struct callers_entry *entry, const char *kind, const char *id)
{
	if (!entry->caller)
		return false;
	if (strcmp(kind, "token") == 0)
		return entry->principal->jti && strcmp(entry->principal->jti, id) == 0;
	return entry->caller->person == (strcmp(kind, "person") == 0) &&
	       strcmp(entry->caller->id, id) == 0;
}

void callers_forget(struct callers *callers, const char *kind, const char *id)
{
	pthread_mutex_lock(&callers->lock);
	callers->moment++;
	for (size_t i = 0; i < CALLERS_SETS; i++)
		for (size_t k = 0; k < CALLERS_WAYS; k++)
			if (callers_concerns(&callers->entries[i][k], kind, id))
				callers_drop(&callers->entries[i][k]);
	pthread_mutex_unlock(&callers->lock);
}

/* Where a principal may be. Addresses differ above the bits that alignment leaves zero. */
static struct callers_entry *callers_set(struct callers *callers, const struct principal *principal)
{
	uint64_t mixed = (uint64_t)(uintptr_t)principal * UINT64_C(0x9e3779b97f4a7c15);

	return callers->entries[(mixed >> 32) % CALLERS_SETS];
}

struct caller *callers_find(struct callers *callers, struct principal *principal,
			    uint64_t *ret_since)
{
	struct callers_entry *set = callers_set(callers, principal);
	struct caller *found = NULL;

	pthread_mutex_lock(&callers->lock);
	for (size_t i = 0; i < CALLERS_WAYS && !found; i++)
		if (set[i].principal == principal)
			found = caller_hold(set[i].caller);
	*ret_since = callers->moment;
	pthread_mutex_unlock(&callers->lock);
	return found;
}

void callers_keep(struct callers *callers, struct principal *principal, struct caller *caller,
		  uint64_t since)
{
	struct callers_entry *set = callers_set(callers, principal);
	size_t place = 0;

	pthread_mutex_lock(&callers->lock);
	if (callers->open && callers->moment == since && caller->grant_count <= CALLERS_GRANTS) {
		while (place < CALLERS_WAYS && set[place].principal &&
		       set[place].principal != principal)
			place++;
		if (place == CALLERS_WAYS)
			place = callers->next++ % CALLERS_WAYS;
		callers_drop(&set[place]);
		set[place] = (struct callers_entry){principal_hold(principal), caller_hold(caller)};
	}
	pthread_mutex_unlock(&callers->lock);
}
