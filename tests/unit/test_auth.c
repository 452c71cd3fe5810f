/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <jwt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../api/limit.h"
#include "auth_helper.h"

static struct issuer issuer;

static int open_issuer(void **state)
{
	issuer_open(&issuer);
	return 0;
}

static int close_issuer(void **state)
{
	issuer_close(&issuer);
	return 0;
}

/* Judges a text that ends where its bytes do. */
static int judge(const char *text, struct principal **ret_principal)
{
	size_t length = strlen(text);
	CLEANUP_FREE char *bytes = malloc(length ? length : 1);

	memcpy(bytes, text, length);
	*ret_principal = NULL;
	return auth_verify(issuer.auth, bytes, length, ret_principal);
}

static void assert_refused(const char *text, const char *description)
{
	struct principal *principal;
	CLEANUP_FREE char *challenge = NULL;
	int r = judge(text, &principal);

	if (r <= 0)
		fail_msg("%d, not refused: %s", r, text);
	assert_null(principal);
	token_must(asprintf(&challenge,
			    "Bearer realm=\"accord\", error=\"invalid_token\", "
			    "error_description=\"%s\"",
			    description) > 0);
	assert_string_equal(refusal_challenge(r), challenge);
	assert_string_equal(refusal_description(r), description);
}

static struct principal *assert_good(const char *text)
{
	struct principal *principal;
	int r = judge(text, &principal);

	if (r != 0)
		fail_msg("%s: %s", r > 0 ? refusal_name(r) : strerror(-r), text);
	return principal;
}

/* The same token twice: the second time from memory. */
static void assert_accepted(const char *text)
{
	CLEANUP_PRINCIPAL struct principal *first = assert_good(text), *second = assert_good(text);

	assert_ptr_equal(first, second);
}

struct refused {
	const char *header;
	const char *claims;
	const char *description;
};

#define EXTENSION "The token has one of the headers crit, zip and b64."
#define OWN_KEY "The token has one of the headers jku, jwk, x5u and x5c."
#define TYPE "The token is not of a type that is accepted."
#define ALGORITHM "The token's algorithm is not one that is accepted."
#define UNTRUSTED "The token's issuer is not one that is trusted."
#define KEY "The token's key is not one of its issuer's."
#define KEY_ALGORITHM "The token's algorithm is not that of its key."
#define SIGNATURE "The token's signature is wrong."
#define CLAIM "A claim of the token is missing or of the wrong type."
#define AUDIENCE "The token is meant for another audience."
#define EXPIRED "The token has expired."
#define LIFETIME "The token is valid for longer than is accepted."
#define MALFORMED "The token is not a signed JSON Web Token in compact form."
#define DUPLICATE "The token names a member twice."
#define SUBJECT "The token's bearer is not one that its issuer is trusted for."

