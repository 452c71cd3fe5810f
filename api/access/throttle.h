/* SPDX-License-Identifier: MIT */
/*
 * Failed attempts to prove who one is, counted by client and address together, and by address
 * alone. Not by client alone: whoever knows its id could lock it out. Bounded in memory, of this
 * process alone.
 */
#pragma once

#include "../common.h"

struct throttle;

/* 0, -ENOMEM, -EIO. */
int throttle_new(struct throttle **ret_throttle) MUST_CHECK;
struct throttle *throttle_free(struct throttle *throttle);
/* Seconds after which an attempt is heard again; 0: now. */
unsigned throttle_wait(struct throttle *throttle, const char *client, const char *address);
/* Counts a failure. */
void throttle_fail(struct throttle *throttle, const char *client, const char *address);
