/* SPDX-License-Identifier: MIT */
/* An import as a job: the file that was sent in parts, merged as "accord import" would, in the
 * transaction that also says that the job is done. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../import/settle.h"
#include "../limit.h"
#include "perform.h"

enum {
	PERFORM_PATH = 32,
	PERFORM_STAGED =
		60, /* percent of a job after which the file is staged; then it is merged */
	PERFORM_ROW_BYTES = 2 * FAULT_BYTES, /* of a rejected row that is kept */
};

/* Rejected rows on their way to the database, as arrays. */
struct rejected {
	unsigned long count;
	struct buffer lines, keys, reasons;
};

struct import_job {
	const struct work *work;
	const struct job *job;
	struct pulse *pulse;
	struct rejected rejected;
};

/* Adds an element of an array of texts. */
static void rejected_add_text(struct buffer *array, const char *text)
{
	buffer_add_byte(array, array->length ? ',' : '{');
	if (!text) {
		buffer_add_string(array, "NULL");
		return;
	}
	buffer_add_byte(array, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			buffer_add_byte(array, '\\');
		buffer_add_byte(array, *text);
	}
	buffer_add_byte(array, '"');
}

static void rejected_take(void *context, unsigned long index, const char *line, const char *key,
			  const char *reason)
{
	struct rejected *rejected = context;

	if (index >= LIMIT_KEPT_REJECTIONS)
		return;
	rejected->count++;
	rejected_add_text(&rejected->lines, line ? line : "0");
	rejected_add_text(&rejected->keys, key);
	rejected_add_text(&rejected->reasons, reason);
}

static int rejected_send(struct import_job *import, struct copy *copy, struct fault *fault)
{
	struct rejected *rejected = &import->rejected;
	struct buffer *const arrays[] = {&rejected->lines, &rejected->keys, &rejected->reasons};
	const char *values[] = {
		import->job->id, import->work->worker, import->job->attempt, NULL, NULL, NULL};

	if (!rejected->count)
		return 0;
	for (size_t i = 0; i < ARRAY_LENGTH(arrays); i++) {
		buffer_add_byte(arrays[i], '}');
		if (arrays[i]->failed)
			return fault_set(fault, arrays[i]->failed,
					 "the rejected rows are too long to be kept");
		values[3 + i] = arrays[i]->data;
	}
	return copy_call(copy,
			 "select accord.reject_rows($1::uuid, $2::text, $3::integer, 1,"
			 " $4::bigint[], $5::text[], $6::text[])",
			 ARRAY_LENGTH(values), values, fault);
}

/* The job is done if and only if its import is: one transaction says both. */
static int import_finish(void *context, struct copy *copy, const struct load_counts *counts,
			 struct fault *fault)
{
	struct import_job *import = context;
	char array[160];
	const char *const values[] = {import->job->id, import->work->worker, import->job->attempt,
				      array};
	int r = rejected_send(import, copy, fault);

	snprintf(array, sizeof(array), "{%ld,%ld,%ld,%ld,%ld,%ld}", counts->rows, counts->inserted,
		 counts->updated, counts->unchanged, counts->rejected, counts->skipped);
	if (r < 0)
		return r;
	return copy_call(copy,
			 "select accord.finish_job($1::uuid, $2::text, $3::integer, $4::bigint[])",
			 ARRAY_LENGTH(values), values, fault);
}

static void import_progress(void *user, double part)
{
	pulse_tell(user, (int)(part * PERFORM_STAGED));
}

/* Whether the job is still to be done. */
static int import_go_on(const struct import_job *import)
{
	return pulse_verdict(import->pulse) == VERDICT_GO ? 0 : -ECANCELED;
}

/* The file from its parts; it has no name in the file system, so that nothing is left of it
 * whatever happens. */
static int import_fetch(struct import_job *import, FILE *file, struct outcome *outcome)
{
	CLEANUP_BUFFER struct buffer part;

	buffer_init(&part, LIMIT_BODY_BYTES + 1);
	for (long i = 1; i <= import->job->parts; i++) {
		int r = import_go_on(import);

		if (r < 0)
			return r;
		part.length = 0;
		r = desk_read_part(import->work->desk, import->job, i, &part);
		if (r > 0)
			return fault_set(&outcome->private, -EIO, "%s",
					 desk_reason(import->work->desk));
		if (r < 0)
			return r;
		if (fwrite(part.data, 1, part.length, file) != part.length)
			return fault_set(&outcome->private, -EIO, "no temporary file: %s",
					 strerror(errno));
	}
	if (fflush(file) != 0)
		return fault_set(&outcome->private, -EIO, "no temporary file: %s", strerror(errno));
	return 0;
}

