/* SPDX-License-Identifier: MIT */
#include "network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Reads an address; one of IPv4 in IPv6's clothes (RFC 4291, 2.5.5.2) is IPv4. */
static bool network_read_address(const char *text, struct network *ret_network)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	uint8_t *address = ret_network->address;

	*ret_network = (struct network){.family = AF_INET, .bits = 32};
	if (inet_pton(AF_INET, text, address) == 1)
		return true;
	if (inet_pton(AF_INET6, text, address) != 1)
		return false;
	if (memcmp(address, mapped, sizeof(mapped)) == 0) {
		memmove(address, address + sizeof(mapped), 4);
		return true;
	}
	ret_network->family = AF_INET6;
	ret_network->bits = 128;
	return true;
}

/* Whether the first bits of both are the same. */
static bool network_agrees(const uint8_t *a, const uint8_t *b, unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;

	return memcmp(a, b, whole) == 0 && (!rest || ((a[whole] ^ b[whole]) >> (8 - rest)) == 0);
}

/* Cuts an address to its first bits. */
static void network_mask(struct network *network)
{
	for (unsigned i = 0; i < sizeof(network->address); i++) {
		unsigned left = network->bits > 8 * i ? network->bits - 8 * i : 0;

		network->address[i] &= (uint8_t)(left >= 8 ? 0xff : 0xff << (8 - left));
	}
}

static bool network_read(char *text, struct network *ret_network)
{
	char *slash = strchr(text, '/'), *end;
	struct network masked;
	unsigned long bits;

	if (slash)
		*slash++ = '\0';
	if (!network_read_address(text, ret_network))
		return false;
	if (!slash)
		return true;
	bits = strtoul(slash, &end, 10);
	if (slash[0] < '0' || slash[0] > '9' || *end || bits > ret_network->bits)
		return false;
	ret_network->bits = (unsigned)bits;
	masked = *ret_network;
	network_mask(&masked);
	return memcmp(masked.address, ret_network->address, sizeof(masked.address)) == 0;
}

int network_parse(const char *text, struct network **ret_networks, size_t *ret_count)
{
	CLEANUP_FREE struct network *networks = calloc(strlen(text) / 2 + 1, sizeof(*networks));
	size_t count = 0;

	if (!networks)
		return -ENOMEM;
	for (text += strspn(text, " "); *text;) {
		char one[NETWORK_TEXT];
		size_t length = strcspn(text, ","), kept = length;

		while (kept && text[kept - 1] == ' ')
			kept--;
		if (kept >= sizeof(one))
			return 1;
		memcpy(one, text, kept);
		one[kept] = '\0';
		if (!network_read(one, &networks[count++]))
			return 1;
		text += length;
		if (*text && !*++text)
			return 1;
		text += strspn(text, " ");
	}
	*ret_networks = TAKE_PTR(networks);
	*ret_count = count;
	return 0;
}

bool network_contains(const struct network *networks, size_t count, const char *address)
{
	struct network found;

	if (!network_read_address(address, &found))
		return false;
	for (size_t i = 0; i < count; i++)
		if (networks[i].family == found.family &&
		    network_agrees(networks[i].address, found.address, networks[i].bits))
			return true;
	return false;
}

bool network_of_customer(const char *address, struct network *ret_network)
{
	if (!network_read_address(address, ret_network))
		return false;
	if (ret_network->family == AF_INET6)
		ret_network->bits = 64;
	network_mask(ret_network);
	return true;
}

static bool network_is_space(char character)
{
	return character == ' ' || character == '\t';
}

/* Copies the last address of a list that ends at *end, and moves *end before it. Whether there was
 * one. */
static bool network_take_last(const char *list, size_t *end, char ret_address[NETWORK_TEXT])
{
	struct network network;
	char text[NETWORK_TEXT];
	size_t begin, length;

	while (*end && network_is_space(list[*end - 1]))
		--*end;
	for (begin = *end; begin && list[begin - 1] != ',' && !network_is_space(list[begin - 1]);)
		begin--;
	length = *end - begin;
	if (!length || length >= sizeof(text))
		return false;
	memcpy(text, list + begin, length);
	text[length] = '\0';
	while (begin && network_is_space(list[begin - 1]))
		begin--;
	*end = begin ? begin - 1 : 0;
	return network_read_address(text, &network) &&
	       inet_ntop(network.family, network.address, ret_address, NETWORK_TEXT);
}

void network_find_client(const struct network *proxies, size_t count, const char *peer,
			 const char *forwarded, char ret_address[NETWORK_TEXT])
{
	size_t end = forwarded ? strlen(forwarded) : 0;
	char next[NETWORK_TEXT];

	snprintf(ret_address, NETWORK_TEXT, "%s", peer);
	while (end && network_contains(proxies, count, ret_address) &&
	       network_take_last(forwarded, &end, next))
		memcpy(ret_address, next, sizeof(next));
}
