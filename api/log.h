/* SPDX-License-Identifier: MIT */
/* JSON lines on stderr: one a request, and what happens to the program itself. Only the edge logs.
 */
#pragma once

#include "reply.h"
#include "request.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR };

/* Sets the least level that is written, by name. */
void log_set_level(const char *name);
/* One line of the program's own. */
void log_event(enum log_level level, const char *format, ...) PRINTF_LIKE(2, 3);
/* What a line about a job says. Texts may be NULL or "", and are left out then. */
struct log_job {
	const char *event; /* begun, done, failed, queued, cancelled, lost */
	const char *id, *kind, *organisation, *attempt;
	long waited_ms; /* before it was begun */
	uint64_t milliseconds;
	const long *counts; /* six, as in struct load_counts; NULL: none */
	const char *fault, *swept;
};

/* One line for what happens to a job: never what is in its file. */
void log_job(enum log_level level, const struct log_job *job);
/* One line for a request answered: never its query, its headers or its body. */
void log_request(const struct request *request, const struct reply *reply, uint64_t duration_ns);
