/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <stdio.h>
#include <string.h>

#include "../digest.h"
#include "../jsontext.h"
#include "jwk_private.h"

enum {
	JWK_LEAST_BITS = 2048,
	JWK_MOST_BITS = 8192,
	JWK_EXPONENT = 8, /* bytes of a public exponent, at most */
};

static void jwk_cleanup_builder(OSSL_PARAM_BLD **builder)
{
	OSSL_PARAM_BLD_free(*builder);
}

static void jwk_cleanup_params(OSSL_PARAM **params)
{
	OSSL_PARAM_free(*params);
}

static void jwk_cleanup_number(BIGNUM **number)
{
	BN_free(*number);
}

static void jwk_cleanup_context(EVP_PKEY_CTX **context)
{
	EVP_PKEY_CTX_free(*context);
}

/* A member that is base64url of 1 to most bytes. 0 with owned bytes, 1, -ENOMEM. */
static int jwk_read_bytes(const json_t *object, const char *name, size_t most, uint8_t **ret_bytes,
			  size_t *ret_length)
{
	const json_t *value = json_object_get(object, name);
	CLEANUP_FREE uint8_t *bytes = NULL;
	size_t length;
	int r;

	if (!json_is_string(value))
		return 1;
	r = digest_base64url_decode(json_string_value(value), json_string_length(value), &bytes,
				    &length);
	if (r != 0)
		return r;
	if (!length || length > most)
		return 1;
	*ret_bytes = TAKE_PTR(bytes);
	*ret_length = length;
	return 0;
}

/* Makes a public key of these parts. 0, or 1 when they are none (a point beside its curve). */
static int jwk_make(const char *kind, OSSL_PARAM_BLD *builder, EVP_PKEY **ret_key)
{
	CLEANUP(jwk_cleanup_context) EVP_PKEY_CTX *context = NULL;
	CLEANUP(jwk_cleanup_params) OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(builder);

	context = EVP_PKEY_CTX_new_from_name(NULL, kind, NULL);
	return params && context && EVP_PKEY_fromdata_init(context) == 1 &&
			       EVP_PKEY_fromdata(context, ret_key, EVP_PKEY_PUBLIC_KEY, params) == 1
		       ? 0
		       : 1;
}

static int jwk_read_ec(const json_t *object, EVP_PKEY **ret_key, const char **ret_fault)
{
	CLEANUP(jwk_cleanup_builder) OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
	CLEANUP_FREE uint8_t *x = NULL, *y = NULL;
	const char *curve = json_string_value(json_object_get(object, "crv"));
	uint8_t point[1 + 2 * JWK_COORDINATE] = {POINT_CONVERSION_UNCOMPRESSED};
	size_t x_length, y_length;
	int r;

	*ret_fault = "is not on the curve P-256";
	if (!builder)
		return -ENOMEM;
	if (!curve || strcmp(curve, "P-256") != 0)
		return 1;
	r = jwk_read_bytes(object, "x", JWK_COORDINATE, &x, &x_length);
	if (r == 0)
		r = jwk_read_bytes(object, "y", JWK_COORDINATE, &y, &y_length);
	if (r != 0)
		return r;
	if (x_length != JWK_COORDINATE || y_length != JWK_COORDINATE)
		return 1;
	memcpy(point + 1, x, JWK_COORDINATE);
	memcpy(point + 1 + JWK_COORDINATE, y, JWK_COORDINATE);
	if (OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) != 1 ||
	    OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point,
					     sizeof(point)) != 1)
		return -ENOMEM;
	return jwk_make("EC", builder, ret_key);
}

static int jwk_read_rsa(const json_t *object, EVP_PKEY **ret_key, const char **ret_fault)
{
	CLEANUP(jwk_cleanup_builder) OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
	CLEANUP(jwk_cleanup_number) BIGNUM *modulus = NULL, *exponent = NULL;
	CLEANUP_FREE uint8_t *n = NULL, *e = NULL;
	size_t n_length, e_length;
	int r = builder ? jwk_read_bytes(object, "n", JWK_MOST_BITS / 8, &n, &n_length) : -ENOMEM;

	*ret_fault = "has no modulus of 2048 to 8192 bits, or no fitting exponent";
	if (r == 0)
		r = jwk_read_bytes(object, "e", JWK_EXPONENT, &e, &e_length);
	if (r != 0)
		return r;
	modulus = BN_bin2bn(n, (int)n_length, NULL);
	exponent = BN_bin2bn(e, (int)e_length, NULL);
	if (!modulus || !exponent)
		return -ENOMEM;
	if (BN_num_bits(modulus) < JWK_LEAST_BITS || !BN_is_odd(modulus) || !BN_is_odd(exponent) ||
	    BN_is_one(exponent))
		return 1;
	if (OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, modulus) != 1 ||
	    OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, exponent) != 1)
		return -ENOMEM;
	return jwk_make("RSA", builder, ret_key);
}

