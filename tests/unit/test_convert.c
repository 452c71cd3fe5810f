/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../api/convert/convert.h"
#include "../../api/limit.h"

static void plan_free(struct convert_plan **plan)
{
	*plan = convert_plan_free(*plan);
}

#define CLEANUP_PLAN CLEANUP(plan_free)

static json_t *parsed(const char *text)
{
	json_error_t error;
	json_t *value = json_loads(text, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);

	if (!value)
		fail_msg("%s: %s", text, error.text);
	return value;
}

/* The plan for the schema "item" of a document. */
static int planned(const char *text, struct convert_plan **ret_plan)
{
	CLEANUP_JSON json_t *document = parsed(text);

	return convert_plan_new(document, json_object_get(document, "item"), ret_plan);
}

static void assert_columns(const char *document, const char *const *names, size_t count)
{
	CLEANUP_PLAN struct convert_plan *plan = NULL;

	assert_int_equal(planned(document, &plan), 0);
	assert_int_equal(plan->count, count);
	for (size_t i = 0; i < count; i++)
		assert_string_equal(plan->columns[i].name, names[i]);
}

#define ASSERT_COLUMNS(document, ...)                                   \
	do {                                                            \
		static const char *const names_[] = {__VA_ARGS__};      \
		assert_columns(document, names_, ARRAY_LENGTH(names_)); \
	} while (0)

static const char school[] =
	"{\"item\": {\"$ref\": \"#/components/schemas/School\"},"
	" \"components\": {\"schemas\": {"
	"  \"School\": {\"type\": \"object\", \"properties\": {"
	"   \"urn\": {\"type\": \"integer\"},"
	"   \"name\": {\"type\": \"string\"},"
	"   \"location\": {\"oneOf\": [{\"$ref\": \"#/components/schemas/Location\"}, "
	"{\"type\": \"null\"}]},"
	"   \"open\": {\"type\": [\"boolean\", \"null\"]},"
	"   \"share\": {\"type\": \"number\"},"
	"   \"phases\": {\"type\": \"array\", \"items\": {\"type\": \"string\"}}}},"
	"  \"Location\": {\"type\": \"object\", \"properties\": {"
	"   \"longitude\": {\"type\": \"number\"}, \"latitude\": {\"type\": \"number\"}}}}}}";

static void assert_converted(int (*convert)(const struct convert_plan *, const json_t *,
					    struct buffer *),
			     const char *document, const char *value, const char *expected)
{
	CLEANUP_PLAN struct convert_plan *plan = NULL;
	CLEANUP_JSON json_t *parsed_value = parsed(value);
	CLEANUP_BUFFER struct buffer buffer;

	buffer_init(&buffer, LIMIT_REPLY_BYTES);
	assert_int_equal(planned(document, &plan), 0);
	assert_int_equal(convert(plan, parsed_value, &buffer), 0);
	assert_string_equal(buffer.data, expected);
}

/* One cell of CSV, for a value in JSON. */
static void assert_cell(const char *value, const char *cell)
{
	CLEANUP_BUFFER struct buffer items;
	CLEANUP_BUFFER struct buffer expected;

	buffer_init(&items, 10000);
	buffer_init(&expected, 10000);
	buffer_add_format(&items, "[{\"a\": %s}]", value);
	buffer_add_format(&expected, "a\r\n%s\r\n", cell);
	assert_converted(convert_csv, "{\"item\": {\"properties\": {\"a\": {}}}}", items.data,
			 expected.data);
}

static void columns_follow_the_order_of_the_properties(void **state)
{
	ASSERT_COLUMNS("{\"item\": {\"type\": \"object\", \"properties\": {\"b\": {}, \"a\": {}, "
		       "\"c\": {}}}}",
		       "b", "a", "c");
}

static void nested_objects_become_dotted_columns(void **state)
{
	CLEANUP_PLAN struct convert_plan *plan = NULL;

	assert_int_equal(planned("{\"item\": {\"properties\": {\"a\": {\"properties\": {\"b\": "
				 "{\"properties\": {\"c\": {}}}}}}}}",
				 &plan),
			 0);
	assert_int_equal(plan->count, 1);
	assert_string_equal(plan->columns[0].name, "a.b.c");
	assert_string_equal(plan->columns[0].path[0], "a");
	assert_string_equal(plan->columns[0].path[2], "c");
	assert_null(plan->columns[0].path[3]);
}

static void references_are_followed(void **state)
{
	ASSERT_COLUMNS(school, "urn", "name", "location.longitude", "location.latitude", "open",
		       "share", "phases");
}

