/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "../../api/limit.h"
#include "../../api/schema.h"

#define CLEANUP_VIOLATIONS CLEANUP(violations_finish)

static json_t *parsed(const char *text)
{
	json_error_t error;
	json_t *value = json_loads(text, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);

	if (!value)
		print_error("%s: %s\n", text, error.text);
	assert_non_null(value);
	return value;
}

/* All violations of a value, one a line: "pointer keyword: detail". The caller frees it. */
static char *judged(const char *document, const char *pointer, const char *value_text)
{
	CLEANUP_VIOLATIONS struct violations list = {0};
	CLEANUP_JSON json_t *source = parsed(document), *value = parsed(value_text);
	struct buffer lines = {.maximum = 100000};
	struct schema_set *set;
	const struct schema *schema;
	char *error = NULL;
	int r;

	assert_int_equal(schema_set_new(source, SCHEMA_ASSERT_FORMAT, &set), 0);
	r = schema_compile(set, pointer, &schema, &error);
	if (r < 0)
		print_error("%s\n", error);
	assert_int_equal(r, 0);
	r = schema_validate(schema, value, "", &list);
	assert_int_equal(r, list.count > 0);
	for (size_t i = 0; i < list.count; i++)
		buffer_add_format(&lines, "%s%s %s: %s", i ? "\n" : "", list.items[i].pointer,
				  list.items[i].code, list.items[i].detail);
	schema_set_free(set);
	return buffer_take(&lines, NULL);
}

static void assert_judged(const char *schema, const char *value, const char *violations)
{
	CLEANUP_FREE char *text = judged(schema, "", value);

	assert_string_equal(text, violations);
}

static void assert_valid(const char *schema, const char *value)
{
	assert_judged(schema, value, "");
}

static void assert_refused_with(unsigned flags, const char *document, const char *pointer,
				const char *expected)
{
	CLEANUP_JSON json_t *source = parsed(document);
	CLEANUP_FREE char *error = NULL;
	const struct schema *schema = NULL;
	struct schema_set *set;

	assert_int_equal(schema_set_new(source, flags, &set), 0);
	assert_int_equal(schema_compile(set, pointer, &schema, &error), -EINVAL);
	assert_null(schema);
	assert_string_equal(error, expected);
	schema_set_free(set);
}

static void assert_refused(const char *schema, const char *expected)
{
	assert_refused_with(SCHEMA_ASSERT_FORMAT, schema, "", expected);
}

/* What is refused */

static void an_unknown_keyword_is_refused(void **state)
{
	assert_refused("{\"minLenght\": 1}", "/minLenght: unknown keyword \"minLenght\"");
}

static void keywords_of_identity_are_refused(void **state)
{
	static const char *const names[] = {
		"$id",         "$anchor", "$dynamicRef", "$dynamicAnchor",
		"$vocabulary", "id",      "definitions"};

	for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
		char schema[100], expected[100];

		snprintf(schema, sizeof(schema), "{\"%s\": \"x\"}", names[i]);
		snprintf(expected, sizeof(expected), "/%s: unknown keyword \"%s\"", names[i],
			 names[i]);
		assert_refused(schema, expected);
	}
}

static void an_unknown_keyword_deep_inside_is_refused(void **state)
{
	assert_refused(
		"{\"properties\": {\"a/b\": {\"items\": {\"allOf\": [true, {\"if\": true}]}}}}",
		"/properties/a~1b/items/allOf/1/if: unknown keyword \"if\"");
}

static void a_definition_that_nobody_uses_is_compiled_too(void **state)
{
	assert_refused("{\"$defs\": {\"x\": {\"then\": true}}}",
		       "/$defs/x/then: unknown keyword \"then\"");
}

static void what_is_no_schema_is_refused(void **state)
{
	assert_refused("1", ": a schema must be an object, true or false");
	assert_refused("{\"items\": [true]}", "/items: must be a schema: an object, true or false");
	assert_refused("{\"anyOf\": []}", "/anyOf: must be an array of at least one schema");
	assert_refused("{\"anyOf\": {}}", "/anyOf: must be an array of at least one schema");
	assert_refused("{\"allOf\": [1]}", "/allOf/0: a schema must be an object, true or false");
	assert_refused("{\"properties\": []}", "/properties: must be an object of schemas");
	assert_refused("{\"not\": \"x\"}", "/not: must be a schema: an object, true or false");
}

