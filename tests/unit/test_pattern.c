/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "../../api/pattern.h"

static struct pattern *compiled(const char *source)
{
	struct pattern *pattern = NULL;
	char *error = NULL;
	int r = pattern_compile(source, &pattern, &error);

	if (r < 0)
		print_error("%s: %s\n", source, error);
	assert_int_equal(r, 0);
	return pattern;
}

static bool matches_bytes(const char *source, const char *text, size_t length)
{
	struct pattern *pattern = compiled(source);
	int r = pattern_matches(pattern, text, length);

	pattern_free(pattern);
	assert_true(r >= 0);
	return r;
}

static bool matches(const char *source, const char *text)
{
	return matches_bytes(source, text, strlen(text));
}

/* The source is refused, in words that contain these. */
static void assert_refused(const char *source, const char *words)
{
	struct pattern *pattern = NULL;
	CLEANUP_FREE char *error = NULL;

	assert_int_equal(pattern_compile(source, &pattern, &error), -EINVAL);
	assert_null(pattern);
	assert_non_null(strstr(error, words));
}

static void a_pattern_is_not_anchored(void **state)
{
	assert_true(matches("b+", "abbc"));
	assert_false(matches("b+", "ac"));
	assert_true(matches("", "anything"));
	assert_true(matches("", ""));
}

static void anchors_are_the_ends_of_the_text(void **state)
{
	assert_true(matches("^abc$", "abc"));
	assert_false(matches("^abc$", "abc\n"));
	assert_false(matches("^abc$", "x\nabc"));
	assert_true(matches("^$", ""));
}

static void a_dot_is_one_character_but_no_line_end(void **state)
{
	assert_true(matches("^.$", "a"));
	assert_true(matches("^.$", "é"));
	assert_true(matches("^.$", "🐲"));
	assert_true(matches("^.$", "\v"));
	assert_false(matches("^.$", "\n"));
	assert_false(matches("^.$", "\r"));
	assert_false(matches("^.$", "\u2028"));
	assert_false(matches("^.$", "\u2029"));
}

static void digits_and_words_are_ascii(void **state)
{
	assert_true(matches("^\\d\\w$", "5_"));
	assert_false(matches("^\\d$", "\u07c0"));
	assert_true(matches("^\\D$", "\u07c0"));
	assert_false(matches("^\\w$", "é"));
	assert_true(matches("^\\W$", "é"));
	assert_true(matches("^[\\W]$", "é"));
	assert_true(matches("^[^\\d]$", "\u07c0"));
	assert_false(matches("^[\\D]$", "7"));
}

static void white_space_is_that_of_ecma_262(void **state)
{
	static const char *const spaces[] = {
		" ",      "\t",     "\n",     "\v",     "\f",     "\r",     "\u00a0", "\u1680",
		"\u2000", "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000", "\ufeff"};
	static const char *const others[] = {"a",      "\b",     "\xc2\x85", "\u180e",
					     "\u200b", "\u2060", "🐲"};

	for (size_t i = 0; i < ARRAY_LENGTH(spaces); i++) {
		assert_true(matches("^\\s$", spaces[i]));
		assert_true(matches("^[x\\s]$", spaces[i]));
		assert_false(matches("^\\S$", spaces[i]));
		assert_false(matches("^[x\\S]$", spaces[i]));
	}
	for (size_t i = 0; i < ARRAY_LENGTH(others); i++) {
		assert_false(matches("^\\s$", others[i]));
		assert_true(matches("^\\S$", others[i]));
		assert_true(matches("^[\\S]$", others[i]));
		assert_true(matches("^[^\\s]$", others[i]));
	}
}

static void a_word_boundary_is_between_ascii_words(void **state)
{
	assert_true(matches("\\bcole", "é cole"));
	assert_true(matches("\\bcole", "école"));
	assert_true(matches("\\Bcole", "ecole"));
	assert_false(matches("\\bcole", "ecole"));
}

static void control_escapes_are_those_of_ecma_262(void **state)
{
	assert_true(matches("^\\t\\n\\v\\f\\r$", "\t\n\v\f\r"));
	assert_true(matches("^[\\t-\\r]+$", "\t\n\v\f\r"));
	assert_false(matches("^\\v$", "\n"));
	assert_true(matches("^\\cC\\cc$", "\x03\x03"));
	assert_true(matches("^[\\b]$", "\b"));
	assert_true(matches_bytes("^\\0$", "\0", 1));
}

