/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../api/auth/jwk.h"
#include "../../api/limit.h"
#include "token_helper.h"

static EVP_PKEY *p256, *p384, *rsa2048, *rsa1024;

static int make_keys(void **state)
{
	p256 = EVP_EC_gen("P-256");
	p384 = EVP_EC_gen("P-384");
	rsa2048 = EVP_RSA_gen(2048);
	rsa1024 = EVP_RSA_gen(1024);
	return p256 && p384 && rsa2048 && rsa1024 ? 0 : -1;
}

static int free_keys(void **state)
{
	EVP_PKEY_free(p256);
	EVP_PKEY_free(p384);
	EVP_PKEY_free(rsa2048);
	EVP_PKEY_free(rsa1024);
	return 0;
}

static void free_jwks(struct jwks **keys)
{
	jwks_free(*keys);
}

#define CLEANUP_JWKS CLEANUP(free_jwks)

/* A set of one or two keys, as text; owned. */
static char *set_of(const char *first, const char *second)
{
	char *text;

	token_must(asprintf(&text, "{\"keys\":[%s%s%s]}", first, second ? "," : "",
			    second ? second : "") > 0);
	return text;
}

static struct jwks *read_set(const char *text, bool strict)
{
	struct jwks *keys = NULL;
	char *error = NULL;

	assert_int_equal(jwks_parse(text, strlen(text), strict, &keys, &error), 0);
	assert_null(error);
	return keys;
}

static void assert_refused(const char *text, bool strict, const char *words)
{
	CLEANUP_FREE char *error = NULL;
	struct jwks *keys = NULL;

	assert_int_equal(jwks_parse(text, strlen(text), strict, &keys, &error), 1);
	assert_null(keys);
	assert_string_equal(error, words);
}

/* One key alone is refused in these words, or left out of a set that is then empty. */
static void assert_useless(const char *key, const char *words)
{
	CLEANUP_FREE char *text = set_of(key, NULL);

	assert_refused(text, true, words);
	assert_refused(text, false, "has no key that verifies signatures");
}

/* Verifies a compact token by the only key of a set. */
static int verify(const char *set, enum jwk_algorithm algorithm, const char *token)
{
	CLEANUP_JWKS struct jwks *keys = read_set(set, true);
	const char *dot = strrchr(token, '.');
	CLEANUP_FREE uint8_t *signature = NULL;
	const struct jwk *key;
	size_t length;

	assert_int_equal(jwks_find(keys, NULL, algorithm, &key), 0);
	assert_int_equal(digest_base64url_decode(dot + 1, strlen(dot + 1), &signature, &length), 0);
	return jwk_verify(key, token, (size_t)(dot - token), signature, length);
}

/* RFC 7515, appendix A.3 */
static void es256_is_as_published(void **state)
{
	assert_int_equal(
		verify("{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\","
		       "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
		       "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}]}",
		       JWK_ES256,
		       "eyJhbGciOiJFUzI1NiJ9"
		       ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNv"
		       "bS9pc19yb290Ijp0cnVlfQ"
		       ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSA"
		       "pmWQxfKTUJqPP3-Kg6NU1Q"),
		0);
}

/* RFC 7515, appendix A.2 */
static void rs256_is_as_published(void **state)
{
	assert_int_equal(
		verify("{\"keys\":[{\"kty\":\"RSA\",\"e\":\"AQAB\","
		       "\"n\":\"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp"
		       "-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b3269"
		       "0r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo"
		       "7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK"
		       "-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ\"}]}",
		       JWK_RS256,
		       "eyJhbGciOiJSUzI1NiJ9"
		       ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNv"
		       "bS9pc19yb290Ijp0cnVlfQ"
		       ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7"
		       "AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4"
		       "BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K"
		       "0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqv"
		       "hJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrB"
		       "p0igcN_IoypGlUPQGe77Rw"),
		0);
}

static void ps256_is_verified_and_is_not_rs256(void **state)
{
	CLEANUP_FREE char *key = token_jwk(rsa2048, "\"alg\":\"PS256\""), *set = set_of(key, NULL);
	CLEANUP_FREE char *good = token_make(rsa2048, TOKEN_PS256, "{}", "{}");
	CLEANUP_FREE char *other = token_make(rsa2048, TOKEN_RS256, "{}", "{}");

	assert_int_equal(verify(set, JWK_PS256, good), 0);
	assert_int_equal(verify(set, JWK_PS256, other), JWK_NO_SIGNATURE);
}

