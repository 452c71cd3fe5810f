/* SPDX-License-Identifier: MIT */
/* A progress bar, drawn on a terminal only. */
#pragma once

#include <stdio.h>
#include <time.h>

#include "../common.h"

struct progress {
	FILE *stream; /* NULL draws nothing */
	const char *label;
	struct timespec drawn;
	bool visible;
};

/* A bar for one file; terminal says whether stream is one. */
void progress_init(struct progress *progress, FILE *stream, bool terminal, const char *label);
/* Shows a part of 0 to 1, at most ten times a second. */
void progress_show(struct progress *progress, double part);
/* Wipes the bar. */
void progress_finish(struct progress *progress);
