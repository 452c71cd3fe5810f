/* SPDX-License-Identifier: MIT */
#include "metrics.h"

#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>

/* Upper bounds of the duration histogram, in microseconds. */
static const uint64_t metrics_bounds_us[] = {250,   500,   1000,   2500,   5000,   10000,
					     25000, 50000, 100000, 500000, 2500000};

enum {
	METRICS_BUCKETS = ARRAY_LENGTH(metrics_bounds_us) + 1,
	METRICS_STATUSES = 500, /* 100 … 599 */
};

struct metrics_operation {
	atomic_uint_fast64_t statuses[METRICS_STATUSES];
	atomic_uint_fast64_t buckets[METRICS_BUCKETS];
	atomic_uint_fast64_t sum_us;
};

struct metrics {
	size_t count; /* operations, and one for what is none */
	const char **ids;
	struct metrics_operation *operations;
};

int metrics_new(size_t count, const char *const *ids, struct metrics **ret_metrics)
{
	struct metrics *metrics = calloc(1, sizeof(*metrics));

	if (!metrics)
		return -ENOMEM;
	metrics->count = count + 1;
	metrics->ids = calloc(metrics->count, sizeof(*metrics->ids));
	metrics->operations = calloc(metrics->count, sizeof(*metrics->operations));
	if (!metrics->ids || !metrics->operations) {
		metrics_free(metrics);
		return -ENOMEM;
	}
	for (size_t i = 0; i < count; i++)
		metrics->ids[i] = ids[i];
	metrics->ids[count] = "none";
	*ret_metrics = metrics;
	return 0;
}

struct metrics *metrics_free(struct metrics *metrics)
{
	if (!metrics)
		return NULL;
	free(metrics->ids);
	free(metrics->operations);
	free(metrics);
	return NULL;
}

void metrics_observe(struct metrics *metrics, size_t operation, int status, uint64_t duration_ns)
{
	struct metrics_operation *at =
		&metrics->operations[operation < metrics->count ? operation : metrics->count - 1];
	uint64_t duration_us = duration_ns / 1000;
	size_t bucket = 0;

	while (bucket < ARRAY_LENGTH(metrics_bounds_us) && duration_us > metrics_bounds_us[bucket])
		bucket++;
	if (status >= 100 && status < 600)
		atomic_fetch_add_explicit(&at->statuses[status - 100], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&at->buckets[bucket], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&at->sum_us, duration_us, memory_order_relaxed);
}

