/* SPDX-License-Identifier: MIT */
#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "sink.h"

enum {
	LOG_LINE = 500,         /* bytes that most lines do not exceed */
	LOG_VALUE_BYTES = 1024, /* of one value; what is longer is cut, so that no client can make a
				   line too long to be written */
	LOG_LINE_BYTES = 64 * 1024,
};

static const char *const log_names[] = {"debug", "info", "warning", "error"};
static enum log_level log_least = LOG_INFO;

void log_set_level(const char *name)
{
	for (size_t i = 0; i < ARRAY_LENGTH(log_names); i++)
		if (strcmp(name, log_names[i]) == 0)
			log_least = (enum log_level)i;
}

/* The day and time of a second, "2026-11-22T10:00:00": many lines share one. */
static const char *log_date(time_t second)
{
	static _Thread_local struct {
		time_t second;
		char text[32];
	} last;
	struct tm parts;

	if (last.second != second) {
		last.second = second;
		gmtime_r(&second, &parts);
		strftime(last.text, sizeof(last.text), "%Y-%m-%dT%H:%M:%S", &parts);
	}
	return last.text;
}

static void log_begin(struct buffer *line, enum log_level level)
{
	int64_t now_ms = clock_now_ms();

	buffer_init(line, LOG_LINE_BYTES);
	buffer_expect(line, LOG_LINE);
	buffer_add_string(line, "{\"time\":\"");
	buffer_add_string(line, log_date((time_t)(now_ms / 1000)));
	buffer_add_byte(line, '.');
	buffer_add_number(line, (uint64_t)now_ms % 1000, 3);
	buffer_add_string(line, "Z\",\"level\":\"");
	buffer_add_string(line, log_names[level]);
	buffer_add_byte(line, '"');
}

static void log_add_name(struct buffer *line, const char *name)
{
	buffer_add_string(line, ",\"");
	buffer_add_string(line, name);
	buffer_add_string(line, "\":");
}

static void log_add(struct buffer *line, const char *name, const char *value)
{
	size_t length = value ? strlen(value) : 0;

	if (!value)
		return;
	log_add_name(line, name);
	buffer_add_json_string(line, value, length < LOG_VALUE_BYTES ? length : LOG_VALUE_BYTES);
}

static void log_add_number(struct buffer *line, const char *name, uint64_t number)
{
	log_add_name(line, name);
	buffer_add_number(line, number, 1);
}

static void log_end(struct buffer *line, enum log_level level)
{
	buffer_add_string(line, "}\n");
	if (!line->failed)
		sink_write(line->data, line->length, level > LOG_INFO);
	buffer_finish(line);
}

void log_event(enum log_level level, const char *format, ...)
{
	CLEANUP_FREE char *text = NULL;
	struct buffer line;
	va_list arguments;
	int length;

	if (level < log_least)
		return;
	va_start(arguments, format);
	length = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (length < 0)
		text = NULL;
	log_begin(&line, level);
	log_add(&line, "message", text);
	log_end(&line, level);
}

/* The same, without those that are empty. */
static void log_add_some(struct buffer *line, const char *name, const char *value)
{
	if (value && value[0])
		log_add(line, name, value);
}

void log_job(enum log_level level, const struct log_job *job)
{
	static const char *const names[] = {"rows",      "inserted", "updated",
					    "unchanged", "rejected", "skipped"};
	struct buffer line;

	if (level < log_least)
		return;
	log_begin(&line, level);
	log_add(&line, "job", job->id);
	log_add(&line, "event", job->event);
	log_add(&line, "kind", job->kind);
	log_add_some(&line, "organisation", job->organisation);
	log_add_number(&line, "attempt", strtoull(job->attempt, NULL, 10));
	log_add_number(&line, "waitedMilliseconds", (uint64_t)job->waited_ms);
	log_add_number(&line, "milliseconds", job->milliseconds);
	for (size_t i = 0; job->counts && i < ARRAY_LENGTH(names); i++)
		log_add_number(&line, names[i], (uint64_t)job->counts[i]);
	log_add_some(&line, "swept", job->swept);
	log_add_some(&line, "fault", job->fault);
	log_end(&line, level);
}

static enum log_level log_level_of(const struct reply *reply)
{
	if (reply->status >= 500)
		return reply->status == 500 ? LOG_ERROR : LOG_WARNING;
	return LOG_INFO;
}

void log_request(const struct request *request, const struct reply *reply, uint64_t duration_ns)
{
	enum log_level level = log_level_of(reply);
	struct buffer line;

	if (level < log_least)
		return;
	log_begin(&line, level);
	log_add(&line, "requestId", request->id);
	log_add(&line, "traceId", request->trace);
	log_add(&line, "client", request->client);
	log_add(&line, "method", request->method_name);
	log_add(&line, "path", request->path);
	log_add(&line, "operation", reply->operation_id);
	log_add(&line, "caller", reply->caller[0] ? reply->caller : NULL);
	log_add(&line, "organisation", reply->organisation[0] ? reply->organisation : NULL);
	log_add_number(&line, "status", (uint64_t)reply->status);
	log_add_number(&line, "bytes", reply->empty ? 0 : reply->body_length);
	log_add_number(&line, "milliseconds", duration_ns / 1000000);
	buffer_add_byte(&line, '.');
	buffer_add_number(&line, duration_ns / 1000 % 1000, 3);
	log_add(&line, "problem", reply->problem.type ? reply->problem.type->slug : NULL);
	log_add(&line, "fault", reply->fault);
	log_end(&line, level);
}
