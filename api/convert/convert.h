/* SPDX-License-Identifier: MIT */
/* From JSON items to other media types, driven by the contract's property order. */
#pragma once

#include "../buffer.h"

/* A leaf of an item in the contract's order: "type.code" in CSV, pointer parts in the item. */
struct convert_column {
	char *name;  /* dotted: location.latitude */
	char **path; /* member names from the item down; NULL-terminated */
};

/* How items of one operation become CSV and GeoJSON: made once from its item schema. */
struct convert_plan {
	size_t count;
	struct convert_column *columns;
	char *geometry; /* member that holds {latitude, longitude} or a GeoJSON geometry; NULL when
			   there is none */
	char *identity; /* first property of the item: the Feature's id */
};

/*
 * Makes a plan from an item schema in a document ($ref within it followed): object properties in
 * order become dotted columns, through allOf and through an anyOf or oneOf whose only other
 * alternative is null. An array, a free-form object, a choice between several schemas and a schema
 * within itself are one column holding JSON text. The item's first property named "location" or
 * "boundary" is noted as its geometry, and a "boundary" (GeoJSON) is left out of the columns. 0,
 * -EINVAL (no object schema, or a $ref to nothing), -ENOMEM.
 */
int convert_plan_new(const json_t *document, const json_t *item_schema,
		     struct convert_plan **ret_plan) MUST_CHECK;
struct convert_plan *convert_plan_free(struct convert_plan *plan);

/*
 * One compact JSON text; numbers keep 15 significant digits. 0, or the buffer's failure, which
 * sticks as ever.
 */
int convert_json(const json_t *value, struct buffer *buffer);
/*
 * RFC 4180 with a header row and CRLF. Strings that a spreadsheet would run (starting with = + - @
 * TAB CR) get a leading "'"; numbers do not. null is an empty cell, true and false are words,
 * numbers keep 15 significant digits.
 */
int convert_csv(const struct convert_plan *plan, const json_t *items,
		struct buffer *buffer) MUST_CHECK;
/*
 * RFC 7946: a FeatureCollection of items, or one Feature; no location is "geometry": null;
 * coordinates are lon, lat. The properties are the item's members, nested as they are, but for a
 * boundary.
 */
int convert_geojson(const struct convert_plan *plan, const json_t *items,
		    struct buffer *buffer) MUST_CHECK;
int convert_geojson_one(const struct convert_plan *plan, const json_t *item,
			struct buffer *buffer) MUST_CHECK;
/* One compact JSON text a line. */
int convert_ndjson(const json_t *items, struct buffer *buffer) MUST_CHECK;
