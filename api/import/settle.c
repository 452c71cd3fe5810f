/* SPDX-License-Identifier: MIT */
#include "settle.h"

#include <time.h>

#include "../generation.h"

enum {
	SETTLE_MS = 5000, /* longer than a service goes on without hearing from the database */
	SETTLE_STEP_MS = 2,
};

static const char *const settle_text =
	"select 1 from pg_locks as l, reference.generation as g"
	" where l.locktype = 'advisory' and l.classid = " GENERATION_LOCK " and l.objsubid = 2"
	" and l.database = (select oid from pg_database where datname = current_database())"
	" and l.objid::bigint <> g.number % 2147483648";

static int settle_take(void *context, const char *const *fields)
{
	*(bool *)context = true;
	return 0;
}

void settle_wait(struct copy *copy)
{
	const struct timespec step = {.tv_nsec = SETTLE_STEP_MS * 1000000L};
	struct fault fault = {""};
	bool behind = true;

	for (int waited_ms = 0; behind && waited_ms < SETTLE_MS; waited_ms += SETTLE_STEP_MS) {
		behind = false;
		if (copy_select(copy, settle_text, 1, settle_take, &behind, &fault) < 0)
			return;
		if (behind)
			nanosleep(&step, NULL);
	}
}
