/* SPDX-License-Identifier: MIT */
/*
 * A counter drains steadily: it is kept as the moment at which it will be empty, to which each
 * failure adds. That moment may lie as far ahead as so many failures take to drain, no farther.
 */
#include "throttle.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "../clock.h"
#include "../digest.h"
#include "../limit.h"
#include "../siphash.h"
#include "network.h"

enum {
	THROTTLE_WAYS = 4,
	THROTTLE_SETS = 2048,
	THROTTLE_KEY = 320, /* of a client's id, cut, and an address */
};

struct throttle_counter {
	uint64_t key;
	uint64_t empty_ms; /* monotonic */
};

struct throttle {
	pthread_mutex_t lock;
	uint8_t secret[SIPHASH_KEY_BYTES];
	struct throttle_counter counters[THROTTLE_SETS][THROTTLE_WAYS];
};

/* Two counters are looked at: which, and how many failures a minute each allows. */
struct throttle_rule {
	bool client;
	uint64_t failures;
};

static const struct throttle_rule throttle_rules[] = {
	{true, LIMIT_CLIENT_FAILURES},
	{false, LIMIT_ADDRESS_FAILURES},
};

int throttle_new(struct throttle **ret_throttle)
{
	struct throttle *throttle = calloc(1, sizeof(*throttle));
	int r;

	if (!throttle)
		return -ENOMEM;
	r = digest_random(throttle->secret, sizeof(throttle->secret));
	if (r < 0) {
		free(throttle);
		return r;
	}
	pthread_mutex_init(&throttle->lock, NULL);
	*ret_throttle = throttle;
	return 0;
}

struct throttle *throttle_free(struct throttle *throttle)
{
	if (!throttle)
		return NULL;
	pthread_mutex_destroy(&throttle->lock);
	free(throttle);
	return NULL;
}

static uint64_t throttle_key(const struct throttle *throttle, const struct throttle_rule *rule,
			     const char *client, const char *address)
{
	struct network customer = {0};
	char bytes[THROTTLE_KEY];
	size_t length = rule->client ? strnlen(client, sizeof(bytes) - sizeof(customer)) : 0;

	network_of_customer(address, &customer);
	memcpy(bytes, &customer, sizeof(customer));
	memcpy(bytes + sizeof(customer), client, length);
	return siphash(throttle->secret, bytes, sizeof(customer) + length);
}

/* The counter of a key; without one, the emptiest of those that may give way. */
static struct throttle_counter *throttle_counter(struct throttle *throttle, uint64_t key)
{
	struct throttle_counter *set = throttle->counters[key % THROTTLE_SETS], *found = set;

	for (size_t i = 0; i < THROTTLE_WAYS; i++) {
		if (set[i].key == key)
			return &set[i];
		if (set[i].empty_ms < found->empty_ms)
			found = &set[i];
	}
	return found;
}

static uint64_t throttle_now_ms(void)
{
	return clock_monotonic_ns() / 1000000;
}

unsigned throttle_wait(struct throttle *throttle, const char *client, const char *address)
{
	uint64_t now = throttle_now_ms(), wait_ms = 0;

	pthread_mutex_lock(&throttle->lock);
	for (size_t i = 0; i < ARRAY_LENGTH(throttle_rules); i++) {
		const struct throttle_rule *rule = &throttle_rules[i];
		uint64_t key = throttle_key(throttle, rule, client, address);
		const struct throttle_counter *counter = throttle_counter(throttle, key);
		uint64_t room = 60000 - 60000 / rule->failures;

		if (counter->key == key && counter->empty_ms > now + room &&
		    counter->empty_ms - now - room > wait_ms)
			wait_ms = counter->empty_ms - now - room;
	}
	pthread_mutex_unlock(&throttle->lock);
	return (unsigned)((wait_ms + 999) / 1000);
}

void throttle_fail(struct throttle *throttle, const char *client, const char *address)
{
	uint64_t now = throttle_now_ms();

	pthread_mutex_lock(&throttle->lock);
	for (size_t i = 0; i < ARRAY_LENGTH(throttle_rules); i++) {
		const struct throttle_rule *rule = &throttle_rules[i];
		uint64_t key = throttle_key(throttle, rule, client, address);
		struct throttle_counter *counter = throttle_counter(throttle, key);
		uint64_t from =
			counter->key == key && counter->empty_ms > now ? counter->empty_ms : now;

		*counter = (struct throttle_counter){key, from + 60000 / rule->failures};
	}
	pthread_mutex_unlock(&throttle->lock);
}