static void malformed_values_of_keywords_are_refused(void **state)
{
	assert_refused("{\"type\": \"text\"}", "/type: must name types of JSON");
	assert_refused("{\"type\": []}", "/type: must name at least one type");
	assert_refused("{\"type\": [\"null\", \"null\"]}", "/type: names null twice");
	assert_refused("{\"enum\": {}}", "/enum: must be an array");
	assert_refused("{\"minimum\": \"1\"}", "/minimum: must be a number");
	assert_refused("{\"multipleOf\": 0}", "/multipleOf: must be a number greater than 0");
	assert_refused("{\"minLength\": -1}", "/minLength: must be a whole number, at least 0");
	assert_refused("{\"maxItems\": 1.5}", "/maxItems: must be a whole number, at least 0");
	assert_refused("{\"required\": \"a\"}", "/required: must be an array of different names");
	assert_refused("{\"required\": [\"a\", \"a\"]}",
		       "/required: must be an array of different names");
	assert_refused("{\"required\": true}", "/required: must be an array of different names");
	assert_refused("{\"dependentRequired\": []}", "/dependentRequired: must be an object");
	assert_refused("{\"dependentRequired\": {\"a\": [1]}}",
		       "/dependentRequired: \"a\" must have an array of different names");
	assert_refused("{\"uniqueItems\": 1}", "/uniqueItems: must be true or false");
	assert_refused("{\"pattern\": 1}", "/pattern: must be a string");
	assert_refused("{\"format\": 1}", "/format: must be a string");
	assert_refused("{\"$ref\": 1}", "/$ref: must be a string");
}

static void malformed_annotations_are_refused(void **state)
{
	assert_refused("{\"title\": 1}", "/title: must be a string");
	assert_refused("{\"examples\": {}}", "/examples: must be an array");
	assert_refused("{\"readOnly\": \"yes\"}", "/readOnly: must be true or false");
}

static void another_dialect_is_refused(void **state)
{
	assert_refused("{\"$schema\": \"http://json-schema.org/draft-07/schema#\"}",
		       "/$schema: must be https://json-schema.org/draft/2020-12/schema");
}

static void a_pattern_outside_the_subset_is_refused(void **state)
{
	assert_refused(
		"{\"pattern\": \"(?i)a\"}",
		"/pattern: of the groups that begin (? only (?: (?= and (?! are in the subset "
		"(at byte 0 of the pattern)");
}

static void an_unknown_format_is_refused_where_formats_are_rules(void **state)
{
	assert_refused("{\"format\": \"email\"}", "/format: unknown format \"email\"");
}

static void an_unknown_format_is_known_as_an_annotation(void **state)
{
	CLEANUP_JSON json_t *source = parsed("{\"format\": \"email\"}"), *value = parsed("\"x\"");
	CLEANUP_VIOLATIONS struct violations list = {0};
	const struct schema *schema;
	struct schema_set *set;
	char *error;

	assert_int_equal(schema_set_new(source, 0, &set), 0);
	assert_int_equal(schema_compile(set, "", &schema, &error), 0);
	assert_int_equal(schema_validate(schema, value, "", &list), 0);
	schema_set_free(set);
}

static void example_is_known_in_openapi_only(void **state)
{
	CLEANUP_JSON json_t *source = parsed("{\"example\": 1}");
	const struct schema *schema;
	struct schema_set *set;
	char *error;

	assert_refused("{\"example\": 1}", "/example: unknown keyword \"example\"");
	assert_int_equal(schema_set_new(source, SCHEMA_ALLOW_OPENAPI, &set), 0);
	assert_int_equal(schema_compile(set, "", &schema, &error), 0);
	schema_set_free(set);
}

static void references_out_of_the_document_are_refused(void **state)
{
	assert_refused("{\"$ref\": \"https://example.org/x\"}",
		       "/$ref: \"https://example.org/x\" is not inside this document "
		       "(it must begin with #)");
	assert_refused(
		"{\"$ref\": \"other.json#/a\"}",
		"/$ref: \"other.json#/a\" is not inside this document (it must begin with #)");
	assert_refused("{\"$ref\": \"\"}",
		       "/$ref: \"\" is not inside this document (it must begin with #)");
	assert_refused("{\"$ref\": \"#name\"}",
		       "/$ref: \"#name\" is not a JSON Pointer (anchors are not known)");
	assert_refused("{\"$ref\": \"#/%zz\"}",
		       "/$ref: \"#/%zz\" is not percent-encoded as a URI must be");
}

static void references_to_nothing_are_refused(void **state)
{
	assert_refused("{\"$ref\": \"#/$defs/x\"}", "/$ref: nothing is at \"#/$defs/x\"");
	assert_refused("{\"allOf\": [true, {\"$ref\": \"#/allOf/00\"}]}",
		       "/allOf/1/$ref: nothing is at \"#/allOf/00\"");
	assert_refused("{\"allOf\": [true, {\"$ref\": \"#/allOf/2\"}]}",
		       "/allOf/1/$ref: nothing is at \"#/allOf/2\"");
	assert_refused("{\"allOf\": [true, {\"$ref\": \"#/allOf/-\"}]}",
		       "/allOf/1/$ref: nothing is at \"#/allOf/-\"");
	assert_refused("{\"$defs\": {\"~2\": true}, \"$ref\": \"#/$defs/~2\"}",
		       "/$ref: nothing is at \"#/$defs/~2\"");
}

