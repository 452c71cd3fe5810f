/* SPDX-License-Identifier: MIT */
/* The pipeline: request, route, auth, limits, negotiation, arguments, operation, reply. Arrows
 * point one way. */
#include "service.h"

#include <errno.h>
#include <string.h>

#include "access/authorise.h"
#include "access/meter.h"
#include "audit/record.h"
#include "cached.h"
#include "clock.h"
#include "digest.h"
#include "negotiate.h"
#include "oauth/oauth.h"

enum {
	SERVICE_HIDING_MS = 10, /* more than a record of anybody's takes to be looked for */
};

/* Whether a page that may read replies asks what else it may do. */
static bool service_is_preflight(const struct service *service, const struct request *request)
{
	const char *origin = request_header(request, "origin");

	return request_header(request, "access-control-request-method") && origin &&
	       reply_origin_allowed(service, origin);
}

/* Says which methods there are: the answer to OPTIONS, a refusal of any other. */
static void service_allow(const struct call *call, unsigned methods, struct reply *reply)
{
	const struct request *request = call->request;
	struct buffer allowed;

	buffer_init(&allowed, 256);
	for (enum method method = METHOD_GET; method < METHOD_UNKNOWN; method++)
		if (methods & 1u << method)
			buffer_add_format(&allowed, "%s%s", allowed.length ? ", " : "",
					  method_name(method));
	reply_add_header(reply, "Allow", "%s", allowed.data ? allowed.data : "");
	if (request->method == METHOD_OPTIONS) {
		reply->status = 204;
		if (methods & 1u << METHOD_PATCH)
			reply_add_header(reply, "Accept-Patch", "application/merge-patch+json");
		if (service_is_preflight(call->service, request))
			reply_add_header(reply, "Access-Control-Allow-Methods", "%s",
					 allowed.data ? allowed.data : "");
	} else {
		problem_set(&reply->problem, "method-not-allowed", NULL);
	}
	buffer_finish(&allowed);
}

/* Finds the operation. 0 or 1 with the problem set (or, for OPTIONS, the reply). */
static int service_route(struct call *call, struct reply *reply)
{
	const struct request *request = call->request;
	int r;

	if (request->method == METHOD_UNKNOWN) {
		problem_set(&reply->problem, "method-unknown", NULL);
		return 1;
	}
	if (request->method == METHOD_OPTIONS && strcmp(request->path, "*") == 0) {
		service_allow(call, (1u << METHOD_UNKNOWN) - 1, reply);
		return 1;
	}
	r = route_find(call->service->contract->routes, request->method, request->path,
		       &call->match);
	if (r == 0)
		call->operation = call->match.operation;
	if (r <= 0)
		return r;
	if (r == ROUTE_NO_METHOD)
		service_allow(call, call->match.allowed, reply);
	else if (r == ROUTE_BAD_PATH)
		problem_set(&reply->problem, "malformed-request", "The path is not normal.");
	else
		problem_set(&reply->problem, "not-found", NULL);
	return 1;
}

static int service_negotiate(struct call *call, struct reply *reply)
{
	const struct operation *operation = call->operation;
	int best;

	call->media = MEDIA_JSON;
	call->media_type = "application/json";
	if (!operation->offer_count)
		return 0;
	best = negotiate_media(request_header(call->request, "accept"), operation->offers,
			       operation->offer_count);
	if (best < 0) {
		problem_set(&reply->problem, "not-acceptable", NULL);
		return 1;
	}
	call->media_type = operation->offers[best];
	call->media = media_parse(call->media_type);
	return 0;
}

/* What a write must be accompanied by. */
static int service_require(struct call *call, struct reply *reply)
{
	const char *key = request_header(call->request, "idempotency-key");

	if (call->operation->idempotent &&
	    (!key || !key[0] || strlen(key) > LIMIT_IDEMPOTENCY_KEY)) {
		problem_set(&reply->problem, "missing-header",
			    "Idempotency-Key is required: 1 to %d characters.",
			    LIMIT_IDEMPOTENCY_KEY);
		return 1;
	}
	if (call->operation->if_match && !request_header(call->request, "if-match")) {
		problem_set(&reply->problem, "precondition-required", NULL);
		return 1;
	}
	return 0;
}

