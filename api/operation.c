/* SPDX-License-Identifier: MIT */
#include "operation.h"

#include <string.h>

static const struct {
	const char *media_type;
	const char *name;
} medias[] = {
	[MEDIA_JSON] = {"application/json", "json"},
	[MEDIA_CSV] = {"text/csv", "csv"},
	[MEDIA_GEOJSON] = {"application/geo+json", "geojson"},
	[MEDIA_NDJSON] = {"application/x-ndjson", "ndjson"},
};

enum media media_parse(const char *media_type)
{
	for (size_t i = 0; i < ARRAY_LENGTH(medias); i++)
		if (strcmp(medias[i].media_type, media_type) == 0)
			return (enum media)i;
	return MEDIA_OTHER;
}

const char *media_name(enum media media)
{
	return media < MEDIA_OTHER ? medias[media].name : "other";
}

int operation_parameter(const struct operation *operation, const char *name)
{
	for (size_t i = 0; i < operation->parameter_count; i++)
		if (strcmp(operation->parameters[i].name, name) == 0)
			return (int)i;
	return -1;
}

static void bound_finish(struct bound_statement *bound)
{
	free(bound->statement.name);
	free(bound->statement.text);
}

void operation_finish(struct operation *operation)
{
	for (size_t i = 0; i < operation->parameter_count; i++)
		free(operation->parameters[i].sql_name);
	free(operation->parameters);
	for (size_t i = 0; i < operation->statement_count; i++)
		bound_finish(&operation->statements[i]);
	for (size_t i = 0; i < operation->order_count; i++)
		for (size_t k = 0; k < LIST_SEGMENTS; k++) {
			bound_finish(&operation->orders[i].segments[0][k]);
			bound_finish(&operation->orders[i].segments[1][k]);
		}
	free(operation->orders);
	rowjson_free(operation->record);
	bound_finish(&operation->summary_statement);
	bound_finish(&operation->parent_statement);
	bound_finish(&operation->search_statement);
	sqlfile_free(operation->sql);
	sqlfile_free(operation->summary);
	sqlfile_free(operation->parent);
	sqlfile_free(operation->search);
	convert_plan_free(operation->plan);
}
