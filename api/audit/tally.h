/* SPDX-License-Identifier: MIT */
/* Which refusals are written down: the first few of each caller in a minute; the rest are counted.
 */
#pragma once

#include "../common.h"

enum { TALLY_OMITTED = 1 };

struct tally;

/* 0 or -ENOMEM. */
int tally_new(struct tally **ret_tally) MUST_CHECK;
struct tally *tally_free(struct tally *tally);
/* Counts a refusal at a moment of the monotonic clock. 0 when it is to be written down, with those
 * omitted since the last that was; TALLY_OMITTED. */
int tally_refusal(struct tally *tally, uint64_t payer, uint64_t now_ns,
		  uint64_t *ret_omitted) MUST_CHECK;
/* Refusals that were only counted, since the start. */
uint64_t tally_omitted(const struct tally *tally);
