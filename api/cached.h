/* SPDX-License-Identifier: MIT */
/* Reads through the cache: what was made for one caller answers the next. */
#pragma once

#include "call.h"

/*
 * Answers from memory when it can; else lets make answer, and keeps a success. Two requests share
 * a representation when operation, arguments (validated, defaults filled in), media type and
 * coding are the same: nothing else of a request may go into it. What does differ from request to
 * request (X-Request-Id, CORS, 304) is the last stage's. 0 or -ENOMEM.
 */
int cached_run(struct call *call, int (*make)(struct call *, struct reply *),
	       struct reply *reply) MUST_CHECK;
