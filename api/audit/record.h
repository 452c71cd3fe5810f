/* SPDX-License-Identifier: MIT */
/*
 * What callers do is written down: writes in their own transaction, reads of personal data before
 * the reply leaves, refusals of a known caller a few a minute. Names nobody but by our own
 * identifiers: no body, no path, no address, no text of a client's.
 */
#pragma once

#include "../service.h"
#include "../steps.h"

enum { RECORD_VALUES = 11 };

/* An event as its statement takes it; everything is borrowed from the call, or lies in it. */
struct record {
	char status[12];
	char omitted[24];
	char subject[37];
	const char *values[RECORD_VALUES];
};

/*
 * Adds the event of a write to the steps that commit it. location (or NULL) is what the write made.
 * record lives until the steps have run. Returns the step's place.
 */
size_t record_add_write(struct record *record, struct steps *steps, const char *location);
/* Says that the audit could not be written: 503, and nothing of what it was about is told or kept.
 */
void record_fail(struct reply *reply, const char *reason);
/* Writes the event of a read that has been answered; when it cannot be written the reply becomes
 * 503. 0 or negative. */
int record_read(struct call *call, struct reply *reply) MUST_CHECK;
/* Writes the event of a refusal, unless the caller was refused too often for that; the refusal
 * stands in any case. */
void record_refusal(struct call *call, struct reply *reply);
