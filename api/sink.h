/* SPDX-License-Identifier: MIT */
/* Where the log's lines go: standard error, whole lines only, gathered while the server runs. */
#pragma once

#include "common.h"

/* Writes a line (with its end), at once unless lines are being gathered. soon says that it should
 * not wait for others. A log that cannot be written stops nothing. */
void sink_write(const char *line, size_t length, bool soon);
/*
 * From now on lines are gathered, and written when there are many, when one should not wait, or
 * after a moment (SINK_MOMENT_MS), by a thread of its own. 0 or -EAGAIN: they are then written one
 * by one. sink_stop writes what is left, and ends it: no line is lost.
 */
int sink_gather(void);
void sink_stop(void);
