/* SPDX-License-Identifier: MIT */
/* One table from what PostgreSQL says to what a client is told. */
#include <string.h>

#include "service.h"

static const struct {
	const char *prefix; /* of the SQLSTATE; the first that fits wins */
	const char *slug;
	int retry_after; /* seconds; 0: do not say */
} sqlstates[] = {
	{"23503", "rule-broken", 0}, /* foreign_key_violation; 409 on a delete, see below */
	{"23505", "conflict", 0},    /* unique_violation */
	{"23P01", "conflict", 0},    /* exclusion_violation */
	{"23", "rule-broken", 0},    /* the other integrity constraints */
	{"22", "rule-broken", 0},    /* data exceptions */
	{"40001", "busy", 1},        /* serialization_failure, after retries */
	{"40P01", "busy", 1},        /* deadlock_detected, after retries */
	{"55P03", "busy", 1},        /* lock_not_available */
	{"57014", "overloaded", 5},  /* query_canceled: statement_timeout */
	{"53", "overloaded", 5},     /* insufficient_resources */
	{"", "internal", 0},
};

/* Keeps what is between the braces; too little memory leaves them out. */
static void sqlstate_take_members(const char *object, struct reply *reply)
{
	size_t length = strlen(object);

	if (length > 2 && !reply->problem.extra)
		reply->problem.extra = strndup(object + 1, length - 2);
}

/*
 * accord.refuse(code, pointer, detail, members): the code is a problem type, the pointer a JSON
 * Pointer or a parameter's name, the detail a sentence for the reader; members of the problem
 * beyond the usual ones, a JSON object, stand below the pointer.
 */
static void sqlstate_refuse(const struct db_error *error, struct reply *reply)
{
	CLEANUP_FREE char *place = strdup(error->detail ? error->detail : "");
	char *members = place ? strchr(place, '\n') : NULL;
	const char *pointer = place ? place : "";
	const char *slug = error->message ? error->message : "";
	const struct problem_type *type = problem_type(slug);
	const char *words = error->hint && error->hint[0] ? error->hint : NULL;

	if (!type) {
		problem_set(&reply->problem, "internal", NULL);
		reply_note_fault(reply, "refused with an unknown code: %s", slug);
		return;
	}
	problem_set(&reply->problem, slug, words ? "%s" : NULL, words);
	if (members) {
		*members++ = '\0';
		sqlstate_take_members(members, reply);
	}
	if (strcmp(slug, "busy") == 0)
		reply_add_header(reply, "Retry-After", "1");
	words = words ? words : type->title;
	if (pointer[0] == '/')
		(void)violations_add(&reply->problem.violations, pointer, "rule", "%s", words);
	else if (pointer[0])
		(void)violations_add_parameter(&reply->problem.violations, pointer, "rule", "%s",
					       words);
}

static bool sqlstate_same(const char *one, const char *other)
{
	return one && other && strcmp(one, other) == 0;
}

/* A constraint whose comment says what it means; another table may have one of the same name. */
static bool sqlstate_explain(const struct service *service, const struct db_error *error,
			     struct reply *reply)
{
	for (size_t i = 0; i < service->meaning_count; i++) {
		const struct meaning *meaning = &service->meanings[i];

		if (!sqlstate_same(meaning->constraint, error->constraint) ||
		    !sqlstate_same(meaning->relation, error->relation) ||
		    !sqlstate_same(meaning->schema, error->schema))
			continue;
		problem_set(&reply->problem, meaning->slug, NULL);
		(void)violations_add(&reply->problem.violations, meaning->pointer, "rule", "%s",
				     meaning->detail);
		return true;
	}
	return false;
}

void service_map_error(const struct service *service, const struct db_error *error, bool deleting,
		       struct reply *reply)
{
	size_t i = 0;

	if (strcmp(error->sqlstate, "AC001") == 0) {
		sqlstate_refuse(error, reply);
		return;
	}
	reply_note_fault(reply, "%s %s", error->sqlstate, error->message ? error->message : "");
	if (strncmp(error->sqlstate, "23", 2) == 0 && sqlstate_explain(service, error, reply))
		return;
	while (strncmp(error->sqlstate, sqlstates[i].prefix, strlen(sqlstates[i].prefix)) != 0)
		i++;
	if (deleting && strcmp(error->sqlstate, "23503") == 0)
		problem_set(&reply->problem, "conflict", "Other records refer to it.");
	else
		problem_set(&reply->problem, sqlstates[i].slug, NULL);
	if (sqlstates[i].retry_after)
		reply_add_header(reply, "Retry-After", "%d", sqlstates[i].retry_after);
}

void service_map_read_error(const struct service *service, const struct db_error *error,
			    struct reply *reply)
{
	/* The first word counts; what the error says is logged all the same. */
	if (strncmp(error->sqlstate, "22", 2) == 0)
		problem_set(&reply->problem, "invalid-parameter", NULL);
	/* A read waits for no other request: an import holds the table. */
	if (strcmp(error->sqlstate, "55P03") == 0)
		problem_set(&reply->problem, "overloaded", NULL);
	service_map_error(service, error, false, reply);
}

void service_map_busy(struct reply *reply)
{
	problem_set(&reply->problem, "overloaded", "No database connection came free in time.");
	reply_add_header(reply, "Retry-After", "1");
}

void service_map_lost(const char *reason, struct reply *reply)
{
	reply_note_fault(reply, "database: %s", reason);
	problem_set(&reply->problem, "unavailable", NULL);
	reply_add_header(reply, "Retry-After", "5");
}