static void a_schema_that_applies_itself_without_end_is_refused(void **state)
{
	assert_refused("{\"$ref\": \"#\"}",
		       ": applies itself, or more than 64 schemas, to one value");
	assert_refused("{\"$defs\": {\"a\": {\"not\": {\"$ref\": \"#/$defs/b\"}},"
		       " \"b\": {\"anyOf\": [true, {\"$ref\": \"#/$defs/a\"}]}}}",
		       "/$defs/a: applies itself, or more than 64 schemas, to one value");
}

/* A document of schemas 0, 1, 2 …, each of which refers to the next. */
static json_t *chain_of_references(int length)
{
	json_t *document = json_object();

	for (int i = 0; i < length; i++) {
		char name[32], reference[32];

		snprintf(name, sizeof(name), "%d", i);
		snprintf(reference, sizeof(reference), "#/%d", i + 1);
		json_object_set_new(document, name,
				    i + 1 == length ? json_true()
						    : json_pack("{s:s}", "$ref", reference));
	}
	return document;
}

static void a_long_chain_of_references_is_refused_without_recursion(void **state)
{
	CLEANUP_JSON json_t *source = chain_of_references(100000);
	CLEANUP_FREE char *error = NULL;
	const struct schema *schema;
	struct schema_set *set;

	assert_int_equal(schema_set_new(source, 0, &set), 0);
	assert_int_equal(schema_compile(set, "/0", &schema, &error), -EINVAL);
	assert_string_equal(error, "/0: applies itself, or more than 64 schemas, to one value");
	schema_set_free(set);
}

static void a_chain_has_one_limit_in_whatever_order_it_is_compiled(void **state)
{
	CLEANUP_JSON json_t *source = chain_of_references(65);
	CLEANUP_VIOLATIONS struct violations list = {0};
	CLEANUP_FREE char *error = NULL;
	const struct schema *schema;
	struct schema_set *set;

	assert_int_equal(schema_set_new(source, 0, &set), 0);
	assert_int_equal(schema_compile(set, "/30", &schema, &error), 0);
	assert_int_equal(schema_compile(set, "/0", &schema, &error), -EINVAL);
	assert_int_equal(schema_compile(set, "/1", &schema, &error), 0);
	assert_int_equal(schema_validate(schema, source, "", &list), 0);
	schema_set_free(set);
}

static void a_pointer_to_nothing_is_refused(void **state)
{
	assert_refused_with(0, "{\"a\": {}}", "/b", "/b: nothing is there");
	assert_refused_with(0, "{\"a\": {}}", "a", "a: nothing is there");
}

static void a_refused_schema_stays_refused(void **state)
{
	CLEANUP_JSON json_t *source = parsed("{\"bad\": {\"items\": {\"if\": 1}},"
					     " \"user\": {\"$ref\": \"#/bad\"}, \"good\": {}}");
	const struct schema *schema;
	struct schema_set *set;
	char *error;

	assert_int_equal(schema_set_new(source, 0, &set), 0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(schema_compile(set, i == 1 ? "/bad" : "/user", &schema, &error),
				 -EINVAL);
		assert_string_equal(error, "/bad/items/if: unknown keyword \"if\"");
		free(error);
	}
	assert_int_equal(schema_compile(set, "/good", &schema, &error), 0);
	schema_set_free(set);
}

static void a_schema_is_compiled_once(void **state)
{
	CLEANUP_JSON json_t *source =
		parsed("{\"a\": {\"items\": {\"$ref\": \"#/b\"}}, \"b\": {\"type\": \"null\"}}");
	const struct schema *first, *second, *inner;
	struct schema_set *set;
	char *error;

	assert_int_equal(schema_set_new(source, 0, &set), 0);
	assert_int_equal(schema_compile(set, "/a", &first, &error), 0);
	assert_int_equal(schema_compile(set, "/a", &second, &error), 0);
	assert_int_equal(schema_compile(set, "/b", &inner, &error), 0);
	assert_ptr_equal(first, second);
	assert_ptr_not_equal(first, inner);
	schema_set_free(set);
}

static void free_takes_null(void **state)
{
	assert_null(schema_set_free(NULL));
}

static void the_enforced_keywords_are_listed(void **state)
{
	const char *const *names = schema_keywords();
	size_t count = 0;
	bool reference = false;

	for (; names[count]; count++) {
		assert_string_not_equal(names[count], "title");
		reference |= strcmp(names[count], "$ref") == 0;
	}
	assert_int_equal(count, 29);
	assert_true(reference);
}

/* References */

