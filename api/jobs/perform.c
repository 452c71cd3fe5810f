/* SPDX-License-Identifier: MIT */
#include "perform.h"

#include <errno.h>
#include <string.h>

static const struct {
	const char *kind;
	perform_fn *perform;
} performers[] = {
	{"import", perform_import},
	{"sweep", perform_sweep},
};

perform_fn *perform_find(const char *kind)
{
	for (size_t i = 0; i < ARRAY_LENGTH(performers); i++)
		if (strcmp(performers[i].kind, kind) == 0)
			return performers[i].perform;
	return NULL;
}

int perform_sweep(const struct work *work, const struct job *job, struct pulse *pulse,
		  struct outcome *outcome)
{
	int r = desk_sweep(work->desk, job, &outcome->swept);

	if (r == 0)
		return 0;
	outcome->again = true;
	fault_write(&outcome->private, "%s", desk_reason(work->desk));
	return r > 0 ? -EIO : r;
}
