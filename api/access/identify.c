/* SPDX-License-Identifier: MIT */
#include "identify.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../clock.h"
#include "callers.h"
#include "role.h"

/* The columns of the two questions. */
enum { CLIENT_STATE, CLIENT_ORGANISATION, CLIENT_SCOPES, CLIENT_ADDRESSES, CLIENT_EXPIRES };
enum { PERSON_STATE, PERSON_ID, PERSON_ORGANISATION, PERSON_ROLE, PERSON_SCOPES };

static void identify_copy(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from ? from : "");
}

/* The words of a token that its client may still have, owned; NULL when memory is short. */
static char *identify_narrow(const struct principal *principal, const char *allowed)
{
	CLEANUP_FREE char *words = strdup(allowed);
	struct buffer kept;
	char *rest = NULL;

	if (!words)
		return NULL;
	buffer_init(&kept, LIMIT_SCOPE_BYTES);
	for (char *word = strtok_r(words, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
		if (principal_has_scope(principal, word))
			buffer_add_format(&kept, "%s%s", kept.length ? " " : "", word);
	return buffer_take(&kept, NULL);
}

static int identify_take_client(const struct principal *principal, const struct db_reply *row,
				struct caller *caller)
{
	const char *expires = db_value(row, 0, 0, CLIENT_EXPIRES);
	struct caller_grant *grant = &caller->grants[0];

	identify_copy(caller->id, sizeof(caller->id), principal->client);
	if (expires)
		caller->until = strtoll(expires, NULL, 10);
	identify_copy(grant->organisation, sizeof(grant->organisation),
		      db_value(row, 0, 0, CLIENT_ORGANISATION));
	if (principal->role && role_is_known(principal->role))
		identify_copy(grant->role, sizeof(grant->role), principal->role);
	grant->scopes = identify_narrow(principal, db_value(row, 0, 0, CLIENT_SCOPES));
	caller->grant_count = 1;
	return grant->scopes ? network_parse(db_value(row, 0, 0, CLIENT_ADDRESSES),
					     &caller->networks, &caller->network_count)
			     : -ENOMEM;
}

static int identify_take_person(const struct db_reply *rows, struct caller *caller)
{
	caller->person = true;
	identify_copy(caller->id, sizeof(caller->id), db_value(rows, 0, 0, PERSON_ID));
	for (size_t i = 0; i < db_rows(rows, 0); i++) {
		const char *organisation = db_value(rows, 0, i, PERSON_ORGANISATION);
		struct caller_grant *grant = &caller->grants[caller->grant_count];

		if (!organisation)
			continue;
		identify_copy(grant->organisation, sizeof(grant->organisation), organisation);
		identify_copy(grant->role, sizeof(grant->role), db_value(rows, 0, i, PERSON_ROLE));
		grant->scopes = strdup(db_value(rows, 0, i, PERSON_SCOPES));
		if (!grant->scopes)
			return -ENOMEM;
		caller->grant_count++;
	}
	return 0;
}

/* What the rows say. A token of ours names the organisation that its client acted for when it was
 * issued: one that acts for another now is another client. */
static int identify_take(const struct principal *principal, const struct db_reply *rows,
			 struct caller **ret_caller)
{
	bool own = principal->kind == PRINCIPAL_OWN;
	struct caller *caller;
	int r;

	if (!db_rows(rows, 0))
		return IDENTIFY_UNKNOWN;
	if (strcmp(db_value(rows, 0, 0, 0), "good") != 0 ||
	    (own && (!principal->organisation ||
		     strcmp(principal->organisation, db_value(rows, 0, 0, CLIENT_ORGANISATION)))))
		return IDENTIFY_ENDED;
	caller = caller_new(db_rows(rows, 0));
	if (!caller)
		return -ENOMEM;
	r = own ? identify_take_client(principal, rows, caller)
		: identify_take_person(rows, caller);
	if (r != 0) {
		caller_release(caller);
		return r < 0 ? r : IDENTIFY_ENDED;
	}
	*ret_caller = caller;
	return 0;
}

static int identify_ask(struct service *service, const struct principal *principal,
			struct reply *reply, struct caller **ret_caller)
{
	bool own = principal->kind == PRINCIPAL_OWN;
	char issued[24];
	const char *const values[] = {own ? principal->client : principal->issuer,
				      own ? principal->jti : principal->subject, issued};
	const struct db_step step = {
		&service->engine[own ? ENGINE_IDENTIFY_CLIENT : ENGINE_IDENTIFY_PERSON], 3, values};
	struct db_connection *connection;
	struct db_reply rows;
	int r;

	snprintf(issued, sizeof(issued), "%lld", (long long)principal->issued);
	if (pool_acquire(service->pool, &connection) != 0) {
		service_map_busy(reply);
		return IDENTIFY_FAILED;
	}
	r = db_run(connection, &step, 1, true, &rows);
	if (r == DB_FAILED)
		service_map_error(service, &rows.error, false, reply);
	else if (r == DB_LOST)
		service_map_lost(db_reason(connection), reply);
	if (r == 0)
		r = identify_take(principal, &rows, ret_caller);
	else if (r > 0)
		r = IDENTIFY_FAILED;
	db_reply_finish(&rows);
	pool_release(service->pool, connection);
	return r;
}

int identify(struct service *service, struct principal *principal, struct reply *reply,
	     struct caller **ret_caller)
{
	uint64_t since;
	struct caller *caller = callers_find(service->callers, principal, &since);
	int r = 0;

	if (!caller) {
		if (principal->kind == PRINCIPAL_OWN && !principal->client)
			return IDENTIFY_UNKNOWN;
		r = identify_ask(service, principal, reply, &caller);
		if (r == 0)
			callers_keep(service->callers, principal, caller, since);
	}
	if (r == 0 && clock_now_ms() / 1000 >= caller->until) {
		caller_release(caller);
		return IDENTIFY_ENDED;
	}
	if (r == 0)
		*ret_caller = caller;
	return r;
}