/* Each is signed with the key that is current: nothing else is wrong. */
static const struct refused own_tokens[] = {
	{"{\"crit\":[\"exp\"]}", "{}", EXTENSION},
	{"{\"crit\":[]}", "{}", EXTENSION},
	{"{\"zip\":\"DEF\"}", "{}", EXTENSION},
	{"{\"b64\":true}", "{}", EXTENSION},
	{"{\"jku\":\"https://evil.example/jwks\"}", "{}", OWN_KEY},
	{"{\"x5u\":\"https://evil.example/x\"}", "{}", OWN_KEY},
	{"{\"x5c\":[\"AAAA\"]}", "{}", OWN_KEY},
	{"{\"jwk\":{\"kty\":\"EC\"}}", "{}", OWN_KEY},
	{"{\"typ\":null}", "{}", TYPE},
	{"{\"typ\":\"at+jwt\"}", "{}", TYPE},
	{"{\"typ\":\"jwt\"}", "{}", TYPE},
	{"{\"typ\":\"dpop+jwt\"}", "{}", TYPE},
	{"{\"typ\":\"logout+jwt\"}", "{}", TYPE},
	{"{\"typ\":[\"JWT\"]}", "{}", TYPE},
	{"{\"alg\":null}", "{}", ALGORITHM},
	{"{\"alg\":\"none\"}", "{}", ALGORITHM},
	{"{\"alg\":\"None\"}", "{}", ALGORITHM},
	{"{\"alg\":\"\"}", "{}", ALGORITHM},
	{"{\"alg\":7}", "{}", ALGORITHM},
	{"{\"alg\":\"HS256\"}", "{}", ALGORITHM},
	{"{\"alg\":\"es256\"}", "{}", ALGORITHM},
	{"{\"alg\":\"ES384\"}", "{}", ALGORITHM},
	{"{\"alg\":\"RS512\"}", "{}", ALGORITHM},
	{"{\"alg\":\"EdDSA\"}", "{}", ALGORITHM},
	{"{\"alg\":\"RS256\"}", "{}", KEY_ALGORITHM},
	{"{\"alg\":\"PS256\"}", "{}", KEY_ALGORITHM},
	{"{\"kid\":null}", "{}", KEY},
	{"{\"kid\":7}", "{}", KEY},
	{"{\"kid\":\"\"}", "{}", KEY},
	{"{\"kid\":\"../../etc/passwd\"}", "{}", KEY},
	{"{\"kid\":\"ec\"}", "{}", KEY},
	{"{}", "{\"iss\":null}", UNTRUSTED},
	{"{}", "{\"iss\":[\"" ISSUER "\"]}", UNTRUSTED},
	{"{}", "{\"iss\":\"" ISSUER "/\"}", UNTRUSTED},
	{"{}", "{\"iss\":\"https://evil.example\"}", UNTRUSTED},
	{"{}", "{\"iss\":\"" PROVIDER "\"}", KEY},
	{"{}", "{\"aud\":\"https://other.example\"}", AUDIENCE},
	{"{}", "{\"aud\":\"" ISSUER "/\"}", AUDIENCE},
	{"{}", "{\"aud\":[\"https://other.example\",\"accord\"]}", AUDIENCE},
	{"{}", "{\"aud\":[]}", AUDIENCE},
	{"{}", "{\"aud\":[7,\"" ISSUER "\"]}", CLAIM},
	{"{}", "{\"aud\":null}", CLAIM},
	{"{}", "{\"aud\":{\"" ISSUER "\":true}}", CLAIM},
	{"{}", "{\"exp\":\"@-31\"}", EXPIRED},
	{"{}", "{\"exp\":0,\"iat\":0}", EXPIRED},
	{"{}", "{\"exp\":null}", CLAIM},
	{"{}", "{\"exp\":\"2999999999\"}", CLAIM},
	{"{}", "{\"exp\":2999999999.5}", CLAIM},
	{"{}", "{\"exp\":3e9}", CLAIM},
	{"{}", "{\"exp\":-1}", CLAIM},
	{"{}", "{\"exp\":true}", CLAIM},
	{"{}", "{\"exp\":9223372036854775807}", CLAIM},
	{"{}", "{\"exp\":\"@86401\"}", LIFETIME},
	{"{}", "{\"exp\":253402300799}", LIFETIME},
	{"{}", "{\"nbf\":\"@90\"}", "The token is not valid yet."},
	{"{}", "{\"nbf\":\"0\"}", CLAIM},
	{"{}", "{\"nbf\":-5}", CLAIM},
	{"{}", "{\"nbf\":1.5}", CLAIM},
	{"{}", "{\"iat\":\"@90\"}", "The token was issued in the future."},
	{"{}", "{\"iat\":null}", CLAIM},
	{"{}", "{\"iat\":\"0\"}", CLAIM},
	{"{}", "{\"iat\":-1}", CLAIM},
	{"{}", "{\"sub\":null}", CLAIM},
	{"{}", "{\"sub\":\"\"}", CLAIM},
	{"{}", "{\"sub\":\"a\\nb\"}", CLAIM},
	{"{}", "{\"sub\":7}", CLAIM},
	{"{}", "{\"client_id\":null}", CLAIM},
	{"{}", "{\"jti\":null}", CLAIM},
	{"{}", "{\"org\":7}", CLAIM},
	{"{}", "{\"role\":[]}", CLAIM},
	{"{}", "{\"scope\":[\"a\"]}", CLAIM},
	{"{}", "{\"scope\":\"a  b\"}", CLAIM},
	{"{}", "{\"scope\":\" a\"}", CLAIM},
	{"{}", "{\"scope\":\"a\\\"b\"}", CLAIM},
};

