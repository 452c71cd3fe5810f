/* SPDX-License-Identifier: MIT */
/*
 * A job's heartbeat: a thread that lengthens the lease, keeps the progress, and ends the job's
 * statement when the job is to end.
 */
#pragma once

#include <stdatomic.h>

#include "../import/copy.h"
#include "desk.h"

/* Whether the job goes on, and if not, why. */
enum verdict {
	VERDICT_GO,
	VERDICT_CANCELLED, /* somebody asked for its end */
	VERDICT_LOST,      /* another worker may have it */
	VERDICT_LEAVING,   /* the worker ends and cannot wait for it */
};

/* When the worker is to end; shared with the thread that hears of it. */
struct leaving {
	atomic_bool asked;
	_Atomic uint64_t until_ns; /* monotonic; from then on jobs are given back */
};

struct pulse;

/* Begins; all is borrowed. The desk is the pulse's alone until it stops. 0, -ENOMEM, -errno. */
int pulse_start(struct desk *desk, const struct job *job, long lease_seconds,
		const struct leaving *leaving, struct pulse **ret_pulse) MUST_CHECK;
/* Ends the thread; what it decided last. Takes NULL. */
enum verdict pulse_stop(struct pulse *pulse);
enum verdict pulse_verdict(const struct pulse *pulse);
/* Says how far the job is, in percent. */
void pulse_tell(struct pulse *pulse, int percent);
/* Names the connection whose statement ends with the job; NULL before it is closed. */
void pulse_watch(struct pulse *pulse, struct copy *copy);
