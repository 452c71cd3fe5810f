/* SPDX-License-Identifier: MIT */
#include "jws.h"

#include <errno.h>
#include <string.h>

#include "../digest.h"
#include "../jsontext.h"
#include "../limit.h"

/* What a header may not have: a reader that does not know it would read the token wrongly, or would
 * let the token choose its key. */
static const struct {
	const char *name;
	enum refusal refusal;
} jws_unwanted[] = {
	{"crit", REFUSAL_EXTENSION}, {"zip", REFUSAL_EXTENSION}, {"b64", REFUSAL_EXTENSION},
	{"jku", REFUSAL_OWN_KEY},    {"jwk", REFUSAL_OWN_KEY},   {"x5u", REFUSAL_OWN_KEY},
	{"x5c", REFUSAL_OWN_KEY},
};

/* base64url around a JSON object without a member twice. */
static int jws_read_object(const char *text, size_t length, json_t **ret_object)
{
	CLEANUP_FREE uint8_t *bytes = NULL;
	json_error_t error;
	size_t count;
	int r = digest_base64url_decode(text, length, &bytes, &count);

	if (r != 0)
		return r < 0 ? r : REFUSAL_MALFORMED;
	if (!jsontext_is_shallow((const char *)bytes, count))
		return REFUSAL_MALFORMED;
	*ret_object = json_loadb((const char *)bytes, count, JSON_REJECT_DUPLICATES, &error);
	if (json_is_object(*ret_object))
		return 0;
	if (!*ret_object && json_error_code(&error) == json_error_duplicate_key)
		return REFUSAL_DUPLICATE;
	return !*ret_object && json_error_code(&error) == json_error_out_of_memory
		       ? -ENOMEM
		       : REFUSAL_MALFORMED;
}

/* A text member. 0 with it, or with NULL when it is absent; 1 when it is something else. */
static int jws_text(const json_t *object, const char *name, const char **ret_text)
{
	const json_t *value = json_object_get(object, name);

	*ret_text = json_string_value(value);
	return value && !*ret_text;
}

static int jws_judge_header(struct jws *jws, const char *const *types, bool typeless)
{
	const char *name;
	int algorithm;

	for (size_t i = 0; i < ARRAY_LENGTH(jws_unwanted); i++)
		if (json_object_get(jws->header, jws_unwanted[i].name))
			return jws_unwanted[i].refusal;
	if (jws_text(jws->header, "typ", &jws->type) != 0)
		return REFUSAL_TYPE;
	while (jws->type && *types && strcmp(*types, jws->type) != 0)
		types++;
	if (jws->type ? !*types : !typeless)
		return REFUSAL_TYPE;
	if (jws_text(jws->header, "alg", &name) != 0 || !name)
		return REFUSAL_ALGORITHM;
	algorithm = jwk_algorithm_parse(name);
	if (algorithm < 0)
		return REFUSAL_ALGORITHM;
	jws->algorithm = (enum jwk_algorithm)algorithm;
	return jws_text(jws->header, "kid", &jws->kid) == 0 ? 0 : REFUSAL_KEY_UNKNOWN;
}

int jws_read(const char *text, size_t length, const char *const *types, bool typeless,
	     struct jws *ret_jws)
{
	const char *first, *second, *end = text + length;
	int r;

	*ret_jws = (struct jws){.text = text};
	if (length > LIMIT_TOKEN_BYTES)
		return REFUSAL_OVERSIZED;
	first = memchr(text, '.', length);
	second = first ? memchr(first + 1, '.', (size_t)(end - first - 1)) : NULL;
	/* A further dot is no character of base64url. */
	if (!second)
		return REFUSAL_MALFORMED;
	ret_jws->signed_length = (size_t)(second - text);
	r = jws_read_object(text, (size_t)(first - text), &ret_jws->header);
	if (r == 0)
		r = jws_judge_header(ret_jws, types, typeless);
	if (r == 0)
		r = jws_read_object(first + 1, (size_t)(second - first - 1), &ret_jws->claims);
	if (r != 0)
		return r;
	r = digest_base64url_decode(second + 1, (size_t)(end - second - 1), &ret_jws->signature,
				    &ret_jws->signature_length);
	return r > 0 ? REFUSAL_MALFORMED : r;
}

int jws_verify(const struct jws *jws, const struct jwks *keys)
{
	const struct jwk *key;
	int r = jwks_find(keys, jws->kid, jws->algorithm, &key);

	if (r != 0)
		return r == JWK_NO_ALGORITHM ? REFUSAL_KEY_ALGORITHM : REFUSAL_KEY_UNKNOWN;
	r = jwk_verify(key, jws->text, jws->signed_length, jws->signature, jws->signature_length);
	return r > 0 ? REFUSAL_SIGNATURE : r;
}

void jws_finish(struct jws *jws)
{
	json_decref(jws->header);
	json_decref(jws->claims);
	free(jws->signature);
	*jws = (struct jws){0};
}
