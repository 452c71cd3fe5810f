/* SPDX-License-Identifier: MIT */
/*
 * A write: one transaction in two round trips. The first runs the statements; then the engine,
 * having seen the rows, sends the stored reply, the audit and COMMIT, or ROLLBACK. A merge patch
 * takes one more, to merge into the document that the first statement locked; so does a receipt, to
 * sign what the statements before it say.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "audit/record.h"
#include "digest.h"
#include "patch.h"
#include "service.h"
#include "shown.h"
#include "steps.h"

enum {
	WRITE_ATTEMPTS = 3, /* of a transaction that lost to another (40001, 40P01) or to a change
			       of the schema */
	WRITE_RETRY = 1,    /* run it again */
	WRITE_REPLAY,       /* the key has a stored reply */
	WRITE_REFUSED,      /* the reply has a problem */
};

struct write {
	struct call *call;
	struct db_connection *connection;
	struct reply *reply;
	struct db_reply rows;
	size_t first; /* place of the operation's first statement in the first trip */
	size_t claim; /* place of the claim; 0 when there is none */
	size_t last;  /* place of the statement that answers, in the latest trip */
	char caller[CALLER_ID + CALLER_ORGANISATION + 8]; /* "" in what is public */
	char fingerprint[2 * DIGEST_BYTES + 1];
	const char *key;
	const char *values[STEPS_VALUES]; /* of the claim */
};

/* Whether a strong tag, from its quote on, has this version: "<version>.…" or "<version>", and then
 * the tag ends. */
static bool write_tag_has(const char *tag, const char *version)
{
	size_t length = strlen(version);
	const char *end;

	if (strncmp(tag + 1, version, length) != 0 ||
	    (tag[length + 1] != '.' && tag[length + 1] != '"'))
		return false;
	end = strchr(tag + 1, '"');
	if (!end)
		return false;
	end += 1 + strspn(end + 1, " \t");
	return *end == ',' || *end == '\0';
}

/* Whether an If-Match header names the version (the part of a strong tag before the "."), or is
 * "*". */
static bool write_matches(const char *if_match, const char *version)
{
	while (*if_match) {
		if_match += strspn(if_match, " \t,");
		if (*if_match == '*' || (*if_match == '"' && write_tag_has(if_match, version)))
			return true;
		if (strncmp(if_match, "W/", 2) == 0)
			if_match += 2; /* a weak tag never matches */
		if (*if_match == '"')
			if_match += 1 + strcspn(if_match + 1, "\"");
		if_match += strcspn(if_match, ",");
	}
	return false;
}

/* What the first statement says of the record: 404 and 412 come before anything a later statement
 * refuses. */
static int write_check_lock(struct write *write)
{
	const char *if_match = request_header(write->call->request, "if-match");
	int column = db_column(&write->rows, write->first, "version");
	const char *version;

	if (column < 0)
		return 0;
	if (!db_rows(&write->rows, write->first)) {
		problem_set(&write->reply->problem, "not-found", NULL);
		return WRITE_REFUSED;
	}
	version = db_value(&write->rows, write->first, 0, column);
	if (!write->call->operation->if_match || write_matches(if_match, version ? version : ""))
		return 0;
	problem_set(&write->reply->problem, "precondition-failed", NULL);
	return WRITE_REFUSED;
}

/* What a failed trip means. */
static int write_map_failure(struct write *write, int r)
{
	const struct db_error *error = &write->rows.error;

	if (r == DB_LOST) {
		service_map_lost(db_reason(write->connection), write->reply);
		return WRITE_REFUSED;
	}
	if (r < 0)
		return r;
	if (strcmp(error->sqlstate, "AC002") == 0)
		return WRITE_REPLAY;
	if (strcmp(error->sqlstate, "40001") == 0 || strcmp(error->sqlstate, "40P01") == 0 ||
	    db_is_stale(error))
		return WRITE_RETRY;
	service_map_error(write->call->service, error,
			  write->call->operation->method == METHOD_DELETE, write->reply);
	return WRITE_REFUSED;
}

/* How many statements run before the engine has to look at what they returned. */
static size_t write_first_count(const struct operation *operation)
{
	if (operation->merge_patch)
		return 1;
	return operation->receipt_at ? operation->receipt_at : operation->statement_count;
}

/* BEGIN, the claim of the key, and the statements that the engine need not look at before others.
 */
