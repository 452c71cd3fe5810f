/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../api/access/secret.h"

static void a_secret_can_be_recognised(void **state)
{
	char secret[SECRET_TEXT];

	for (int i = 0; i < 100; i++) {
		assert_int_equal(secret_make(secret), 0);
		assert_int_equal(strlen(secret), SECRET_TEXT - 1);
		assert_int_equal(strncmp(secret, "accord_", 7), 0);
		assert_int_equal(strspn(secret + 7, "abcdefghijklmnopqrstuvwxyz234567"),
				 SECRET_TEXT - 8);
		assert_true(secret_is_whole(secret));
	}
}

static void no_two_secrets_are_alike(void **state)
{
	char secrets[200][SECRET_TEXT];

	for (size_t i = 0; i < ARRAY_LENGTH(secrets); i++) {
		assert_int_equal(secret_make(secrets[i]), 0);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(secrets[i], secrets[k]);
	}
}

/* A wrong character goes unnoticed once in 2^30. */
static void a_changed_secret_is_not_whole(void **state)
{
	char secret[SECRET_TEXT], changed[SECRET_TEXT + 1];

	assert_int_equal(secret_make(secret), 0);
	for (size_t i = 0; i < SECRET_TEXT - 1; i++) {
		memcpy(changed, secret, SECRET_TEXT);
		changed[i] = changed[i] == 'a' ? 'b' : 'a';
		assert_false(secret_is_whole(changed));
		memcpy(changed, secret, SECRET_TEXT);
		changed[i] = '\0';
		assert_false(secret_is_whole(changed));
	}
	memcpy(changed, secret, SECRET_TEXT);
	memcpy(changed + SECRET_TEXT - 1, "a", 2);
	assert_false(secret_is_whole(changed));
	assert_false(secret_is_whole(""));
}

/* The form is kept: a secret of an earlier version is one still. */
static void the_form_stays(void **state)
{
	assert_true(secret_is_whole("accord_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab7iirl"));
}

static void a_digest_depends_on_key_and_secret(void **state)
{
	const uint8_t one[DIGEST_BYTES] = {1}, two[DIGEST_BYTES] = {2};
	uint8_t a[DIGEST_BYTES], b[DIGEST_BYTES];

	assert_int_equal(secret_digest(one, "accord_x", a), 0);
	assert_int_equal(secret_digest(one, "accord_x", b), 0);
	assert_memory_equal(a, b, sizeof(a));
	assert_int_equal(secret_digest(two, "accord_x", b), 0);
	assert_memory_not_equal(a, b, sizeof(a));
	assert_int_equal(secret_digest(one, "accord_y", b), 0);
	assert_memory_not_equal(a, b, sizeof(a));
	assert_int_equal(secret_digest(one, "", b), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_secret_can_be_recognised),
		cmocka_unit_test(no_two_secrets_are_alike),
		cmocka_unit_test(a_changed_secret_is_not_whole),
		cmocka_unit_test(the_form_stays),
		cmocka_unit_test(a_digest_depends_on_key_and_secret),
	};

	return cmocka_run_group_tests_name("secret", tests, NULL, NULL);
}