static void a_reference_applies_beside_other_keywords(void **state)
{
	assert_judged("{\"$defs\": {\"list\": {\"type\": \"array\"}},"
		      " \"$ref\": \"#/$defs/list\", \"maxItems\": 2}",
		      "[1, 2, 3]", " maxItems: must have at most 2 items");
}

static void a_reference_may_be_escaped_and_percent_encoded(void **state)
{
	static const char schema[] = "{\"$defs\": {\"a/b~c %\": {\"type\": \"null\"}},"
				     " \"items\": {\"$ref\": \"#/$defs/a~1b~0c%20%25\"}}";

	assert_judged(schema, "[null, 1]", "/1 type: must be null");
}

static void a_schema_may_contain_itself(void **state)
{
	static const char tree[] = "{\"properties\": {\"children\": {\"items\": {\"$ref\": \"#\"}},"
				   " \"name\": {\"type\": \"string\"}},"
				   " \"additionalProperties\": false}";

	assert_judged(tree, "{\"children\": [{\"children\": [{\"name\": 1}]}, {\"nam\": \"x\"}]}",
		      "/children/0/children/0/name type: must be a string\n"
		      "/children/1/nam additionalProperties: unknown member");
}

static void a_set_is_over_a_whole_document(void **state)
{
	CLEANUP_FREE char *text = judged(
		"{\"paths\": {\"/x\": {\"schema\": {\"$ref\": \"#/components/schemas/X\"}}},"
		" \"components\": {\"schemas\": {\"X\": {\"type\": \"integer\"}}}, \"unknown\": 1}",
		"/paths/~1x/schema", "\"a\"");

	assert_string_equal(text, " type: must be an integer");
}

/* Types and numbers */

static void a_number_without_a_fraction_is_an_integer(void **state)
{
	assert_valid("{\"type\": \"integer\"}", "1.0");
	assert_valid("{\"type\": \"integer\"}", "1E2");
	assert_valid("{\"type\": \"integer\"}", "1e300");
	assert_judged("{\"type\": \"integer\"}", "1.5", " type: must be an integer");
	assert_valid("{\"type\": \"number\"}", "1");
}

static void several_types_are_named_together(void **state)
{
	assert_valid("{\"type\": [\"string\", \"null\"]}", "null");
	assert_judged("{\"type\": [\"string\", \"null\"]}", "1", " type: must be a string or null");
	assert_judged("{\"type\": [\"boolean\", \"array\", \"object\"]}", "1",
		      " type: must be true or false or an array or an object");
}

static void a_wrong_type_is_the_only_complaint(void **state)
{
	assert_judged("{\"type\": \"string\", \"enum\": [\"a\"], \"minLength\": 1}", "1",
		      " type: must be a string");
}

static void bounds_compare_numbers_exactly(void **state)
{
	assert_judged("{\"minimum\": 1}", "0.9999", " minimum: must be at least 1");
	assert_judged("{\"maximum\": 1.5}", "2", " maximum: must be at most 1.5");
	assert_judged("{\"exclusiveMinimum\": 0}", "0.0",
		      " exclusiveMinimum: must be greater than 0");
	assert_judged("{\"exclusiveMaximum\": 0.1}", "0.1",
		      " exclusiveMaximum: must be less than 0.1");
	assert_valid("{\"maximum\": 9007199254740992.0}", "9007199254740992");
	assert_judged("{\"maximum\": 9007199254740992.0}", "9007199254740993",
		      " maximum: must be at most 9007199254740992");
	assert_valid("{\"exclusiveMaximum\": 9223372036854775808.0}", "9223372036854775807");
	assert_valid("{\"minimum\": -9223372036854775808.0}", "-9223372036854775808");
	assert_valid("{\"minimum\": -9223372036854775808}", "-9223372036854775807.0");
	assert_judged("{\"minimum\": 5}", "-1e300", " minimum: must be at least 5");
	assert_judged("{\"maximum\": 5}", "1e300", " maximum: must be at most 5");
	assert_judged("{\"maximum\": -5}", "-4.5", " maximum: must be at most -5");
	assert_valid("{\"maximum\": -5}", "-5.5");
}

