/* SPDX-License-Identifier: MIT */
/* Hears of every change to who may call, and has it forgotten (callers.h). */
#pragma once

#include "callers.h"

struct follow;

/* Follows the database (a libpq connection string, borrowed) on a thread of its own. 0, -ENOMEM,
 * -EAGAIN, -errno. */
int follow_access(const char *database, struct callers *callers,
		  struct follow **ret_follow) MUST_CHECK;
/* Ends the thread; the callers are closed. Takes NULL; returns NULL. */
struct follow *follow_end(struct follow *follow);
