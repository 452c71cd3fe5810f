/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <zlib.h>

#include "../../api/gzip.h"
#include "../../api/limit.h"

/* Decompresses to exactly the given bytes. */
static void assert_gunzip(const char *compressed, size_t compressed_length, const char *expected,
			  size_t length)
{
	CLEANUP_FREE char *result = malloc(length + 1);
	z_stream stream = {0};

	stream.next_in = (Bytef *)compressed;
	stream.avail_in = (uInt)compressed_length;
	stream.next_out = (Bytef *)result;
	stream.avail_out = (uInt)length + 1;
	assert_int_equal(inflateInit2(&stream, MAX_WBITS + 16), Z_OK);
	assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
	assert_int_equal(stream.total_out, length);
	assert_int_equal(stream.avail_in, 0);
	assert_int_equal(inflateEnd(&stream), Z_OK);
	if (length)
		assert_memory_equal(result, expected, length);
}

static void a_body_comes_back(void **state)
{
	static const char body[] =
		"{\"items\": [{\"name\": \"Tŷ\"}, {\"name\": \"Tŷ\"}, {\"name\": \"Tŷ\"}]}";
	CLEANUP_FREE char *bytes = NULL;
	size_t length = 0;

	assert_int_equal(gzip_compress(body, strlen(body), &bytes, &length), 0);
	assert_true(length < strlen(body));
	assert_gunzip(bytes, length, body, strlen(body));
}

static void nothing_comes_back_as_nothing(void **state)
{
	CLEANUP_FREE char *bytes = NULL;
	size_t length = 0;

	assert_int_equal(gzip_compress(NULL, 0, &bytes, &length), 0);
	assert_gunzip(bytes, length, "", 0);
}

static void what_cannot_shrink_comes_back(void **state)
{
	CLEANUP_FREE char *body = malloc(100000), *bytes = NULL;
	uint32_t noise = 1;
	size_t length = 0;

	for (size_t i = 0; i < 100000; i++) {
		noise = noise * 1664525 + 1013904223;
		body[i] = (char)(noise >> 24);
	}
	assert_int_equal(gzip_compress(body, 100000, &bytes, &length), 0);
	assert_gunzip(bytes, length, body, 100000);
}

static void the_same_bytes_give_the_same_result(void **state)
{
	CLEANUP_FREE char *one = NULL, *two = NULL;
	size_t one_length = 0, two_length = 1;

	assert_int_equal(gzip_compress("aaaaaaaaaaaa", 12, &one, &one_length), 0);
	assert_int_equal(gzip_compress("aaaaaaaaaaaa", 12, &two, &two_length), 0);
	assert_int_equal(one_length, two_length);
	assert_memory_equal(one, two, one_length);
}

static void there_is_no_time_and_no_name_in_it(void **state)
{
	CLEANUP_FREE char *bytes = NULL;
	size_t length = 0;

	assert_int_equal(gzip_compress("a", 1, &bytes, &length), 0);
	assert_memory_equal(bytes, "\x1f\x8b\x08\0\0\0\0\0", 8);
}

static void the_largest_reply_fits(void **state)
{
	CLEANUP_FREE char *body = calloc(1, LIMIT_REPLY_BYTES + 1), *bytes = NULL;
	size_t length = 0;

	assert_int_equal(gzip_compress(body, LIMIT_REPLY_BYTES, &bytes, &length), 0);
	assert_gunzip(bytes, length, body, LIMIT_REPLY_BYTES);
}

static void a_larger_one_is_refused(void **state)
{
	CLEANUP_FREE char *body = calloc(1, LIMIT_REPLY_BYTES + 1);
	char *bytes = NULL;
	size_t length = 7;

	assert_int_equal(gzip_compress(body, LIMIT_REPLY_BYTES + 1, &bytes, &length), -E2BIG);
	assert_null(bytes);
	assert_int_equal(length, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_body_comes_back),
		cmocka_unit_test(nothing_comes_back_as_nothing),
		cmocka_unit_test(what_cannot_shrink_comes_back),
		cmocka_unit_test(the_same_bytes_give_the_same_result),
		cmocka_unit_test(there_is_no_time_and_no_name_in_it),
		cmocka_unit_test(the_largest_reply_fits),
		cmocka_unit_test(a_larger_one_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