static void multiples_are_decimal(void **state)
{
	assert_valid("{\"multipleOf\": 0.01}", "19.99");
	assert_valid("{\"multipleOf\": 0.01}", "-4.35");
	assert_valid("{\"multipleOf\": 0.1}", "0.30000");
	assert_valid("{\"multipleOf\": 0.01}", "0");
	assert_valid("{\"multipleOf\": 0.01}", "-0.0");
	assert_judged("{\"multipleOf\": 0.01}", "19.999",
		      " multipleOf: must be a multiple of 0.01");
	assert_judged("{\"multipleOf\": 0.01}", "1e-300",
		      " multipleOf: must be a multiple of 0.01");
	assert_judged("{\"multipleOf\": 3}", "1e300", " multipleOf: must be a multiple of 3");
	assert_valid("{\"multipleOf\": 7}", "9223372036854775807");
	assert_valid("{\"multipleOf\": 2}", "-9223372036854775808");
	assert_judged("{\"multipleOf\": 2}", "9223372036854775807",
		      " multipleOf: must be a multiple of 2");
	assert_valid("{\"multipleOf\": 1e300}", "2e300");
	assert_judged("{\"multipleOf\": 1e300}", "1e299",
		      " multipleOf: must be a multiple of 1e+300");
	assert_judged("{\"multipleOf\": 1e18}", "5", " multipleOf: must be a multiple of 1e+18");
	assert_valid("{\"multipleOf\": 5e-324}", "1.5");
}

/* Equality */

static void equality_is_of_values(void **state)
{
	assert_valid("{\"const\": 1}", "1.0");
	assert_valid("{\"const\": {\"a\": [1, {\"b\": 2.0, \"c\": null}]}}",
		     "{\"a\": [1.0, {\"c\": null, \"b\": 2}]}");
	assert_judged("{\"const\": 1}", "true", " const: must be 1");
	assert_judged("{\"const\": 0}", "false", " const: must be 0");
	assert_judged("{\"const\": [1]}", "[1, 2]", " const: must be [1]");
	assert_judged("{\"const\": \"a\\u0000\"}", "\"a\"", " const: must be a");
	assert_judged("{\"const\": {\"a\": 1}}", "{\"b\": 1}", " const: must be {\"a\":1}");
	assert_judged("{\"const\": 9007199254740993}", "9007199254740992.0",
		      " const: must be 9007199254740993");
}

static void an_enum_names_what_is_allowed(void **state)
{
	assert_valid("{\"enum\": [\"a\", 1, null]}", "1.0");
	assert_judged("{\"enum\": [\"open\", \"closed\", 1, null, [1.5], \"\"]}", "\"x\"",
		      " enum: is not one of: open, closed, 1, null, [1.5], \"\"");
	assert_judged("{\"enum\": []}", "1", " enum: is not one of: (nothing)");
}

static void a_long_enum_is_cut(void **state)
{
	CLEANUP_FREE char *text = NULL;
	struct buffer schema = {.maximum = 100000};

	buffer_add_string(&schema, "{\"enum\": [\"value\"");
	for (int i = 0; i < 500; i++)
		buffer_add_format(&schema, ",\"value%d\"", i);
	buffer_add_string(&schema, "]}");
	text = judged(schema.data, "", "1");
	buffer_finish(&schema);
	assert_true(strlen(text) < 450);
	assert_string_equal(text + strlen(text) - strlen(", …"), ", …");
}

static void items_are_unique_by_value(void **state)
{
	assert_valid(
		"{\"uniqueItems\": true}",
		"[1, true, \"1\", [1], [true], {\"a\": 1}, {\"a\": true}, null, 0, false, {}, []]");
	assert_valid("{\"uniqueItems\": true}", "[{\"a\": 1}, {\"b\": 1}, {\"a\": 1, \"b\": 1}, "
						"{\"a\": 2, \"b\": 0}, {\"a\": 2, \"c\": 0}]");
	assert_valid("{\"uniqueItems\": false}", "[1, 1]");
	assert_judged("{\"uniqueItems\": true}", "[3, 1, 2, 1.0]",
		      " uniqueItems: items 1 and 3 are equal");
	assert_judged("{\"uniqueItems\": true}",
		      "[{\"a\": 1, \"b\": [2]}, 5, {\"b\": [2.0], \"a\": 1}]",
		      " uniqueItems: items 0 and 2 are equal");
}

/* Strings */

static void lengths_are_in_code_points(void **state)
{
	assert_valid("{\"minLength\": 2, \"maxLength\": 2}", "\"é🐲\"");
	assert_judged("{\"minLength\": 1}", "\"\"", " minLength: must have at least 1 character");
	assert_judged("{\"maxLength\": 2.0}", "\"abc\"",
		      " maxLength: must have at most 2 characters");
	assert_valid("{\"maxLength\": 1e30}", "\"abc\"");
}

static void a_pattern_is_told_to_the_developer(void **state)
{
	assert_valid("{\"pattern\": \"^[0-9]{6}$\"}", "\"100000\"");
	assert_judged("{\"pattern\": \"^[0-9]{6}$\"}", "\"100000%s\"",
		      " pattern: must match the pattern ^[0-9]{6}$");
}

static void a_format_is_told_with_an_example(void **state)
{
	assert_valid("{\"format\": \"date\"}", "\"2024-02-29\"");
	assert_valid("{\"format\": \"date\"}", "7");
	assert_judged("{\"format\": \"date\"}", "\"29.2.2024\"",
		      " format: must be a date, such as 2026-09-01");
}

