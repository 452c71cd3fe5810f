/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../api/config.h"

static const char *file_path = "test_config.settings";

static int remove_file(void **state)
{
	(void)unlink(file_path);
	return 0;
}

static void write_file(const char *text)
{
	FILE *file = fopen(file_path, "we");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* Reads one further setting beside the file; NULL for none. Returns the outcome; error is owned by
 * the caller. */
static int read_with(struct config *config, const char *setting, char **error)
{
	char first[128], second[256];
	char *environment[] = {first, second, NULL};

	snprintf(first, sizeof(first), "ACCORD_CONFIG=%s", file_path);
	snprintf(second, sizeof(second), "%s", setting ? setting : "HOME=/");
	return config_read(config, environment, error);
}

static void refuses(const char *setting, const char *words)
{
	CLEANUP(config_finish) struct config config = {0};
	CLEANUP_FREE char *error = NULL;
	char text[256];
	char *environment[] = {text, NULL};

	snprintf(text, sizeof(text), "%s", setting);
	assert_true(config_read(&config, environment, &error) < 0);
	assert_non_null(error);
	assert_non_null(strstr(error, words));
}

static void what_is_not_set_has_its_default(void **state)
{
	CLEANUP(config_finish) struct config config = {0};
	CLEANUP_FREE char *error = NULL;
	char *environment[] = {NULL};

	assert_int_equal(config_read(&config, environment, &error), 0);
	assert_string_equal(config.address, "127.0.0.1");
	assert_int_equal(config.port, 8080);
	assert_int_equal(config.metrics_port, 9108);
	assert_string_equal(config.database, "");
	assert_string_equal(config.log, "info");
}

static void the_environment_is_read(void **state)
{
	CLEANUP(config_finish) struct config config = {0};
	CLEANUP_FREE char *error = NULL;
	char *environment[] = {(char *)"PATH=/bin", (char *)"ACCORD_PORT=0",
			       (char *)"ACCORD_DATABASE=host=/x dbname=a=b", NULL};

	assert_int_equal(config_read(&config, environment, &error), 0);
	assert_int_equal(config.port, 0);
	assert_string_equal(config.database, "host=/x dbname=a=b");
}

static void unknown_settings_are_named(void **state)
{
	refuses("ACCORD_PROT=1", "ACCORD_PROT");
	refuses("ACCORD_=1", "ACCORD_");
	refuses("ACCORD_port=1", "ACCORD_port");
}

static void malformed_numbers_are_named(void **state)
{
	refuses("ACCORD_PORT=", "ACCORD_PORT");
	refuses("ACCORD_PORT=80a", "ACCORD_PORT");
	refuses("ACCORD_PORT=-1", "ACCORD_PORT");
	refuses("ACCORD_PORT= 80", "ACCORD_PORT");
	refuses("ACCORD_PORT=65536", "out of range");
	refuses("ACCORD_PORT=99999999999999999999", "ACCORD_PORT");
	refuses("ACCORD_CONNECTIONS=1", "out of range");
}

static void malformed_texts_are_named(void **state)
{
	refuses("ACCORD_ADDRESS=localhost", "ACCORD_ADDRESS");
	refuses("ACCORD_CURSOR_KEY=abc", "ACCORD_CURSOR_KEY");
	refuses("ACCORD_PUBLIC_URL=ftp://x", "ACCORD_PUBLIC_URL");
	refuses("ACCORD_PUBLIC_URL=https://x/", "ACCORD_PUBLIC_URL");
	refuses("ACCORD_LOG=loud", "ACCORD_LOG");
	refuses("ACCORD_SECURITY_CONTACT=security@example.org", "ACCORD_SECURITY_CONTACT");
	refuses("ACCORD_SECURITY_CONTACT=mailto:", "ACCORD_SECURITY_CONTACT");
	refuses("ACCORD_SECURITY_CONTACT=mailto:a@b.example\nExpires: never",
		"ACCORD_SECURITY_CONTACT");
}

static void the_file_fills_what_the_environment_leaves(void **state)
{
	CLEANUP(config_finish) struct config config = {0};
	CLEANUP_FREE char *error = NULL;

	write_file("# a comment\n\nACCORD_PORT=81\r\nACCORD_POOL_SIZE=3\n");
	assert_int_equal(read_with(&config, "ACCORD_PORT=82", &error), 0);
	assert_int_equal(config.port, 82);
	assert_int_equal(config.pool_size, 3);
}

static void a_bad_line_of_the_file_is_named_by_number(void **state)
{
	CLEANUP(config_finish) struct config config = {0};
	CLEANUP_FREE char *error = NULL;

	write_file("ACCORD_PORT=81\nACCORD_COLOUR=red\n");
	assert_true(read_with(&config, NULL, &error) < 0);
	assert_non_null(strstr(error, ":2: unknown setting ACCORD_COLOUR"));
}

static void a_repeated_line_of_the_file_is_refused(void **state)
{
	CLEANUP(config_finish) struct config config = {0};
	CLEANUP_FREE char *error = NULL;

	write_file("ACCORD_PORT=81\nACCORD_PORT=82\n");
	assert_true(read_with(&config, NULL, &error) < 0);
	assert_non_null(strstr(error, ":2: ACCORD_PORT is set twice"));
}

static void a_missing_file_is_named(void **state)
{
	CLEANUP(config_finish) struct config config = {0};
	CLEANUP_FREE char *error = NULL;

	(void)unlink(file_path);
	assert_true(read_with(&config, NULL, &error) < 0);
	assert_non_null(strstr(error, file_path));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_set_has_its_default),
		cmocka_unit_test(the_environment_is_read),
		cmocka_unit_test(unknown_settings_are_named),
		cmocka_unit_test(malformed_numbers_are_named),
		cmocka_unit_test(malformed_texts_are_named),
		cmocka_unit_test_teardown(the_file_fills_what_the_environment_leaves, remove_file),
		cmocka_unit_test_teardown(a_bad_line_of_the_file_is_named_by_number, remove_file),
		cmocka_unit_test_teardown(a_repeated_line_of_the_file_is_refused, remove_file),
		cmocka_unit_test(a_missing_file_is_named),
	};

	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
