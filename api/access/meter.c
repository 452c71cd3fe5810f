/* SPDX-License-Identifier: MIT */
#include "meter.h"

#include <inttypes.h>
#include <string.h>

#include "../clock.h"
#include "network.h"

/* One customer has a whole network of IPv6 addresses; what is no address is one customer too. */
void meter_address(struct call *call)
{
	struct network customer = {0};

	network_of_customer(call->request->client, &customer);
	call->payer =
		quota_payer(call->service->quota, QUOTA_STRANGER, &customer, sizeof(customer));
}

static int meter_refuse(const struct quota_left *left, struct reply *reply)
{
	/* Whatever else is wrong with it, the request was one too many. */
	problem_finish(&reply->problem);
	problem_set(&reply->problem, "too-many-requests",
		    "The caller may send %" PRIu64 " requests a minute of the class \"%s\".",
		    left->rate, left->name);
	reply_add_header(reply, "Retry-After", "%u", left->seconds);
	return 1;
}

int meter(struct call *call, struct reply *reply)
{
	const struct caller *caller = call->caller;
	enum quota_kind kind = caller ? QUOTA_CALLER : QUOTA_STRANGER;
	unsigned cost = call->operation->cost;
	int r;

	if (caller)
		call->payer =
			quota_payer(call->service->quota, kind, caller->id, strlen(caller->id));
	if (cost == SQL_COST_NONE)
		return 0;
	r = quota_take(call->service->quota, kind, call->payer, cost, clock_monotonic_ns(),
		       &reply->left);
	return r == QUOTA_SPENT ? meter_refuse(&reply->left, reply) : 0;
}
