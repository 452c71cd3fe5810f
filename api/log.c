/* SPDX-License-Identifier: MIT */
#include "log.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"

enum {
	LOG_VALUE_BYTES = 1024, /* of one value; what is longer is cut, so that no client can make a
				   line too long to be written */
	LOG_LINE_BYTES = 64 * 1024,
};

static const char *const log_names[] = {"debug", "info", "warning", "error"};
static enum log_level log_least = LOG_INFO;
static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;

void log_set_level(const char *name)
{
	for (size_t i = 0; i < ARRAY_LENGTH(log_names); i++)
		if (strcmp(name, log_names[i]) == 0)
			log_least = (enum log_level)i;
}

static void log_begin(struct buffer *line, enum log_level level)
{
	int64_t now_ms = clock_now_ms();
	time_t seconds = (time_t)(now_ms / 1000);
	char date[32];
	struct tm parts;

	buffer_init(line, LOG_LINE_BYTES);
	gmtime_r(&seconds, &parts);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &parts);
	buffer_add_format(line, "{\"time\":\"%s.%03dZ\",\"level\":\"%s\"", date,
			  (int)(now_ms % 1000), log_names[level]);
}

static void log_add(struct buffer *line, const char *name, const char *value)
{
	size_t length = value ? strlen(value) : 0;

	if (!value)
		return;
	buffer_add_format(line, ",\"%s\":", name);
	buffer_add_json_string(line, value, length < LOG_VALUE_BYTES ? length : LOG_VALUE_BYTES);
}

/* Writes whole lines: one longer than a pipe takes at once would otherwise mix with another
 * thread's. A log that cannot be written stops nothing. */
static void log_end(struct buffer *line)
{
	ssize_t written;

	buffer_add_string(line, "}\n");
	pthread_mutex_lock(&log_lock);
	for (size_t done = 0; !line->failed && done < line->length; done += (size_t)written) {
		do
			written = write(STDERR_FILENO, line->data + done, line->length - done);
		while (written < 0 && errno == EINTR);
		if (written <= 0)
			break;
	}
	pthread_mutex_unlock(&log_lock);
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
	log_end(&line);
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
	buffer_add_format(&line, ",\"status\":%d,\"bytes\":%zu,\"milliseconds\":%.3f",
			  reply->status, reply->empty ? 0 : reply->body_length,
			  (double)duration_ns / 1e6);
	log_add(&line, "problem", reply->problem.type ? reply->problem.type->slug : NULL);
	log_add(&line, "fault", reply->fault);
	log_end(&line);
}
