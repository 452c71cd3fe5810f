/* SPDX-License-Identifier: MIT */
#include "sink.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	SINK_BYTES = 128 * 1024, /* gathered at most */
	SINK_MOMENT_MS = 20,     /* that a line may wait */
};

/* Two pages, so that one can be filled while the other is written: a disk that is slow for a moment
 * holds nobody up. Whoever holds both locks took writing first. */
static struct {
	pthread_mutex_t lock;    /* of the page at hand */
	pthread_mutex_t writing; /* one writes at a time, which keeps lines in their order */
	pthread_cond_t wake;
	pthread_t thread;
	bool gathers;
	unsigned page;
	size_t length;
	char pages[2][SINK_BYTES];
} sink = {.lock = PTHREAD_MUTEX_INITIALIZER,
	  .writing = PTHREAD_MUTEX_INITIALIZER,
	  .wake = PTHREAD_COND_INITIALIZER};

/* All of it, in as many pieces as a pipe that is nearly full makes of it. */
static void sink_put(const char *bytes, size_t length)
{
	while (length) {
		ssize_t put = write(STDERR_FILENO, bytes, length);

		if (put < 0 && errno != EINTR)
			return;
		bytes += put > 0 ? put : 0;
		length -= put > 0 ? (size_t)put : 0;
	}
}

/* Writes what has been gathered, then a line that found no room. */
static void sink_flush(const char *line, size_t line_length)
{
	const char *page;
	size_t length;

	pthread_mutex_lock(&sink.writing);
	pthread_mutex_lock(&sink.lock);
	page = sink.pages[sink.page];
	length = sink.length;
	sink.page = !sink.page;
	sink.length = 0;
	pthread_mutex_unlock(&sink.lock);
	sink_put(page, length);
	sink_put(line, line_length);
	pthread_mutex_unlock(&sink.writing);
}

void sink_write(const char *line, size_t length, bool soon)
{
	bool fits, first;

	pthread_mutex_lock(&sink.lock);
	first = sink.length == 0;
	soon = soon || !sink.gathers;
	fits = length <= SINK_BYTES - sink.length;
	if (fits) {
		memcpy(sink.pages[sink.page] + sink.length, line, length);
		sink.length += length;
	}
	if (first && !soon)
		pthread_cond_signal(&sink.wake);
	pthread_mutex_unlock(&sink.lock);
	if (soon || !fits)
		sink_flush(line, fits ? 0 : length);
}

/* Sleeps while there is nothing; lets lines gather for a moment; writes them. */
static void *sink_run(void *user)
{
	static const struct timespec moment = {.tv_nsec = SINK_MOMENT_MS * 1000000L};
	bool gathers = true;

	while (gathers) {
		pthread_mutex_lock(&sink.lock);
		while (sink.gathers && !sink.length)
			pthread_cond_wait(&sink.wake, &sink.lock);
		gathers = sink.gathers;
		pthread_mutex_unlock(&sink.lock);
		if (gathers)
			nanosleep(&moment, NULL);
		sink_flush(NULL, 0);
	}
	return NULL;
}

int sink_gather(void)
{
	int r;

	pthread_mutex_lock(&sink.lock);
	r = pthread_create(&sink.thread, NULL, sink_run, NULL);
	sink.gathers = r == 0;
	pthread_mutex_unlock(&sink.lock);
	return r == 0 ? 0 : -EAGAIN;
}

void sink_stop(void)
{
	pthread_mutex_lock(&sink.lock);
	if (!sink.gathers) {
		pthread_mutex_unlock(&sink.lock);
		return;
	}
	sink.gathers = false;
	pthread_cond_signal(&sink.wake);
	pthread_mutex_unlock(&sink.lock);
	pthread_join(sink.thread, NULL);
}