/* Objects and arrays */

static void a_missing_member_is_pointed_at(void **state)
{
	assert_judged("{\"items\": {\"required\": [\"a/b\", \"c\", \"d~\"]}}", "[{\"c\": 1}]",
		      "/0/a~1b required: is required\n/0/d~0 required: is required");
}

static void an_unknown_member_is_pointed_at(void **state)
{
	assert_judged(
		"{\"properties\": {\"a\": true}, \"additionalProperties\": false}",
		"{\"a\": 1, \"b\": 2, \"c\": 3}",
		"/b additionalProperties: unknown member\n/c additionalProperties: unknown member");
}

static void additional_members_may_have_a_schema(void **state)
{
	assert_judged(
		"{\"properties\": {\"a\": true}, \"additionalProperties\": {\"type\": \"null\"}}",
		"{\"a\": 1, \"b\": 2, \"c\": null}", "/b type: must be null");
}

static void a_member_may_be_forbidden(void **state)
{
	assert_judged("{\"properties\": {\"a\": false}}", "{\"a\": 1}",
		      "/a properties: is not allowed");
}

static void a_dependent_member_is_required(void **state)
{
	assert_valid("{\"dependentRequired\": {\"a\": [\"b\"]}}", "{}");
	assert_judged("{\"dependentRequired\": {\"a\": [\"b\", \"c\"]}}", "{\"a\": 1, \"c\": 1}",
		      "/b dependentRequired: is required with another member");
}

static void members_are_counted(void **state)
{
	assert_judged("{\"minProperties\": 1}", "{}",
		      " minProperties: must have at least 1 member");
	assert_judged("{\"maxProperties\": 0}", "{\"a\": 1}",
		      " maxProperties: must have at most 0 members");
}

static void names_of_members_have_a_schema(void **state)
{
	assert_judged("{\"propertyNames\": {\"pattern\": \"^[a-z]+$\"}}", "{\"good\": 1, \"B\": 2}",
		      "/B propertyNames: the member's name is not allowed");
}

static void items_are_judged_each(void **state)
{
	assert_judged("{\"items\": {\"type\": \"integer\"}}", "[1, \"a\", 2, null]",
		      "/1 type: must be an integer\n/3 type: must be an integer");
	assert_judged("{\"items\": false}", "[1]", "/0 items: is not allowed");
	assert_judged("{\"minItems\": 2}", "[1]", " minItems: must have at least 2 items");
}

static void all_violations_are_reported_at_once(void **state)
{
	assert_judged("{\"required\": [\"z\"], \"additionalProperties\": false,"
		      " \"properties\": {\"z\": true,"
		      " \"a\": {\"minimum\": 1, \"multipleOf\": 2}, \"b\": {\"maxLength\": 1}}}",
		      "{\"a\": -1, \"b\": \"xx\", \"c\": 0}",
		      "/z required: is required\n/c additionalProperties: unknown member\n"
		      "/a minimum: must be at least 1\n"
		      "/a multipleOf: must be a multiple of 2\n"
		      "/b maxLength: must have at most 1 character");
}

/* Combinations */

static void false_allows_nothing(void **state)
{
	assert_valid("true", "1");
	assert_judged("false", "1", " false: is not allowed");
}

static void all_of_reports_what_its_parts_do(void **state)
{
	assert_judged("{\"allOf\": [{\"minimum\": 5}, {\"multipleOf\": 2}, false]}", "3",
		      " minimum: must be at least 5\n multipleOf: must be a multiple of 2\n"
		      " allOf: is not allowed");
}

static void any_of_reports_one_violation(void **state)
{
	assert_valid("{\"anyOf\": [{\"type\": \"null\"}, {\"required\": [\"a\"]}]}", "null");
	assert_judged("{\"properties\": {\"x\": {\"anyOf\": [{\"type\": \"null\"},"
		      " {\"required\": [\"a\", \"b\"]}]}}}",
		      "{\"x\": {}}", "/x anyOf: matches none of the allowed forms");
}

static void one_of_tells_none_from_many(void **state)
{
	static const char schema[] = "{\"oneOf\": [{\"minimum\": 5}, {\"multipleOf\": 2}]}";

	assert_valid(schema, "7");
	assert_judged(schema, "3", " oneOf: matches none of the allowed forms");
	assert_judged(schema, "8", " oneOf: matches more than one of the allowed forms");
}

static void not_turns_the_answer_round(void **state)
{
	assert_valid("{\"not\": {\"type\": \"null\"}}", "1");
	assert_judged("{\"not\": {\"type\": \"null\"}}", "null",
		      " not: is of a form that is not allowed");
}

/* Limits */