/* Whether a key is published to verify with: "use" and "key_ops" say so, or nothing. */
static bool jwk_is_for_signatures(const json_t *object)
{
	const json_t *use = json_object_get(object, "use"),
		     *operations = json_object_get(object, "key_ops");
	bool verifies = !operations;
	json_t *each;
	size_t index;

	if (use && (!json_is_string(use) || strcmp(json_string_value(use), "sig") != 0))
		return false;
	json_array_foreach(operations, index, each)
	{
		const char *name = json_string_value(each);

		verifies = verifies || (name && strcmp(name, "verify") == 0);
	}
	return verifies;
}

/* The algorithm that a key is bound to; -1 when it is none of ours or does not go with the kind. */
static int jwk_bind(const json_t *object, bool rsa)
{
	const json_t *value = json_object_get(object, "alg");
	int algorithm = rsa ? JWK_RS256 : JWK_ES256;

	if (value)
		algorithm =
			json_is_string(value) ? jwk_algorithm_parse(json_string_value(value)) : -1;
	return (algorithm == JWK_ES256) == !rsa ? algorithm : -1;
}

/* Reads one key. 0, 1 with what is wrong in words that follow "a key ", -ENOMEM. */
static int jwk_read(const json_t *object, struct jwk *ret_key, const char **ret_fault)
{
	const char *kind = json_string_value(json_object_get(object, "kty"));
	const json_t *kid = json_object_get(object, "kid");
	bool rsa = kind && strcmp(kind, "RSA") == 0;
	int algorithm, r;

	*ret_fault = "is not of the kind EC or RSA";
	if (!kind || (!rsa && strcmp(kind, "EC") != 0))
		return 1;
	*ret_fault = "is private";
	if (json_object_get(object, "d"))
		return 1;
	*ret_fault = "is not for signatures";
	if (!jwk_is_for_signatures(object))
		return 1;
	*ret_fault = "is for another algorithm than ES256, RS256 and PS256";
	algorithm = jwk_bind(object, rsa);
	if (algorithm < 0)
		return 1;
	*ret_fault = "has a kid that is no text";
	if (kid && !json_is_string(kid))
		return 1;
	ret_key->algorithm = (enum jwk_algorithm)algorithm;
	r = rsa ? jwk_read_rsa(object, &ret_key->key, ret_fault)
		: jwk_read_ec(object, &ret_key->key, ret_fault);
	ERR_clear_error();
	if (r != 0)
		return r;
	ret_key->kid = kid ? strdup(json_string_value(kid)) : NULL;
	return kid && !ret_key->kid ? -ENOMEM : 0;
}

static int jwks_fail(char **ret_error, const char *words)
{
	*ret_error = strdup(words);
	return *ret_error ? 1 : -ENOMEM;
}

/* Whether two keys would be found by the same kid and algorithm. */
static bool jwk_is_like(const struct jwk *a, const struct jwk *b)
{
	return a->algorithm == b->algorithm && a->kid && b->kid && strcmp(a->kid, b->kid) == 0;
}

static int jwks_add(struct jwks *keys, const json_t *object, bool strict, char **ret_error)
{
	struct jwk *key = &keys->keys[keys->count];
	const char *fault;
	int r = jwk_read(object, key, &fault);

	if (r == 0)
		keys->count++;
	if (r == 1 && !strict)
		return 0;
	if (r == 1)
		return asprintf(ret_error, "a key %s", fault) < 0 ? -ENOMEM : 1;
	for (size_t i = 0; r == 0 && i < keys->count - 1; i++)
		if (jwk_is_like(&keys->keys[i], key))
			return jwks_fail(ret_error, "two keys have the same kid");
	return r;
}

static int jwks_read(struct jwks *keys, const json_t *document, bool strict, char **ret_error)
{
	json_t *list = json_object_get(document, "keys"), *each;
	size_t index;
	int r = 0;

	if (!json_is_array(list))
		return jwks_fail(ret_error, "is no JSON object with an array named keys");
	if (json_array_size(list) > LIMIT_JWKS_KEYS)
		return jwks_fail(ret_error, "has too many keys");
	json_array_foreach(list, index, each)
	{
		r = jwks_add(keys, each, strict, ret_error);
		if (r != 0)
			return r;
	}
	return keys->count ? 0 : jwks_fail(ret_error, "has no key that verifies signatures");
}

int jwks_parse(const char *text, size_t length, bool strict, struct jwks **ret_keys,
	       char **ret_error)
{
	CLEANUP_JSON json_t *document = NULL;
	struct jwks *keys;
	int r;

	if (length > LIMIT_JWKS_BYTES || !jsontext_is_shallow(text, length))
		return jwks_fail(ret_error, "is too long or too deep");
	document = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
	keys = calloc(1, sizeof(*keys));
	if (!keys)
		return -ENOMEM;
	r = jwks_read(keys, document, strict, ret_error);
	if (r != 0) {
		jwks_free(keys);
		return r;
	}
	*ret_keys = keys;
	return 0;
}
