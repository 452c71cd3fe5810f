/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../api/access/quota.h"
#include "../../api/limit.h"

static const uint64_t second = 1000000000;
static const uint64_t start = UINT64_C(7) * 86400 * 1000000000;

static struct quota *make(const char *callers, const char *strangers)
{
	struct quota *quota;

	assert_int_equal(quota_new(callers, strangers, &quota), 0);
	return quota;
}

static uint64_t payer(struct quota *quota, enum quota_kind kind, unsigned number)
{
	return quota_payer(quota, kind, &number, sizeof(number));
}

/* How many of wanted requests are served at a moment. */
static unsigned served(struct quota *quota, enum quota_kind kind, unsigned number, unsigned cost,
		       uint64_t now_ns, unsigned wanted)
{
	struct quota_left left;
	unsigned count = 0;

	for (unsigned i = 0; i < wanted; i++)
		count += quota_take(quota, kind, payer(quota, kind, number), cost, now_ns, &left) ==
			 0;
	return count;
}

static void rates_are_three_numbers(void **state)
{
	static const char *const bad[] = {
		"",      "1",      "1,2",    "1,2,3,", "1,2,3,4",      "1,,3",
		"1,2,x", "1, 2,3", "-1,2,3", "1,2,3 ", "60000001,1,1", "99999999999999999999,1,1"};
	uint64_t rates[QUOTA_COSTS];

	assert_true(quota_parse("60000000,0,7", rates));
	assert_int_equal(rates[0], 60000000);
	assert_int_equal(rates[1], 0);
	assert_int_equal(rates[2], 7);
	for (size_t i = 0; i < ARRAY_LENGTH(bad); i++)
		assert_false(quota_parse(bad[i], rates));
}

static void a_bucket_holds_a_minute(void **state)
{
	static const char *const rates[] = {"7,1,1", "60,1,1", "1001,1,1", "99999,1,1"};

	for (size_t i = 0; i < ARRAY_LENGTH(rates); i++) {
		struct quota *quota = make(rates[i], "1,1,1");
		unsigned rate = (unsigned)strtoul(rates[i], NULL, 10);

		assert_int_equal(served(quota, QUOTA_CALLER, 1, 0, start, rate + 5), rate);
		assert_int_equal(quota_refused(quota, QUOTA_CALLER, 0), 5);
		assert_int_equal(served(quota, QUOTA_CALLER, 1, 0, start + 60 * second, rate + 5),
				 rate);
		quota_free(quota);
	}
}

static void a_bucket_fills_steadily(void **state)
{
	struct quota *quota = make("60,1,1", "1,1,1");

	served(quota, QUOTA_CALLER, 1, 0, start, 60);
	assert_int_equal(served(quota, QUOTA_CALLER, 1, 0, start + second - 1, 5), 0);
	assert_int_equal(served(quota, QUOTA_CALLER, 1, 0, start + second, 5), 1);
	assert_int_equal(served(quota, QUOTA_CALLER, 1, 0, start + 11 * second, 50), 10);
	quota_free(quota);
}

static void what_is_left_is_true(void **state)
{
	struct quota *quota = make("6,0,1", "1,1,1");
	struct quota_left left;

	for (unsigned i = 0; i < 6; i++) {
		assert_int_equal(quota_take(quota, QUOTA_CALLER, 4, 0, start, &left), 0);
		assert_string_equal(left.policy, "\"read\";q=6;w=60");
		assert_int_equal(left.left, 5 - i);
		assert_int_equal(left.seconds, 10);
	}
	assert_int_equal(quota_take(quota, QUOTA_CALLER, 4, 0, start + 7 * second, &left),
			 QUOTA_SPENT);
	assert_int_equal(left.left, 0);
	assert_int_equal(left.seconds, 3);
	assert_int_equal(quota_take(quota, QUOTA_CALLER, 4, 0, start + 10 * second, &left), 0);
	assert_int_equal(quota_take(quota, QUOTA_CALLER, 4, 1, start, &left), 0);
	assert_null(left.policy);
	quota_free(quota);
}

static void classes_and_kinds_are_apart(void **state)
{
	struct quota *quota = make("3,2,1", "2,1,1");

	assert_int_equal(served(quota, QUOTA_CALLER, 1, 0, start, 9), 3);
	assert_int_equal(served(quota, QUOTA_CALLER, 1, 1, start, 9), 2);
	assert_int_equal(served(quota, QUOTA_CALLER, 1, 2, start, 9), 1);
	assert_int_equal(served(quota, QUOTA_STRANGER, 1, 0, start, 9), 2);
	assert_true(payer(quota, QUOTA_CALLER, 1) != payer(quota, QUOTA_STRANGER, 1));
	quota_free(quota);
}

/* Somebody who has spent his bucket comes under four times as many names as there are buckets, each
 * spent too. */
static void a_crowd_does_not_fill_a_bucket(void **state)
{
	struct quota *quota = make("10,1,1", "10,1,1");
	struct quota_left left;

	assert_int_equal(served(quota, QUOTA_STRANGER, 0, 0, start, 20), 10);
	for (unsigned i = 1; i < 4 * LIMIT_BUCKETS; i++)
		served(quota, QUOTA_STRANGER, i, 0, start, 10);
	assert_int_equal(served(quota, QUOTA_STRANGER, 0, 0, start, 20), 0);
	assert_int_equal(
		quota_take(quota, QUOTA_CALLER, payer(quota, QUOTA_CALLER, 1), 0, start, &left), 0);
	assert_int_equal(left.left, 9);
	quota_free(quota);
}

/* A crowd that asks once each takes the room of those who asked once, not of who asked often. */
static void the_emptiest_stay(void **state)
{
	struct quota *quota = make("1,1,1", "10,1,1");

	served(quota, QUOTA_STRANGER, 0, 0, start, 10);
	for (unsigned i = 1; i < 2 * LIMIT_BUCKETS; i++)
		served(quota, QUOTA_STRANGER, i, 0, start, 1);
	assert_int_equal(served(quota, QUOTA_STRANGER, 0, 0, start, 20), 0);
	quota_free(quota);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rates_are_three_numbers),
		cmocka_unit_test(a_bucket_holds_a_minute),
		cmocka_unit_test(a_bucket_fills_steadily),
		cmocka_unit_test(what_is_left_is_true),
		cmocka_unit_test(classes_and_kinds_are_apart),
		cmocka_unit_test(a_crowd_does_not_fill_a_bucket),
		cmocka_unit_test(the_emptiest_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