static void characters_can_be_written_by_number(void **state)
{
	assert_true(matches("^\\x41\\u0042\\u{43}$", "ABC"));
	assert_true(matches("^\\u00e9$", "é"));
	assert_true(matches("^\\uD83D\\uDC32$", "🐲"));
	assert_true(matches("^\\u{1F432}$", "🐲"));
	assert_true(matches("^[\\u{1F400}-\\u{1F4FF}]$", "🐲"));
}

static void characters_beyond_ascii_are_one_each(void **state)
{
	assert_true(matches("^🐲*$", "🐲🐲"));
	assert_false(matches("^🐲*$", "🐉"));
	assert_true(matches("^[é🐲]{2}$", "🐲é"));
	assert_true(matches("^[à-ü]$", "é"));
}

static void special_characters_can_be_escaped(void **state)
{
	assert_true(
		matches("^\\^\\$\\\\\\.\\*\\+\\?\\(\\)\\[\\]\\{\\}\\|\\/$", "^$\\.*+?()[]{}|/"));
	assert_true(matches("^[\\^\\]\\\\\\-]+$", "^]\\-"));
}

static void what_is_special_to_the_library_alone_is_literal(void **state)
{
	assert_true(matches("^#a b$", "#a b"));
	assert_true(matches("^[#&~!'\"<>=,:;@%`-]+$", "#&~!'\"<>=,:;@%`-"));
	assert_false(matches("(^a)#b", "a"));
}

static void classes_have_ranges_and_complements(void **state)
{
	assert_true(matches("^[a-cx-z-]+$", "abcxyz-"));
	assert_false(matches("[a-c]", "d"));
	assert_true(matches("^[^a-c]$", "\n"));
	assert_true(matches("^[-a]+$", "-a"));
	assert_true(matches("^[.*+?(){}|$]+$", ".*+?(){}|$"));
}

static void quantifiers_repeat(void **state)
{
	assert_true(matches("^a{2}b{1,}c{0,2}d*?e+?f??$", "aabbe"));
	assert_false(matches("^a{2}$", "aaa"));
	assert_false(matches("^a{2,3}$", "aaaa"));
	assert_true(matches("^(?:ab){2}$", "abab"));
	assert_true(matches("^(ab|cd)+$", "abcd"));
}

static void lookahead_is_known(void **state)
{
	assert_true(matches("^(?=.*\\d)(?!.*x).{3}$", "ab1"));
	assert_false(matches("^(?=.*\\d)(?!.*x).{3}$", "abc"));
	assert_false(matches("^(?=.*\\d)(?!.*x).{3}$", "x1b"));
}

static void general_categories_are_known_by_their_names(void **state)
{
	assert_true(matches("^\\p{Letter}\\p{L}\\p{Lu}\\p{Uppercase_Letter}$", "éπÉA"));
	assert_false(matches("^\\p{Letter}$", "1"));
	assert_true(matches("^\\P{L}$", "1"));
	assert_true(matches("^\\p{digit}[\\p{Nd}_]$", "৪২"));
	assert_true(matches("^[^\\P{L}]$", "é"));
}

static void other_properties_are_refused(void **state)
{
	assert_refused("\\p{Script=Greek}", "general categories");
	assert_refused("\\p{letter}", "general categories");
	assert_refused("\\p{Xan}", "general categories");
	assert_refused("\\pL", "general categories");
	assert_refused("\\p{L", "general categories");
	assert_refused("\\p{}", "general categories");
	assert_refused("\\p{^L}", "general categories");
}

static void escapes_of_other_languages_are_refused(void **state)
{
	static const char *const foreign[] = {
		"\\A", "\\Z", "\\z", "\\a",   "\\e",     "\\h",  "\\H", "\\R", "\\X",
		"\\N", "\\K", "\\G", "\\C",   "\\Qa\\E", "\\V",  "\\_", "\\-", "\\é",
		"\\#", "\\ ", "\\",  "[\\B]", "[\\",     "\\c1", "\\c"};

	for (size_t i = 0; i < ARRAY_LENGTH(foreign); i++)
		assert_refused(foreign[i], "no meaning in ECMA-262");
}