static void our_tokens_are_refused_for_each_fault(void **state)
{
	for (size_t i = 0; i < ARRAY_LENGTH(own_tokens); i++) {
		const struct refused *each = &own_tokens[i];
		CLEANUP_FREE char *text = issuer_own(&issuer, each->header, each->claims);

		assert_refused(text, each->description);
	}
}

/* What is good about the same tokens. */
static void our_tokens_without_a_fault_are_accepted(void **state)
{
	static const char *const claims[] = {
		"{}",
		"{\"aud\":[\"https://other.example\",\"" ISSUER "\"]}",
		"{\"exp\":\"@-20\"}",
		"{\"nbf\":\"@20\"}",
		"{\"nbf\":0}",
		"{\"iat\":\"@20\"}",
		"{\"exp\":\"@86400\"}",
		"{\"scope\":\"schools:read trusts:read\"}",
		"{\"more\":{\"than\":[\"we\",\"know\"]}}",
	};

	for (size_t i = 0; i < ARRAY_LENGTH(claims); i++) {
		CLEANUP_FREE char *text = issuer_own(&issuer, "{}", claims[i]);

		assert_accepted(text);
	}
}

static void nothing_and_garbage_are_refused(void **state)
{
	static const char *const texts[] = {
		"",
		".",
		"..",
		"...",
		"a",
		"a.b",
		"a.b.c",
		"e30.e30",
		"e30.e30.",
		"W10.e30.AA",
		"bnVsbA.e30.AA",
		"Bearer a.b.c",
		"\xff\xfe.\xff.\xff",
		"e30=.e30.AA",
		" e30.e30.AA",
	};

	for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
		struct principal *principal;
		int r = judge(texts[i], &principal);

		/* e30 is {}: well-formed, and without a type. */
		if (strncmp(texts[i], "e30.", 4) == 0 && strrchr(texts[i], '.') != texts[i] + 3)
			assert_int_equal(r, REFUSAL_TYPE);
		else
			assert_refused(texts[i], MALFORMED);
	}
}

static void the_form_is_strict(void **state)
{
	CLEANUP_FREE char *good = issuer_own(&issuer, "{}", "{}");
	static const char *const after[] = {".", ".AA", "=", "==", "\n", " "};

	assert_accepted(good);
	for (size_t i = 0; i < ARRAY_LENGTH(after); i++) {
		CLEANUP_FREE char *text = NULL;

		token_must(asprintf(&text, "%s%s", good, after[i]) > 0);
		assert_refused(text, MALFORMED);
	}
	CLEANUP_FREE char *longer = NULL;

	token_must(asprintf(&longer, "%sA", good) > 0);
	assert_refused(longer, SIGNATURE);
}

/* The last character of 64 bytes carries four bits that mean nothing: they must be zero. */
static void a_second_spelling_of_a_signature_is_refused(void **state)
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	CLEANUP_FREE char *text = issuer_own(&issuer, "{}", "{}");
	char *last = text + strlen(text) - 1;

	assert_accepted(text);
	*last = alphabet[(strchr(alphabet, *last) - alphabet) | 1];
	assert_refused(text, MALFORMED);
}

static void a_member_twice_is_refused(void **state)
{
	CLEANUP_FREE char *header =
		token_make(issuer.own, TOKEN_ES256,
			   "{\"alg\":\"none\",\"typ\":\"JWT\",\"alg\":\"ES256\"}", "{}");
	CLEANUP_FREE char *head = NULL, *claims = NULL;

	token_must(asprintf(&head, "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":\"%.43s\"}",
			    issuer.kid) > 0);
	claims = token_make(issuer.own, TOKEN_ES256, head,
			    "{\"iss\":\"" ISSUER "\",\"iss\":\"" ISSUER "\"}");
	assert_refused(header, DUPLICATE);
	assert_refused(claims, DUPLICATE);
}

