/* SPDX-License-Identifier: MIT */
/* The end of an import: when it is said to be done, nobody is answered as if it were not. */
#pragma once

#include "copy.h"

/*
 * Waits until no service keeps replies from before the last commit (generation.c says how it knows)
 * or SETTLE_MS are over, by when a service that cannot be reached has noticed that itself. What was
 * imported stays imported whatever happens here.
 */
void settle_wait(struct copy *copy);
