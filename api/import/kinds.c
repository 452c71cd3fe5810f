/* SPDX-License-Identifier: MIT */
#include "kinds.h"

#include <string.h>

/* In the order in which they build on one another. */
static const struct kind *const kinds[] = {
	&kind_areas,      &kind_gias,         &kind_gias_links,    &kind_gias_groups,
	&kind_code_lists, &kind_institutions, &kind_itt_providers, &kind_itt_partnerships,
	&kind_imd,        &kind_census,
};

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
