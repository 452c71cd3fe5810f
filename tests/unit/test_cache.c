/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../api/cache.h"
#include "../../api/siphash.h"

enum { MEBIBYTE = 1024 * 1024 };

/* A representation whose body is so many times a letter. */
static struct representation *make(char letter, size_t length)
{
	struct reply reply = {.status = 200, .content_type = "text/plain", .body_length = length};

	reply.body = malloc(length + 1);
	memset(reply.body, letter, length);
	reply.body[length] = '\0';
	reply_add_header(&reply, "ETag", "\"%c\"", letter);
	reply.tag = reply.headers[0].value;
	assert_int_equal(representation_keep(&reply), 0);
	return reply.held;
}

/* Asks for a key, and fills it when it is not there. Whether it was there. */
static bool ask(struct cache *cache, const char *key, char letter, size_t length)
{
	struct representation *found;
	struct cache_fill fill;
	int r = cache_find(cache, key, strlen(key), &fill, &found);

	if (r == CACHE_FILL) {
		found = make(letter, length);
		cache_filled(cache, &fill, found);
	}
	if (r != CACHE_PASS) {
		assert_int_equal(found->body_length, length);
		assert_int_equal(found->body[0], letter);
		representation_release(found);
	}
	return r == 0;
}

static struct cache *open_cache(size_t bytes, long wait_ms)
{
	struct cache *cache;

	assert_int_equal(cache_new(bytes, wait_ms, &cache), 0);
	cache_open(cache, 1);
	return cache;
}

static void siphash_is_the_one_that_others_know(void **state)
{
	static const uint8_t key[SIPHASH_KEY_BYTES] = {0, 1, 2,  3,  4,  5,  6,  7,
						       8, 9, 10, 11, 12, 13, 14, 15};

	/* SipHash-1-3 of "", 00, 00 01 … under this key, from the reference implementation. */
	assert_true(siphash(key, "", 0) == 0xabac0158050fc4dc);
	assert_true(siphash(key, key, 1) == 0xc9f49bf37d57ca93);
	assert_true(siphash(key, key, 8) == 0x369095118d299a8e);
	assert_true(siphash(key, key, 15) == 0xd320d86d2a519956);
}

static void what_was_made_is_found(void **state)
{
	struct cache *cache = open_cache(MEBIBYTE, 100);
	struct cache_state now;

	assert_false(ask(cache, "a", 'a', 100));
	assert_false(ask(cache, "b", 'b', 200));
	assert_true(ask(cache, "a", 'a', 100));
	assert_true(ask(cache, "b", 'b', 200));
	now = cache_state(cache);
	assert_true(now.open);
	assert_int_equal(now.entries, 2);
	assert_int_equal(now.hits, 2);
	assert_int_equal(now.misses, 2);
	assert_in_range(now.bytes, 300, 1200);
	cache_free(cache);
}

static void a_closed_cache_finds_and_keeps_nothing(void **state)
{
	struct cache *cache = open_cache(MEBIBYTE, 100);
	struct representation *found;
	struct cache_fill fill;

	assert_false(ask(cache, "a", 'a', 100));
	cache_close(cache);
	assert_int_equal(cache_find(cache, "a", 1, &fill, &found), CACHE_PASS);
	assert_int_equal(cache_state(cache).entries, 0);
	assert_int_equal(cache_state(cache).bytes, 0);
	assert_false(cache_state(cache).open);
	cache_open(cache, 2);
	assert_int_equal(cache_state(cache).generation, 2);
	assert_false(ask(cache, "a", 'b', 50));
	assert_true(ask(cache, "a", 'b', 50));
	cache_free(cache);
}

static void a_filling_across_a_closing_is_not_kept(void **state)
{
	struct cache *cache = open_cache(MEBIBYTE, 100);
	struct representation *found, *old = make('o', 10);
	struct cache_fill fill;

	assert_int_equal(cache_find(cache, "a", 1, &fill, &found), CACHE_FILL);
	cache_close(cache);
	cache_open(cache, 1);
	assert_false(ask(cache, "a", 'n', 20));
	cache_filled(cache, &fill, old);
	assert_true(ask(cache, "a", 'n', 20));
	assert_int_equal(cache_state(cache).entries, 1);
	representation_release(old);
	cache_free(cache);
}