static void depth_and_length_are_bounded(void **state)
{
	CLEANUP_FREE char *deep = calloc(1, 4096), *claims = NULL, *longest = NULL, *longer = NULL;
	CLEANUP_FREE char *nested = NULL;

	memset(deep, '[', 2000);
	memset(deep + 2000, ']', 2000);
	token_must(asprintf(&nested, "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"a\":%s}", deep) > 0);
	claims = token_make(issuer.own, TOKEN_ES256, nested, "{}");
	assert_refused(claims, MALFORMED);
	longest = calloc(1, LIMIT_TOKEN_BYTES + 2);
	memset(longest, 'A', LIMIT_TOKEN_BYTES);
	assert_refused(longest, MALFORMED);
	longest[LIMIT_TOKEN_BYTES] = 'A';
	assert_refused(longest, "The token is longer than 8192 bytes.");
	longer = calloc(1, 1024 * 1024 + 1);
	memset(longer, '.', 1024 * 1024);
	assert_refused(longer, "The token is longer than 8192 bytes.");
}

static void a_signature_of_another_key_or_shape_is_wrong(void **state)
{
	CLEANUP_FREE char *header = NULL, *claims = issuer_dump(OWN_CLAIMS, "{}");
	CLEANUP_FREE char *other = NULL, *large = NULL, *rsa = NULL, *input = NULL, *none = NULL;
	EVP_PKEY *p384 = EVP_EC_gen("P-384");

	token_must(asprintf(&header, "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":\"%.43s\"}",
			    issuer.kid) > 0);
	other = token_make(issuer.ec, TOKEN_ES256, header, claims);
	large = token_make(p384, TOKEN_ES256, header, claims);
	rsa = token_make(issuer.rsa, TOKEN_RS256, header, claims);
	input = token_input(header, claims);
	token_must(asprintf(&none, "%s.", input) > 0);
	assert_refused(other, SIGNATURE);
	assert_refused(large, SIGNATURE);
	assert_refused(rsa, SIGNATURE);
	assert_refused(none, SIGNATURE);
	EVP_PKEY_free(p384);
}

/* As a PEM, as a JWK Set and as a point: each is known to everybody. */
static void hs256_keyed_with_our_public_key_is_refused(void **state)
{
	CLEANUP_FREE char *header = NULL, *claims = issuer_dump(OWN_CLAIMS, "{}"), *jwks = NULL;
	CLEANUP_KEY struct key *key = keyring_current(issuer.auth->ring, auth_now());
	CLEANUP_FREE char *pem = token_public_pem(issuer.own);
	int seconds;

	token_must(asprintf(&header, "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"%.43s\"}",
			    issuer.kid) > 0);
	assert_int_equal(auth_write_jwks(issuer.auth, &jwks, &seconds), 0);
	assert_int_equal(seconds, 300);

	const char *const secrets[] = {pem, jwks, key->x, ""};

	for (size_t i = 0; i < ARRAY_LENGTH(secrets); i++) {
		CLEANUP_FREE char *text = token_make_hmac(secrets[i], header, claims);

		assert_refused(text, ALGORITHM);
	}
}

/* By the library that signed them. */
static void libjwt_verifies_what_is_issued(void **state)
{
	const struct auth_grant grant = {.subject = "s", .client = "c"};
	CLEANUP_FREE char *pem = token_public_pem(issuer.own), *token = NULL;
	jwt_t *jwt = NULL;

	assert_int_equal(auth_issue(issuer.auth, &grant, &token, NULL), 0);
	assert_int_equal(jwt_decode(&jwt, token, (const unsigned char *)pem, (int)strlen(pem)), 0);
	assert_int_equal(jwt_get_alg(jwt), JWT_ALG_ES256);
	assert_string_equal(jwt_get_grant(jwt, "sub"), "s");
	jwt_free(jwt);
}

static void every_changed_character_is_noticed(void **state)
{
	CLEANUP_FREE char *text = issuer_own(&issuer, "{}", "{}");
	struct principal *principal;

	for (size_t i = 0; text[i]; i++) {
		char kept = text[i];

		text[i] = kept == 'A' ? 'B' : 'A';
		assert_true(judge(text, &principal) > 0);
		text[i] = kept;
	}
	assert_accepted(text);
}

