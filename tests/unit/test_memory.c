/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../api/auth/memory.h"
#include "../../api/limit.h"

static struct memory *memory;
static struct principal *principal;

static int make(void **state)
{
	const struct principal draft = {.issuer = "i", .subject = "s"};

	return memory_new(&memory) || principal_new(&draft, &principal);
}

static int finish(void **state)
{
	memory_free(memory);
	/* Nobody else holds it. */
	assert_int_equal(atomic_load(&principal->references), 1);
	principal_release(principal);
	return 0;
}

static const uint8_t *digest_of(unsigned number)
{
	static uint8_t digest[DIGEST_BYTES];

	assert_int_equal(digest_sha256(&number, sizeof(number), digest), 0);
	return digest;
}

static void add(unsigned number, int64_t until)
{
	memory_add(memory, digest_of(number), principal, until, 100, memory_epoch(memory));
}

static bool knows(unsigned number, int64_t now)
{
	CLEANUP_PRINCIPAL struct principal *found = memory_find(memory, digest_of(number), now);

	assert_true(!found || found == principal);
	return found;
}

static void a_token_is_known_until_it_expires(void **state)
{
	assert_false(knows(1, 100));
	add(1, 200);
	assert_true(knows(1, 100));
	assert_true(knows(1, 199));
	assert_false(knows(1, 200));
	assert_false(knows(2, 100));
}

static void what_has_expired_is_not_taken_in(void **state)
{
	add(1, 100);
	assert_false(knows(1, 99));
}

static void the_same_token_takes_one_place(void **state)
{
	add(1, 200);
	add(1, 300);
	assert_true(knows(1, 250));
	assert_int_equal(atomic_load(&principal->references), 2);
}

static void all_is_forgotten_at_once(void **state)
{
	for (unsigned i = 0; i < 1000; i++)
		add(i, 200);
	memory_forget(memory);
	for (unsigned i = 0; i < 1000; i++)
		assert_false(knows(i, 100));
	assert_int_equal(atomic_load(&principal->references), 1);
}

static void what_began_before_a_forgetting_is_not_taken_in(void **state)
{
	uint64_t epoch = memory_epoch(memory);

	memory_forget(memory);
	memory_add(memory, digest_of(1), principal, 200, 100, epoch);
	assert_false(knows(1, 100));
}

/* The one that expires first makes room: those that last longest are all there. */
static void it_is_bounded(void **state)
{
	for (unsigned i = 0; i < 2 * LIMIT_REMEMBERED_TOKENS; i++)
		add(i, 200);
	assert_true(atomic_load(&principal->references) <= 1 + LIMIT_REMEMBERED_TOKENS);
	for (unsigned i = 0; i < 8; i++)
		add(1000000 + i, 300);
	for (unsigned i = 0; i < 8; i++)
		assert_true(knows(1000000 + i, 100));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_token_is_known_until_it_expires, make, finish),
		cmocka_unit_test_setup_teardown(what_has_expired_is_not_taken_in, make, finish),
		cmocka_unit_test_setup_teardown(the_same_token_takes_one_place, make, finish),
		cmocka_unit_test_setup_teardown(all_is_forgotten_at_once, make, finish),
		cmocka_unit_test_setup_teardown(what_began_before_a_forgetting_is_not_taken_in,
						make, finish),
		cmocka_unit_test_setup_teardown(it_is_bounded, make, finish),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