/* The transaction knows for whom it is; a server that hears no more of us gives it up. */
static int import_act(const struct import_job *import, struct copy *copy, struct fault *fault)
{
	const struct job *job = import->job;
	const char *const values[] = {job->client[0] ? job->client : job->requester, job->client,
				      job->organisation, job->role, job->scopes};

	return copy_call(copy,
			 "select set_config('accord.caller_subject', $1, false),"
			 " set_config('accord.caller_client', $2, false),"
			 " set_config('accord.caller_organisation', $3, false),"
			 " set_config('accord.caller_role', $4, false),"
			 " set_config('accord.caller_scopes', $5, false),"
			 " set_config('client_connection_check_interval', '1s', false)",
			 ARRAY_LENGTH(values), values, fault);
}

static int import_merge(struct import_job *import, const struct kind *kind,
			const struct load_file *file, struct outcome *outcome)
{
	CLEANUP(copy_cleanup) struct copy *copy = NULL;
	struct progress progress;
	struct rejects rejects = {.take = rejected_take, .context = &import->rejected};
	struct load_target target = {.scripts = import->work->scripts,
				     .progress = &progress,
				     .rejects = &rejects,
				     .finish = import_finish,
				     .context = import};
	int r = copy_open(import->work->database, &copy, &outcome->private);

	if (r < 0)
		return r;
	r = copy_warm(copy, &outcome->private);
	if (r < 0)
		return r;
	progress_init(&progress, NULL, false, file->name);
	progress.tell = import_progress;
	progress.user = import->pulse;
	target.copy = copy;
	pulse_watch(import->pulse, copy);
	r = import_act(import, copy, &outcome->private);
	if (r == 0)
		r = import_go_on(import);
	if (r == 0)
		r = load_run(&target, kind, file, &outcome->counts, &outcome->private);
	pulse_watch(import->pulse, NULL);
	return r;
}

static int import_run_file(struct import_job *import, FILE *file, struct outcome *outcome)
{
	const struct kind *kind = kind_find(import->job->import_kind);
	struct load_file recognised;
	char path[PERFORM_PATH];
	int r;

	if (!kind)
		return fault_set(&outcome->fault, -EINVAL, "There is no such kind of import.");
	r = import_fetch(import, file, outcome);
	if (r < 0)
		return r;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fileno(file));
	r = load_recognise(kind, path, &recognised, &outcome->private);
	if (r < 0)
		return r;
	recognised.name = import->job->file_name;
	return import_merge(import, kind, &recognised, outcome);
}

/* A file that cannot be taken will not be better the next time, whereas the service may. What the
 * database says is for the log. */
static void import_explain(const struct job *job, int r, struct outcome *outcome)
{
	outcome->again = r == -EIO || r == -ENOTCONN || r == -ENOMEM || r == -ECANCELED;
	if (!outcome->again)
		fault_write(&outcome->fault, "%s: %s", job->file_name, outcome->private.text);
}

int perform_import(const struct work *work, const struct job *job, struct pulse *pulse,
		   struct outcome *outcome)
{
	struct import_job import = {.work = work, .job = job, .pulse = pulse};
	struct buffer *const arrays[] = {&import.rejected.lines, &import.rejected.keys,
					 &import.rejected.reasons};
	FILE *file = tmpfile();
	int r = file ? 0 : -EIO;

	if (r < 0)
		fault_write(&outcome->private, "no temporary file: %s", strerror(errno));
	for (size_t i = 0; i < ARRAY_LENGTH(arrays); i++)
		buffer_init(arrays[i], (size_t)LIMIT_KEPT_REJECTIONS * PERFORM_ROW_BYTES);
	if (r == 0)
		r = import_run_file(&import, file, outcome);
	if (r < 0)
		import_explain(job, r, outcome);
	outcome->changed = r == 0 && outcome->counts.changed;
	for (size_t i = 0; i < ARRAY_LENGTH(arrays); i++)
		buffer_finish(arrays[i]);
	if (file)
		fclose(file);
	return r;
}

void perform_import_after(const struct work *work)
{
	CLEANUP(copy_cleanup) struct copy *copy = NULL;
	struct fault fault = {""};

	if (copy_open(work->database, &copy, &fault) < 0)
		return;
	settle_wait(copy);
	if (copy_execute(copy, "select accord.analyze_reference()", &fault) < 0)
		fault.text[0] = '\0'; /* plans are a little worse until the next import */
}
