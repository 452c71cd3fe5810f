/* SPDX-License-Identifier: MIT */
/* The only clock of C. */
#pragma once

#include <stdint.h>

/* Wall-clock milliseconds since 1970, UTC. */
int64_t clock_now_ms(void);
/* Monotonic nanoseconds, for durations. */
uint64_t clock_monotonic_ns(void);
/* Returns when clock_monotonic_ns() has come to this, at once when it has passed. */
void clock_wait_until_ns(uint64_t due);
