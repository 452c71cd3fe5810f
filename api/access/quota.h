/* SPDX-License-Identifier: MIT */
/*
 * How much each client may ask for: a bucket a client and class of cost, which holds a minute's
 * requests and fills steadily. Bounded in memory, of this process alone.
 */
#pragma once

#include "../common.h"

enum {
	QUOTA_COSTS = 3,     /* classes of cost: read, write, expensive */
	QUOTA_WINDOW_S = 60, /* for which a rate is stated */
	QUOTA_RATE_MAX = 60000000,
	QUOTA_SPENT = 1, /* the bucket is empty */
};

struct quota;

/* Who is counted: a client or person of ours, or the address of a stranger. */
enum quota_kind { QUOTA_CALLER, QUOTA_STRANGER, QUOTA_KINDS };

/* What is left to a client, in the words of RateLimit and RateLimit-Policy
 * (draft-ietf-httpapi-ratelimit-headers-11). */
struct quota_left {
	const char *policy; /* RateLimit-Policy, as long-lived as the quota; NULL: no limit */
	const char *name;   /* of the class */
	uint64_t rate;      /* requests a minute */
	uint64_t left;      /* requests that may follow at once */
	unsigned seconds;   /* until there is one more */
};

/* Reads "READ,WRITE,EXPENSIVE": requests a minute, 0 for any number. Whether it reads. */
bool quota_parse(const char *text, uint64_t ret_rates[QUOTA_COSTS]);
/* From the rates of callers and of strangers, in quota_parse's form. 0, -EINVAL, -ENOMEM, -EIO. */
int quota_new(const char *callers, const char *strangers, struct quota **ret_quota) MUST_CHECK;
struct quota *quota_free(struct quota *quota);

/* A number for whoever is counted, which strangers can neither choose nor foresee; never 0. */
uint64_t quota_payer(const struct quota *quota, enum quota_kind kind, const void *id,
		     size_t length);
/* Takes one request from a payer's bucket at a moment of the monotonic clock. cost is below
 * QUOTA_COSTS. 0 or QUOTA_SPENT, and what is left. */
int quota_take(struct quota *quota, enum quota_kind kind, uint64_t payer, unsigned cost,
	       uint64_t now_ns, struct quota_left *ret_left) MUST_CHECK;
/* Requests refused since the start, by kind and class. */
uint64_t quota_refused(const struct quota *quota, enum quota_kind kind, unsigned cost);
/* The word for a class. */
const char *quota_cost_name(unsigned cost);
