/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../api/auth/claims.h"

static const char *const audiences[] = {"us", "us too", NULL};

/* Judges at second 1000. */
static int judge(const char *text, bool issued, struct claims_times *ret_times)
{
	const struct claims_rules rules = {audiences, issued, 500};
	CLEANUP_JSON json_t *claims = json_loads(text, 0, NULL);

	assert_non_null(claims);
	return claims_judge(claims, &rules, 1000, ret_times);
}

static const struct {
	const char *claims;
	int refusal;
} judged[] = {
	{"{\"aud\":\"us\",\"iat\":900,\"exp\":1300}", 0},
	{"{\"aud\":\"us too\",\"iat\":900,\"exp\":1300}", 0},
	{"{\"aud\":[\"them\",\"us\"],\"iat\":900,\"exp\":1300}", 0},
	{"{\"aud\":\"them\",\"iat\":900,\"exp\":1300}", REFUSAL_AUDIENCE},
	{"{\"aud\":\"u\",\"iat\":900,\"exp\":1300}", REFUSAL_AUDIENCE},
	{"{\"aud\":\"US\",\"iat\":900,\"exp\":1300}", REFUSAL_AUDIENCE},
	{"{\"aud\":[[\"us\"]],\"iat\":900,\"exp\":1300}", REFUSAL_CLAIM},
	{"{\"iat\":900,\"exp\":1300}", REFUSAL_CLAIM},
	{"{\"aud\":\"us\",\"iat\":900,\"exp\":971}", 0},
	{"{\"aud\":\"us\",\"iat\":900,\"exp\":970}", REFUSAL_EXPIRED},
	{"{\"aud\":\"us\",\"iat\":1030,\"exp\":1300}", 0},
	{"{\"aud\":\"us\",\"iat\":1031,\"exp\":1300}", REFUSAL_FUTURE},
	{"{\"aud\":\"us\",\"iat\":900,\"exp\":1300,\"nbf\":1030}", 0},
	{"{\"aud\":\"us\",\"iat\":900,\"exp\":1300,\"nbf\":1031}", REFUSAL_EARLY},
	{"{\"aud\":\"us\",\"iat\":900,\"exp\":1400}", 0},
	{"{\"aud\":\"us\",\"iat\":900,\"exp\":1401}", REFUSAL_LIFETIME},
	{"{\"aud\":\"us\",\"iat\":900,\"exp\":253402300799}", REFUSAL_LIFETIME},
	{"{\"aud\":\"us\",\"iat\":900,\"exp\":253402300800}", REFUSAL_CLAIM},
	{"{\"aud\":\"us\",\"iat\":900,\"exp\":null}", REFUSAL_CLAIM},
	{"{\"aud\":\"us\",\"exp\":1300}", REFUSAL_CLAIM},
};

static void each_claim_is_judged(void **state)
{
	for (size_t i = 0; i < ARRAY_LENGTH(judged); i++) {
		struct claims_times times;
		int r = judge(judged[i].claims, true, &times);

		if (r != judged[i].refusal)
			fail_msg("%s: %d", judged[i].claims, r);
	}
}

static void times_are_told(void **state)
{
	struct claims_times times;

	assert_int_equal(judge("{\"aud\":\"us\",\"iat\":900,\"exp\":1300}", true, &times), 0);
	assert_int_equal(times.issued, 900);
	assert_int_equal(times.expires, 1300);
}

static void without_iat_a_token_is_as_old_as_its_reading(void **state)
{
	struct claims_times times;

	assert_int_equal(judge("{\"aud\":\"us\",\"exp\":1530}", false, &times), 0);
	assert_int_equal(times.issued, 1000);
	assert_int_equal(judge("{\"aud\":\"us\",\"exp\":1531}", false, &times), REFUSAL_LIFETIME);
}

static void texts_are_bounded_and_plain(void **state)
{
	CLEANUP_JSON json_t *claims = json_loads(
		"{\"a\":\"abc\",\"b\":\"\",\"c\":7,\"d\":\"a\\u007fb\",\"e\":\"\\u001f\","
		"\"f\":\"é\"}",
		0, NULL);
	const char *text = "";

	assert_int_equal(claims_text(claims, "a", 3, &text), 0);
	assert_string_equal(text, "abc");
	assert_int_equal(claims_text(claims, "a", 2, &text), REFUSAL_CLAIM);
	assert_int_equal(claims_text(claims, "f", 2, &text), 0);
	for (const char *name = "b\0c\0d\0e\0"; *name; name += 2)
		assert_int_equal(claims_text(claims, name, 9, &text), REFUSAL_CLAIM);
	assert_int_equal(claims_text(claims, "z", 9, &text), 0);
	assert_null(text);
	assert_int_equal(claims_need_text(claims, "z", 9, &text), REFUSAL_CLAIM);
}

static void scopes_are_words_with_single_spaces(void **state)
{
	static const char *const good[] = {"", "a", "a b", "schools:read https://x/y!#[]~"};
	static const char *const bad[] = {" ",    " a",   "a ",   "a  b",
					  "a\"b", "a\\b", "a\tb", "\xc3\xa9"};

	for (size_t i = 0; i < ARRAY_LENGTH(good); i++)
		assert_true(claims_are_scopes(good[i]));
	for (size_t i = 0; i < ARRAY_LENGTH(bad); i++)
		assert_false(claims_are_scopes(bad[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_claim_is_judged),
		cmocka_unit_test(times_are_told),
		cmocka_unit_test(without_iat_a_token_is_as_old_as_its_reading),
		cmocka_unit_test(texts_are_bounded_and_plain),
		cmocka_unit_test(scopes_are_words_with_single_spaces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