static void a_changed_byte_is_noticed(void **state)
{
	CLEANUP_FREE char *key = token_jwk(p256, "\"alg\":\"ES256\""), *set = set_of(key, NULL);
	CLEANUP_FREE char *token = token_make(p256, TOKEN_ES256, "{}", "{\"a\":1}");

	assert_int_equal(verify(set, JWK_ES256, token), 0);
	token[1] ^= 1;
	assert_int_equal(verify(set, JWK_ES256, token), JWK_NO_SIGNATURE);
}

/* A signature on P-384, one in DER, an empty one, and halves of zero or beyond the order. */
static void signatures_of_another_shape_are_none(void **state)
{
	CLEANUP_FREE char *key = token_jwk(p256, "\"alg\":\"ES256\""), *set = set_of(key, NULL);
	CLEANUP_JWKS struct jwks *keys = read_set(set, true);
	const struct jwk *found;
	uint8_t bytes[97];

	assert_int_equal(jwks_find(keys, NULL, JWK_ES256, &found), 0);
	for (int fill = 0; fill < 256; fill += 255) {
		memset(bytes, fill, sizeof(bytes));
		for (size_t length = 0; length <= sizeof(bytes); length++)
			assert_int_equal(jwk_verify(found, "a", 1, bytes, length),
					 JWK_NO_SIGNATURE);
	}
}

static void keys_of_another_kind_are_useless(void **state)
{
	CLEANUP_FREE char *large = token_jwk(p384, "\"kid\":\"a\"");
	CLEANUP_FREE char *weak = token_jwk(rsa1024, "\"kid\":\"a\"");
	CLEANUP_FREE char *named = token_jwk(rsa2048, "\"alg\":\"ES256\"");
	CLEANUP_FREE char *longer = token_jwk(rsa2048, "\"alg\":\"RS512\"");
	CLEANUP_FREE char *lower = token_jwk(p256, "\"alg\":\"es256\"");

	assert_useless(large, "a key is not on the curve P-256");
	assert_useless(weak, "a key has no modulus of 2048 to 8192 bits, or no fitting exponent");
	assert_useless(named, "a key is for another algorithm than ES256, RS256 and PS256");
	assert_useless(longer, "a key is for another algorithm than ES256, RS256 and PS256");
	assert_useless(lower, "a key is for another algorithm than ES256, RS256 and PS256");
	assert_useless("{\"kty\":\"oct\",\"k\":\"AAAA\"}", "a key is not of the kind EC or RSA");
	assert_useless("{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AA\"}",
		       "a key is not of the kind EC or RSA");
	assert_useless("7", "a key is not of the kind EC or RSA");
}

static void keys_for_something_else_are_useless(void **state)
{
	CLEANUP_FREE char *encrypts = token_jwk(p256, "\"use\":\"enc\"");
	CLEANUP_FREE char *derives = token_jwk(p256, "\"key_ops\":[\"deriveKey\"]");
	CLEANUP_FREE char *private = token_jwk(p256, "\"d\":\"AA\"");
	CLEANUP_FREE char *numbered = token_jwk(p256, "\"kid\":7");

	assert_useless(encrypts, "a key is not for signatures");
	assert_useless(derives, "a key is not for signatures");
	assert_useless(private, "a key is private");
	assert_useless(numbered, "a key has a kid that is no text");
}

static void a_point_beside_the_curve_is_useless(void **state)
{
	static const char words[] = "a key is not on the curve P-256";

	assert_useless("{\"kty\":\"EC\",\"crv\":\"P-256\","
		       "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
		       "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5aA\"}",
		       words);
	assert_useless("{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAA\",\"y\":\"AAAA\"}", words);
	assert_useless("{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAA\"}", words);
	assert_useless("{\"kty\":\"EC\",\"crv\":\"P-256\","
		       "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU=\","
		       "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}",
		       words);
}

static void sets_that_are_none_are_refused(void **state)
{
	static const char words[] = "is no JSON object with an array named keys";
	CLEANUP_FREE char *long_one = calloc(1, LIMIT_JWKS_BYTES + 2);

	assert_refused("", false, words);
	assert_refused("[]", false, words);
	assert_refused("{\"keys\":{}}", false, words);
	assert_refused("{\"keys\":[],\"keys\":[]}", false, words);
	assert_refused("{\"keys\":[]}", false, "has no key that verifies signatures");
	memset(long_one, ' ', LIMIT_JWKS_BYTES + 1);
	assert_refused(long_one, false, "is too long or too deep");
	memset(long_one, '[', 100);
	long_one[100] = '\0';
	assert_refused(long_one, false, "is too long or too deep");
}