static void providers_tokens_are_accepted(void **state)
{
	const struct {
		EVP_PKEY *key;
		enum token_signing how;
		const char *header, *claims;
	} good[] = {
		{issuer.ec, TOKEN_ES256, "{}", "{}"},
		{issuer.ec, TOKEN_ES256, "{\"typ\":\"JWT\"}", "{}"},
		{issuer.ec, TOKEN_ES256, "{\"typ\":\"application/at+jwt\",\"x5t\":\"AA\"}", "{}"},
		{issuer.rsa, TOKEN_RS256, "{\"alg\":\"RS256\",\"kid\":\"rsa\"}", "{}"},
		{issuer.pss, TOKEN_PS256, "{\"alg\":\"PS256\",\"kid\":\"pss\"}", "{}"},
		{issuer.ec, TOKEN_ES256, "{}", "{\"aud\":[\"x\",\"" ISSUER "\"]}"},
	};

	for (size_t i = 0; i < ARRAY_LENGTH(good); i++) {
		CLEANUP_FREE char *text =
			issuer_provider(good[i].key, good[i].how, good[i].header, good[i].claims);

		assert_accepted(text);
	}
}

static const struct refused provider_tokens[] = {
	{"{\"alg\":\"none\"}", "{}", ALGORITHM},
	{"{\"typ\":\"id_token+jwt\"}", "{}", TYPE},
	{"{\"typ\":null}", "{}", TYPE},
	{"{\"jku\":\"https://login.example/jwks\"}", "{}", OWN_KEY},
	{"{\"kid\":\"another\"}", "{}", KEY},
	{"{\"kid\":null}", "{}", KEY},
	{"{\"kid\":\"rsa\"}", "{}", KEY_ALGORITHM},
	{"{\"alg\":\"RS256\"}", "{}", KEY_ALGORITHM},
	{"{\"alg\":\"PS256\",\"kid\":\"rsa\"}", "{}", KEY_ALGORITHM},
	{"{\"alg\":\"RS256\",\"kid\":\"rsa\"}", "{}", SIGNATURE},
	{"{}", "{\"iss\":\"" ISSUER "\"}", TYPE},
	{"{\"typ\":\"JWT\"}", "{\"iss\":\"" ISSUER "\"}", KEY},
	{"{}", "{\"aud\":\"another\"}", AUDIENCE},
	{"{}", "{\"aud\":[\"" PROVIDER "\"]}", AUDIENCE},
	{"{}", "{\"exp\":\"@-60\"}", EXPIRED},
	{"{}", "{\"exp\":\"@100000\"}", LIFETIME},
	{"{}", "{\"upn\":null}", CLAIM},
	{"{}", "{\"upn\":\"\"}", CLAIM},
	{"{}", "{\"scp\":7}", CLAIM},
	{"{}", "{\"scp\":[7]}", CLAIM},
	{"{}", "{\"staff\":null}", SUBJECT},
	{"{}", "{\"staff\":false}", SUBJECT},
	{"{}", "{\"staff\":\"true\"}", SUBJECT},
};

static void providers_tokens_are_refused_for_each_fault(void **state)
{
	for (size_t i = 0; i < ARRAY_LENGTH(provider_tokens); i++) {
		const struct refused *each = &provider_tokens[i];
		CLEANUP_FREE char *text =
			issuer_provider(issuer.ec, TOKEN_ES256, each->header, each->claims);

		assert_refused(text, each->description);
	}
}

static void a_provider_says_who_its_user_is(void **state)
{
	CLEANUP_FREE char *text = issuer_provider(issuer.ec, TOKEN_ES256, "{}",
						  "{\"client_id\":\"portal\",\"org\":\"x\","
						  "\"scp\":[\"schools:read\",\"trusts:read\"]}");
	CLEANUP_PRINCIPAL struct principal *principal = assert_good(text);

	assert_int_equal(principal->kind, PRINCIPAL_EXTERNAL);
	assert_string_equal(principal->issuer, PROVIDER);
	assert_string_equal(principal->subject, "ann@school.example");
	assert_string_equal(principal->client, "portal");
	assert_null(principal->organisation);
	assert_null(principal->role);
	assert_null(principal->jti);
	assert_true(principal_has_scope(principal, "trusts:read"));
	assert_false(principal_has_scope(principal, "trusts:rea"));
	assert_int_equal(principal->expires - principal->issued, 3600);
}