static void a_failed_filling_leaves_nothing(void **state)
{
	struct cache *cache = open_cache(MEBIBYTE, 100);
	struct representation *found;
	struct cache_fill fill;

	for (int i = 0; i < 2; i++) {
		assert_int_equal(cache_find(cache, "a", 1, &fill, &found), CACHE_FILL);
		cache_filled(cache, &fill, NULL);
	}
	assert_int_equal(cache_state(cache).entries, 0);
	cache_free(cache);
}

static void memory_is_bounded_and_the_popular_stays(void **state)
{
	struct cache *cache = open_cache(MEBIBYTE, 100);
	char key[16];

	ask(cache, "popular", 'p', 1000);
	for (int i = 0; i < 20000; i++) {
		snprintf(key, sizeof(key), "%d", i);
		assert_false(ask(cache, key, 'x', 500 + (size_t)i % 1000));
		assert_true(ask(cache, "popular", 'p', 1000));
		assert_true(cache_state(cache).bytes <= MEBIBYTE);
	}
	assert_in_range(cache_state(cache).entries, 500, 1200);
	assert_true(ask(cache, key, 'x', 500 + 999));
	assert_false(ask(cache, "0", 'x', 500));
	cache_free(cache);
}

static void what_is_too_large_is_not_kept(void **state)
{
	struct cache *cache = open_cache(MEBIBYTE, 100);

	assert_false(ask(cache, "a", 'a', MEBIBYTE / CACHE_SHARE));
	assert_false(ask(cache, "a", 'a', MEBIBYTE / CACHE_SHARE));
	assert_false(ask(cache, "b", 'b', MEBIBYTE / CACHE_SHARE - 1000));
	assert_true(ask(cache, "b", 'b', MEBIBYTE / CACHE_SHARE - 1000));
	cache_free(cache);
}

static void what_is_held_outlives_the_cache(void **state)
{
	struct cache *cache = open_cache(MEBIBYTE, 100);
	struct representation *found;
	struct cache_fill fill;
	struct reply reply = {0};

	ask(cache, "a", 'a', 10);
	assert_int_equal(cache_find(cache, "a", 1, &fill, &found), 0);
	cache_free(cache);
	representation_answer(found, &reply);
	reply_add_fixed(&reply, "Vary", "Accept");
	assert_string_equal(reply.body, "aaaaaaaaaa");
	assert_string_equal(reply.tag, "\"a\"");
	assert_int_equal(reply.header_count, 2);
	reply_finish(&reply);
}

struct waiting {
	struct cache *cache;
	int outcome;
};

static void *wait_for_key(void *user)
{
	struct waiting *waiting = user;
	struct representation *found;
	struct cache_fill fill;

	waiting->outcome = cache_find(waiting->cache, "a", 1, &fill, &found);
	if (waiting->outcome == 0)
		representation_release(found);
	return NULL;
}

/* What becomes of four who wait while one fills for so long, and then has made this (or nothing).
 */
static void fill_while_others_wait(struct cache *cache, unsigned microseconds, bool closing,
				   struct representation *made, int expected)
{
	struct waiting waiting[4];
	pthread_t threads[4];
	struct representation *found;
	struct cache_fill fill;

	assert_int_equal(cache_find(cache, "a", 1, &fill, &found), CACHE_FILL);
	for (size_t i = 0; i < ARRAY_LENGTH(threads); i++) {
		waiting[i] = (struct waiting){cache, -1};
		pthread_create(&threads[i], NULL, wait_for_key, &waiting[i]);
	}
	while (cache_state(cache).misses < 5)
		usleep(1000);
	usleep(microseconds);
	if (closing)
		cache_close(cache);
	cache_filled(cache, &fill, made);
	for (size_t i = 0; i < ARRAY_LENGTH(threads); i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(waiting[i].outcome, expected);
	}
	cache_free(cache);
}