static void back_references_are_refused(void **state)
{
	assert_refused("(a)\\1", "back references");
	assert_refused("\\k<name>", "back references");
	assert_refused("\\01", "back references");
	assert_refused("[\\1]", "back references");
}

static void groups_of_other_languages_are_refused(void **state)
{
	static const char *const foreign[] = {"(?i)a",      "(?i:a)", "(?<=a)b",     "(?<!a)b",
					      "(?<name>a)", "(?>a)",  "(?P<name>a)", "(?#comment)",
					      "(?|a|b)",    "(?R)",   "(?1)",        "(?C)",
					      "(?",         "(?<"};

	for (size_t i = 0; i < ARRAY_LENGTH(foreign); i++)
		assert_refused(foreign[i], "(?: (?= and (?!");
}

static void verbs_and_possessive_quantifiers_are_refused(void **state)
{
	static const char *const foreign[] = {
		"(*UCP)a", "(*ACCEPT)", "a++",  "a*+", "a?+",  "a{2}+",  "a**",      "a???",
		"*",       "+a",        "(|*)", "^*",  "\\b+", "(?=a)*", "(?!a){2}", "{2}"};

	for (size_t i = 0; i < ARRAY_LENGTH(foreign); i++)
		assert_refused(foreign[i], "nothing to repeat");
}

static void braces_that_are_no_quantifier_are_refused(void **state)
{
	assert_refused("a{", "must be written \\{");
	assert_refused("a{,2}", "must be written \\{");
	assert_refused("a{2,1}", "must be written \\{");
	assert_refused("a{x}", "must be written \\{");
	assert_refused("a{1001}", "must be written \\{");
	assert_refused("a{1,99999999999999999999999}", "must be written \\{");
	assert_refused("a}", "must be written");
	assert_refused("a]", "must be written");
}

static void classes_of_other_languages_are_refused(void **state)
{
	assert_refused("[[:alpha:]]", "POSIX");
	assert_refused("[a[b]]", "must be written \\[");
	assert_refused("[]", "empty class");
	assert_refused("[^]", "empty class");
	assert_refused("[]a]", "empty class");
	assert_refused("[a", "never closed");
	assert_refused("[", "never closed");
	assert_refused("[a-", "never closed");
	assert_refused("[z-a]", "range");
	assert_refused("[\\d-z]", "character at both ends");
	assert_refused("[a-\\s]", "character at both ends");
}

static void numbers_of_no_character_are_refused(void **state)
{
	assert_refused("\\x4", "two hexadecimal digits");
	assert_refused("\\xg0", "two hexadecimal digits");
	assert_refused("\\u12", "four hexadecimal digits");
	assert_refused("\\uD83D", "surrogate");
	assert_refused("\\uD83Dx", "surrogate");
	assert_refused("\\uD83D\\u0041", "surrogate");
	assert_refused("\\uDC32", "surrogate");
	assert_refused("\\u{}", "hexadecimal digits of a character");
	assert_refused("\\u{110000}", "hexadecimal digits of a character");
	assert_refused("\\u{D800}", "hexadecimal digits of a character");
	assert_refused("\\u{0000041}", "hexadecimal digits of a character");
}

static void parentheses_must_pair(void **state)
{
	assert_refused("(a", "never closed");
	assert_refused("a)", "closes nothing");
}

static void groups_nest_only_so_deeply(void **state)
{
	char source[200] = "";

	for (size_t i = 0; i < 33; i++)
		source[i] = '(';
	assert_refused(source, "too deeply");
}

static void a_pattern_is_only_so_long(void **state)
{
	CLEANUP_FREE char *source = malloc(100001);

	memset(source, 'a', 100000);
	source[100000] = '\0';
	assert_refused(source, "too long");
}

static void a_pattern_that_is_not_utf8_is_refused(void **state)
{
	assert_refused("a\xff", "UTF-8");
	assert_refused("a\xc3", "UTF-8");
	assert_refused("[\xc3-b]", "UTF-8");
}

static void a_refusal_says_where(void **state)
{
	assert_refused("abc(?i)", "at byte 3");
}