static void a_reference_unescapes_its_pointer(void **state)
{
	ASSERT_COLUMNS("{\"item\": {\"$ref\": \"#/$defs/a~1b~0c/1\"}, \"$defs\": {\"a/b~c\": [0, "
		       "{\"properties\": {\"x\": {}}}]}}",
		       "x");
}

static void all_parts_of_an_all_of_are_joined_in_order(void **state)
{
	ASSERT_COLUMNS(
		"{\"item\": {\"allOf\": [{\"$ref\": \"#/base\"}, {\"properties\": {\"c\": {}}}],"
		" \"properties\": {\"d\": {}}},"
		" \"base\": {\"properties\": {\"a\": {}, \"b\": {}}}}",
		"a", "b", "c", "d");
}

static void a_property_in_two_parts_of_an_all_of_is_one_column(void **state)
{
	ASSERT_COLUMNS("{\"item\": {\"allOf\": [{\"properties\": {\"a\": {}, \"b\": {}}}, "
		       "{\"properties\": {\"a\": {}}}]}}",
		       "a", "b");
}

static void properties_beside_a_reference_are_joined(void **state)
{
	ASSERT_COLUMNS("{\"item\": {\"properties\": {\"a\": {}}, \"$ref\": \"#/base\"}, \"base\": "
		       "{\"properties\": {\"b\": {}}}}",
		       "a", "b");
}

static void a_nullable_object_is_that_object(void **state)
{
	ASSERT_COLUMNS("{\"item\": {\"properties\": {"
		       "\"a\": {\"type\": [\"object\", \"null\"], \"properties\": {\"x\": {}}},"
		       "\"b\": {\"anyOf\": [{\"type\": \"null\"}, {\"properties\": {\"x\": {}}}]},"
		       "\"c\": {\"oneOf\": [{\"$ref\": \"#/thing\"}, {\"type\": \"null\"}]},"
		       "\"d\": {\"type\": [\"string\", \"null\"]}}},"
		       "\"thing\": {\"properties\": {\"x\": {}}}}",
		       "a.x", "b.x", "c.x", "d");
}

static void a_choice_between_objects_is_one_column(void **state)
{
	ASSERT_COLUMNS(
		"{\"item\": {\"properties\": {\"a\": {\"oneOf\": [{\"properties\": {\"x\": {}}},"
		" {\"properties\": {\"y\": {}}}]},"
		" \"b\": {\"type\": \"string\"}}}}",
		"a", "b");
}

static void arrays_and_free_form_objects_are_one_column(void **state)
{
	ASSERT_COLUMNS("{\"item\": {\"properties\": {"
		       "\"a\": {\"type\": \"array\", \"items\": {\"properties\": {\"x\": {}}}},"
		       "\"b\": {\"type\": \"object\", \"additionalProperties\": {\"properties\": "
		       "{\"x\": {}}}},"
		       "\"c\": {\"type\": \"object\", \"properties\": {}},"
		       "\"d\": true}}}",
		       "a", "b", "c", "d");
}

static void a_schema_within_itself_is_one_column(void **state)
{
	ASSERT_COLUMNS(
		"{\"item\": {\"$ref\": \"#/item2\"}, \"item2\": {\"properties\": {\"id\": {}, "
		"\"left\": {\"$ref\": \"#/item2\"},"
		" \"right\": {\"oneOf\": [{\"$ref\": \"#/item2\"}, {\"type\": \"null\"}]}}}}",
		"id", "left", "right");
}

static void the_same_schema_twice_side_by_side_is_two_columns(void **state)
{
	ASSERT_COLUMNS("{\"item\": {\"properties\": {\"a\": {\"$ref\": \"#/m\"}, \"b\": {\"$ref\": "
		       "\"#/m\"}}},"
		       " \"m\": {\"properties\": {\"value\": {}, \"symbol\": {}}}}",
		       "a.value", "a.symbol", "b.value", "b.symbol");
}

static void a_location_is_the_geometry_and_columns_too(void **state)
{
	CLEANUP_PLAN struct convert_plan *plan = NULL;

	assert_int_equal(planned(school, &plan), 0);
	assert_string_equal(plan->geometry, "location");
	assert_string_equal(plan->identity, "urn");
}

static void a_boundary_is_the_geometry_and_no_column(void **state)
{
	CLEANUP_PLAN struct convert_plan *plan = NULL;

	assert_int_equal(planned("{\"item\": {\"properties\": {\"code\": {}, \"boundary\": "
				 "{\"properties\": {\"type\": {}}}}}}",
				 &plan),
			 0);
	assert_string_equal(plan->geometry, "boundary");
	assert_int_equal(plan->count, 1);
	assert_string_equal(plan->columns[0].name, "code");
}

