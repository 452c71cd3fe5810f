/* SPDX-License-Identifier: MIT */
#include "convert.h"

#include <string.h>

/* Adds a point, longitude first, when the member has both coordinates. */
static bool geojson_point(const json_t *member, struct buffer *buffer)
{
	const json_t *longitude = json_object_get(member, "longitude");
	const json_t *latitude = json_object_get(member, "latitude");

	if (!json_is_number(longitude) || !json_is_number(latitude))
		return false;
	buffer_add_format(buffer, "{\"type\":\"Point\",\"coordinates\":[%.15g,%.15g]}",
			  json_number_value(longitude), json_number_value(latitude));
	return true;
}

static void geojson_geometry(const json_t *member, struct buffer *buffer)
{
	if (json_is_string(json_object_get(member, "type")))
		convert_json(member, buffer);
	else if (!geojson_point(member, buffer))
		buffer_add_string(buffer, "null");
}

/* The item's members as they are, but for a boundary: that is the geometry, and long. */
static void geojson_properties(const json_t *item, struct buffer *buffer)
{
	const char *name, *comma = "";
	json_t *value;

	buffer_add_byte(buffer, '{');
	json_object_foreach((json_t *)item, name, value)
	{
		if (strcmp(name, "boundary") == 0)
			continue;
		buffer_add_string(buffer, comma);
		buffer_add_json_string(buffer, name, strlen(name));
		buffer_add_byte(buffer, ':');
		convert_json(value, buffer);
		comma = ",";
	}
	buffer_add_byte(buffer, '}');
}

static void geojson_feature(const struct convert_plan *plan, const json_t *item,
			    struct buffer *buffer)
{
	const json_t *identity = plan->identity ? json_object_get(item, plan->identity) : NULL;

	buffer_add_string(buffer, "{\"type\":\"Feature\",");
	if (json_is_string(identity) || json_is_number(identity)) {
		buffer_add_string(buffer, "\"id\":");
		convert_json(identity, buffer);
		buffer_add_byte(buffer, ',');
	}
	buffer_add_string(buffer, "\"geometry\":");
	geojson_geometry(plan->geometry ? json_object_get(item, plan->geometry) : NULL, buffer);
	buffer_add_string(buffer, ",\"properties\":");
	geojson_properties(item, buffer);
	buffer_add_byte(buffer, '}');
}

int convert_geojson_one(const struct convert_plan *plan, const json_t *item, struct buffer *buffer)
{
	geojson_feature(plan, item, buffer);
	return buffer->failed;
}

int convert_geojson(const struct convert_plan *plan, const json_t *items, struct buffer *buffer)
{
	const json_t *item;
	size_t i;

	buffer_add_string(buffer, "{\"type\":\"FeatureCollection\",\"features\":[");
	json_array_foreach(items, i, item)
	{
		if (i > 0)
			buffer_add_byte(buffer, ',');
		geojson_feature(plan, item, buffer);
	}
	return buffer_add_string(buffer, "]}");
}
