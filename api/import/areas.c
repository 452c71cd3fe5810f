/* SPDX-License-Identifier: MIT */
/* Regions and local authorities: the Department for Education's code lists and the Office for
 * National Statistics' boundaries. */
#include "kinds.h"

#include <string.h>

enum {
	AREAS_MEMBER_BYTES = 16, /* a member name such as CTYUA24CD */
};

static const struct column areas_regions[] = {
	{"code", COLUMN_TEXT, COLUMN_REQUIRED | COLUMN_GIVEN | COLUMN_KEY, 0, 40, {"region_code"}},
	{"name", COLUMN_TEXT, COLUMN_REQUIRED | COLUMN_GIVEN, 0, 0, {"region_name"}},
};

static const struct column areas_authorities[] = {
	{"code", COLUMN_TEXT, COLUMN_REQUIRED | COLUMN_GIVEN | COLUMN_KEY, 0, 40, {"new_la_code"}},
	{"name", COLUMN_TEXT, COLUMN_REQUIRED | COLUMN_GIVEN, 0, 0, {"la_name"}},
	{"opened_on", COLUMN_DATE, COLUMN_REQUIRED, 0, 0, {"date_of_operation"}},
	{"closed_on", COLUMN_DATE, COLUMN_REQUIRED, 0, 0, {"date_of_termination"}},
	{"region_code", COLUMN_TEXT, COLUMN_REQUIRED, 0, 40, {"parent_geography_code"}},
	{"status", COLUMN_TEXT, COLUMN_REQUIRED | COLUMN_GIVEN, 0, 20, {"status"}},
	{"old_code", COLUMN_TEXT, COLUMN_REQUIRED, 0, 20, {"old_la_code"}},
};

static const struct column areas_hierarchy[] = {
	{"code", COLUMN_TEXT, COLUMN_REQUIRED | COLUMN_GIVEN | COLUMN_KEY, 0, 40, {"new_la_code"}},
	{"name", COLUMN_TEXT, COLUMN_REQUIRED, 0, 0, {"la_name"}},
	{"old_code", COLUMN_TEXT, COLUMN_REQUIRED, 0, 20, {"old_la_code"}},
	{"region_code", COLUMN_TEXT, COLUMN_REQUIRED | COLUMN_GIVEN, 0, 40, {"region_code"}},
	{"region_name", COLUMN_TEXT, COLUMN_REQUIRED | COLUMN_GIVEN, 0, 0, {"region_name"}},
};

static const struct column areas_boundaries[] = {
	{"code", COLUMN_TEXT, COLUMN_KEY, 0, 0, {"code"}},
	{"geometry", COLUMN_JSON, 0, 0, 0, {"geometry"}},
};

/* A position: longitude and latitude in degrees. Metres of the National Grid, a frequent mix-up,
 * are far outside. */
static bool areas_is_position(const json_t *position)
{
	const json_t *longitude = json_array_get(position, 0),
		     *latitude = json_array_get(position, 1);

	if (!json_is_number(longitude) || !json_is_number(latitude))
		return false;
	return json_number_value(longitude) >= -180 && json_number_value(longitude) <= 180 &&
	       json_number_value(latitude) >= -90 && json_number_value(latitude) <= 90;
}

/* A ring closes where it began and has at least four positions. */
static bool areas_is_ring(const json_t *ring)
{
	size_t size = json_array_size(ring);

	for (size_t i = 0; i < size; i++)
		if (!areas_is_position(json_array_get(ring, i)))
			return false;
	return size >= 4 && json_equal(json_array_get(ring, 0), json_array_get(ring, size - 1));
}

/* Coordinates of a Polygon (depth 1) or a MultiPolygon (depth 2). */
static bool areas_is_polygon(const json_t *coordinates, int depth)
{
	size_t size = json_array_size(coordinates);

	for (size_t i = 0; i < size; i++) {
		const json_t *part = json_array_get(coordinates, i);

		if (depth == 1 ? !areas_is_ring(part) : !areas_is_polygon(part, depth - 1))
			return false;
	}
	return size > 0;
}

static const char *areas_geometry_fault(const json_t *geometry)
{
	const char *type = json_string_value(json_object_get(geometry, "type"));
	const json_t *coordinates = json_object_get(geometry, "coordinates");

	if (!type || (strcmp(type, "Polygon") != 0 && strcmp(type, "MultiPolygon") != 0))
		return "geometry: is neither a Polygon nor a MultiPolygon";
	if (!areas_is_polygon(coordinates, !strcmp(type, "Polygon") ? 1 : 2))
		return "geometry: is not made of closed rings in degrees of longitude and latitude";
	return NULL;
}

/* The area's code: the first member named like CTYUA24CD or LAD24CD. */
static const char *areas_feature_code(json_t *properties)
{
	const char *name;
	json_t *value;

	json_object_foreach(properties, name, value)
	{
		size_t length = strlen(name);

		if (length < 5 || length > AREAS_MEMBER_BYTES ||
		    strcmp(name + length - 2, "CD") != 0)
			continue;
		if (strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") + 4 == length &&
		    json_is_string(value))
			return json_string_value(value);
	}
	return NULL;
}

static int areas_feature(json_t *feature, unsigned long number, kind_row_fn *row, void *context)
{
	const json_t *geometry = json_object_get(feature, "geometry");
	const char *code = areas_feature_code(json_object_get(feature, "properties"));
	const char *reason = areas_geometry_fault(geometry);
	CLEANUP_FREE char *text = NULL;

	if (!code)
		return row(context, number, (const char *const[]){NULL, NULL},
			   "properties: no member such as CTYUA24CD");
	if (reason)
		return row(context, number, (const char *const[]){code, NULL}, reason);
	text = json_dumps(geometry, JSON_COMPACT | JSON_REAL_PRECISION(15));
	if (!text)
		return row(context, number, (const char *const[]){code, NULL},
			   "geometry: is too large");
	return row(context, number, (const char *const[]){code, text}, NULL);
}

static int areas_json(const json_t *document, kind_row_fn *row, void *context)
{
	const char *type = json_string_value(json_object_get(document, "type"));
	const json_t *features = json_object_get(document, "features");

	if (!type || strcmp(type, "FeatureCollection") != 0 || !json_is_array(features))
		return 1;
	for (size_t i = 0; i < json_array_size(features); i++) {
		int r = areas_feature(json_array_get(features, i), i + 1, row, context);

		if (r < 0)
			return r;
	}
	return 0;
}

static const struct kind_format areas_formats[] = {
	{"regions", areas_regions, ARRAY_LENGTH(areas_regions), NULL, NULL, false},
	{"authorities", areas_authorities, ARRAY_LENGTH(areas_authorities), NULL, NULL, false},
	{"hierarchy", areas_hierarchy, ARRAY_LENGTH(areas_hierarchy), NULL, NULL, false},
	{"boundaries", areas_boundaries, ARRAY_LENGTH(areas_boundaries), areas_json, NULL, false},
};

const struct kind kind_areas = {"areas", areas_formats, ARRAY_LENGTH(areas_formats)};
