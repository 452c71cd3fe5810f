/* SPDX-License-Identifier: MIT */
#include "steps.h"

#include <assert.h>

static const char *const steps_expensive_ms = "10000";

void steps_init(struct steps *steps, const struct call *call)
{
	steps->call = call;
	steps->count = 0;
}

size_t steps_add(struct steps *steps, const struct bound_statement *bound)
{
	size_t place = steps->count++;

	assert(place < DB_STEPS);
	call_bind(steps->call, bound, steps->values[place]);
	steps->list[place] =
		(struct db_step){&bound->statement, bound->count, steps->values[place]};
	return place;
}

size_t steps_add_engine(struct steps *steps, enum engine_statement statement,
			const char *const *values, size_t count)
{
	size_t place = steps->count++;

	assert(place < DB_STEPS && count <= STEPS_VALUES);
	for (size_t i = 0; i < count; i++)
		steps->values[place][i] = values[i];
	steps->list[place] = (struct db_step){&steps->call->service->engine[statement], count,
					      steps->values[place]};
	return place;
}

void steps_add_caller(struct steps *steps)
{
	static const enum source sources[] = {SOURCE_CALLER_SUBJECT, SOURCE_CALLER_CLIENT,
					      SOURCE_CALLER_ORGANISATION, SOURCE_CALLER_ROLE,
					      SOURCE_CALLER_SCOPES};
	const char *values[ARRAY_LENGTH(sources)];

	if (!steps->call->operation->secured)
		return;
	for (size_t i = 0; i < ARRAY_LENGTH(sources); i++) {
		values[i] = call_source(steps->call, sources[i]);
		if (!values[i])
			values[i] = "";
	}
	steps_add_engine(steps, ENGINE_CALLER, values, ARRAY_LENGTH(values));
}

void steps_add_timeout(struct steps *steps)
{
	if (steps->call->operation->sql->cost == SQL_COST_EXPENSIVE)
		steps_add_engine(steps, ENGINE_TIMEOUT, &steps_expensive_ms, 1);
}

void steps_add_value(struct steps *steps, const char *value)
{
	struct db_step *step = &steps->list[steps->count - 1];

	steps->values[steps->count - 1][step->count++] = value;
}