static int write_run_first(struct write *write)
{
	const struct operation *operation = write->call->operation;
	size_t count = write_first_count(operation);
	struct steps steps;
	int r, locked;

	steps_init(&steps, write->call);
	steps_add_engine(&steps, ENGINE_BEGIN, NULL, 0);
	steps_add_caller(&steps);
	if (write->key)
		write->claim = steps_add_engine(&steps, ENGINE_CLAIM, write->values, 5);
	write->first = steps.count;
	for (size_t i = 0; i < count; i++)
		write->last = steps_add(&steps, &operation->statements[i]);
	r = db_run(write->connection, steps.list, steps.count, true, &write->rows);
	if (r == 0 || (r == DB_FAILED && write->rows.error.step > write->first)) {
		locked = write_check_lock(write);
		if (locked)
			return locked;
	}
	return r == 0 ? 0 : write_map_failure(write, r);
}

/* Merges the patch into the document that the lock returned. */
static int write_apply_patch(struct write *write)
{
	const char *document = db_value(&write->rows, write->first, 0,
					db_column(&write->rows, write->first, "document"));
	int r = patch_apply(write->call, document, write->reply);

	return r > 0 ? WRITE_REFUSED : r;
}

/* Signs what the last statement says in its column "receipt". */
static int write_sign_receipt(struct write *write)
{
	struct call *call = write->call;
	int column = db_column(&write->rows, write->last, "receipt");
	const char *claims = db_rows(&write->rows, write->last)
				     ? db_value(&write->rows, write->last, 0, column)
				     : NULL;
	int r;

	if (!claims) {
		reply_note_fault(write->reply, "%s: no statement says what the receipt says",
				 call->operation->id);
		problem_set(&write->reply->problem, "internal", NULL);
		return WRITE_REFUSED;
	}
	free(call->receipt);
	call->receipt = NULL;
	r = auth_sign_receipt(call->service->auth, claims, &call->receipt);
	if (r != -EINVAL && r != -EIO)
		return r;
	reply_note_fault(write->reply, "%s: the receipt cannot be signed", call->operation->id);
	problem_set(&write->reply->problem, "internal", NULL);
	return WRITE_REFUSED;
}

/* The statements that depend on what the engine made of the first ones' rows. */
static int write_run_rest(struct write *write)
{
	const struct operation *operation = write->call->operation;
	struct steps steps;
	int r = operation->merge_patch ? write_apply_patch(write) : write_sign_receipt(write);

	if (r != 0)
		return r;
	db_reply_finish(&write->rows);
	steps_init(&steps, write->call);
	for (size_t i = write_first_count(operation); i < operation->statement_count; i++)
		write->last = steps_add(&steps, &operation->statements[i]);
	r = db_run(write->connection, steps.list, steps.count, false, &write->rows);
	return r == 0 ? 0 : write_map_failure(write, r);
}

static int write_set_reply(const struct call *call, struct reply *reply, int status,
			   const char *version, const char *location, const char *body)
{
	char *text = body && status != 204 ? strdup(body) : NULL;

	reply->version = version ? strdup(version) : NULL;
	if ((body && status != 204 && !text) || (version && !reply->version)) {
		free(text);
		return -ENOMEM;
	}
	reply_set_body(reply, status, text ? "application/json" : NULL, text,
		       text ? strlen(text) : 0);
	reply->tagged = text && version;
	if (location)
		reply_add_location(call->service, reply, location);
	return 0;
}

/* The second trip: what the key will answer from now on, who wrote it, and COMMIT. */
static int write_commit(struct write *write, const char *version, const char *location,
			const char *body)
{
	struct record record;
	char status[8];
	struct steps steps;
	size_t audit;
	int r;

	steps_init(&steps, write->call);
	if (write->key) {
		snprintf(status, sizeof(status), "%d", write->call->operation->status);
		write->values[5] = status;
		write->values[6] = version;
		write->values[7] = location;
		write->values[8] = write->call->operation->shows_secret ? NULL : body;
		steps_add_engine(&steps, ENGINE_STORE, write->values, 9);
	}
	audit = record_add_write(&record, &steps, location);
	steps_add_engine(&steps, ENGINE_COMMIT, NULL, 0);
	db_reply_finish(&write->rows);
	r = db_run(write->connection, steps.list, steps.count, false, &write->rows);
	if (r == DB_FAILED && write->rows.error.step == audit && !db_is_stale(&write->rows.error)) {
		record_fail(write->reply, write->rows.error.message);
		return WRITE_REFUSED;
	}
	return r == 0 ? 0 : write_map_failure(write, r);
}

