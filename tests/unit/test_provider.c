/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../api/auth/fetch.h"
#include "../../api/auth/provider.h"

#define KEYS                                                          \
	"{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"a\"," \
	"\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","      \
	"\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}]}"
#define ONE "\"issuer\":\"https://a.example\",\"audience\":\"us\""

static char path[64], keys[64];

static void write_file(char file[64], const char *text)
{
	int descriptor;

	strcpy(file, "/tmp/accord-provider-XXXXXX");
	descriptor = mkstemp(file);
	assert_true(descriptor >= 0);
	assert_int_equal(write(descriptor, text, strlen(text)), strlen(text));
	close(descriptor);
}

/* A document of one provider with these further members. */
static void write_provider(const char *members)
{
	char text[1024];

	write_file(keys, KEYS);
	snprintf(text, sizeof(text), "{\"providers\":[{" ONE ",\"jwksFile\":\"%s\"%s}]}", keys,
		 members);
	write_file(path, text);
}

static int remove_files(void **state)
{
	unlink(path);
	unlink(keys);
	return 0;
}

static void assert_refused(const char *text, const char *words)
{
	CLEANUP_FREE char *error = NULL;
	struct providers *providers = NULL;

	write_file(path, text);
	assert_int_equal(providers_new(path, &providers, &error), -EINVAL);
	assert_null(providers);
	if (!strstr(error, words) || !strstr(error, path))
		fail_msg("%s: %s", text, error);
	unlink(path);
}

static const struct {
	const char *text;
	const char *words;
} faults[] = {
	{"", "line 1"},
	{"[]", "is no object of an array providers"},
	{"{\"providers\":{}}", "is no object of an array providers"},
	{"{\"providers\":[],\"more\":1}", "is no object of an array providers"},
	{"{\"providers\":[],\"providers\":[]}", "duplicate"},
	{"{\"providers\":[7]}", "providers[0]: is no object"},
	{"{\"providers\":[{}]}", "providers[0]: issuer is missing"},
	{"{\"providers\":[{\"issuer\":\"a\"}]}", "providers[0]: audience is missing"},
	{"{\"providers\":[{\"issuer\":7}]}", "providers[0]: issuer is no text"},
	{"{\"providers\":[{\"issuer\":\"a\",\"audience\":[]}]}", "audience has not 1 to 8 texts"},
	{"{\"providers\":[{\"issuer\":\"a\",\"audience\":[\"\"]}]}", "audience is no text"},
	{"{\"providers\":[{\"issuer\":\"a\",\"audience\":7}]}", "audience is no text"},
	{"{\"providers\":[{" ONE "}]}", "there is not one of jwksUrl and jwksFile"},
	{"{\"providers\":[{" ONE ",\"jwksUrl\":\"https://a\",\"jwksFile\":\"b\"}]}",
	 "there is not one of jwksUrl and jwksFile"},
	{"{\"providers\":[{" ONE ",\"jwksUrl\":\"http://a.example\"}]}", "jwksUrl is no https URL"},
	{"{\"providers\":[{" ONE ",\"jwksUrl\":\"https://u:p@a.example\"}]}",
	 "jwksUrl is no https URL"},
	{"{\"providers\":[{" ONE ",\"jwksUrl\":\"file:///etc/passwd\"}]}",
	 "jwksUrl is no https URL"},
	{"{\"providers\":[{" ONE ",\"jwks\":\"https://a.example\"}]}", "unknown member jwks"},
	{"{\"providers\":[{" ONE ",\"require\":[]}]}", "require is no object"},
	{"{\"providers\":[{" ONE ",\"subject\":\"\"}]}", "subject is no text"},
	{"{\"providers\":[{" ONE ",\"jwksUrl\":\"https://a\"},{" ONE
	 ",\"jwksUrl\":\"https://a\"}]}",
	 "providers[1]: issuer is there twice"},
};

static void each_fault_of_the_file_is_named(void **state)
{
	for (size_t i = 0; i < ARRAY_LENGTH(faults); i++)
		assert_refused(faults[i].text, faults[i].words);
}

static void files_that_are_not_there_are_named(void **state)
{
	CLEANUP_FREE char *error = NULL, *missing = NULL;
	struct providers *providers;

	assert_int_equal(providers_new("/nowhere/at/all", &providers, &error), -EINVAL);
	assert_non_null(strstr(error, "/nowhere/at/all"));
	write_file(path, "{\"providers\":[{" ONE ",\"jwksFile\":\"/nowhere/either\"}]}");
	assert_int_equal(providers_new(path, &providers, &missing), -EINVAL);
	assert_non_null(strstr(missing, "/nowhere/either"));
}