static void a_location_further_down_is_no_geometry(void **state)
{
	CLEANUP_PLAN struct convert_plan *plan = NULL;

	assert_int_equal(
		planned("{\"item\": {\"properties\": {\"id\": {}, \"site\": {\"properties\": "
			"{\"location\": {}}}}}}",
			&plan),
		0);
	assert_null(plan->geometry);
}

static void what_is_no_object_schema_has_no_plan(void **state)
{
	static const char *const documents[] = {
		"{}",
		"{\"item\": {}}",
		"{\"item\": true}",
		"{\"item\": {\"type\": \"string\"}}",
		"{\"item\": {\"properties\": {}}}",
		"{\"item\": {\"type\": \"array\", \"items\": {\"properties\": {\"a\": {}}}}}",
		"{\"item\": {\"$ref\": \"#/item\"}}",
		("{\"item\": {\"$ref\": \"#/a\"}, \"a\": {\"$ref\": \"#/b\"}, \"b\": {\"allOf\": "
		 "[{\"$ref\": \"#/a\"}]}}"),
	};
	struct convert_plan *plan = NULL;

	for (size_t i = 0; i < ARRAY_LENGTH(documents); i++)
		assert_int_equal(planned(documents[i], &plan), -EINVAL);
	assert_null(plan);
}

static void a_reference_to_nothing_has_no_plan(void **state)
{
	static const char *const documents[] = {
		"{\"item\": {\"$ref\": \"#/nowhere\"}}",
		"{\"item\": {\"$ref\": \"other.yaml#/a\"}}",
		"{\"item\": {\"$ref\": \"#anchor\"}}",
		"{\"item\": {\"$ref\": 7}}",
		"{\"item\": {\"properties\": {\"a\": {\"$ref\": \"#/a/b/c\"}}}, \"a\": 1}",
	};
	struct convert_plan *plan = NULL;

	for (size_t i = 0; i < ARRAY_LENGTH(documents); i++)
		assert_int_equal(planned(documents[i], &plan), -EINVAL);
	assert_null(plan);
	assert_null(convert_plan_free(NULL));
}

static void csv_has_a_header_and_a_row_an_item(void **state)
{
	assert_converted(
		convert_csv, school,
		"[{\"urn\": 100000, \"name\": \"Aldgate\", \"location\": {\"longitude\": "
		"-0.077201, \"latitude\": 51.5074},"
		"  \"open\": true, \"share\": 0.1, \"phases\": [\"Primary\", \"Nursery\"]},"
		" {\"urn\": 2, \"name\": \"\", \"location\": null, \"open\": false, \"share\": "
		"null, \"phases\": []}]",
		"urn,name,location.longitude,location.latitude,open,share,phases\r\n"
		"100000,Aldgate,-0.077201,51.5074,true,0.1,\"[\"\"Primary\"\","
		"\"\"Nursery\"\"]\"\r\n"
		"2,,,,false,,[]\r\n");
}

static void csv_of_no_items_is_its_header(void **state)
{
	assert_converted(convert_csv, "{\"item\": {\"properties\": {\"a\": {}, \"b,c\": {}}}}",
			 "[]", "a,\"b,c\"\r\n");
}

static void csv_takes_its_order_from_the_contract(void **state)
{
	assert_converted(convert_csv, "{\"item\": {\"properties\": {\"b\": {}, \"a\": {}}}}",
			 "[{\"a\": 1, \"x\": 3, \"b\": 2}]", "b,a\r\n2,1\r\n");
}

static void an_absent_member_is_an_empty_cell(void **state)
{
	assert_converted(
		convert_csv,
		"{\"item\": {\"properties\": {\"a\": {\"properties\": {\"x\": {}}}, \"b\": {}}}}",
		"[{}, {\"a\": 7, \"b\": 1}, {\"a\": {\"x\": 1}}]", "a.x,b\r\n,\r\n,1\r\n1,\r\n");
}

static void a_cell_is_quoted_when_it_must_be(void **state)
{
	assert_cell("\"a,b\"", "\"a,b\"");
	assert_cell("\"say \\\"hi\\\"\"", "\"say \"\"hi\"\"\"");
	assert_cell("\"\\\"\"", "\"\"\"\"");
	assert_cell("\"a\\nb\"", "\"a\nb\"");
	assert_cell("\"a\\r\\nb\"", "\"a\r\nb\"");
	assert_cell("\"a;b c'd\"", "a;b c'd");
}