static void what_is_issued_is_accepted(void **state)
{
	const struct auth_grant grant = {
		.subject = "s", .client = "c", .organisation = "o", .role = "r", .scopes = "a b"};
	CLEANUP_PRINCIPAL struct principal *told = NULL, *read = NULL;
	CLEANUP_FREE char *token = NULL;

	assert_int_equal(auth_issue(issuer.auth, &grant, &token, &told), 0);
	read = assert_good(token);
	for (const struct principal *each = told; each; each = each == told ? read : NULL) {
		assert_int_equal(each->kind, PRINCIPAL_OWN);
		assert_string_equal(each->issuer, ISSUER);
		assert_string_equal(each->subject, "s");
		assert_string_equal(each->client, "c");
		assert_string_equal(each->organisation, "o");
		assert_string_equal(each->role, "r");
		assert_string_equal(each->scopes, "a b");
		assert_string_equal(each->jti, told->jti);
		assert_int_equal(each->issued, told->issued);
		assert_int_equal(each->expires, told->issued + 600);
	}
}

static void what_could_not_be_accepted_is_not_issued(void **state)
{
	char long_text[LIMIT_CLAIM_BYTES + 2];
	const struct auth_grant grants[] = {
		{.subject = "s"},
		{.client = "c"},
		{.subject = "", .client = "c"},
		{.subject = "s", .client = long_text},
		{.subject = "s", .client = "c", .role = "a\tb"},
		{.subject = "s", .client = "c", .scopes = "a  b"},
		{.subject = "s", .client = "c", .seconds = -1},
		{.subject = "s", .client = "c", .seconds = AUTH_LONGEST_SECONDS + 1},
	};

	memset(long_text, 'a', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	for (size_t i = 0; i < ARRAY_LENGTH(grants); i++) {
		char *token = NULL;

		assert_int_equal(auth_issue(issuer.auth, &grants[i], &token, NULL), -EINVAL);
		assert_null(token);
	}
}

static bool is_revoked(void *context, const struct principal *principal)
{
	return principal->jti && strcmp(principal->jti, context) == 0;
}

static void a_revoked_token_is_refused_though_it_is_remembered(void **state)
{
	CLEANUP_FREE char *text = issuer_own(&issuer, "{}", "{\"jti\":\"stolen\"}");

	assert_accepted(text);
	auth_set_revoked(issuer.auth, is_revoked, (void *)"stolen");
	assert_refused(text, "The token was revoked.");
	auth_set_revoked(issuer.auth, is_revoked, (void *)"another");
	assert_accepted(text);
	auth_set_revoked(issuer.auth, NULL, NULL);
}

static void refusals_have_their_words(void **state)
{
	assert_string_equal(refusal_challenge(0), "Bearer realm=\"accord\"");
	assert_null(refusal_challenge(REFUSAL_UNAVAILABLE));
	for (int i = 1; i < REFUSALS; i++) {
		assert_true(strlen(refusal_name(i)) > 0);
		assert_null(strpbrk(refusal_description(i), "\"\\"));
		assert_int_equal(refusal_description(i)[strlen(refusal_description(i)) - 1], '.');
	}
}

/* --- assertions of clients */

#define ASSERTION                                          \
	"{\"iss\":\"c1\",\"sub\":\"c1\",\"aud\":\"" ISSUER \
	"/oauth/token\",\"jti\":\"a\",\"exp\":\"@60\"}"

static const struct {
	const char *header, *claims;
	int refusal;
} assertions[] = {
	{"{}", "{}", 0},
	{"{\"kid\":null}", "{}", 0},
	{"{\"typ\":\"JWT\"}", "{}", 0},
	{"{\"typ\":\"client-authentication+jwt\"}", "{}", 0},
	{"{}", "{\"aud\":\"" ISSUER "\"}", 0},
	{"{}", "{\"aud\":[\"" ISSUER "\"],\"iat\":\"@0\",\"nbf\":\"@0\"}", 0},
	{"{}", "{\"exp\":\"@600\"}", 0},
	{"{\"typ\":\"at+jwt\"}", "{}", REFUSAL_TYPE},
	{"{\"alg\":\"none\"}", "{}", REFUSAL_ALGORITHM},
	{"{\"alg\":\"HS256\"}", "{}", REFUSAL_ALGORITHM},
	{"{\"alg\":\"RS256\"}", "{}", REFUSAL_KEY_ALGORITHM},
	{"{\"kid\":\"b\"}", "{}", REFUSAL_KEY_UNKNOWN},
	{"{}", "{\"iss\":\"c2\",\"sub\":\"c2\"}", REFUSAL_ISSUER},
	{"{}", "{\"sub\":\"c2\"}", REFUSAL_ISSUER},
	{"{}", "{\"sub\":null}", REFUSAL_CLAIM},
	{"{}", "{\"aud\":\"" ISSUER "/oauth/revoke\"}", REFUSAL_AUDIENCE},
	{"{}", "{\"aud\":\"https://other.example/oauth/token\"}", REFUSAL_AUDIENCE},
	{"{}", "{\"jti\":null}", REFUSAL_CLAIM},
	{"{}", "{\"exp\":null}", REFUSAL_CLAIM},
	{"{}", "{\"exp\":\"@-31\"}", REFUSAL_EXPIRED},
	{"{}", "{\"exp\":\"@700\"}", REFUSAL_LIFETIME},
	{"{}", "{\"exp\":\"@60\",\"iat\":\"@-600\"}", REFUSAL_LIFETIME},
	{"{}", "{\"iat\":\"@90\"}", REFUSAL_FUTURE},
};

static void assertions_are_judged(void **state)
{
	CLEANUP_FREE char *jwk = token_jwk(issuer.ec, "\"kid\":\"a\""), *set = NULL, *error = NULL;
	struct jwks *keys;

	token_must(asprintf(&set, "{\"keys\":[%s]}", jwk) > 0);
	assert_int_equal(jwks_parse(set, strlen(set), true, &keys, &error), 0);
	for (size_t i = 0; i < ARRAY_LENGTH(assertions); i++) {
		CLEANUP_FREE char *header =
			issuer_dump("{\"alg\":\"ES256\",\"kid\":\"a\"}", assertions[i].header);
		CLEANUP_FREE char *claims = issuer_dump(ASSERTION, assertions[i].claims);
		CLEANUP_FREE char *text = token_make(issuer.ec, TOKEN_ES256, header, claims);
		struct auth_assertion assertion = {0};
		int r = auth_verify_assertion(issuer.auth, text, strlen(text), keys, "c1",
					      "/oauth/token", &assertion);

		if (r != assertions[i].refusal)
			fail_msg("%s %s: %d", header, claims, r);
		if (r == 0)
			assert_string_equal(assertion.jti, "a");
		auth_assertion_finish(&assertion);
	}
	jwks_free(keys);
}

static void an_assertion_says_whose_it_is_before_it_is_believed(void **state)
{
	CLEANUP_FREE char *claims = issuer_dump(ASSERTION, "{}");
	CLEANUP_FREE char *text = token_make(issuer.ec, TOKEN_ES256, "{\"alg\":\"ES256\"}", claims);
	CLEANUP_FREE char *client = NULL;

	assert_int_equal(auth_peek_assertion(text, strlen(text), &client), 0);
	assert_string_equal(client, "c1");
	assert_int_equal(auth_peek_assertion("x", 1, &client), REFUSAL_MALFORMED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(our_tokens_are_refused_for_each_fault),
		cmocka_unit_test(our_tokens_without_a_fault_are_accepted),
		cmocka_unit_test(nothing_and_garbage_are_refused),
		cmocka_unit_test(the_form_is_strict),
		cmocka_unit_test(a_second_spelling_of_a_signature_is_refused),
		cmocka_unit_test(a_member_twice_is_refused),
		cmocka_unit_test(depth_and_length_are_bounded),
		cmocka_unit_test(a_signature_of_another_key_or_shape_is_wrong),
		cmocka_unit_test(hs256_keyed_with_our_public_key_is_refused),
		cmocka_unit_test(libjwt_verifies_what_is_issued),
		cmocka_unit_test(every_changed_character_is_noticed),
		cmocka_unit_test(providers_tokens_are_accepted),
		cmocka_unit_test(providers_tokens_are_refused_for_each_fault),
		cmocka_unit_test(a_provider_says_who_its_user_is),
		cmocka_unit_test(what_is_issued_is_accepted),
		cmocka_unit_test(what_could_not_be_accepted_is_not_issued),
		cmocka_unit_test(a_revoked_token_is_refused_though_it_is_remembered),
		cmocka_unit_test(refusals_have_their_words),
		cmocka_unit_test(assertions_are_judged),
		cmocka_unit_test(an_assertion_says_whose_it_is_before_it_is_believed),
	};

	return cmocka_run_group_tests(tests, open_issuer, close_issuer);
}
