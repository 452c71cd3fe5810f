/* SPDX-License-Identifier: MIT */
#include "desk.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../digest.h"

enum desk_statement {
	DESK_BEGIN,
	DESK_COMMIT,
	DESK_CLAIM,
	DESK_BEAT,
	DESK_READ_PART,
	DESK_FAIL,
	DESK_RELEASE,
	DESK_SWEEP,
	DESK_STATEMENTS,
};

/* After the claim, each begins with the job, the worker and the attempt. */
static const struct {
	const char *name;
	const char *text;
} desk_texts[DESK_STATEMENTS] = {
	[DESK_BEGIN] = {"begin", "begin read write"},
	[DESK_COMMIT] = {"commit", "commit"},
	[DESK_CLAIM] = {"claim", "select id, kind, attempt, organisation_id, requester,"
				 " caller_client, caller_role, caller_scopes, import_kind,"
				 " file_name, parts, waited_ms"
				 " from accord.claim_job($1::text, $2::integer)"},
	[DESK_BEAT] = {"beat", "select accord.beat_job($1::uuid, $2::text, $3::integer,"
			       " $4::integer, $5::integer)"},
	[DESK_READ_PART] = {"read_part", "select accord.read_part($1::uuid, $2::text, $3::integer,"
					 " $4::integer)"},
	[DESK_FAIL] = {"fail", "select accord.fail_job($1::uuid, $2::text, $3::integer, $4::text,"
			       " $5::boolean)"},
	[DESK_RELEASE] = {"release", "select accord.release_job($1::uuid, $2::text, $3::integer)"},
	/* Forgetting and being done are one transaction, as with every job. */
	[DESK_SWEEP] = {"sweep",
			"select format('%s imports, %s jobs, %s stored replies, %s assertions,"
			" %s revocations', s.imports, s.jobs, s.replies, s.assertions, s.tokens)"
			" from accord.sweep() as s,"
			" accord.finish_job($1::uuid, $2::text, $3::integer, null)"},
};

struct desk {
	struct db_connection *connection;
	const char *worker;
	char lease[24];
	bool listens;
	char *reason; /* owned; of the last failure */
	struct db_statement statements[DESK_STATEMENTS];
};

void job_finish(struct job *job)
{
	free(job->requester);
	free(job->client);
	free(job->role);
	free(job->scopes);
	free(job->import_kind);
	free(job->file_name);
	*job = (struct job){0};
}

int desk_new(const char *database, const char *worker, long lease_seconds, struct desk **ret_desk)
{
	struct desk *desk = calloc(1, sizeof(*desk));

	if (!desk)
		return -ENOMEM;
	desk->worker = worker;
	snprintf(desk->lease, sizeof(desk->lease), "%ld", lease_seconds);
	for (size_t i = 0; i < DESK_STATEMENTS; i++)
		desk->statements[i] = (struct db_statement){(char *)desk_texts[i].name,
							    (char *)desk_texts[i].text, true, i};
	if (db_connection_new(database, DESK_STATEMENTS, &desk->connection) < 0) {
		free(desk);
		return -ENOMEM;
	}
	*ret_desk = desk;
	return 0;
}

struct desk *desk_free(struct desk *desk)
{
	if (!desk)
		return NULL;
	db_connection_free(desk->connection);
	free(desk->reason);
	free(desk);
	return NULL;
}

const char *desk_reason(const struct desk *desk)
{
	return desk->reason ? desk->reason : "";
}

static int desk_fault(struct desk *desk, int r, const struct db_reply *reply)
{
	const char *words = r == DB_FAILED ? reply->error.message : db_reason(desk->connection);

	if (r < 0)
		return r;
	free(desk->reason);
	desk->reason = strdup(words && words[0] ? words : "connection lost");
	return DESK_UNREACHABLE;
}

/* Runs one statement as a transaction of its own. Its rows are those of step 1; db_reply_finish
 * whatever is returned. */
static int desk_run(struct desk *desk, enum desk_statement statement, const char *const *values,
		    size_t count, struct db_reply *reply)
{
	const struct db_step steps[] = {{&desk->statements[DESK_BEGIN], 0, NULL},
					{&desk->statements[statement], count, values},
					{&desk->statements[DESK_COMMIT], 0, NULL}};
	int r;

	*reply = (struct db_reply){0};
	if (!db_connected(desk->connection))
		desk->listens = false;
	r = db_connect(desk->connection);
	if (r == 0)
		r = db_run(desk->connection, steps, ARRAY_LENGTH(steps), false, reply);
	if (r == DB_FAILED)
		db_reset(desk->connection);
	return r == 0 ? 0 : desk_fault(desk, r, reply);
}

/* The same for a job that the worker has; further values come after its own three. */
static int desk_run_held(struct desk *desk, enum desk_statement statement, const struct job *job,
			 const char *fourth, const char *fifth, size_t count,
			 struct db_reply *reply)
{
	const char *const values[] = {job->id, desk->worker, job->attempt, fourth, fifth};

	return desk_run(desk, statement, values, count, reply);
}

