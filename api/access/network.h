/* SPDX-License-Identifier: MIT */
/* Networks of IPv4 and IPv6, and which addresses are in them. */
#pragma once

#include "../common.h"

enum { NETWORK_TEXT = 64 }; /* of an address or a network, with its end */

struct network {
	int family; /* AF_INET or AF_INET6 */
	uint8_t address[16];
	unsigned bits; /* of the address that count; those beyond are zero */
};

/*
 * Reads "10.0.0.0/8", "2001:db8::/32" or single addresses, separated by commas (spaces around them
 * do not matter; none is no network). 0 with owned networks; 1 when one is malformed or has bits
 * beyond its prefix; -ENOMEM.
 */
int network_parse(const char *text, struct network **ret_networks, size_t *ret_count) MUST_CHECK;
/*
 * Who an address is when attempts are counted: itself in IPv4, its first 64 bits in IPv6, where one
 * customer has them all. False when it is no address.
 */
bool network_of_customer(const char *address, struct network *ret_network);
/*
 * The client's address: the peer's own, unless that is a proxy of ours. Then it is the last of
 * those in X-Forwarded-For (NULL: none) that is no proxy of ours, for each proxy adds whom it was
 * called by; what stands before it anybody can have written. In its shortest form.
 */
void network_find_client(const struct network *proxies, size_t count, const char *peer,
			 const char *forwarded, char ret_address[NETWORK_TEXT]);
/* Whether an address is in one of them. An IPv4 address written as IPv6 is IPv4; what is no address
 * is in none. */
bool network_contains(const struct network *networks, size_t count, const char *address);