static void metrics_head(struct buffer *buffer, const char *name, const char *type,
			 const char *help)
{
	buffer_add_format(buffer, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void metrics_write_requests(const struct metrics *metrics, struct buffer *buffer)
{
	metrics_head(buffer, "accord_requests_total", "counter",
		     "Requests answered, by operation and status.");
	for (size_t i = 0; i < metrics->count; i++) {
		for (size_t k = 0; k < METRICS_STATUSES; k++) {
			uint64_t value = atomic_load(&metrics->operations[i].statuses[k]);

			if (value)
				buffer_add_format(
					buffer,
					"accord_requests_total{operation=\"%s\",status=\"%zu\"} "
					"%" PRIu64 "\n",
					metrics->ids[i], k + 100, value);
		}
	}
}

static void metrics_write_duration(const struct metrics *metrics, size_t index,
				   struct buffer *buffer)
{
	const struct metrics_operation *at = &metrics->operations[index];
	const char *id = metrics->ids[index];
	uint64_t total = 0;

	for (size_t k = 0; k < METRICS_BUCKETS; k++)
		total += atomic_load(&at->buckets[k]);
	if (!total)
		return;
	total = 0;
	for (size_t k = 0; k < ARRAY_LENGTH(metrics_bounds_us); k++) {
		total += atomic_load(&at->buckets[k]);
		buffer_add_format(
			buffer,
			"accord_request_seconds_bucket{operation=\"%s\",le=\"%g\"} %" PRIu64 "\n",
			id, (double)metrics_bounds_us[k] / 1e6, total);
	}
	total += atomic_load(&at->buckets[METRICS_BUCKETS - 1]);
	buffer_add_format(
		buffer, "accord_request_seconds_bucket{operation=\"%s\",le=\"+Inf\"} %" PRIu64 "\n",
		id, total);
	buffer_add_format(buffer, "accord_request_seconds_sum{operation=\"%s\"} %.6f\n", id,
			  (double)atomic_load(&at->sum_us) / 1e6);
	buffer_add_format(buffer, "accord_request_seconds_count{operation=\"%s\"} %" PRIu64 "\n",
			  id, total);
}

static void metrics_write_cache(const struct cache_state *cache, struct buffer *buffer)
{
	metrics_head(buffer, "accord_cache_hits_total", "counter", "Reads answered from memory.");
	buffer_add_format(buffer, "accord_cache_hits_total %" PRIu64 "\n", cache->hits);
	metrics_head(buffer, "accord_cache_misses_total", "counter",
		     "Reads that were not found in memory while it could be asked.");
	buffer_add_format(buffer, "accord_cache_misses_total %" PRIu64 "\n", cache->misses);
	metrics_head(buffer, "accord_cache_bytes", "gauge", "Memory that kept replies take.");
	buffer_add_format(buffer, "accord_cache_bytes %zu\n", cache->bytes);
	metrics_head(buffer, "accord_cache_entries", "gauge", "Replies kept.");
	buffer_add_format(buffer, "accord_cache_entries %zu\n", cache->entries);
	metrics_head(buffer, "accord_cache_open", "gauge",
		     "Whether replies are kept: 0 while changes cannot be heard of.");
	buffer_add_format(buffer, "accord_cache_open %d\n", cache->open);
}

static void metrics_write_quota(const struct quota *quota, struct buffer *buffer)
{
	static const char *const kinds[QUOTA_KINDS] = {
		[QUOTA_CALLER] = "known", [QUOTA_STRANGER] = "anonymous"};

	metrics_head(buffer, "accord_limited_total", "counter",
		     "Requests refused for their number, by caller and class.");
	for (unsigned kind = 0; kind < QUOTA_KINDS; kind++)
		for (unsigned cost = 0; cost < QUOTA_COSTS; cost++)
			buffer_add_format(
				buffer,
				"accord_limited_total{caller=\"%s\",class=\"%s\"} %" PRIu64 "\n",
				kinds[kind], quota_cost_name(cost),
				quota_refused(quota, (enum quota_kind)kind, cost));
}

int metrics_write(const struct metrics *metrics, const struct metrics_gauges *gauges,
		  struct buffer *buffer)
{
	metrics_write_requests(metrics, buffer);
	metrics_head(buffer, "accord_request_seconds", "histogram",
		     "Time from the request's last byte to its reply.");
	for (size_t i = 0; i < metrics->count; i++)
		metrics_write_duration(metrics, i, buffer);
	metrics_write_cache(&gauges->cache, buffer);
	metrics_write_quota(gauges->quota, buffer);
	metrics_head(buffer, "accord_audit_omitted_total", "counter",
		     "Refusals of known callers that were counted and not audited.");
	buffer_add_format(buffer, "accord_audit_omitted_total %" PRIu64 "\n",
			  gauges->audit_omitted);
	metrics_head(buffer, "accord_connections", "gauge", "Client connections open now.");
	buffer_add_format(buffer, "accord_connections %u\n", gauges->connections);
	metrics_head(buffer, "accord_pool_connections", "gauge",
		     "Database connections that the pool may hold.");
	buffer_add_format(buffer, "accord_pool_connections %zu\n", gauges->pool_size);
	metrics_head(buffer, "accord_pool_used", "gauge", "Database connections lent now.");
	buffer_add_format(buffer, "accord_pool_used %zu\n", gauges->pool_used);
	metrics_head(buffer, "accord_pool_waiting", "gauge",
		     "Requests waiting for a database connection now.");
	buffer_add_format(buffer, "accord_pool_waiting %zu\n", gauges->pool_waiting);
	metrics_head(buffer, "accord_pool_refused_total", "counter",
		     "Requests that waited too long for a database connection.");
	return buffer_add_format(buffer, "accord_pool_refused_total %" PRIu64 "\n",
				 gauges->pool_refused);
}
