/* SPDX-License-Identifier: MIT */
/* Counters for Prometheus: requests by operation and status, their durations, the database pool,
 * the cache. */
#pragma once

#include "access/quota.h"
#include "buffer.h"
#include "cache.h"

struct metrics;

struct metrics_gauges {
	size_t pool_size, pool_used, pool_waiting;
	uint64_t pool_refused;
	unsigned connections;
	struct cache_state cache;
	const struct quota *quota;
	uint64_t audit_omitted;
};

/* For operations numbered below count; ids are borrowed. Number count stands for requests that are
 * no operation. 0 or -ENOMEM. */
int metrics_new(size_t count, const char *const *ids, struct metrics **ret_metrics) MUST_CHECK;
struct metrics *metrics_free(struct metrics *metrics);
/* Counts one request. Lock-free. */
void metrics_observe(struct metrics *metrics, size_t operation, int status, uint64_t duration_ns);
/* Writes the text format 0.0.4. 0, -ENOMEM, -E2BIG. */
int metrics_write(const struct metrics *metrics, const struct metrics_gauges *gauges,
		  struct buffer *buffer) MUST_CHECK;
