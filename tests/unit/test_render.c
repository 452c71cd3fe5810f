/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../api/pages/files.h"
#include "../../api/pages/render.h"

/* Renders a template with data given as JSON, and expects this. */
static void writes(const char *template_text, const char *data, const char *expected)
{
	CLEANUP_JSON json_t *value = json_loads(data, 0, NULL);
	CLEANUP_BUFFER struct buffer out;
	CLEANUP_FREE char *text = NULL;

	assert_non_null(value);
	buffer_init(&out, 4096);
	assert_int_equal(render_text(template_text, value, &out), 0);
	text = buffer_take(&out, NULL);
	assert_string_equal(text, expected);
}

static void refuses(const char *template_text)
{
	CLEANUP_JSON json_t *value = json_pack("{s:[i, i]}", "a", 1, 2);
	CLEANUP_BUFFER struct buffer out;

	buffer_init(&out, 4096);
	assert_int_equal(render_text(template_text, value, &out), -EINVAL);
}

static void values_are_escaped(void **state)
{
	writes("<p title=\"{{a}}\">{{a}}</p>", "{\"a\":\"<b>&\\\"'\"}",
	       "<p title=\"&lt;b&gt;&amp;&quot;&#39;\">&lt;b&gt;&amp;&quot;&#39;</p>");
	writes("{{a}}", "{\"a\":\"{{b}}\",\"b\":\"again\"}", "{{b}}");
	writes("{{{a}}}", "{\"a\":\"<\"}", "}");
	writes("{{&a}}", "{\"a\":\"<\"}", "");
}

static void values_are_texts_and_numbers(void **state)
{
	writes("{{a}}|{{b}}|{{c}}|{{d}}|{{e}}",
	       "{\"a\":\"text\",\"b\":-7,\"c\":true,\"d\":null,\"e\":[1]}", "text|-7|||");
	writes("{{missing}}.", "{}", ".");
	writes("", "{}", "");
	writes("no tag } } {", "{}", "no tag } } {");
}

static void codes_and_times_are_written_in_words(void **state)
{
	writes("{{~a}}, {{~b}}", "{\"a\":\"inForce\",\"b\":\"oneToThreeYears\"}",
	       "in force, one to three years");
	writes("{{~a}}, {{~b}}", "{\"a\":\"year12\",\"b\":7}", "year 12, 7");
	writes("{{#a}}{{~.}};{{/a}}",
	       "{\"a\":[\"17\",\"18\"],\"codes\":[{\"code\":\"17\",\"name\":\"Art & craft\"}]}",
	       "Art &amp; craft;18;");
	writes("{{~a}}", "{\"a\":\"2026-01-05\"}", "5 January 2026");
	writes("{{~a}}", "{\"a\":\"2026-11-26T09:30:59.123+00:00\"}",
	       "26 November 2026, 09:30 UTC");
	writes("{{~a}}", "{\"a\":\"2026-11-26T09:30:59Z\"}", "26 November 2026, 09:30 UTC");
	writes("{{~a}}", "{\"a\":\"2026-13-05\"}", "2026-13-05");
	writes("{{~a}}", "{\"a\":\"2026-11-26T09:30:59+01:00\"}", "2026-11-26T09:30:59+01:00");
	writes("{{~a}}|{{~b}}|{{~missing}}", "{\"a\":\"Box <1>\",\"b\":\"\"}", "Box &lt;1&gt;||");
}

static void sections_repeat_and_hide(void **state)
{
	writes("{{#a}}{{n}},{{/a}}", "{\"a\":[{\"n\":1},{\"n\":2}]}", "1,2,");
	writes("{{#a}}{{.}};{{/a}}", "{\"a\":[\"x\",\"<\"]}", "x;&lt;;");
	writes("{{#a}}no{{/a}}{{^a}}none{{/a}}", "{\"a\":[]}", "none");
	writes("{{#a}}no{{/a}}{{^a}}none{{/a}}", "{\"a\":false}", "none");
	writes("{{#a}}no{{/a}}{{^a}}none{{/a}}", "{\"a\":\"\"}", "none");
	writes("{{#a}}no{{/a}}{{^a}}none{{/a}}", "{}", "none");
	writes("{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{\"a\":true}", "yes");
	writes("{{#a}}{{b}}{{/a}}", "{\"a\":{\"b\":\"inside\"}}", "inside");
	writes("{{#a}}{{#a}}{{n}}{{/a}}{{/a}}", "{\"a\":[{\"a\":[{\"n\":1},{\"n\":2}]}]}", "12");
}

static void names_are_found_from_the_inside_out(void **state)
{
	writes("{{#a}}{{n}}{{m}} {{/a}}", "{\"m\":\"!\",\"n\":0,\"a\":[{\"n\":1},{}]}", "1! 0! ");
}

static void malformed_templates_are_refused(void **state)
{
	refuses("{{a");
	refuses("{{}}");
	refuses("{{#}}");
	refuses("{{#a}}");
	refuses("{{/a}}");
	refuses("{{#a}}{{/b}}");
	refuses("{{#a}}{{#b}}{{/a}}{{/b}}");
	refuses("{{>no-such-file.html}}");
}

static void nesting_is_bounded(void **state)
{
	char text[512] = "";

	for (int i = 0; i < 40; i++)
		strcat(text, "{{#a}}");
	for (int i = 0; i < 40; i++)
		strcat(text, "{{/a}}");
	refuses(text);
}

static void the_buffer_is_the_limit(void **state)
{
	CLEANUP_JSON json_t *value = json_pack("{s:s}", "a", "&&&&");
	CLEANUP_BUFFER struct buffer out;

	buffer_init(&out, 8);
	assert_int_equal(render_text("{{a}}", value, &out), -E2BIG);
}

static void every_template_of_the_program_can_be_written(void **state)
{
	CLEANUP_JSON json_t *value = json_object();
	size_t count = 0;

	for (const struct page_file *file = page_files; file->name; file++) {
		CLEANUP_BUFFER struct buffer out;

		buffer_init(&out, 65536);
		assert_int_equal(strlen(file->text), file->length);
		if (!strstr(file->name, ".html"))
			continue;
		assert_int_equal(render_template(file->name, value, &out), 0);
		count++;
	}
	assert_true(count >= 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_escaped),
		cmocka_unit_test(values_are_texts_and_numbers),
		cmocka_unit_test(codes_and_times_are_written_in_words),
		cmocka_unit_test(sections_repeat_and_hide),
		cmocka_unit_test(names_are_found_from_the_inside_out),
		cmocka_unit_test(malformed_templates_are_refused),
		cmocka_unit_test(nesting_is_bounded),
		cmocka_unit_test(the_buffer_is_the_limit),
		cmocka_unit_test(every_template_of_the_program_can_be_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
