/* SPDX-License-Identifier: MIT */
#include "upload.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../digest.h"
#include "../import/progress.h"
#include "http.h"

enum {
	UPLOAD_FAILED = 1,
	UPLOAD_USAGE = 2,
	UPLOAD_FILES = 256,                   /* of one command */
	UPLOAD_FILE_BYTES = 64 * 1024 * 1024, /* of one file */
	UPLOAD_POLL_SECONDS = 1,              /* when the service does not say when to ask again */
	UPLOAD_KEY = 128,
};

/* A file on its way. */
struct upload {
	struct http *http;
	const char *kind, *path, *name;
	struct progress progress;
	char *bytes; /* owned */
	size_t size;
	char sha256[2 * DIGEST_BYTES + 1];
	char address[HTTP_PATH]; /* of the import */
	long part_size;
	bool *missing; /* owned; by part, from 1 */
	long part_count;
	bool open; /* parts may be sent */
	char reason[HTTP_REASON];
};

static void upload_finish(struct upload *upload)
{
	progress_finish(&upload->progress);
	free(upload->bytes);
	free(upload->missing);
}

static int upload_refuse(struct upload *upload, int r, const char *reason)
{
	snprintf(upload->reason, sizeof(upload->reason), "%s", reason);
	return r;
}

static int upload_read(struct upload *upload)
{
	uint8_t digest[DIGEST_BYTES];
	struct stat status = {0};
	FILE *file = fopen(upload->path, "re");
	int r = file && fstat(fileno(file), &status) == 0 ? 0 : -errno;

	if (r == 0 && (!status.st_size || status.st_size > UPLOAD_FILE_BYTES))
		r = upload_refuse(upload, -EFBIG, "is empty, or larger than 64 MiB");
	else if (r < 0)
		upload_refuse(upload, r, strerror(-r));
	if (r == 0) {
		upload->size = (size_t)status.st_size;
		upload->bytes = malloc(upload->size);
		r = upload->bytes ? 0 : -ENOMEM;
	}
	if (r == 0 && fread(upload->bytes, 1, upload->size, file) != upload->size)
		r = upload_refuse(upload, -EIO, "cannot be read");
	if (r == 0)
		r = digest_sha256(upload->bytes, upload->size, digest);
	if (r == 0)
		digest_hex(digest, sizeof(digest), upload->sha256);
	if (file)
		fclose(file);
	return r;
}

/* Learns from the service what has arrived. */
static int upload_learn(struct upload *upload, const json_t *import)
{
	const char *state = json_string_value(json_object_get(import, "state"));
	const char *self = json_string_value(json_object_get(import, "self"));
	size_t index;
	json_t *part;

	upload->part_size = (long)json_integer_value(json_object_get(import, "partSize"));
	upload->part_count = (long)json_integer_value(json_object_get(import, "partCount"));
	if (!state || !self || strlen(self) >= sizeof(upload->address) || upload->part_size < 1 ||
	    upload->part_count < 1 || upload->part_count > UPLOAD_FILE_BYTES)
		return upload_refuse(upload, -EPROTO, "the service is no Accord, or another one");
	snprintf(upload->address, sizeof(upload->address), "%s", self);
	upload->open = strcmp(state, "open") == 0;
	free(upload->missing);
	upload->missing = malloc(((size_t)upload->part_count + 1) * sizeof(*upload->missing));
	if (!upload->missing)
		return -ENOMEM;
	for (long i = 0; i <= upload->part_count; i++)
		upload->missing[i] = i > 0;
	json_array_foreach(json_object_get(import, "parts"), index, part)
	{
		long number = (long)json_integer_value(part);

		if (number > 0 && number <= upload->part_count)
			upload->missing[number] = false;
	}
	return 0;
}

