/* SPDX-License-Identifier: MIT */
/* How far an import is: a bar, drawn on a terminal only, or told to somebody else. */
#pragma once

#include <stdio.h>
#include <time.h>

#include "../common.h"

struct progress {
	FILE *stream; /* NULL draws nothing */
	const char *label;
	struct timespec drawn;
	bool visible;
	void (*tell)(void *user, double part); /* hears each part as well; NULL: nobody does */
	void *user;
};

/* A bar for one file; terminal says whether stream is one. */
void progress_init(struct progress *progress, FILE *stream, bool terminal, const char *label);
/* Shows a part of 0 to 1, at most ten times a second. */
void progress_show(struct progress *progress, double part);
/* Wipes the bar. */
void progress_finish(struct progress *progress);
