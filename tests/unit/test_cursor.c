/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../api/cursor.h"
#include "../../api/digest.h"

#define CLEANUP_CURSOR CLEANUP(cursor_finish)

static const uint8_t key[32] = "the key of the tests, 32 bytes.";
static const uint8_t other_key[32] = "another key of the tests, 32 b.";
static const char scope[] = "schools_list?phase=Primary&order=name";
static char town[] = "Kingston upon Hull", urn[] = "100000", empty[] = "",
	    foreign[] = "Ysgol Tŷ Ffynnon, 学校";

static char *sealed(const struct cursor *cursor)
{
	char *token = NULL;

	assert_int_equal(cursor_seal(cursor, scope, key, &token), 0);
	assert_non_null(token);
	return token;
}

static char *sealed_town(void)
{
	return sealed(&(struct cursor){.count = 2, .keys = {town, urn}});
}

static void assert_roundtrip(const struct cursor *cursor)
{
	CLEANUP_CURSOR struct cursor opened = {0};
	CLEANUP_FREE char *token = sealed(cursor);

	assert_int_equal(cursor_open(token, scope, key, &opened), 0);
	assert_int_equal(opened.count, cursor->count);
	for (size_t i = 0; i < cursor->count; i++) {
		if (!cursor->keys[i]) {
			assert_null(opened.keys[i]);
			continue;
		}
		assert_non_null(opened.keys[i]);
		assert_string_equal(opened.keys[i], cursor->keys[i]);
	}
}

static void assert_invalid(const char *token)
{
	struct cursor cursor = {.count = 3};

	assert_int_equal(cursor_open(token, scope, key, &cursor), CURSOR_INVALID);
	assert_int_equal(cursor.count, 3);
}

/* A token with a good tag over bytes that cursor_seal() would not write. */
static char *signed_bytes(const uint8_t *bytes, size_t length)
{
	uint8_t message[sizeof(scope) + 64], digest[DIGEST_BYTES];

	assert_true(length + 16 <= 64);
	memcpy(message, scope, sizeof(scope));
	memcpy(message + sizeof(scope), bytes, length);
	assert_int_equal(digest_hmac(key, sizeof(key), message, sizeof(scope) + length, digest), 0);
	memcpy(message + sizeof(scope) + length, digest, 16);
	return digest_base64url(message + sizeof(scope), length + 16);
}

static void keys_come_back(void **state)
{
	assert_roundtrip(&(struct cursor){.count = 2, .keys = {town, urn}});
}

static void all_keys_that_an_order_can_have_come_back(void **state)
{
	assert_roundtrip(
		&(struct cursor){.count = LIMIT_ORDER_KEYS, .keys = {town, urn, urn, town}});
}

static void no_keys_come_back(void **state)
{
	assert_roundtrip(&(struct cursor){0});
}

static void nulls_come_back(void **state)
{
	assert_roundtrip(&(struct cursor){.count = 3, .keys = {NULL, urn, NULL}});
}

static void an_empty_key_is_not_null(void **state)
{
	assert_roundtrip(&(struct cursor){.count = 3, .keys = {empty, NULL, empty}});
}

static void keys_beyond_ascii_come_back(void **state)
{
	assert_roundtrip(&(struct cursor){.count = 2, .keys = {foreign, urn}});
}

static void the_same_keys_make_the_same_token(void **state)
{
	CLEANUP_FREE char *one = sealed_town(), *two = sealed_town();

	assert_string_equal(one, two);
}

