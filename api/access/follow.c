/* SPDX-License-Identifier: MIT */
/*
 * Each change raises the number in accord.access, and says in the same transaction
 * "<number> <kind> <id>" on the channel. A notification comes at once; that none was lost, and that
 * the connection lives, is seen at each beat: both together in less than a second.
 */
#include "follow.h"

#include <errno.h>
#include <string.h>

#include "../db.h"
#include "../listener.h"

enum {
	FOLLOW_BEAT_MS = 400,
	FOLLOW_PATIENCE_MS = 400,
};

struct follow {
	struct listener *listener;
	struct callers *callers;
	int64_t number; /* the last that is known */
};

static const char *const follow_read_text = "select number from accord.access";

/* Forgets everything: something has changed, and it is not known what. */
static void follow_start_over(struct follow *follow)
{
	callers_close(follow->callers);
	callers_open(follow->callers);
}

static void follow_hear(void *user, const char *words)
{
	struct follow *follow = user;
	CLEANUP_FREE char *copy = strdup(words);
	char *rest = copy;
	const char *number = rest ? strsep(&rest, " ") : NULL;
	const char *kind = rest ? strsep(&rest, " ") : NULL;

	if (!kind || !rest) {
		follow_start_over(follow);
		return;
	}
	callers_forget(follow->callers, kind, rest);
	if (strtoll(number, NULL, 10) > follow->number)
		follow->number = strtoll(number, NULL, 10);
}

static int follow_catch_up(void *user, struct listener *listener, enum listener_news news)
{
	struct follow *follow = user;
	int64_t number = 0;
	int r;

	if (news == LISTENER_TOLD)
		return 0;
	r = listener_ask(listener, follow_read_text, &number);
	if (r != 0 || (news == LISTENER_SILENT && number == follow->number))
		return r;
	follow->number = number;
	follow_start_over(follow);
	return 0;
}

static void follow_lose(void *user)
{
	struct follow *follow = user;

	callers_close(follow->callers);
}

static const struct listener_kind follow_kind = {
	.channel = "accord_access",
	.what = "remembered callers",
	.beat_ms = FOLLOW_BEAT_MS,
	.patience_ms = FOLLOW_PATIENCE_MS,
	.hear = follow_hear,
	.catch_up = follow_catch_up,
	.lose = follow_lose,
};

int follow_access(const char *database, struct callers *callers, struct follow **ret_follow)
{
	struct follow *follow = calloc(1, sizeof(*follow));
	int r;

	if (!follow)
		return -ENOMEM;
	follow->callers = callers;
	r = listener_start(&follow_kind, database, follow, &follow->listener);
	if (r < 0) {
		free(follow);
		return r;
	}
	*ret_follow = follow;
	return 0;
}

struct follow *follow_end(struct follow *follow)
{
	if (!follow)
		return NULL;
	listener_stop(follow->listener);
	free(follow);
	return NULL;
}
