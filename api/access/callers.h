/* SPDX-License-Identifier: MIT */
/*
 * Callers remembered: what the database said of a verified token's bearer, for as long as nothing
 * is known to have changed. It is open while somebody hears of every change (follow.h); closed, it
 * holds nothing and keeps nothing, and each request asks anew.
 */
#pragma once

#include "../auth/principal.h"
#include "caller.h"

struct callers;

/* 0 or -ENOMEM. It begins closed. */
int callers_new(struct callers **ret_callers) MUST_CHECK;
struct callers *callers_free(struct callers *callers);

void callers_open(struct callers *callers);
/* Forgets all. */
void callers_close(struct callers *callers);
/* Forgets what depends on a thing that changed: a "client", a "person" or a "token", by its id. */
void callers_forget(struct callers *callers, const char *kind, const char *id);

/*
 * Finds the caller of a principal. Returns it with a reference more, or NULL and in ret_since the
 * moment to hand to callers_keep: begin to ask the database after it.
 */
struct caller *callers_find(struct callers *callers, struct principal *principal,
			    uint64_t *ret_since) MUST_CHECK;
/* Keeps what was found, unless anything has changed since. Takes a reference of its own to both. */
void callers_keep(struct callers *callers, struct principal *principal, struct caller *caller,
		  uint64_t since);
