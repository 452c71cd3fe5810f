/* SPDX-License-Identifier: MIT */
/*
 * A thread with a database connection of its own that listens to one channel. What it keeps open is
 * open only while that connection is good: it is told at once when it is not.
 */
#pragma once

#include "common.h"

struct listener;

enum listener_news {
	LISTENER_BEGUN,  /* it listens from now on; what was said before is not known */
	LISTENER_TOLD,   /* one or more notifications came */
	LISTENER_SILENT, /* nothing for a beat */
};

/* What listens, and how. All are called in the listener's thread. */
struct listener_kind {
	const char *channel; /* a plain lower-case name */
	const char *what;    /* what there is none of while it does not listen, for the log */
	int beat_ms;         /* of silence, after which it catches up */
	int patience_ms;     /* in which the database answers */
	/* Hears each notification, before it catches up. NULL: what they say does not matter. */
	void (*hear)(void *user, const char *words);
	/* Asks what it must know (listener_ask). 0, or DB_LOST or DB_FAILED to connect anew. */
	int (*catch_up)(void *user, struct listener *listener, enum listener_news news);
	/* The connection is lost, or the listener ends. Called also when nothing was open. */
	void (*lose)(void *user);
};

/* Begins; kind, database (a libpq connection string) and user are borrowed. 0, -ENOMEM, -EAGAIN,
 * -errno. */
int listener_start(const struct listener_kind *kind, const char *database, void *user,
		   struct listener **ret_listener) MUST_CHECK;
/* Ends the thread. Takes NULL; returns NULL. */
struct listener *listener_stop(struct listener *listener);

/* For catch_up: runs a text and reads the number that it returns (0 when it returns none). 0 or a
 * failure of db_run_text. */
int listener_ask(struct listener *listener, const char *text, int64_t *ret_number) MUST_CHECK;
