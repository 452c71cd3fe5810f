/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "../../api/access/network.h"

/* Whether an address is in a list of networks, which must be well-formed. */
static bool contains(const char *list, const char *address)
{
	CLEANUP_FREE struct network *networks = NULL;
	size_t count;

	assert_int_equal(network_parse(list, &networks, &count), 0);
	return network_contains(networks, count, address);
}

static void addresses_are_in_their_networks(void **state)
{
	assert_true(contains("10.0.0.0/8", "10.255.0.1"));
	assert_false(contains("10.0.0.0/8", "11.0.0.1"));
	assert_true(contains("192.0.2.128/25", "192.0.2.128"));
	assert_false(contains("192.0.2.128/25", "192.0.2.127"));
	assert_true(contains("192.0.2.7", "192.0.2.7"));
	assert_false(contains("192.0.2.7", "192.0.2.8"));
	assert_true(contains("0.0.0.0/0", "255.255.255.255"));
	assert_true(contains("2001:db8::/33", "2001:db8:7fff::1"));
	assert_false(contains("2001:db8::/33", "2001:db8:8000::1"));
	assert_true(contains("::/0", "2001:db8::1"));
	assert_true(contains("2001:db8::1", "2001:0DB8:0:0:0:0:0:1"));
}

static void any_of_several_will_do(void **state)
{
	const char *list = "10.0.0.0/8, 2001:db8::/32 ,192.0.2.7";

	assert_true(contains(list, "10.1.1.1"));
	assert_true(contains(list, "2001:db8::5"));
	assert_true(contains(list, "192.0.2.7"));
	assert_false(contains(list, "192.0.2.8"));
	assert_false(contains("", "10.1.1.1"));
	assert_false(contains("  ", "10.1.1.1"));
}

static void families_do_not_mix(void **state)
{
	assert_false(contains("::/0", "10.0.0.1"));
	assert_false(contains("0.0.0.0/0", "2001:db8::1"));
	assert_true(contains("10.0.0.0/8", "::ffff:10.0.0.1"));
	assert_true(contains("::ffff:10.0.0.1", "10.0.0.1"));
}

static void what_is_no_address_is_nowhere(void **state)
{
	const char *const words[] = {"",           "10.0.0",    "10.0.0.1 ",
				     "10.0.0.1/8", "localhost", "::1%lo"};

	for (size_t i = 0; i < ARRAY_LENGTH(words); i++)
		assert_false(contains("0.0.0.0/0,::/0", words[i]));
}

static void malformed_lists_are_refused(void **state)
{
	const char *const lists[] = {
		"10.0.0.1/8",
		"10.0.0.0/33",
		"10.0.0.0/",
		"10.0.0.0/-1",
		"10.0.0.0/8x",
		"10.0.0.0/08000",
		"10.0.0/8",
		"::1/129",
		"::1/127",
		"2001:db8::1/64",
		",",
		"10.0.0.0/8,",
		",10.0.0.0/8",
		"10.0.0.0/8,,10.0.0.1",
		"proxy",
		"10.0.0.0 /8",
		"10.0.0.0/8 10.0.0.1",
		"000000000000000000000000000000000000000000000000000000000000000000000000000000",
	};

	for (size_t i = 0; i < ARRAY_LENGTH(lists); i++) {
		struct network *networks = NULL;
		size_t count;

		assert_int_equal(network_parse(lists[i], &networks, &count), 1);
		assert_null(networks);
	}
}

static void assert_client(const char *peer, const char *forwarded, const char *expected)
{
	CLEANUP_FREE struct network *proxies = NULL;
	char address[NETWORK_TEXT];
	size_t count;

	assert_int_equal(network_parse("10.1.0.0/16,127.0.0.1", &proxies, &count), 0);
	network_find_client(proxies, count, peer, forwarded, address);
	assert_string_equal(address, expected);
}

static void a_peer_is_believed_when_it_is_a_proxy(void **state)
{
	assert_client("192.0.2.1", "203.0.113.5", "192.0.2.1");
	assert_client("10.1.0.1", "203.0.113.5", "203.0.113.5");
	assert_client("10.1.0.1", NULL, "10.1.0.1");
	assert_client("10.1.0.1", "", "10.1.0.1");
	assert_client("", "203.0.113.5", "");
}

static void the_last_stranger_is_the_client(void **state)
{
	assert_client("127.0.0.1", "1.2.3.4, 203.0.113.5", "203.0.113.5");
	assert_client("127.0.0.1", "203.0.113.5,10.1.9.9", "203.0.113.5");
	assert_client("127.0.0.1", "10.1.9.9", "10.1.9.9");
	assert_client("127.0.0.1", "10.1.9.9,\t127.0.0.1", "10.1.9.9");
	assert_client("127.0.0.1", "2001:DB8::0:1", "2001:db8::1");
	assert_client("127.0.0.1", "::ffff:203.0.113.5", "203.0.113.5");
}

static void what_a_proxy_did_not_write_is_not_read(void **state)
{
	assert_client("127.0.0.1", "203.0.113.5, garbage", "127.0.0.1");
	assert_client("127.0.0.1", "203.0.113.5, garbage, 10.1.0.2", "10.1.0.2");
	assert_client("127.0.0.1", "203.0.113.5 198.51.100.1", "198.51.100.1");
	assert_client("127.0.0.1", "203.0.113.5:4711", "127.0.0.1");
	assert_client("127.0.0.1", ", ", "127.0.0.1");
}

static void a_customer_of_ipv6_has_64_bits(void **state)
{
	struct network a, b, c;

	assert_true(network_of_customer("2001:db8:1:2:3::1", &a));
	assert_true(network_of_customer("2001:db8:1:2:ffff::9", &b));
	assert_true(network_of_customer("2001:db8:1:3::1", &c));
	assert_memory_equal(&a, &b, sizeof(a));
	assert_memory_not_equal(&a, &c, sizeof(a));
	assert_true(network_of_customer("192.0.2.1", &a));
	assert_true(network_of_customer("::ffff:192.0.2.1", &b));
	assert_true(network_of_customer("192.0.2.2", &c));
	assert_memory_equal(&a, &b, sizeof(a));
	assert_memory_not_equal(&a, &c, sizeof(a));
	assert_false(network_of_customer("nobody", &a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_in_their_networks),
		cmocka_unit_test(any_of_several_will_do),
		cmocka_unit_test(families_do_not_mix),
		cmocka_unit_test(what_is_no_address_is_nowhere),
		cmocka_unit_test(malformed_lists_are_refused),
		cmocka_unit_test(a_peer_is_believed_when_it_is_a_proxy),
		cmocka_unit_test(the_last_stranger_is_the_client),
		cmocka_unit_test(what_a_proxy_did_not_write_is_not_read),
		cmocka_unit_test(a_customer_of_ipv6_has_64_bits),
	};

	return cmocka_run_group_tests_name("network", tests, NULL, NULL);
}
