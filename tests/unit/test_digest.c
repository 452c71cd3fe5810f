/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../api/digest.h"

static void assert_hex(const uint8_t digest[DIGEST_BYTES], const char *expected)
{
	char text[2 * DIGEST_BYTES + 1];

	digest_hex(digest, DIGEST_BYTES, text);
	assert_string_equal(text, expected);
}

static void assert_malformed(const char *text)
{
	uint8_t *bytes = NULL;
	size_t length = 7;

	assert_int_equal(digest_base64url_decode(text, strlen(text), &bytes, &length), 1);
	assert_null(bytes);
	assert_int_equal(length, 7);
}

static void sha256_is_as_published(void **state)
{
	uint8_t digest[DIGEST_BYTES];

	assert_int_equal(digest_sha256("abc", 3, digest), 0);
	assert_hex(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void sha256_of_nothing(void **state)
{
	uint8_t digest[DIGEST_BYTES];

	assert_int_equal(digest_sha256(NULL, 0, digest), 0);
	assert_hex(digest, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

/* RFC 4231, test case 2 */
static void hmac_is_as_published(void **state)
{
	static const char text[] = "what do ya want for nothing?";
	uint8_t digest[DIGEST_BYTES];

	assert_int_equal(digest_hmac("Jefe", 4, text, strlen(text), digest), 0);
	assert_hex(digest, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

/* RFC 4231, test case 6 */
static void hmac_takes_a_key_longer_than_a_block(void **state)
{
	static const char text[] = "Test Using Larger Than Block-Size Key - Hash Key First";
	uint8_t key[131], digest[DIGEST_BYTES];

	memset(key, 0xaa, sizeof(key));
	assert_int_equal(digest_hmac(key, sizeof(key), text, strlen(text), digest), 0);
	assert_hex(digest, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void hmac_takes_no_key_and_no_text(void **state)
{
	uint8_t digest[DIGEST_BYTES];

	assert_int_equal(digest_hmac(NULL, 0, NULL, 0, digest), 0);
	assert_hex(digest, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

static void equal_bytes_are_equal(void **state)
{
	assert_true(digest_equal("abcd", "abcx", 3));
	assert_false(digest_equal("abcd", "abcx", 4));
	assert_true(digest_equal("a", "b", 0));
}

static void random_bytes_differ(void **state)
{
	uint8_t one[16] = {0}, two[16] = {0};

	assert_int_equal(digest_random(one, sizeof(one)), 0);
	assert_int_equal(digest_random(two, sizeof(two)), 0);
	assert_memory_not_equal(one, two, sizeof(one));
}

static void hexadecimal_is_lower_case(void **state)
{
	char text[9];

	digest_hex("\x00\x9f\xaB\xff", 4, text);
	assert_string_equal(text, "009fabff");
	digest_hex(NULL, 0, text);
	assert_string_equal(text, "");
}

static const struct {
	const char *bytes;
	size_t length;
	const char *text;
} pairs[] = {
	{"", 0, ""},
	{"f", 1, "Zg"},
	{"fo", 2, "Zm8"},
	{"foo", 3, "Zm9v"},
	{"foob", 4, "Zm9vYg"},
	{"fooba", 5, "Zm9vYmE"},
	{"foobar", 6, "Zm9vYmFy"},
	{"\xfb\xff\xfe", 3, "-__-"},
	{"\0\0", 2, "AAA"},
};

static void base64url_is_as_published(void **state)
{
	for (size_t i = 0; i < ARRAY_LENGTH(pairs); i++) {
		CLEANUP_FREE char *text = digest_base64url(pairs[i].bytes, pairs[i].length);

		assert_string_equal(text, pairs[i].text);
	}
}

static void base64url_comes_back(void **state)
{
	for (size_t i = 0; i < ARRAY_LENGTH(pairs); i++) {
		CLEANUP_FREE uint8_t *bytes = NULL;
		size_t length;

		assert_int_equal(digest_base64url_decode(pairs[i].text, strlen(pairs[i].text),
							 &bytes, &length),
				 0);
		assert_int_equal(length, pairs[i].length);
		assert_memory_equal(bytes, pairs[i].bytes, length);
	}
}

static void base64url_of_every_length_comes_back(void **state)
{
	uint8_t bytes[256];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 37);
	for (size_t i = 0; i <= sizeof(bytes); i++) {
		CLEANUP_FREE char *text = digest_base64url(bytes, i);
		CLEANUP_FREE uint8_t *back = NULL;
		size_t length;

		assert_int_equal(digest_base64url_decode(text, strlen(text), &back, &length), 0);
		assert_int_equal(length, i);
		assert_memory_equal(back, bytes, i);
	}
}

static void malformed_base64url_is_refused(void **state)
{
	static const char *const texts[] = {"A",  "AAAAA", "Zg==", "Zg=",   "+A",
					    "/A", "Z g",   "Zg\n", "Zm9v!", "\xc3\xa9"};

	for (size_t i = 0; i < ARRAY_LENGTH(texts); i++)
		assert_malformed(texts[i]);
}

static void a_second_spelling_of_the_same_bytes_is_refused(void **state)
{
	assert_malformed("Zh");
	assert_malformed("Zm9");
}

static void a_zero_byte_is_no_character(void **state)
{
	uint8_t *bytes = NULL;
	size_t length;

	assert_int_equal(digest_base64url_decode("A\0AA", 4, &bytes, &length), 1);
}

static void a_uuid_starts_with_its_time(void **state)
{
	char text[37];

	assert_int_equal(digest_uuid7(0x017f22e279b0, text), 0);
	assert_memory_equal(text, "017f22e2-79b0-7", 15);
}

static void a_uuid_has_its_shape(void **state)
{
	for (int i = 0; i < 100; i++) {
		char text[37];

		assert_int_equal(digest_uuid7(1700000000000 + i, text), 0);
		assert_int_equal(strlen(text), 36);
		for (size_t k = 0; k < 36; k++)
			assert_true(k == 8 || k == 13 || k == 18 || k == 23
					    ? text[k] == '-'
					    : !!strchr("0123456789abcdef", text[k]));
		assert_int_equal(text[14], '7');
		assert_non_null(strchr("89ab", text[19]));
	}
}

static void later_uuids_sort_later(void **state)
{
	char one[37], two[37];

	assert_int_equal(digest_uuid7(1700000000000, one), 0);
	assert_int_equal(digest_uuid7(1700000000001, two), 0);
	assert_true(strcmp(one, two) < 0);
}

static void uuids_of_one_moment_differ(void **state)
{
	char one[37], two[37];

	assert_int_equal(digest_uuid7(1700000000000, one), 0);
	assert_int_equal(digest_uuid7(1700000000000, two), 0);
	assert_string_not_equal(one, two);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sha256_is_as_published),
		cmocka_unit_test(sha256_of_nothing),
		cmocka_unit_test(hmac_is_as_published),
		cmocka_unit_test(hmac_takes_a_key_longer_than_a_block),
		cmocka_unit_test(hmac_takes_no_key_and_no_text),
		cmocka_unit_test(equal_bytes_are_equal),
		cmocka_unit_test(random_bytes_differ),
		cmocka_unit_test(hexadecimal_is_lower_case),
		cmocka_unit_test(base64url_is_as_published),
		cmocka_unit_test(base64url_comes_back),
		cmocka_unit_test(base64url_of_every_length_comes_back),
		cmocka_unit_test(malformed_base64url_is_refused),
		cmocka_unit_test(a_second_spelling_of_the_same_bytes_is_refused),
		cmocka_unit_test(a_zero_byte_is_no_character),
		cmocka_unit_test(a_uuid_starts_with_its_time),
		cmocka_unit_test(a_uuid_has_its_shape),
		cmocka_unit_test(later_uuids_sort_later),
		cmocka_unit_test(uuids_of_one_moment_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
