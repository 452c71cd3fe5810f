/* SPDX-License-Identifier: MIT */
#include "authorise.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "bearer.h"
#include "identify.h"

enum { AUTHORISE_LISTED = 100 }; /* organisations that a refusal lists; GET /v1/me lists all */

/* 401 for want of a token, or of a good one. */
static int authorise_refuse_token(int refusal, struct reply *reply)
{
	if (refusal == REFUSAL_UNAVAILABLE) {
		problem_set(&reply->problem, "unavailable", "%s", refusal_description(refusal));
		reply_add_fixed(reply, "Retry-After", "5");
		return 1;
	}
	reply_add_fixed(reply, "WWW-Authenticate", refusal_challenge(refusal));
	if (refusal) {
		problem_set(&reply->problem, "invalid-token", "%s", refusal_description(refusal));
		reply_note_fault(reply, "token: %s", refusal_name(refusal));
	} else {
		problem_set(&reply->problem, "unauthorised", NULL);
	}
	return 1;
}

/* 400 for credentials that cannot be read, or that stand where they must not. */
static int authorise_refuse_request(const char *what, struct reply *reply)
{
	reply_add_header(reply, "WWW-Authenticate",
			 "Bearer realm=\"accord\", error=\"invalid_request\", "
			 "error_description=\"%s\"",
			 what);
	problem_set(&reply->problem, "malformed-request", "%s", what);
	return 1;
}

/* 401 for a token that is good elsewhere. */
static int authorise_refuse_address(const char *address, struct reply *reply)
{
	const char *from = address[0] ? address : "an unknown address";

	reply_add_header(reply, "WWW-Authenticate",
			 "Bearer realm=\"accord\", error=\"invalid_token\", "
			 "error_description=\"The token is not good from %s.\"",
			 from);
	problem_set(&reply->problem, "invalid-token", "The token is not good from %s.", from);
	return 1;
}

/* 403 for want of a scope: the header names all that the operation asks for. */
static int authorise_refuse_scope(const struct operation *operation, const char *missing,
				  struct reply *reply)
{
	struct buffer scopes;

	buffer_init(&scopes, LIMIT_SCOPE_BYTES);
	for (size_t i = 0; i < operation->scope_count; i++)
		buffer_add_format(&scopes, "%s%s", i ? " " : "", operation->scopes[i]);
	reply_add_header(reply, "WWW-Authenticate",
			 "Bearer realm=\"accord\", error=\"insufficient_scope\", "
			 "error_description=\"The operation needs the scope %s.\", scope=\"%s\"",
			 missing, scopes.data ? scopes.data : missing);
	problem_set(&reply->problem, "insufficient-scope", "The operation needs the scope %s.",
		    missing);
	buffer_finish(&scopes);
	return 1;
}

/* Names the organisations that the caller can choose from. */
static int authorise_refuse_choice(const struct caller *caller, struct reply *reply)
{
	struct buffer extra;

	problem_set(&reply->problem, "organisation-required", NULL);
	buffer_init(&extra, LIMIT_REPLY_BYTES);
	buffer_add_string(&extra, "\"organisations\":[");
	for (size_t i = 0; i < caller->grant_count && i < AUTHORISE_LISTED; i++)
		buffer_add_format(&extra, "%s\"%s\"", i ? "," : "", caller->grants[i].organisation);
	buffer_add_byte(&extra, ']');
	reply->problem.extra = buffer_take(&extra, NULL);
	return violations_add_parameter(&reply->problem.violations, "Accord-Organisation",
					"required",
					"is required of a caller with several organisations") < 0
		       ? -ENOMEM
		       : 1;
}

/* For whom the caller acts: the one whom the header names, or the only one. */
static int authorise_choose(struct call *call, struct reply *reply)
{
	const char *wanted = request_header(call->request, "accord-organisation");
	const struct caller *caller = call->caller;

	if (wanted) {
		call->grant = caller_grant_for(caller, wanted);
		if (call->grant)
			return 0;
		problem_set(&reply->problem, "organisation-forbidden", NULL);
		return violations_add_parameter(&reply->problem.violations, "Accord-Organisation",
						"membership",
						"is none of the caller's organisations") < 0
			       ? -ENOMEM
			       : 1;
	}
	if (caller->grant_count == 1)
		call->grant = &caller->grants[0];
	if (call->grant || !call->operation->scope_count)
		return 0;
	if (caller->grant_count)
		return authorise_refuse_choice(caller, reply);
	problem_set(&reply->problem, "forbidden", "The caller has a role in no organisation.");
	return 1;
}

/* Until when the token is good. */
static void authorise_write_end(struct call *call)
{
	time_t end = (time_t)call->principal->expires;
	struct tm parts;

	if (call->caller->until < end)
		end = (time_t)call->caller->until;
	gmtime_r(&end, &parts);
	strftime(call->expires_at, sizeof(call->expires_at), "%Y-%m-%dT%H:%M:%SZ", &parts);
}

/* Whether the caller may do what the operation asks for. */
static int authorise_permit(struct call *call, struct reply *reply)
{
	const struct operation *operation = call->operation;
	int r = authorise_choose(call, reply);

	for (size_t i = 0; i < operation->scope_count && r == 0; i++)
		if (!caller_may(call->caller, call->grant, operation->scopes[i]))
			r = authorise_refuse_scope(operation, operation->scopes[i], reply);
	if (r != 0)
		return r;
	if (call->grant)
		snprintf(reply->organisation, sizeof(reply->organisation), "%s",
			 call->grant->organisation);
	authorise_write_end(call);
	call->scopes = caller_write_scopes(call->caller, call->grant, call->service->contract);
	return call->scopes ? 0 : -ENOMEM;
}

/* Whom the token speaks for, now, and from where. */
static int authorise_identify(struct call *call, struct reply *reply)
{
	const char *address = call->request->client;
	int r = identify(call->service, call->principal, reply, &call->caller);
	bool own = call->principal->kind == PRINCIPAL_OWN;

	if (r == IDENTIFY_ENDED)
		return authorise_refuse_token(REFUSAL_REVOKED, reply);
	if (r == IDENTIFY_UNKNOWN && own)
		return authorise_refuse_token(REFUSAL_SUBJECT, reply);
	if (r == IDENTIFY_UNKNOWN && call->operation->secured) {
		problem_set(&reply->problem, "forbidden", "The service does not know the caller.");
		return 1;
	}
	if (r == IDENTIFY_UNKNOWN)
		return 0;
	if (r != 0)
		return r < 0 ? r : 1;
	snprintf(reply->caller, sizeof(reply->caller), "%s", call->caller->id);
	return !call->caller->network_count ||
			       network_contains(call->caller->networks, call->caller->network_count,
						address)
		       ? 0
		       : authorise_refuse_address(address, reply);
}

int authorise(struct call *call, struct reply *reply)
{
	const struct operation *operation = call->operation;
	const char *text, *fault = NULL;
	size_t length = 0;
	int r;

	if (operation->client)
		return 0;
	r = bearer_find(call->request, &text, &length, &fault);
	if (r == BEARER_MALFORMED)
		return authorise_refuse_request(fault, reply);
	if (r == BEARER_OTHER || (r == BEARER_NONE && operation->secured))
		return authorise_refuse_token(0, reply);
	if (r == BEARER_NONE)
		return 0;
	reply->own = true;
	r = auth_verify(call->service->auth, text, length, &call->principal);
	if (r != 0)
		return r < 0 ? r : authorise_refuse_token(r, reply);
	r = authorise_identify(call, reply);
	return r == 0 && operation->secured ? authorise_permit(call, reply) : r;
}