/* Sends a request without a body, or with JSON (taken). */
static int upload_ask(struct upload *upload, const char *method, const char *path, const char *key,
		      json_t *body_take, struct http_reply *ret_reply)
{
	CLEANUP_JSON json_t *body = body_take;
	CLEANUP_FREE char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
	const struct http_message message = {.method = method,
					     .path = path,
					     .key = key,
					     .media = text ? "application/json" : NULL,
					     .body = text,
					     .length = text ? strlen(text) : 0};

	return http_send(upload->http, &message, ret_reply, upload->reason);
}

static int upload_announce(struct upload *upload, const char *key)
{
	struct http_reply reply;
	int r = upload_ask(upload, "POST", "/v1/imports", key,
			   json_pack("{s:s, s:s, s:I, s:s}", "kind", upload->kind, "name",
				     upload->name, "size", (json_int_t)upload->size, "sha256",
				     upload->sha256),
			   &reply);

	if (r < 0)
		return r;
	r = upload_learn(upload, reply.json);
	http_reply_finish(&reply);
	return r;
}

/* Reads the import anew. 0, also when it is gone: then it is not open. */
static int upload_look(struct upload *upload)
{
	struct http_reply reply;
	int r = upload_ask(upload, "GET", upload->address, NULL, NULL, &reply);

	if (r < 0) {
		upload->open = false;
		return strncmp(upload->reason, "404 ", 4) == 0 ? 0 : r;
	}
	r = upload_learn(upload, reply.json);
	http_reply_finish(&reply);
	return r;
}

/*
 * Announces the file, or finds the import that an interrupted command has left: its key says what
 * the file is, so that the service answers with the same import. One that was started already is no
 * use: then the file is announced under a new key.
 */
static int upload_open(struct upload *upload)
{
	char key[UPLOAD_KEY], new_key[37];
	int r;

	snprintf(key, sizeof(key), "upload-%.40s-%s", upload->kind, upload->sha256);
	r = upload_announce(upload, key);
	/* The same bytes under another name are another import. */
	if (r == -EIO && strstr(upload->reason, "Idempotency"))
		upload->open = false;
	else if (r == 0)
		r = upload_look(upload);
	else
		return r;
	if (upload->open)
		return r;
	r = digest_uuid7(0, new_key);
	return r < 0 ? r : upload_announce(upload, new_key);
}

static int upload_send_part(struct upload *upload, long number)
{
	size_t start = (size_t)(number - 1) * (size_t)upload->part_size;
	size_t left = start < upload->size ? upload->size - start : 0;
	struct http_message message = {.method = "PUT", .media = "application/octet-stream"};
	struct http_reply reply;
	char path[HTTP_PATH + 32];
	int r;

	snprintf(path, sizeof(path), "%s/parts/%ld", upload->address, number);
	message.path = path;
	message.body = upload->bytes + start;
	message.length = left < (size_t)upload->part_size ? left : (size_t)upload->part_size;
	r = http_send(upload->http, &message, &reply, upload->reason);
	if (r == 0)
		http_reply_finish(&reply);
	return r;
}

static int upload_send(struct upload *upload)
{
	int r = upload_open(upload);

	for (long i = 1; r == 0 && i <= upload->part_count; i++) {
		progress_show(&upload->progress, (double)(i - 1) / (double)upload->part_count);
		if (upload->missing[i])
			r = upload_send_part(upload, i);
	}
	return r;
}

/* Starts the import; the job's address. */
static int upload_start(struct upload *upload, char ret_job[HTTP_PATH])
{
	char path[HTTP_PATH + 32], key[UPLOAD_KEY];
	struct http_reply reply;
	const char *self;
	int r;

	snprintf(path, sizeof(path), "%s/start", upload->address);
	snprintf(key, sizeof(key), "start-%.64s", upload->sha256);
	r = upload_ask(upload, "POST", path, key, NULL, &reply);
	if (r < 0)
		return r;
	self = json_string_value(json_object_get(reply.json, "self"));
	snprintf(ret_job, HTTP_PATH, "%s", self ? self : "");
	http_reply_finish(&reply);
	return 0;
}

static bool upload_is_over(const char *state)
{
	return strcmp(state, "queued") != 0 && strcmp(state, "running") != 0;
}

