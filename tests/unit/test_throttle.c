/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../api/access/throttle.h"
#include "../../api/limit.h"

static int make(void **state)
{
	return throttle_new((struct throttle **)state);
}

static int unmake(void **state)
{
	return throttle_free(*state) != NULL;
}

static void fail_often(struct throttle *throttle, const char *client, const char *address,
		       int times)
{
	for (int i = 0; i < times; i++)
		throttle_fail(throttle, client, address);
}

static void nobody_waits_at_first(void **state)
{
	assert_int_equal(throttle_wait(*state, "a", "192.0.2.1"), 0);
	assert_int_equal(throttle_wait(*state, "", ""), 0);
}

static void a_client_waits_after_its_failures(void **state)
{
	fail_often(*state, "a", "192.0.2.1", LIMIT_CLIENT_FAILURES - 1);
	assert_int_equal(throttle_wait(*state, "a", "192.0.2.1"), 0);
	throttle_fail(*state, "a", "192.0.2.1");
	assert_in_range(throttle_wait(*state, "a", "192.0.2.1"), 1, 60 / LIMIT_CLIENT_FAILURES);
	fail_often(*state, "a", "192.0.2.1", 5);
	assert_in_range(throttle_wait(*state, "a", "192.0.2.1"), 30, 36);
}

static void others_do_not(void **state)
{
	fail_often(*state, "a", "192.0.2.1", LIMIT_CLIENT_FAILURES);
	assert_int_equal(throttle_wait(*state, "b", "192.0.2.1"), 0);
	assert_int_equal(throttle_wait(*state, "a", "192.0.2.2"), 0);
}

static void an_address_waits_after_all_failures(void **state)
{
	char client[24];

	for (int i = 0; i < LIMIT_ADDRESS_FAILURES; i++) {
		snprintf(client, sizeof(client), "client-%d", i);
		throttle_fail(*state, client, "192.0.2.1");
	}
	assert_in_range(throttle_wait(*state, "another", "192.0.2.1"), 1, 2);
	assert_int_equal(throttle_wait(*state, "another", "192.0.2.2"), 0);
}

/* One customer of IPv6 has as many addresses as it likes. */
static void a_network_of_ipv6_is_one_address(void **state)
{
	char address[40];

	for (int i = 0; i < LIMIT_CLIENT_FAILURES; i++) {
		snprintf(address, sizeof(address), "2001:db8:1:2::%x", i);
		throttle_fail(*state, "a", address);
	}
	assert_int_not_equal(throttle_wait(*state, "a", "2001:db8:1:2:ffff::1"), 0);
	assert_int_equal(throttle_wait(*state, "a", "2001:db8:1:3::1"), 0);
}

static void long_and_odd_names_are_counted(void **state)
{
	char name[4096];

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	fail_often(*state, name, "", LIMIT_CLIENT_FAILURES);
	assert_int_not_equal(throttle_wait(*state, name, ""), 0);
	assert_int_not_equal(throttle_wait(*state, name, "no address"), 0);
	assert_int_equal(throttle_wait(*state, "y", "192.0.2.1"), 0);
}

/* However many strangers fail, memory is what it was, and who failed last is remembered. */
static void memory_is_bounded(void **state)
{
	char client[24], address[40];

	for (int i = 0; i < 100000; i++) {
		snprintf(client, sizeof(client), "client-%d", i);
		snprintf(address, sizeof(address), "10.%d.%d.%d", i >> 16 & 255, i >> 8 & 255,
			 i & 255);
		throttle_fail(*state, client, address);
	}
	fail_often(*state, "a", "192.0.2.1", LIMIT_CLIENT_FAILURES);
	assert_int_not_equal(throttle_wait(*state, "a", "192.0.2.1"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nobody_waits_at_first, make, unmake),
		cmocka_unit_test_setup_teardown(a_client_waits_after_its_failures, make, unmake),
		cmocka_unit_test_setup_teardown(others_do_not, make, unmake),
		cmocka_unit_test_setup_teardown(an_address_waits_after_all_failures, make, unmake),
		cmocka_unit_test_setup_teardown(a_network_of_ipv6_is_one_address, make, unmake),
		cmocka_unit_test_setup_teardown(long_and_odd_names_are_counted, make, unmake),
		cmocka_unit_test_setup_teardown(memory_is_bounded, make, unmake),
	};

	return cmocka_run_group_tests_name("throttle", tests, NULL, NULL);
}