static int write_conclude(struct write *write)
{
	CLEANUP_FREE char *version = NULL;
	CLEANUP_FREE char *location = NULL;
	CLEANUP_FREE char *body = NULL;
	int r;

	if (!db_rows(&write->rows, write->last)) {
		problem_set(&write->reply->problem, "not-found", NULL);
		return WRITE_REFUSED;
	}
	r = db_copy_value(&write->rows, write->last, 0, "etag", &version);
	if (r == 0)
		r = db_copy_value(&write->rows, write->last, 0, "location", &location);
	if (r == 0)
		r = rowjson_take(write->call->operation->record, &write->rows, write->last, 0,
				 &body);
	if (r == 0)
		r = write_commit(write, version, location, body);
	if (r == 0 && write->call->operation->shows_secret && body) {
		char *whole = shown_write(write->call, body);

		free(body);
		body = whole;
		r = body ? 0 : -ENOMEM;
	}
	return r != 0 ? r
		      : write_set_reply(write->call, write->reply, write->call->operation->status,
					version, location, body);
}

/* Answers again what the key was answered before. */
static int write_replay(struct write *write)
{
	struct steps steps;
	int r;

	db_reset(write->connection);
	db_reply_finish(&write->rows);
	steps_init(&steps, write->call);
	steps_add_engine(&steps, ENGINE_REPLAY, write->values, 4);
	r = db_run(write->connection, steps.list, steps.count, true, &write->rows);
	if (r != 0)
		return write_map_failure(write, r);
	if (!db_rows(&write->rows, 0))
		return WRITE_RETRY; /* swept this very moment */
	if (write->call->operation->shows_secret) {
		problem_set(&write->reply->problem, "secret-already-shown", NULL);
		return WRITE_REFUSED;
	}
	return write_set_reply(write->call, write->reply,
			       (int)strtol(db_value(&write->rows, 0, 0, 0), NULL, 10),
			       db_value(&write->rows, 0, 0, 1), db_value(&write->rows, 0, 0, 2),
			       db_value(&write->rows, 0, 0, 3));
}

static int write_attempt(struct write *write)
{
	int r = write_run_first(write);

	if (r == 0 && (write->call->operation->merge_patch || write->call->operation->receipt_at))
		r = write_run_rest(write);
	if (r == 0)
		r = write_conclude(write);
	if (r == WRITE_REPLAY)
		r = write_replay(write);
	return r;
}

/* The key's scope and the body's fingerprint; the secret that the operation makes. */
static int write_prepare(struct write *write)
{
	const struct call *call = write->call;
	uint8_t digest[DIGEST_BYTES];
	int r;

	if (!call->operation->idempotent)
		return 0;
	if (call->operation->secured)
		snprintf(write->caller, sizeof(write->caller), "%s %s %s",
			 call->caller->person ? "person" : "client", call->caller->id,
			 call->grant ? call->grant->organisation : "");
	write->key = request_header(call->request, "idempotency-key");
	r = digest_sha256(call->request->body, call->request->body_length, digest);
	if (r < 0)
		return r;
	digest_hex(digest, sizeof(digest), write->fingerprint);
	write->values[0] = write->caller;
	write->values[1] = call->operation->id;
	write->values[2] = call->request->path;
	write->values[3] = write->key;
	write->values[4] = write->fingerprint;
	return shown_make(write->call);
}

int write_run(struct call *call, struct reply *reply)
{
	struct write write = {.call = call, .reply = reply};
	int r = write_prepare(&write);

	if (r < 0)
		return r;
	if (pool_acquire(call->service->pool, call->payer, &write.connection) != 0) {
		service_map_busy(reply);
		return 0;
	}
	r = write_attempt(&write);
	for (int attempt = 1; r == WRITE_RETRY && attempt < WRITE_ATTEMPTS; attempt++) {
		db_reset(write.connection);
		db_reply_finish(&write.rows);
		/* Not in step with the other. */
		usleep((useconds_t)(attempt * 5000 + call->request->started_ns % 5000));
		r = write_attempt(&write);
	}
	if (r == WRITE_RETRY)
		service_map_error(call->service, &write.rows.error, false, reply);
	db_reply_finish(&write.rows);
	pool_release(call->service->pool, write.connection);
	return r < 0 ? r : 0;
}