/* Asks until the job is over; owned. A 303 tells of the job itself, and where it leads is known. */
static int upload_wait(struct upload *upload, const char *job, json_t **ret_job)
{
	for (;;) {
		struct timespec pause = {.tv_sec = UPLOAD_POLL_SECONDS};
		struct http_reply reply;
		const char *state;
		int r = upload_ask(upload, "GET", job, NULL, NULL, &reply);

		if (r < 0)
			return r;
		state = json_string_value(json_object_get(reply.json, "state"));
		if (!state || upload_is_over(state)) {
			*ret_job = TAKE_PTR(reply.json);
			return 0;
		}
		progress_show(&upload->progress,
			      (double)json_integer_value(json_object_get(reply.json, "progress")) /
				      100);
		if (reply.retry_after > 0)
			pause.tv_sec = reply.retry_after;
		http_reply_finish(&reply);
		nanosleep(&pause, NULL);
	}
}

static int upload_report(struct upload *upload, const json_t *job)
{
	static const char *const words[] = {"inserted", "updated", "unchanged", "rejected",
					    "skipped"};
	const char *state = json_string_value(json_object_get(job, "state"));
	const char *fault = json_string_value(json_object_get(job, "fault"));
	const json_t *counts = json_object_get(job, "counts");

	progress_finish(&upload->progress);
	if (!state || strcmp(state, "done") != 0)
		return upload_refuse(upload, -ECANCELED,
				     fault ? fault : "the job was cancelled; nothing was imported");
	printf("%s: %s, %lld rows:", upload->name, upload->kind,
	       (long long)json_integer_value(json_object_get(counts, "rows")));
	for (size_t i = 0; i < ARRAY_LENGTH(words); i++)
		printf("%s %lld %s", i ? "," : "",
		       (long long)json_integer_value(json_object_get(counts, words[i])), words[i]);
	printf(" (%s)\n", json_string_value(json_object_get(job, "self")));
	fflush(stdout);
	return 0;
}

static int upload_file(struct http *http, const char *kind, const char *path)
{
	const char *slash = strrchr(path, '/');
	CLEANUP(upload_finish)
	struct upload upload = {
		.http = http, .kind = kind, .path = path, .name = slash ? slash + 1 : path};
	CLEANUP_JSON json_t *job = NULL;
	char address[HTTP_PATH];
	int r;

	progress_init(&upload.progress, stderr, isatty(STDERR_FILENO), upload.name);
	r = upload_read(&upload);
	if (r == 0)
		r = upload_send(&upload);
	if (r == 0)
		r = upload_start(&upload, address);
	if (r == 0)
		r = upload_wait(&upload, address, &job);
	if (r == 0)
		r = upload_report(&upload, job);
	progress_finish(&upload.progress);
	if (r < 0)
		fprintf(stderr, "accord: %s: %s\n", path,
			upload.reason[0] ? upload.reason : strerror(-r));
	return r;
}

int command_upload(const struct config *config, int count, char **arguments)
{
	const char *kind = NULL, *paths[UPLOAD_FILES];
	char reason[HTTP_REASON] = "";
	struct http *http;
	size_t path_count = 0;
	int r;

	for (int i = 0; i < count && path_count < UPLOAD_FILES; i++) {
		if (strcmp(arguments[i], "--kind") == 0 && i + 1 < count && !kind)
			kind = arguments[++i];
		else
			paths[path_count++] = arguments[i];
	}
	if (!kind || !path_count || path_count == UPLOAD_FILES || paths[0][0] == '-') {
		fprintf(stderr, "accord: usage: accord upload --kind KIND FILE…\n");
		return UPLOAD_USAGE;
	}
	r = http_new(config, &http, reason);
	if (r < 0) {
		fprintf(stderr, "accord: %s\n", reason[0] ? reason : strerror(-r));
		return UPLOAD_FAILED;
	}
	for (size_t i = 0; i < path_count && r == 0; i++)
		r = upload_file(http, kind, paths[i]);
	http_free(http);
	return r < 0 ? UPLOAD_FAILED : 0;
}