static void text_that_is_not_utf8_does_not_match(void **state)
{
	assert_false(matches(".", "\xff"));
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void a_catastrophic_pattern_ends_soon(void **state)
{
	double start = seconds();

	assert_false(
		matches("^(a+)+$",
			"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"));
	assert_false(
		matches("(a|aa)+$",
			"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"));
	assert_true(seconds() - start < 10);
}

static void a_long_text_does_not_multiply_the_steps(void **state)
{
	const size_t length = 1024 * 1024;
	CLEANUP_FREE char *text = malloc(length);
	double start = seconds();

	memset(text, 'a', length);
	assert_false(matches_bytes("(?:a+)+b", text, length));
	assert_false(matches_bytes("a*?a*?b", text, length));
	assert_true(seconds() - start < 10);
}

static void a_simple_pattern_holds_for_a_long_text(void **state)
{
	const size_t length = 1024 * 1024;
	CLEANUP_FREE char *text = malloc(length);

	memset(text, 'a', length);
	assert_true(matches_bytes("^[a-z]+$", text, length));
	assert_true(matches_bytes("\\S", text, length));
}

static void *match_often(void *pattern)
{
	intptr_t hits = 0;

	for (int i = 0; i < 2000; i++)
		hits += pattern_matches(pattern, "AB12 3CD", 8);
	return (void *)hits;
}

static void threads_share_a_pattern(void **state)
{
	struct pattern *pattern = compiled("^[A-Z]{1,2}\\d[A-Z\\d]? ?\\d[A-Z]{2}$");
	pthread_t threads[4];

	for (size_t i = 0; i < ARRAY_LENGTH(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, match_often, pattern), 0);
	for (size_t i = 0; i < ARRAY_LENGTH(threads); i++) {
		void *hits;

		assert_int_equal(pthread_join(threads[i], &hits), 0);
		assert_int_equal((intptr_t)hits, 2000);
	}
	pattern_free(pattern);
}

static void free_takes_null(void **state)
{
	assert_null(pattern_free(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pattern_is_not_anchored),
		cmocka_unit_test(anchors_are_the_ends_of_the_text),
		cmocka_unit_test(a_dot_is_one_character_but_no_line_end),
		cmocka_unit_test(digits_and_words_are_ascii),
		cmocka_unit_test(white_space_is_that_of_ecma_262),
		cmocka_unit_test(a_word_boundary_is_between_ascii_words),
		cmocka_unit_test(control_escapes_are_those_of_ecma_262),
		cmocka_unit_test(characters_can_be_written_by_number),
		cmocka_unit_test(characters_beyond_ascii_are_one_each),
		cmocka_unit_test(special_characters_can_be_escaped),
		cmocka_unit_test(what_is_special_to_the_library_alone_is_literal),
		cmocka_unit_test(classes_have_ranges_and_complements),
		cmocka_unit_test(quantifiers_repeat),
		cmocka_unit_test(lookahead_is_known),
		cmocka_unit_test(general_categories_are_known_by_their_names),
		cmocka_unit_test(other_properties_are_refused),
		cmocka_unit_test(escapes_of_other_languages_are_refused),
		cmocka_unit_test(back_references_are_refused),
		cmocka_unit_test(groups_of_other_languages_are_refused),
		cmocka_unit_test(verbs_and_possessive_quantifiers_are_refused),
		cmocka_unit_test(braces_that_are_no_quantifier_are_refused),
		cmocka_unit_test(classes_of_other_languages_are_refused),
		cmocka_unit_test(numbers_of_no_character_are_refused),
		cmocka_unit_test(parentheses_must_pair),
		cmocka_unit_test(groups_nest_only_so_deeply),
		cmocka_unit_test(a_pattern_is_only_so_long),
		cmocka_unit_test(a_pattern_that_is_not_utf8_is_refused),
		cmocka_unit_test(a_refusal_says_where),
		cmocka_unit_test(text_that_is_not_utf8_does_not_match),
		cmocka_unit_test(a_catastrophic_pattern_ends_soon),
		cmocka_unit_test(a_long_text_does_not_multiply_the_steps),
		cmocka_unit_test(a_simple_pattern_holds_for_a_long_text),
		cmocka_unit_test(threads_share_a_pattern),
		cmocka_unit_test(free_takes_null),
	};

	return cmocka_run_group_tests_name("pattern", tests, NULL, NULL);
}