/* Keeps the word that a statement returned. */
static int desk_take_state(int r, struct db_reply *reply, char ret_state[DESK_STATE])
{
	const char *word = r == 0 && db_rows(reply, 1) ? db_value(reply, 1, 0, 0) : NULL;

	if (r == 0)
		snprintf(ret_state, DESK_STATE, "%s", word ? word : "lost");
	db_reply_finish(reply);
	return r;
}

static int desk_take_job(const struct db_reply *reply, struct job *ret_job)
{
	struct job job = {0};
	const struct {
		const char *column;
		char *text;
		size_t size;
	} texts[] = {{"id", job.id, sizeof(job.id)},
		     {"kind", job.kind, sizeof(job.kind)},
		     {"attempt", job.attempt, sizeof(job.attempt)},
		     {"organisation_id", job.organisation, sizeof(job.organisation)}};
	const struct {
		const char *column;
		char **copy;
	} copies[] = {{"requester", &job.requester},     {"caller_client", &job.client},
		      {"caller_role", &job.role},        {"caller_scopes", &job.scopes},
		      {"import_kind", &job.import_kind}, {"file_name", &job.file_name}};

	for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
		const char *value = db_value(reply, 1, 0, db_column(reply, 1, texts[i].column));

		snprintf(texts[i].text, texts[i].size, "%s", value ? value : "");
	}
	for (size_t i = 0; i < ARRAY_LENGTH(copies); i++) {
		const char *value = db_value(reply, 1, 0, db_column(reply, 1, copies[i].column));

		*copies[i].copy = strdup(value ? value : "");
		if (!*copies[i].copy) {
			job_finish(&job);
			return -ENOMEM;
		}
	}
	job.parts = strtol(db_value(reply, 1, 0, db_column(reply, 1, "parts")), NULL, 10);
	job.waited_ms = strtol(db_value(reply, 1, 0, db_column(reply, 1, "waited_ms")), NULL, 10);
	*ret_job = job;
	return 0;
}

int desk_claim(struct desk *desk, struct job *ret_job)
{
	const char *const values[] = {desk->worker, desk->lease};
	struct db_reply reply;
	int r = desk_run(desk, DESK_CLAIM, values, ARRAY_LENGTH(values), &reply);

	if (r == 0)
		r = db_rows(&reply, 1) ? desk_take_job(&reply, ret_job) : DESK_EMPTY;
	db_reply_finish(&reply);
	return r;
}

void desk_wait(struct desk *desk, int wake, int wait_ms)
{
	struct db_reply reply = {0};

	if (db_connected(desk->connection) && !desk->listens) {
		desk->listens = db_run_text(desk->connection, "listen accord_job", &reply) == 0;
		db_reply_finish(&reply);
		return; /* what was said before is not known: look once more */
	}
	if (!desk->listens ||
	    db_await_notice(desk->connection, wake, wait_ms, NULL, NULL) == DB_LOST)
		db_pause(wake, wait_ms);
}

int desk_beat(struct desk *desk, const struct job *job, int percent, char ret_state[DESK_STATE])
{
	struct db_reply reply;
	char number[12];

	snprintf(number, sizeof(number), "%d", percent);
	return desk_take_state(desk_run_held(desk, DESK_BEAT, job, desk->lease, number, 5, &reply),
			       &reply, ret_state);
}

int desk_read_part(struct desk *desk, const struct job *job, long number, struct buffer *bytes)
{
	struct db_reply reply;
	char text[24];
	const char *hex;
	size_t length;
	int r;

	snprintf(text, sizeof(text), "%ld", number);
	r = desk_run_held(desk, DESK_READ_PART, job, text, NULL, 4, &reply);
	hex = r == 0 && db_rows(&reply, 1) ? db_value(&reply, 1, 0, 0) : NULL;
	length = hex ? (db_value_length(&reply, 1, 0, 0) - 2) / 2 : 0; /* "\x…" */
	if (length && buffer_expect(bytes, length) == 0) {
		digest_unhex(hex + 2, bytes->data + bytes->length, length);
		bytes->length += length;
	}
	db_reply_finish(&reply);
	return r == 0 ? bytes->failed : r;
}

int desk_fail(struct desk *desk, const struct job *job, const char *fault, bool again,
	      char ret_state[DESK_STATE])
{
	struct db_reply reply;

	return desk_take_state(
		desk_run_held(desk, DESK_FAIL, job, fault, again ? "true" : "false", 5, &reply),
		&reply, ret_state);
}

int desk_release(struct desk *desk, const struct job *job, char ret_state[DESK_STATE])
{
	struct db_reply reply;

	return desk_take_state(desk_run_held(desk, DESK_RELEASE, job, NULL, NULL, 3, &reply),
			       &reply, ret_state);
}

int desk_sweep(struct desk *desk, const struct job *job, char **ret_words)
{
	struct db_reply reply;
	int r = desk_run_held(desk, DESK_SWEEP, job, NULL, NULL, 3, &reply);

	if (r == 0) {
		*ret_words = strdup(db_rows(&reply, 1) ? db_value(&reply, 1, 0, 0) : "");
		r = *ret_words ? 0 : -ENOMEM;
	}
	db_reply_finish(&reply);
	return r;
}