static void no_file_is_no_provider(void **state)
{
	char *error = NULL;
	struct providers *providers;

	assert_int_equal(providers_new("", &providers, &error), 0);
	assert_null(providers_find(providers, ""));
	providers_free(providers);
}

/* Maps claims by the provider's configuration, and says what came of it. */
static int map(const char *members, const char *claims_text, struct principal *ret_draft,
	       char *ret_scopes)
{
	CLEANUP_JSON json_t *claims = json_loads(claims_text, 0, NULL);
	CLEANUP_FREE char *scopes = NULL;
	static char subject[32];
	struct providers *providers;
	char *error = NULL;
	int r;

	write_provider(members);
	if (providers_new(path, &providers, &error) != 0)
		fail_msg("%s", error);
	*ret_draft = (struct principal){0};
	r = provider_map(providers_find(providers, "https://a.example"), claims, ret_draft,
			 &scopes);
	snprintf(subject, sizeof(subject), "%s", ret_draft->subject ? ret_draft->subject : "");
	strcpy(ret_scopes, ret_draft->scopes ? ret_draft->scopes : "(none)");
	ret_draft->subject = subject;
	providers_free(providers);
	remove_files(NULL);
	return r;
}

static void claims_are_mapped_as_configured(void **state)
{
	struct principal draft;
	char scopes[64];

	assert_int_equal(map("", "{\"sub\":\"s\",\"email\":\"e\"}", &draft, scopes), 0);
	assert_string_equal(draft.subject, "s");
	assert_string_equal(scopes, "(none)");
	assert_int_equal(
		map(",\"subject\":\"email\"", "{\"sub\":\"s\",\"email\":\"e\"}", &draft, scopes),
		0);
	assert_string_equal(draft.subject, "e");
	assert_int_equal(
		map(",\"scope\":\"scope\"", "{\"sub\":\"s\",\"scope\":\"a b\"}", &draft, scopes),
		0);
	assert_string_equal(scopes, "a b");
	assert_int_equal(
		map(",\"scope\":\"scp\"", "{\"sub\":\"s\",\"scp\":[\"a\",\"b\"]}", &draft, scopes),
		0);
	assert_string_equal(scopes, "a b");
	assert_int_equal(map(",\"scope\":\"scope\"", "{\"sub\":\"s\"}", &draft, scopes), 0);
	assert_string_equal(scopes, "");
}

static void required_claims_are_required(void **state)
{
	static const char required[] =
		",\"require\":{\"email_verified\":true,\"hd\":\"a.example\"}";
	struct principal draft;
	char scopes[64];

	assert_int_equal(map(required,
			     "{\"sub\":\"s\",\"email_verified\":true,\"hd\":\"a.example\"}", &draft,
			     scopes),
			 0);
	assert_int_equal(map(required, "{\"sub\":\"s\",\"email_verified\":true}", &draft, scopes),
			 REFUSAL_SUBJECT);
	assert_int_equal(map(required, "{\"sub\":\"s\",\"email_verified\":1,\"hd\":\"a.example\"}",
			     &draft, scopes),
			 REFUSAL_SUBJECT);
}

static void only_plain_https_is_fetched(void **state)
{
	static const char *const good[] = {"https://a.example", "https://a.example:8443/jwks?a=b",
					   "https://[::1]/jwks", "https://127.0.0.1/"};
	static const char *const bad[] = {
		"",
		"a.example",
		"http://a.example",
		"HTTPS://a.example",
		"https://",

		"https://u@a.example",
		"https://u:p@a.example",
		"https://a.example/#b",
		"ftp://a.example",
		"file:///etc/passwd",
		"https://a example/",
	};

	for (size_t i = 0; i < ARRAY_LENGTH(good); i++)
		if (!fetch_is_url(good[i]))
			fail_msg("%s", good[i]);
	for (size_t i = 0; i < ARRAY_LENGTH(bad); i++)
		if (fetch_is_url(bad[i]))
			fail_msg("%s", bad[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_fault_of_the_file_is_named),
		cmocka_unit_test_teardown(files_that_are_not_there_are_named, remove_files),
		cmocka_unit_test(no_file_is_no_provider),
		cmocka_unit_test(claims_are_mapped_as_configured),
		cmocka_unit_test(required_claims_are_required),
		cmocka_unit_test(only_plain_https_is_fetched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
