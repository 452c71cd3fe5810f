/* SPDX-License-Identifier: MIT */
/* The statements of one round trip being gathered, with their values. */
#pragma once

#include "service.h"

enum { STEPS_VALUES = 11 }; /* most values of one of the engine's own statements */

struct steps {
	const struct call *call;
	size_t count;
	struct db_step list[DB_STEPS];
	const char *values[DB_STEPS][LIMIT_PARAMETERS + LIMIT_ORDER_KEYS + 1];
};

void steps_init(struct steps *steps, const struct call *call);
/* Adds an operation's statement with its arguments bound. Returns its place. */
size_t steps_add(struct steps *steps, const struct bound_statement *bound);
/* Adds one of the engine's own with values (borrowed). Returns its place. */
size_t steps_add_engine(struct steps *steps, enum engine_statement statement,
			const char *const *values, size_t count);
/* Tells the transaction who calls, when the operation is not for everybody. */
void steps_add_caller(struct steps *steps);
/* Gives an expensive operation its own time; others keep the session's. */
void steps_add_timeout(struct steps *steps);
/* Adds further values to the step added last. */
void steps_add_value(struct steps *steps, const char *value);