/* Arrays in arrays, so many of them. The caller frees it. */
static char *nested(size_t depth)
{
	char *text = malloc(2 * depth + 1);

	memset(text, '[', depth);
	memset(text + depth, ']', depth);
	text[2 * depth] = '\0';
	return text;
}

static void a_value_is_followed_only_so_deeply(void **state)
{
	CLEANUP_FREE char *shallow = nested(32), *deep = nested(200);

	assert_valid("{\"items\": {\"$ref\": \"#\"}}", shallow);
	assert_judged("{\"items\": {\"$ref\": \"#\"}}", deep, " limit: is nested too deeply");
	assert_judged("{\"items\": {\"not\": {\"$ref\": \"#\"}}}", deep,
		      " limit: is nested too deeply");
	assert_judged("{\"uniqueItems\": true, \"items\": {\"uniqueItems\": true}}", "[1, 1]",
		      " uniqueItems: items 0 and 1 are equal");
}

static void unique_items_are_compared_only_so_deeply(void **state)
{
	CLEANUP_FREE char *deep = nested(200);
	struct buffer value = {.maximum = 10000};

	buffer_add_format(&value, "[%s,%s]", deep, deep);
	assert_judged("{\"uniqueItems\": true}", value.data, " limit: is nested too deeply");
	buffer_finish(&value);
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void a_schema_that_multiplies_its_work_is_given_up(void **state)
{
	static const char schema[] =
		"{\"$defs\": {\"x\": {\"items\": {\"$ref\": \"#\"}}}, \"allOf\": "
		"[{\"$ref\": \"#/$defs/x\"}, {\"$ref\": \"#/$defs/x\"}, "
		"{\"items\": {\"$ref\": \"#\"}}]}";
	CLEANUP_FREE char *deep = nested(15);

	assert_judged(schema, deep, " limit: takes too long to check");
	assert_valid(schema, "[[[]]]");
}

static void many_items_are_compared_soon(void **state)
{
	struct buffer value = {.maximum = LIMIT_BODY_BYTES};
	double start;

	buffer_add_string(&value, "[0");
	for (int i = 1; i < 100000; i++)
		buffer_add_format(&value, ",%d", i);
	buffer_add_string(&value, ",7]");
	start = seconds();
	assert_judged("{\"uniqueItems\": true}", value.data,
		      " uniqueItems: items 7 and 100000 are equal");
	assert_true(seconds() - start < 20);
	buffer_finish(&value);
}

static void violations_beyond_the_limit_are_counted(void **state)
{
	CLEANUP_VIOLATIONS struct violations list = {0};
	CLEANUP_JSON json_t *source = parsed("{\"items\": {\"type\": \"null\"}}"),
			    *value = json_array();
	const struct schema *schema;
	struct schema_set *set;
	char *error;

	for (int i = 0; i < LIMIT_VIOLATIONS + 7; i++)
		json_array_append_new(value, json_integer(i));
	assert_int_equal(schema_set_new(source, 0, &set), 0);
	assert_int_equal(schema_compile(set, "", &schema, &error), 0);
	assert_int_equal(schema_validate(schema, value, "", &list), 1);
	assert_int_equal(list.count, LIMIT_VIOLATIONS);
	assert_int_equal(list.dropped, 7);
	schema_set_free(set);
}

static void pointers_start_where_the_caller_says(void **state)
{
	CLEANUP_VIOLATIONS struct violations list = {0};
	CLEANUP_JSON json_t *source = parsed("{\"items\": {\"type\": \"null\"}}"),
			    *value = parsed("[1]");
	const struct schema *schema;
	struct schema_set *set;
	char *error;

	assert_int_equal(schema_set_new(source, 0, &set), 0);
	assert_int_equal(schema_compile(set, "", &schema, &error), 0);
	assert_int_equal(schema_validate(schema, value, "/items/3", &list), 1);
	assert_string_equal(list.items[0].pointer, "/items/3/0");
	schema_set_free(set);
}

struct shared {
	const struct schema *schema;
	const json_t *value;
};

static void *validate_often(void *argument)
{
	const struct shared *shared = argument;
	intptr_t count = 0;

	for (int i = 0; i < 1000; i++) {
		CLEANUP_VIOLATIONS struct violations list = {0};

		count += schema_validate(shared->schema, shared->value, "", &list) == 1 &&
			 list.count == 2;
	}
	return (void *)count;
}

static void threads_share_a_schema(void **state)
{
	CLEANUP_JSON json_t *source = parsed("{\"properties\": {\"a\": {\"pattern\": \"^[a-z]+$\"},"
					     " \"b\": {\"multipleOf\": 0.01}}}");
	CLEANUP_JSON json_t *value = parsed("{\"a\": \"A\", \"b\": 0.001}");
	struct shared shared = {.value = value};
	struct schema_set *set;
	pthread_t threads[4];
	char *error;

	assert_int_equal(schema_set_new(source, 0, &set), 0);
	assert_int_equal(schema_compile(set, "", &shared.schema, &error), 0);
	for (size_t i = 0; i < ARRAY_LENGTH(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, validate_often, &shared), 0);
	for (size_t i = 0; i < ARRAY_LENGTH(threads); i++) {
		void *count;

		assert_int_equal(pthread_join(threads[i], &count), 0);
		assert_int_equal((intptr_t)count, 1000);
	}
	schema_set_free(set);
}

static int run_compile_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_unknown_keyword_is_refused),
		cmocka_unit_test(keywords_of_identity_are_refused),
		cmocka_unit_test(an_unknown_keyword_deep_inside_is_refused),
		cmocka_unit_test(a_definition_that_nobody_uses_is_compiled_too),
		cmocka_unit_test(what_is_no_schema_is_refused),
		cmocka_unit_test(malformed_values_of_keywords_are_refused),
		cmocka_unit_test(malformed_annotations_are_refused),
		cmocka_unit_test(another_dialect_is_refused),
		cmocka_unit_test(a_pattern_outside_the_subset_is_refused),
		cmocka_unit_test(an_unknown_format_is_refused_where_formats_are_rules),
		cmocka_unit_test(an_unknown_format_is_known_as_an_annotation),
		cmocka_unit_test(example_is_known_in_openapi_only),
		cmocka_unit_test(references_out_of_the_document_are_refused),
		cmocka_unit_test(references_to_nothing_are_refused),
		cmocka_unit_test(a_schema_that_applies_itself_without_end_is_refused),
		cmocka_unit_test(a_long_chain_of_references_is_refused_without_recursion),
		cmocka_unit_test(a_chain_has_one_limit_in_whatever_order_it_is_compiled),
		cmocka_unit_test(a_pointer_to_nothing_is_refused),
		cmocka_unit_test(a_refused_schema_stays_refused),
		cmocka_unit_test(a_schema_is_compiled_once),
		cmocka_unit_test(free_takes_null),
		cmocka_unit_test(the_enforced_keywords_are_listed),
	};

	return cmocka_run_group_tests_name("schema: compile", tests, NULL, NULL);
}

