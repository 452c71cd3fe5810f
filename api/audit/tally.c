/* SPDX-License-Identifier: MIT */
#include "tally.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>

#include "../limit.h"

enum { TALLY_PLACES = 4096 };

#define TALLY_MINUTE_NS (60 * UINT64_C(1000000000))

/* Callers whose numbers fall together share a place while both are refused: what is omitted of one
 * is then told with the other's next. */
struct tally_place {
	uint64_t until_ns; /* the end of its minute */
	unsigned written;  /* in it */
	uint64_t omitted;
};

struct tally {
	pthread_mutex_t lock;
	atomic_uint_fast64_t omitted;
	struct tally_place places[TALLY_PLACES];
};

int tally_new(struct tally **ret_tally)
{
	struct tally *tally = calloc(1, sizeof(*tally));

	if (!tally)
		return -ENOMEM;
	pthread_mutex_init(&tally->lock, NULL);
	*ret_tally = tally;
	return 0;
}

struct tally *tally_free(struct tally *tally)
{
	if (!tally)
		return NULL;
	pthread_mutex_destroy(&tally->lock);
	free(tally);
	return NULL;
}

int tally_refusal(struct tally *tally, uint64_t payer, uint64_t now_ns, uint64_t *ret_omitted)
{
	struct tally_place *place = &tally->places[(payer >> 8) % TALLY_PLACES];
	bool written;

	pthread_mutex_lock(&tally->lock);
	if (now_ns >= place->until_ns) {
		place->until_ns = now_ns + TALLY_MINUTE_NS;
		place->written = 0;
	}
	written = place->written < LIMIT_AUDITED_REFUSALS;
	*ret_omitted = place->omitted;
	if (written) {
		place->written++;
		place->omitted = 0;
	} else {
		place->omitted++;
	}
	pthread_mutex_unlock(&tally->lock);
	if (!written)
		atomic_fetch_add_explicit(&tally->omitted, 1, memory_order_relaxed);
	return written ? 0 : TALLY_OMITTED;
}

uint64_t tally_omitted(const struct tally *tally)
{
	return atomic_load_explicit(&tally->omitted, memory_order_relaxed);
}