static void a_set_of_too_many_keys_is_refused(void **state)
{
	char text[16 + 2 * (LIMIT_JWKS_KEYS + 1)] = "{\"keys\":[7", *end = text + strlen(text);

	for (int i = 0; i < LIMIT_JWKS_KEYS; i++)
		end = stpcpy(end, ",7");
	stpcpy(end, "]}");
	assert_refused(text, false, "has too many keys");
}

static void a_provider_publishes_more_than_concerns_us(void **state)
{
	CLEANUP_FREE char *other = token_jwk(p384, "\"kid\":\"other\"");
	CLEANUP_FREE char *ours = token_jwk(p256, "\"kid\":\"ours\"");
	CLEANUP_FREE char *text = set_of(other, ours);
	CLEANUP_JWKS struct jwks *keys = read_set(text, false);
	const struct jwk *key;

	assert_int_equal(jwks_count(keys), 1);
	assert_int_equal(jwks_find(keys, "ours", JWK_ES256, &key), 0);
	assert_int_equal(jwks_find(keys, "other", JWK_ES256, &key), JWK_NO_KEY);
}

static void a_kid_is_bound_to_one_algorithm(void **state)
{
	CLEANUP_FREE char *ec = token_jwk(p256, "\"kid\":\"a\"");
	CLEANUP_FREE char *rsa = token_jwk(rsa2048, "\"kid\":\"b\"");
	CLEANUP_FREE char *text = set_of(ec, rsa);
	CLEANUP_JWKS struct jwks *keys = read_set(text, true);
	const struct jwk *key;

	assert_int_equal(jwks_find(keys, "a", JWK_ES256, &key), 0);
	assert_int_equal(jwks_find(keys, "a", JWK_RS256, &key), JWK_NO_ALGORITHM);
	assert_int_equal(jwks_find(keys, "b", JWK_RS256, &key), 0);
	assert_int_equal(jwks_find(keys, "b", JWK_PS256, &key), JWK_NO_ALGORITHM);
	assert_int_equal(jwks_find(keys, "c", JWK_ES256, &key), JWK_NO_KEY);
	assert_int_equal(jwks_find(keys, "", JWK_ES256, &key), JWK_NO_KEY);
	assert_int_equal(jwks_find(keys, NULL, JWK_ES256, &key), 0);
}

static void a_kid_twice_is_refused_unless_the_algorithms_differ(void **state)
{
	CLEANUP_FREE char *one = token_jwk(rsa2048, "\"kid\":\"a\"");
	CLEANUP_FREE char *other = token_jwk(rsa2048, "\"kid\":\"a\",\"alg\":\"PS256\"");
	CLEANUP_FREE char *twice = set_of(one, one), *both = set_of(one, other);
	CLEANUP_JWKS struct jwks *keys = read_set(both, true);
	const struct jwk *key;

	assert_refused(twice, true, "two keys have the same kid");
	assert_refused(twice, false, "two keys have the same kid");
	assert_int_equal(jwks_find(keys, "a", JWK_PS256, &key), 0);
}

static void without_a_kid_only_one_key_may_fit(void **state)
{
	CLEANUP_FREE char *one = token_jwk(p256, "\"use\":\"sig\"");
	CLEANUP_FREE char *text = set_of(one, one);
	CLEANUP_JWKS struct jwks *keys = read_set(text, true);
	const struct jwk *key;

	assert_int_equal(jwks_find(keys, NULL, JWK_ES256, &key), JWK_NO_KEY);
	assert_int_equal(jwks_find(keys, NULL, JWK_RS256, &key), JWK_NO_KEY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(es256_is_as_published),
		cmocka_unit_test(rs256_is_as_published),
		cmocka_unit_test(ps256_is_verified_and_is_not_rs256),
		cmocka_unit_test(a_changed_byte_is_noticed),
		cmocka_unit_test(signatures_of_another_shape_are_none),
		cmocka_unit_test(keys_of_another_kind_are_useless),
		cmocka_unit_test(keys_for_something_else_are_useless),
		cmocka_unit_test(a_point_beside_the_curve_is_useless),
		cmocka_unit_test(sets_that_are_none_are_refused),
		cmocka_unit_test(a_set_of_too_many_keys_is_refused),
		cmocka_unit_test(a_provider_publishes_more_than_concerns_us),
		cmocka_unit_test(a_kid_is_bound_to_one_algorithm),
		cmocka_unit_test(a_kid_twice_is_refused_unless_the_algorithms_differ),
		cmocka_unit_test(without_a_kid_only_one_key_may_fit),
	};

	return cmocka_run_group_tests(tests, make_keys, free_keys);
}