static int run_validate_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reference_applies_beside_other_keywords),
		cmocka_unit_test(a_reference_may_be_escaped_and_percent_encoded),
		cmocka_unit_test(a_schema_may_contain_itself),
		cmocka_unit_test(a_set_is_over_a_whole_document),
		cmocka_unit_test(a_number_without_a_fraction_is_an_integer),
		cmocka_unit_test(several_types_are_named_together),
		cmocka_unit_test(a_wrong_type_is_the_only_complaint),
		cmocka_unit_test(bounds_compare_numbers_exactly),
		cmocka_unit_test(multiples_are_decimal),
		cmocka_unit_test(equality_is_of_values),
		cmocka_unit_test(an_enum_names_what_is_allowed),
		cmocka_unit_test(a_long_enum_is_cut),
		cmocka_unit_test(items_are_unique_by_value),
		cmocka_unit_test(lengths_are_in_code_points),
		cmocka_unit_test(a_pattern_is_told_to_the_developer),
		cmocka_unit_test(a_format_is_told_with_an_example),
		cmocka_unit_test(a_missing_member_is_pointed_at),
		cmocka_unit_test(an_unknown_member_is_pointed_at),
		cmocka_unit_test(additional_members_may_have_a_schema),
		cmocka_unit_test(a_member_may_be_forbidden),
		cmocka_unit_test(a_dependent_member_is_required),
		cmocka_unit_test(members_are_counted),
		cmocka_unit_test(names_of_members_have_a_schema),
		cmocka_unit_test(items_are_judged_each),
		cmocka_unit_test(all_violations_are_reported_at_once),
		cmocka_unit_test(false_allows_nothing),
		cmocka_unit_test(all_of_reports_what_its_parts_do),
		cmocka_unit_test(any_of_reports_one_violation),
		cmocka_unit_test(one_of_tells_none_from_many),
		cmocka_unit_test(not_turns_the_answer_round),
		cmocka_unit_test(a_value_is_followed_only_so_deeply),
		cmocka_unit_test(unique_items_are_compared_only_so_deeply),
		cmocka_unit_test(a_schema_that_multiplies_its_work_is_given_up),
		cmocka_unit_test(many_items_are_compared_soon),
		cmocka_unit_test(violations_beyond_the_limit_are_counted),
		cmocka_unit_test(pointers_start_where_the_caller_says),
		cmocka_unit_test(threads_share_a_schema),
	};

	return cmocka_run_group_tests_name("schema: validate", tests, NULL, NULL);
}

int main(void)
{
	return run_compile_tests() + run_validate_tests();
}
