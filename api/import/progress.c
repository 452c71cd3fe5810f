/* SPDX-License-Identifier: MIT */
#include "progress.h"

enum {
	PROGRESS_WIDTH = 40,
	PROGRESS_NANOSECONDS = 100 * 1000 * 1000,
};

void progress_init(struct progress *progress, FILE *stream, bool terminal, const char *label)
{
	*progress = (struct progress){.stream = terminal ? stream : NULL, .label = label};
}

void progress_show(struct progress *progress, double part)
{
	int filled = (int)(part * PROGRESS_WIDTH);
	struct timespec now;
	long long passed;

	if (progress->tell)
		progress->tell(progress->user, part);
	if (!progress->stream)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	passed = (now.tv_sec - progress->drawn.tv_sec) * 1000000000LL + now.tv_nsec -
		 progress->drawn.tv_nsec;
	if (progress->visible && passed < PROGRESS_NANOSECONDS)
		return;
	progress->drawn = now;
	progress->visible = true;
	fprintf(progress->stream, "\r[%.*s%.*s] %3d %% %s", filled,
		"########################################", PROGRESS_WIDTH - filled,
		"........................................", (int)(part * 100), progress->label);
	fflush(progress->stream);
}

void progress_finish(struct progress *progress)
{
	if (!progress->visible)
		return;
	fputs("\r\033[K", progress->stream);
	fflush(progress->stream);
	progress->visible = false;
}
