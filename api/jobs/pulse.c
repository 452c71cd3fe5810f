/* SPDX-License-Identifier: MIT */
#include "pulse.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "../clock.h"

enum {
	PULSE_BEAT_MS = 500, /* between beats: what is to end does so within a second or so */
	PULSE_BEATS = 4,     /* at least so many in a lease */
};

struct pulse {
	struct desk *desk;
	const struct job *job;
	const struct leaving *leaving;
	uint64_t lease_ns;
	uint64_t held_until_ns;
	int wake; /* an eventfd: readable when it is time to stop */
	pthread_t thread;
	pthread_mutex_t lock; /* of copy */
	struct copy *copy;
	atomic_int percent;
	atomic_int verdict;
	atomic_bool stopping;
};

static const struct {
	const char *word;
	enum verdict verdict;
} pulse_words[] = {{"held", VERDICT_GO}, {"cancelled", VERDICT_CANCELLED}, {"lost", VERDICT_LOST}};

/* Asks the database. A lease that may be over is lost, whatever the database would say. */
static enum verdict pulse_ask(struct pulse *pulse)
{
	uint64_t asked_ns = clock_monotonic_ns();
	char state[DESK_STATE];
	size_t i = 0;

	if (desk_beat(pulse->desk, pulse->job, atomic_load(&pulse->percent), state) != 0)
		return clock_monotonic_ns() < pulse->held_until_ns ? VERDICT_GO : VERDICT_LOST;
	while (i + 1 < ARRAY_LENGTH(pulse_words) && strcmp(pulse_words[i].word, state) != 0)
		i++;
	if (pulse_words[i].verdict == VERDICT_GO)
		pulse->held_until_ns = asked_ns + pulse->lease_ns;
	return pulse_words[i].verdict;
}

static enum verdict pulse_judge(struct pulse *pulse)
{
	enum verdict verdict = pulse_ask(pulse);

	if (verdict == VERDICT_GO && atomic_load(&pulse->leaving->asked) &&
	    clock_monotonic_ns() >= atomic_load(&pulse->leaving->until_ns))
		return VERDICT_LEAVING;
	return verdict;
}

/* A statement may begin just after: it is ended with the next beat. */
static void pulse_end_statement(struct pulse *pulse)
{
	pthread_mutex_lock(&pulse->lock);
	if (pulse->copy)
		copy_cancel(pulse->copy);
	pthread_mutex_unlock(&pulse->lock);
}

static void *pulse_run(void *user)
{
	struct pulse *pulse = user;
	int beat_ms = PULSE_BEAT_MS;

	if (pulse->lease_ns / PULSE_BEATS < (uint64_t)beat_ms * 1000000u)
		beat_ms = (int)(pulse->lease_ns / PULSE_BEATS / 1000000u);
	while (!atomic_load(&pulse->stopping)) {
		if (atomic_load(&pulse->verdict) == VERDICT_GO)
			atomic_store(&pulse->verdict, pulse_judge(pulse));
		if (atomic_load(&pulse->verdict) != VERDICT_GO)
			pulse_end_statement(pulse);
		db_pause(pulse->wake, beat_ms);
	}
	return NULL;
}

int pulse_start(struct desk *desk, const struct job *job, long lease_seconds,
		const struct leaving *leaving, struct pulse **ret_pulse)
{
	struct pulse *pulse = calloc(1, sizeof(*pulse));
	int r;

	if (!pulse)
		return -ENOMEM;
	pulse->desk = desk;
	pulse->job = job;
	pulse->leaving = leaving;
	pulse->lease_ns = (uint64_t)lease_seconds * 1000000000u;
	pulse->held_until_ns = clock_monotonic_ns() + pulse->lease_ns;
	pthread_mutex_init(&pulse->lock, NULL);
	pulse->wake = eventfd(0, EFD_CLOEXEC);
	r = pulse->wake < 0 ? -errno : 0;
	if (r == 0)
		r = -pthread_create(&pulse->thread, NULL, pulse_run, pulse);
	if (r < 0) {
		if (pulse->wake >= 0)
			close(pulse->wake);
		pthread_mutex_destroy(&pulse->lock);
		free(pulse);
		return r;
	}
	*ret_pulse = pulse;
	return 0;
}

enum verdict pulse_verdict(const struct pulse *pulse)
{
	return (enum verdict)atomic_load(&pulse->verdict);
}

enum verdict pulse_stop(struct pulse *pulse)
{
	enum verdict verdict;

	if (!pulse)
		return VERDICT_GO;
	atomic_store(&pulse->stopping, true);
	(void)eventfd_write(pulse->wake, 1);
	pthread_join(pulse->thread, NULL);
	verdict = pulse_verdict(pulse);
	close(pulse->wake);
	pthread_mutex_destroy(&pulse->lock);
	free(pulse);
	return verdict;
}

void pulse_tell(struct pulse *pulse, int percent)
{
	atomic_store(&pulse->percent, percent);
}

void pulse_watch(struct pulse *pulse, struct copy *copy)
{
	pthread_mutex_lock(&pulse->lock);
	pulse->copy = copy;
	pthread_mutex_unlock(&pulse->lock);
}