static void a_token_is_plain_in_a_url(void **state)
{
	CLEANUP_FREE char *token = sealed(&(struct cursor){.count = 2, .keys = {foreign, town}});

	assert_int_equal(
		strspn(token, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
		strlen(token));
}

static void keys_too_long_are_refused(void **state)
{
	CLEANUP_FREE char *longest = calloc(1, LIMIT_CURSOR_BYTES), *token = NULL;
	struct cursor cursor = {.count = 1, .keys = {longest}};

	memset(longest, 'x', LIMIT_CURSOR_BYTES - 20);
	assert_roundtrip(&cursor);
	longest[LIMIT_CURSOR_BYTES - 20] = 'x';
	assert_int_equal(cursor_seal(&cursor, scope, key, &token), -E2BIG);
	assert_null(token);
}

static void too_many_keys_are_refused(void **state)
{
	char *token = NULL;

	assert_int_equal(
		cursor_seal(&(struct cursor){.count = LIMIT_ORDER_KEYS + 1}, scope, key, &token),
		-E2BIG);
	assert_null(token);
}

static void any_other_character_anywhere_is_found_out(void **state)
{
	CLEANUP_FREE char *token = sealed_town();

	for (size_t i = 0; token[i]; i++) {
		char kept = token[i];

		for (const char *other =
			     "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/= ";
		     *other; other++) {
			if (*other == kept)
				continue;
			token[i] = *other;
			assert_invalid(token);
		}
		token[i] = kept;
	}
}

static void any_flipped_bit_is_found_out(void **state)
{
	CLEANUP_FREE char *token = sealed_town();
	CLEANUP_FREE uint8_t *bytes = NULL;
	size_t length;

	assert_int_equal(digest_base64url_decode(token, strlen(token), &bytes, &length), 0);
	for (size_t i = 0; i < length * 8; i++) {
		CLEANUP_FREE char *forged = NULL;

		bytes[i / 8] ^= (uint8_t)(1u << i % 8);
		forged = digest_base64url(bytes, length);
		assert_invalid(forged);
		bytes[i / 8] ^= (uint8_t)(1u << i % 8);
	}
}

static void a_cut_token_is_found_out(void **state)
{
	CLEANUP_FREE char *token = sealed_town();

	for (size_t length = strlen(token); length-- > 0;) {
		token[length] = '\0';
		assert_invalid(token);
	}
}

static void a_lengthened_token_is_found_out(void **state)
{
	CLEANUP_FREE char *token = sealed_town();
	char longer[256];

	snprintf(longer, sizeof(longer), "%sA", token);
	assert_invalid(longer);
	snprintf(longer, sizeof(longer), "%sAAAA", token);
	assert_invalid(longer);
}

static void a_token_beyond_the_limit_is_not_decoded(void **state)
{
	char token[2048];

	memset(token, 'A', sizeof(token) - 1);
	token[sizeof(token) - 1] = '\0';
	assert_invalid(token);
}

static void another_scope_does_not_open_it(void **state)
{
	CLEANUP_FREE char *token = sealed_town();
	struct cursor cursor;

	assert_int_equal(
		cursor_open(token, "schools_list?phase=Secondary&order=name", key, &cursor),
		CURSOR_INVALID);
	assert_int_equal(cursor_open(token, "", key, &cursor), CURSOR_INVALID);
}

static void another_key_does_not_open_it(void **state)
{
	CLEANUP_FREE char *token = sealed_town();
	struct cursor cursor;

	assert_int_equal(cursor_open(token, scope, other_key, &cursor), CURSOR_INVALID);
}

static void a_signed_token_of_another_shape_is_refused(void **state)
{
	static const struct {
		uint8_t bytes[8];
		size_t length;
	} cases[] = {
		{{2, 0}, 2},                    /* a version to come */
		{{1, LIMIT_ORDER_KEYS + 1}, 2}, /* too many keys */
		{{1, 1}, 2},                    /* a key is missing */
		{{1, 1, 0}, 3},                 /* half a length */
		{{1, 1, 0, 2, 'a'}, 5},         /* a key is cut */
		{{1, 2, 0, 1, 'a', 0, 9}, 7},   /* the second key is cut */
		{{1, 1, 0, 1, 'a', 'b'}, 6},    /* something is left over */
		{{1, 1, 0, 2, 'a', 0}, 6},      /* a zero byte in a key */
	};

	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		CLEANUP_FREE char *token = signed_bytes(cases[i].bytes, cases[i].length);

		assert_invalid(token);
	}
}

static void the_format_stays_what_it_is(void **state)
{
	static const uint8_t bytes[] = {1, 2, 0xff, 0xff, 0, 6, '1', '0', '0', '0', '0', '0'};
	CLEANUP_FREE char *expected = signed_bytes(bytes, sizeof(bytes));
	CLEANUP_FREE char *token = sealed(&(struct cursor){.count = 2, .keys = {NULL, urn}});

	assert_string_equal(token, expected);
}

static void finishing_twice_is_allowed(void **state)
{
	CLEANUP_FREE char *token = sealed_town();
	struct cursor cursor;

	assert_int_equal(cursor_open(token, scope, key, &cursor), 0);
	cursor_finish(&cursor);
	cursor_finish(&cursor);
	assert_int_equal(cursor.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_come_back),
		cmocka_unit_test(all_keys_that_an_order_can_have_come_back),
		cmocka_unit_test(no_keys_come_back),
		cmocka_unit_test(nulls_come_back),
		cmocka_unit_test(an_empty_key_is_not_null),
		cmocka_unit_test(keys_beyond_ascii_come_back),
		cmocka_unit_test(the_same_keys_make_the_same_token),
		cmocka_unit_test(a_token_is_plain_in_a_url),
		cmocka_unit_test(keys_too_long_are_refused),
		cmocka_unit_test(too_many_keys_are_refused),
		cmocka_unit_test(any_other_character_anywhere_is_found_out),
		cmocka_unit_test(any_flipped_bit_is_found_out),
		cmocka_unit_test(a_cut_token_is_found_out),
		cmocka_unit_test(a_lengthened_token_is_found_out),
		cmocka_unit_test(a_token_beyond_the_limit_is_not_decoded),
		cmocka_unit_test(another_scope_does_not_open_it),
		cmocka_unit_test(another_key_does_not_open_it),
		cmocka_unit_test(a_signed_token_of_another_shape_is_refused),
		cmocka_unit_test(the_format_stays_what_it_is),
		cmocka_unit_test(finishing_twice_is_allowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