/* Lets the operation answer. */
static int service_make(struct call *call, struct reply *reply)
{
	const struct operation *operation = call->operation;
	int r = digest_uuid7(clock_now_ms(), call->new_id);

	if (r < 0)
		return r;
	if (operation->handler)
		return operation->handler(call, reply);
	if (operation->list)
		return page_run(call, reply);
	return operation->sql->cost != SQL_COST_WRITE ? read_run(call, reply)
						      : write_run(call, reply);
}

/* What is told of people leaves once it is written down who was told. */
static int service_make_personal(struct call *call, struct reply *reply)
{
	int r = service_make(call, reply);

	return r == 0 && !reply->problem.type ? record_read(call, reply) : r;
}

static int service_run(struct call *call, struct reply *reply)
{
	const struct operation *operation = call->operation;

	reply->shared = operation->method == METHOD_GET && !operation->secured;
	if (!operation->handler && operation->sql->audit_personal &&
	    operation->cost != SQL_COST_WRITE)
		return service_make_personal(call, reply);
	return call->service->cache && !operation->handler && operation->sql->cache
		       ? cached_run(call, service_make, reply)
		       : service_make(call, reply);
}

/* Judges who calls, and whether he calls too often. */
static int service_admit(struct call *call, struct reply *reply)
{
	int r, metered;

	meter_address(call);
	r = authorise(call, reply);
	metered = r < 0 ? r : meter(call, reply);
	return metered ? metered : r;
}

static int service_carry_out(struct call *call, struct reply *reply)
{
	static int (*const stages[])(struct call *, struct reply *) = {
		service_route,       service_admit,  service_negotiate,
		call_read_arguments, call_read_body, service_require,
	};
	int r = 0;

	for (size_t i = 0; i < ARRAY_LENGTH(stages) && r == 0; i++)
		r = stages[i](call, reply);
	return r == 0 ? service_run(call, reply) : r;
}

/* Whether somebody we know was kept from what is not for everybody. */
static bool service_is_refusal(const struct call *call, const struct reply *reply)
{
	const struct problem_type *type = reply->problem.type;

	return call->caller && call->operation->secured && type &&
	       (type->status == 403 || type->status == 404);
}

/* Another's record and one that never was take equally long: whole steps of time from the request's
 * arrival. */
static void service_hide_time(const struct call *call, const struct reply *reply)
{
	const uint64_t step = UINT64_C(1000000) * SERVICE_HIDING_MS;
	uint64_t started = call->request->started_ns;

	if (call->operation && call->operation->secured && reply->status == 404)
		clock_wait_until_ns(started + ((clock_monotonic_ns() - started) / step + 1) * step);
}

void service_handle(struct service *service, const struct request *request, struct reply *ret_reply)
{
	CLEANUP(call_finish) struct call call = {.service = service, .request = request};
	int r;

	*ret_reply = (struct reply){0};
	r = service_carry_out(&call, ret_reply);
	if (r >= 0 && service_is_refusal(&call, ret_reply))
		record_refusal(&call, ret_reply);
	if (r >= 0 && call.operation && call.operation->form)
		r = oauth_translate(ret_reply);
	if (r < 0) {
		problem_finish(&ret_reply->problem);
		problem_set(&ret_reply->problem, "internal", NULL);
		reply_note_fault(ret_reply, "%s", strerror(-r));
	}
	ret_reply->operation = call.operation ? call.operation->number : SIZE_MAX;
	ret_reply->operation_id = call.operation ? call.operation->id : NULL;
	reply_complete(service, request, call.operation, ret_reply);
	service_hide_time(&call, ret_reply);
}

void service_refuse(struct service *service, const struct request *request, const char *slug,
		    const char *detail, struct reply *ret_reply)
{
	*ret_reply = (struct reply){.operation = SIZE_MAX, .close = true};
	problem_set(&ret_reply->problem, slug, detail ? "%s" : NULL, detail);
	reply_complete(service, request, NULL, ret_reply);
}
