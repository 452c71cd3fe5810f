/* SPDX-License-Identifier: MIT */
#include "schema_private.h"

#include <string.h>

/* The dialect that is spoken here; a schema that says it is in another would be misread. */
#define DIALECT "https://json-schema.org/draft/2020-12/schema"

static int known_text(struct compiler *c, struct rule *rule)
{
	return json_is_string(rule->source) ? NOTHING_TO_ENFORCE
					    : schema_refuse(c, "must be a string");
}

static int known_flag(struct compiler *c, struct rule *rule)
{
	return json_is_boolean(rule->source) ? NOTHING_TO_ENFORCE
					     : schema_refuse(c, "must be true or false");
}

static int known_list(struct compiler *c, struct rule *rule)
{
	return json_is_array(rule->source) ? NOTHING_TO_ENFORCE
					   : schema_refuse(c, "must be an array");
}

static int known_any(struct compiler *c, struct rule *rule)
{
	return NOTHING_TO_ENFORCE;
}

static int known_dialect(struct compiler *c, struct rule *rule)
{
	const char *dialect = json_string_value(rule->source);

	if (dialect && strcmp(dialect, DIALECT) == 0)
		return NOTHING_TO_ENFORCE;
	return schema_refuse(c, "must be " DIALECT);
}

static const struct keyword keywords[] = {
	{"type", TYPE_ANY, compile_type, .check = check_type},
	{"const", TYPE_ANY, compile_const, check_const, .words = "must be"},
	{"enum", TYPE_ANY, compile_enum, check_enum, .words = "is not one of:"},

	{"minimum", TYPE_NUMBER, compile_bound, check_minimum, .words = "must be at least"},
	{"maximum", TYPE_NUMBER, compile_bound, check_maximum, .words = "must be at most"},
	{"exclusiveMinimum", TYPE_NUMBER, compile_bound, check_exclusive_minimum,
	 .words = "must be greater than"},
	{"exclusiveMaximum", TYPE_NUMBER, compile_bound, check_exclusive_maximum,
	 .words = "must be less than"},
	{"multipleOf", TYPE_NUMBER, compile_multiple, check_multiple,
	 .words = "must be a multiple of"},

	{"minLength", TYPE_STRING, compile_count, check_min_length, .words = "must have at least",
	 .unit = "character"},
	{"maxLength", TYPE_STRING, compile_count, check_max_length, .words = "must have at most",
	 .unit = "character"},
	{"pattern", TYPE_STRING, compile_pattern, check_pattern, .words = "must match the pattern"},
	{"format", TYPE_STRING, compile_format, check_format, .words = "must be"},

	{"required", TYPE_OBJECT, compile_required, check_required, .words = "is required"},
	{"dependentRequired", TYPE_OBJECT, compile_dependent, check_dependent,
	 .words = "is required with another member"},
	{"minProperties", TYPE_OBJECT, compile_count, check_min_properties,
	 .words = "must have at least", .unit = "member"},
	{"maxProperties", TYPE_OBJECT, compile_count, check_max_properties,
	 .words = "must have at most", .unit = "member"},
	{"additionalProperties", TYPE_OBJECT, compile_additional, check_additional,
	 .words = "unknown member"},
	{"propertyNames", TYPE_OBJECT, compile_schema, check_property_names,
	 .words = "the member's name is not allowed"},
	{"properties", TYPE_OBJECT, compile_members, .check = check_properties},

	{"minItems", TYPE_ARRAY, compile_count, check_min_items, .words = "must have at least",
	 .unit = "item"},
	{"maxItems", TYPE_ARRAY, compile_count, check_max_items, .words = "must have at most",
	 .unit = "item"},
	{"items", TYPE_ARRAY, compile_schema, .check = check_items},
	{"uniqueItems", TYPE_ARRAY, compile_unique, check_unique,
	 .words = "must not repeat an item"},

	{"$ref", TYPE_ANY, compile_reference, check_all, .in_place = true},
	{"allOf", TYPE_ANY, compile_schemas, check_all, .in_place = true},
	{"anyOf", TYPE_ANY, compile_schemas, check_any,
	 .words = "matches none of the allowed forms", .in_place = true},
	{"oneOf", TYPE_ANY, compile_schemas, check_one,
	 .words = "matches none of the allowed forms", .in_place = true},
	{"not", TYPE_ANY, compile_schema, check_not, .words = "is of a form that is not allowed",
	 .in_place = true},
	{"$defs", 0, compile_definitions, .check = NULL},

	{"title", 0, known_text, NULL, .annotation = true},
	{"description", 0, known_text, NULL, .annotation = true},
	{"$comment", 0, known_text, NULL, .annotation = true},
	{"$schema", 0, known_dialect, NULL, .annotation = true},
	{"default", 0, known_any, NULL, .annotation = true},
	{"examples", 0, known_list, NULL, .annotation = true},
	{"deprecated", 0, known_flag, NULL, .annotation = true},
	{"readOnly", 0, known_flag, NULL, .annotation = true},
	{"writeOnly", 0, known_flag, NULL, .annotation = true},
	{"example", 0, known_any, NULL, .annotation = true, .openapi = true},
};

const struct keyword *schema_keyword_table(size_t *ret_count)
{
	*ret_count = ARRAY_LENGTH(keywords);
	return keywords;
}
