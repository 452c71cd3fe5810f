/* SPDX-License-Identifier: MIT */
#include "record.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../clock.h"
#include "../digest.h"
#include "tally.h"

enum { RECORD_UUID = 36 };

/* In lower case, as every identifier of ours is written. */
static bool record_is_uuid(const char *text)
{
	for (size_t i = 0; i < RECORD_UUID; i++) {
		bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;

		if (!text[i] ||
		    (hyphen ? text[i] != '-' : !strchr("0123456789abcdefABCDEF", text[i])))
			return false;
	}
	return text[RECORD_UUID] == '\0';
}

/* The record that a request names, the last one in its path; or made, as the last segment of a
 * location. Anything but an identifier of ours is left out: it may be somebody's number. */
static void record_find_subject(const struct call *call, const char *location,
				char ret_subject[RECORD_UUID + 1])
{
	const struct operation *operation = call->operation;
	const char *found = location ? strrchr(location, '/') : NULL;

	ret_subject[0] = '\0';
	found = found && record_is_uuid(found + 1) ? found + 1 : NULL;
	for (size_t i = operation->parameter_count; i-- > 0 && !found;)
		if (operation->parameters[i].place == PARAMETER_PATH && call->texts[i] &&
		    record_is_uuid(call->texts[i]))
			found = call->texts[i];
	if (found)
		memcpy(ret_subject, found, RECORD_UUID + 1);
}

static void record_fill(struct record *record, const struct call *call, const char *outcome,
			int status, const char *problem, const char *location)
{
	const struct caller *caller = call->operation->secured ? call->caller : NULL;
	const char *kind = caller && caller->person ? "person" : "client";
	const char *values[RECORD_VALUES] = {
		call->new_id,
		call->operation->id,
		outcome,
		record->status,
		problem,
		caller ? kind : NULL,
		caller ? caller->id : NULL,
		caller && call->grant ? call->grant->organisation : NULL,
		record->subject,
		call->request->trace,
		record->omitted,
	};

	snprintf(record->status, sizeof(record->status), "%d", status);
	if (!record->omitted[0])
		snprintf(record->omitted, sizeof(record->omitted), "0");
	record_find_subject(call, location, record->subject);
	if (!record->subject[0])
		values[8] = NULL;
	memcpy(record->values, values, sizeof(values));
}

size_t record_add_write(struct record *record, struct steps *steps, const char *location)
{
	*record = (struct record){0};
	record_fill(record, steps->call, "written", steps->call->operation->status, NULL, location);
	return steps_add_engine(steps, ENGINE_AUDIT, record->values, RECORD_VALUES);
}

void record_fail(struct reply *reply, const char *reason)
{
	reply_note_fault(reply, "audit: %s", reason);
	reply_drop(reply);
	problem_set(&reply->problem, "unavailable",
		    "What was asked for is audited, and the audit cannot be written now.");
	reply_add_fixed(reply, "Retry-After", "5");
}

/* An event in a transaction of its own. 0, or 1 with the reason noted in the reply; negative. */
static int record_write(struct call *call, const struct record *record, char **ret_reason)
{
	struct db_connection *connection;
	struct db_reply rows;
	struct steps steps;
	int r;

	*ret_reason = NULL;
	if (pool_acquire(call->service->pool, call->payer, &connection) != 0) {
		*ret_reason = strdup("no database connection came free");
		return 1;
	}
	steps_init(&steps, call);
	steps_add_engine(&steps, ENGINE_BEGIN, NULL, 0);
	steps_add_caller(&steps);
	steps_add_engine(&steps, ENGINE_AUDIT, record->values, RECORD_VALUES);
	steps_add_engine(&steps, ENGINE_COMMIT, NULL, 0);
	/* Run again when the connection had died: the event's id tells whether it was written. */
	r = db_run(connection, steps.list, steps.count, true, &rows);
	if (r == DB_FAILED && strcmp(rows.error.sqlstate, "23505") == 0)
		r = 0;
	if (r > 0)
		*ret_reason = strdup(r == DB_FAILED && rows.error.message ? rows.error.message
									  : db_reason(connection));
	db_reply_finish(&rows);
	pool_release(call->service->pool, connection);
	return r > 0 ? 1 : r;
}

int record_read(struct call *call, struct reply *reply)
{
	CLEANUP_FREE char *reason = NULL;
	struct record record = {0};
	int r;

	record_fill(&record, call, "read", reply->status, NULL, NULL);
	r = record_write(call, &record, &reason);
	if (r > 0)
		record_fail(reply, reason ? reason : "");
	return r < 0 ? r : 0;
}

void record_refusal(struct call *call, struct reply *reply)
{
	const struct problem_type *type = reply->problem.type;
	CLEANUP_FREE char *reason = NULL;
	struct record record = {0};
	uint64_t omitted;

	if (!call->new_id[0] && digest_uuid7(clock_now_ms(), call->new_id) < 0)
		return;
	if (tally_refusal(call->service->tally, call->payer, clock_monotonic_ns(), &omitted) != 0)
		return;
	snprintf(record.omitted, sizeof(record.omitted), "%" PRIu64, omitted);
	record_fill(&record, call, "refused", type->status, type->slug, NULL);
	if (record_write(call, &record, &reason) != 0)
		reply_note_fault(reply, "audit: %s", reason ? reason : "");
}
