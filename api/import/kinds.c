/* SPDX-License-Identifier: MIT */
#include "kinds.h"

#include <string.h>

static const struct kind *const kinds[] = {&kind_areas, &kind_gias};

const struct kind *kind_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++)
		if (!strcmp(kinds[i]->name, name))
			return kinds[i];
	return NULL;
}

const char *kind_name(size_t index)
{
	return index < ARRAY_LENGTH(kinds) ? kinds[index]->name : NULL;
}
