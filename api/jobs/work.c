/* SPDX-License-Identifier: MIT */
#include "work.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "../clock.h"
#include "../digest.h"
#include "../log.h"
#include "perform.h"

enum { WORK_PAUSE_MS = 1000 }; /* between looks when nobody says that there is something to do */

struct worker {
	const struct config *config;
	struct work work;
	struct desk *beats; /* of the pulse */
	struct leaving leaving;
	int wake; /* an eventfd: readable when it is time to leave */
	bool complained;
	char name[DESK_WORKER];
};

/* Host, process, and something of this start's own: no other worker has the name. */
static int worker_name(char name[DESK_WORKER])
{
	uint8_t random[4];
	char host[64] = "", hex[2 * sizeof(random) + 1];
	int r = digest_identifier(random, sizeof(random));

	if (r < 0)
		return r;
	digest_hex(random, sizeof(random), hex);
	(void)gethostname(host, sizeof(host) - 1);
	snprintf(name, DESK_WORKER, "%s/%ld/%s", host, (long)getpid(), hex);
	return 0;
}

/* Tells once that there is no database, and once that there is one again. */
static void worker_complain(struct worker *worker, bool good)
{
	if (good && worker->complained)
		log_event(LOG_INFO, "jobs again");
	else if (!good && !worker->complained)
		log_event(LOG_WARNING, "no jobs: %s", desk_reason(worker->work.desk));
	worker->complained = !good;
}

static void worker_log(const struct job *job, const char *event, const struct outcome *outcome,
		       uint64_t began_ns)
{
	struct log_job line = {
		.event = event,
		.id = job->id,
		.kind = job->import_kind[0] ? job->import_kind : job->kind,
		.organisation = job->organisation,
		.attempt = job->attempt,
		.waited_ms = job->waited_ms,
		.milliseconds = (clock_monotonic_ns() - began_ns) / 1000000,
		.fault = outcome->private.text[0] ? outcome->private.text : outcome->fault.text,
		.swept = outcome->swept,
	};
	const long counts[] = {outcome->counts.rows,     outcome->counts.inserted,
			       outcome->counts.updated,  outcome->counts.unchanged,
			       outcome->counts.rejected, outcome->counts.skipped};

	if (strcmp(event, "done") == 0 && job->import_kind[0])
		line.counts = counts;
	log_job(strcmp(event, "failed") == 0 ? LOG_WARNING : LOG_INFO, &line);
}

/* Says what became of a job that was not done. */
static void worker_give_up(struct worker *worker, const struct job *job, enum verdict verdict,
			   const struct outcome *outcome, uint64_t began_ns)
{
	static const char *const unknown = "The service failed; its log says why.";
	const char *fault = outcome->fault.text[0] ? outcome->fault.text : unknown;
	char state[DESK_STATE] = "lost";
	int r = verdict == VERDICT_LEAVING
			? desk_release(worker->work.desk, job, state)
			: desk_fail(worker->work.desk, job, fault, outcome->again, state);

	/* When the database cannot be told, the lease ends by itself. */
	if (r != 0)
		worker_complain(worker, false);
	worker_log(job, state, outcome, began_ns);
}

static void worker_do(struct worker *worker, const struct job *job)
{
	perform_fn *perform = perform_find(job->kind);
	struct outcome outcome = {0};
	struct pulse *pulse = NULL;
	uint64_t began_ns = clock_monotonic_ns();
	enum verdict verdict;
	int r = perform ? 0 : -EINVAL;

	worker_log(job, "begun", &outcome, began_ns);
	if (r == 0)
		r = pulse_start(worker->beats, job, worker->config->lease_seconds, &worker->leaving,
				&pulse);
	outcome.again = r < 0;
	if (r == 0)
		r = perform(&worker->work, job, pulse, &outcome);
	verdict = pulse_stop(pulse);
	if (r < 0)
		worker_give_up(worker, job, verdict, &outcome, began_ns);
	else
		worker_log(job, "done", &outcome, began_ns);
	if (outcome.changed)
		perform_import_after(&worker->work);
	free(outcome.swept);
}

static void *worker_loop(void *user)
{
	struct worker *worker = user;
	struct job job;

	while (!atomic_load(&worker->leaving.asked)) {
		int r = desk_claim(worker->work.desk, &job);

		if (r == 0) {
			worker_do(worker, &job);
			job_finish(&job);
			continue;
		}
		worker_complain(worker, r == DESK_EMPTY);
		desk_wait(worker->work.desk, worker->wake, WORK_PAUSE_MS);
	}
	return NULL;
}

static int worker_open(struct worker *worker, const struct config *config, const char *scripts)
{
	int r = worker_name(worker->name);

	worker->config = config;
	worker->work = (struct work){
		.database = config->database, .scripts = scripts, .worker = worker->name};
	worker->wake = eventfd(0, EFD_CLOEXEC);
	if (r == 0)
		r = worker->wake < 0 ? -errno : 0;
	if (r == 0)
		r = desk_new(config->database, worker->name, config->lease_seconds,
			     &worker->work.desk);
	if (r == 0)
		r = desk_new(config->database, worker->name, config->lease_seconds, &worker->beats);
	return r;
}

static void worker_close(struct worker *worker)
{
	desk_free(worker->work.desk);
	desk_free(worker->beats);
	if (worker->wake >= 0)
		close(worker->wake);
}

/* Waits for the signal to end, and says until when jobs may go on. */
static void worker_wait(struct worker *worker)
{
	sigset_t signals;
	int number = 0;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	while (sigwait(&signals, &number) != 0)
		;
	log_event(LOG_INFO, "stopping: %s", strsignal(number));
	atomic_store(&worker->leaving.until_ns,
		     clock_monotonic_ns() + (uint64_t)worker->config->drain_seconds * 1000000000u);
	atomic_store(&worker->leaving.asked, true);
	(void)eventfd_write(worker->wake, 1);
}

int work_run(const struct config *config, const char *scripts)
{
	struct worker worker = {.wake = -1};
	pthread_t thread;
	int r = worker_open(&worker, config, scripts);

	if (r == 0)
		r = -pthread_create(&thread, NULL, worker_loop, &worker);
	if (r == 0) {
		printf("accord: working as %s\n", worker.name);
		fflush(stdout);
		worker_wait(&worker);
		pthread_join(thread, NULL);
		log_event(LOG_INFO, "stopped");
	}
	worker_close(&worker);
	return r;
}
