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
/* One line for a request answered: never its query, its headers or its body. */
void log_request(const struct request *request, const struct reply *reply, uint64_t duration_ns);