static void a_formula_is_guarded(void **state)
{
	assert_cell("\"=1+1\"", "'=1+1");
	assert_cell("\"+44 20\"", "'+44 20");
	assert_cell("\"-2\"", "'-2");
	assert_cell("\"@SUM(A1)\"", "'@SUM(A1)");
	assert_cell("\"\\t=1\"", "'\t=1");
	assert_cell("\"\\r=1\"", "\"'\r=1\"");
	assert_cell("\"=\"", "'=");
}

static void a_guarded_formula_is_quoted_too(void **state)
{
	assert_cell("\"=HYPERLINK(\\\"http://x\\\",\\\"y\\\")\"",
		    "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"");
	assert_cell("\"=1\\n=2\"", "\"'=1\n=2\"");
}

static void what_is_no_formula_is_left_alone(void **state)
{
	assert_cell("\"a=b\"", "a=b");
	assert_cell("\"St. Mary's\"", "St. Mary's");
	assert_cell("\"\"", "");
	assert_cell("\"é\"", "é");
}

static void numbers_are_not_guarded(void **state)
{
	assert_cell("-5", "-5");
	assert_cell("-0.25", "-0.25");
	assert_cell("9223372036854775807", "9223372036854775807");
	assert_cell("51.5074", "51.5074");
	assert_cell("3.0", "3");
}

static void an_object_in_a_cell_is_json_text(void **state)
{
	assert_cell("{\"k\": 0.1}", "\"{\"\"k\"\":0.1}\"");
	assert_cell("{}", "{}");
}

static void geojson_is_a_collection_of_features(void **state)
{
	assert_converted(
		convert_geojson, school,
		"[{\"urn\": 1, \"name\": \"A\", \"location\": {\"longitude\": -0.1, "
		"\"latitude\": 51.5, \"easting\": 5}}]",
		"{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"id\":1,"
		"\"geometry\":{\"type\":\"Point\",\"coordinates\":[-0.1,51.5]},"
		"\"properties\":{\"urn\":1,\"name\":\"A\","
		"\"location\":{\"longitude\":-0.1,\"latitude\":51.5,\"easting\":5}}}]}");
}

static void geojson_of_no_items_is_an_empty_collection(void **state)
{
	assert_converted(convert_geojson, school, "[]",
			 "{\"type\":\"FeatureCollection\",\"features\":[]}");
}

static void an_item_without_location_has_no_geometry(void **state)
{
	assert_converted(
		convert_geojson, school, "[{\"urn\": 1, \"location\": null}, {\"urn\": 2}]",
		"{\"type\":\"FeatureCollection\",\"features\":["
		"{\"type\":\"Feature\",\"id\":1,\"geometry\":null,\"properties\":{\"urn\":1,"
		"\"location\":null}},"
		"{\"type\":\"Feature\",\"id\":2,\"geometry\":null,\"properties\":{\"urn\":2}}]}");
}

static void half_a_location_has_no_geometry(void **state)
{
	assert_converted(
		convert_geojson_one, school,
		"{\"urn\": 1, \"location\": {\"longitude\": null, \"latitude\": 51}}",
		"{\"type\":\"Feature\",\"id\":1,\"geometry\":null,"
		"\"properties\":{\"urn\":1,\"location\":{\"longitude\":null,\"latitude\":51}}}");
}

static void a_boundary_is_its_feature_s_geometry(void **state)
{
	assert_converted(
		convert_geojson_one,
		"{\"item\": {\"properties\": {\"code\": {}, \"boundary\": {}}}}",
		"{\"code\": \"E09\", \"boundary\": {\"type\": \"Polygon\", \"coordinates\": "
		"[[[0.1, 51.2], [1, 2]]]}}",
		"{\"type\":\"Feature\",\"id\":\"E09\","
		"\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[0.1,51.2],[1,2]]]},"
		"\"properties\":{\"code\":\"E09\"}}");
}

static void a_feature_without_identity_has_no_id(void **state)
{
	assert_converted(convert_geojson_one, "{\"item\": {\"properties\": {\"code\": {}}}}",
			 "{\"code\": null}",
			 "{\"type\":\"Feature\",\"geometry\":null,\"properties\":{\"code\":null}}");
}

static void hostile_text_stays_text_in_geojson(void **state)
{
	assert_converted(convert_geojson_one, "{\"item\": {\"properties\": {\"a\\\"b\": {}}}}",
			 "{\"a\\\"b\": \"\\\"},{\\u0001\"}",
			 "{\"type\":\"Feature\",\"id\":\"\\\"},{\\u0001\",\"geometry\":null,"
			 "\"properties\":{\"a\\\"b\":\"\\\"},{\\u0001\"}}");
}

static void ndjson_is_an_item_a_line(void **state)
{
	CLEANUP_JSON json_t *items = parsed("[{\"b\": 51.5074, \"a\": \"x\\ny\"}, {}, null]");
	CLEANUP_BUFFER struct buffer buffer;

	buffer_init(&buffer, 1000);
	assert_int_equal(convert_ndjson(items, &buffer), 0);
	assert_string_equal(buffer.data, "{\"b\":51.5074,\"a\":\"x\\ny\"}\n{}\nnull\n");
}

static void ndjson_of_no_items_is_empty(void **state)
{
	CLEANUP_JSON json_t *items = json_array();
	CLEANUP_BUFFER struct buffer buffer;

	buffer_init(&buffer, 1000);
	assert_int_equal(convert_ndjson(items, &buffer), 0);
	assert_int_equal(buffer.length, 0);
}

static void a_full_buffer_is_reported_by_every_converter(void **state)
{
	static int (*const converters[])(const struct convert_plan *, const json_t *,
					 struct buffer *) = {convert_csv, convert_geojson};
	CLEANUP_PLAN struct convert_plan *plan = NULL;
	CLEANUP_JSON json_t *items =
		parsed("[{\"urn\": 1, \"name\": \"=a long formula\", \"phases\": [\"a\", \"b\"]}]");

	assert_int_equal(planned(school, &plan), 0);
	for (size_t maximum = 0; maximum < 60; maximum++) {
		CLEANUP_BUFFER struct buffer buffer;

		for (size_t i = 0; i < ARRAY_LENGTH(converters); i++) {
			buffer_init(&buffer, maximum);
			assert_int_equal(converters[i](plan, items, &buffer), -E2BIG);
			buffer_finish(&buffer);
		}
		buffer_init(&buffer, maximum / 2);
		assert_int_equal(convert_ndjson(items, &buffer), -E2BIG);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_follow_the_order_of_the_properties),
		cmocka_unit_test(nested_objects_become_dotted_columns),
		cmocka_unit_test(references_are_followed),
		cmocka_unit_test(a_reference_unescapes_its_pointer),
		cmocka_unit_test(all_parts_of_an_all_of_are_joined_in_order),
		cmocka_unit_test(a_property_in_two_parts_of_an_all_of_is_one_column),
		cmocka_unit_test(properties_beside_a_reference_are_joined),
		cmocka_unit_test(a_nullable_object_is_that_object),
		cmocka_unit_test(a_choice_between_objects_is_one_column),
		cmocka_unit_test(arrays_and_free_form_objects_are_one_column),
		cmocka_unit_test(a_schema_within_itself_is_one_column),
		cmocka_unit_test(the_same_schema_twice_side_by_side_is_two_columns),
		cmocka_unit_test(a_location_is_the_geometry_and_columns_too),
		cmocka_unit_test(a_boundary_is_the_geometry_and_no_column),
		cmocka_unit_test(a_location_further_down_is_no_geometry),
		cmocka_unit_test(what_is_no_object_schema_has_no_plan),
		cmocka_unit_test(a_reference_to_nothing_has_no_plan),
		cmocka_unit_test(csv_has_a_header_and_a_row_an_item),
		cmocka_unit_test(csv_of_no_items_is_its_header),
		cmocka_unit_test(csv_takes_its_order_from_the_contract),
		cmocka_unit_test(an_absent_member_is_an_empty_cell),
		cmocka_unit_test(a_cell_is_quoted_when_it_must_be),
		cmocka_unit_test(a_formula_is_guarded),
		cmocka_unit_test(a_guarded_formula_is_quoted_too),
		cmocka_unit_test(what_is_no_formula_is_left_alone),
		cmocka_unit_test(numbers_are_not_guarded),
		cmocka_unit_test(an_object_in_a_cell_is_json_text),
		cmocka_unit_test(geojson_is_a_collection_of_features),
		cmocka_unit_test(geojson_of_no_items_is_an_empty_collection),
		cmocka_unit_test(an_item_without_location_has_no_geometry),
		cmocka_unit_test(half_a_location_has_no_geometry),
		cmocka_unit_test(a_boundary_is_its_feature_s_geometry),
		cmocka_unit_test(a_feature_without_identity_has_no_id),
		cmocka_unit_test(hostile_text_stays_text_in_geojson),
		cmocka_unit_test(ndjson_is_an_item_a_line),
		cmocka_unit_test(ndjson_of_no_items_is_empty),
		cmocka_unit_test(a_full_buffer_is_reported_by_every_converter),
	};

	return cmocka_run_group_tests_name("convert", tests, NULL, NULL);
}