static void those_who_wait_are_given_what_was_made(void **state)
{
	struct representation *made = make('m', 10);

	fill_while_others_wait(open_cache(MEBIBYTE, 5000), 0, false, made, 0);
	representation_release(made);
}

static void those_who_wait_go_on_when_it_failed(void **state)
{
	fill_while_others_wait(open_cache(MEBIBYTE, 5000), 0, false, NULL, CACHE_PASS);
}

static void those_who_wait_go_on_when_it_is_out_of_date(void **state)
{
	struct representation *made = make('m', 10);

	fill_while_others_wait(open_cache(MEBIBYTE, 5000), 0, true, made, CACHE_PASS);
	representation_release(made);
}

static void nobody_waits_for_ever(void **state)
{
	struct representation *made = make('m', 10);

	fill_while_others_wait(open_cache(MEBIBYTE, 20), 200000, false, made, CACHE_PASS);
	representation_release(made);
}

/* A world whose value rises; whoever reads it after a closing must not find an older one. */
static struct world {
	struct cache *cache;
	_Atomic unsigned value; /* of the world */
	_Atomic unsigned known; /* that the cache was closed after */
	_Atomic bool ended;
	_Atomic unsigned reads;
} world;

static void *read_world(void *user)
{
	unsigned seed = (unsigned)(uintptr_t)user;

	while (!world.ended) {
		char key[2] = {(char)('a' + seed++ % 7), '\0'};
		unsigned least = world.known, value = 0;
		struct representation *found;
		struct cache_fill fill;
		int r = cache_find(world.cache, key, 1, &fill, &found);

		if (r == CACHE_FILL) {
			found = make('v', 1 + world.value);
			cache_filled(world.cache, &fill, seed % 5 ? found : NULL);
		}
		if (r != CACHE_PASS) {
			value = (unsigned)found->body_length - 1;
			representation_release(found);
			assert_true(value >= least);
		}
		world.reads++;
	}
	return NULL;
}

static void nothing_old_is_found_after_a_closing(void **state)
{
	pthread_t threads[4];

	world.cache = open_cache(16 * 1024, 50);
	for (size_t i = 0; i < ARRAY_LENGTH(threads); i++)
		pthread_create(&threads[i], NULL, read_world, (void *)(uintptr_t)i);
	for (unsigned i = 1; i <= 500; i++) {
		world.value = i;
		cache_close(world.cache);
		cache_open(world.cache, i);
		world.known = i;
		usleep(200);
	}
	world.ended = true;
	for (size_t i = 0; i < ARRAY_LENGTH(threads); i++)
		pthread_join(threads[i], NULL);
	assert_true(world.reads > 500);
	assert_true(cache_state(world.cache).hits > 0);
	cache_free(world.cache);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(siphash_is_the_one_that_others_know),
		cmocka_unit_test(what_was_made_is_found),
		cmocka_unit_test(a_closed_cache_finds_and_keeps_nothing),
		cmocka_unit_test(a_filling_across_a_closing_is_not_kept),
		cmocka_unit_test(a_failed_filling_leaves_nothing),
		cmocka_unit_test(memory_is_bounded_and_the_popular_stays),
		cmocka_unit_test(what_is_too_large_is_not_kept),
		cmocka_unit_test(what_is_held_outlives_the_cache),
		cmocka_unit_test(those_who_wait_are_given_what_was_made),
		cmocka_unit_test(those_who_wait_go_on_when_it_failed),
		cmocka_unit_test(those_who_wait_go_on_when_it_is_out_of_date),
		cmocka_unit_test(nobody_waits_for_ever),
		cmocka_unit_test(nothing_old_is_found_after_a_closing),
	};

	return cmocka_run_group_tests_name("cache", tests, NULL, NULL);
}
