/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../api/auth/auth.h"
#include "../../api/auth/keyring.h"
#include "folder_helper.h"

enum { NOW = 1800000000, LEAD = 600, DEAD = LEAD + AUTH_LONGEST_SECONDS + 60 };

static char root[64], folder[80];
static struct keyring *one, *two; /* two nodes that share the folder */

static int make(void **state)
{
	strcpy(root, "/tmp/accord-keys-XXXXXX");
	assert_non_null(mkdtemp(root));
	snprintf(folder, sizeof(folder), "%s/keys", root);
	return keyring_new(folder, &one) || keyring_new(folder, &two);
}

static int finish(void **state)
{
	keyring_free(one);
	keyring_free(two);
	return folder_remove(root);
}

static bool read_ring(struct keyring *ring, int64_t now)
{
	char *error = NULL;
	bool withdrawn;

	if (keyring_read(ring, true, now, &withdrawn, &error) != 0)
		fail_msg("%s", error);
	return withdrawn;
}

static void rotate(struct keyring *ring, int64_t now, int expected, char kid[KEY_ID_BYTES + 1])
{
	char *error = NULL;

	assert_int_equal(keyring_rotate(ring, now, LEAD, kid, &error), expected);
	assert_null(error);
}

/* Whether that kid signs. */
static bool signs(struct keyring *ring, const char *kid, int64_t now)
{
	CLEANUP_KEY struct key *key = keyring_current(ring, now);

	return key && strcmp(key->kid, kid) == 0;
}

static bool verifies(struct keyring *ring, const char *kid, int64_t now)
{
	CLEANUP_KEY struct key *key = keyring_find(ring, kid, now);

	return key;
}

static bool publishes(struct keyring *ring, const char *kid, int64_t now)
{
	CLEANUP_BUFFER struct buffer text;

	buffer_init(&text, 65536);
	assert_int_equal(keyring_write_jwks(ring, now, &text), 0);
	return strstr(text.data, kid);
}

static void first_kid(struct keyring *ring, int64_t now, char kid[KEY_ID_BYTES + 1])
{
	CLEANUP_KEY struct key *key = keyring_current(ring, now);

	assert_non_null(key);
	strcpy(kid, key->kid);
}

/* The path of the only file that is not hidden. */
static void file_of(char path[400])
{
	DIR *names = opendir(folder);

	assert_non_null(names);
	for (struct dirent *entry; (entry = readdir(names));)
		if (entry->d_name[0] != '.')
			snprintf(path, 400, "%s/%s", folder, entry->d_name);
	closedir(names);
}

static void the_first_key_is_made_once_and_only_its_owner_reads_it(void **state)
{
	char first[KEY_ID_BYTES + 1], second[KEY_ID_BYTES + 1], path[400];
	struct stat status;

	assert_false(read_ring(one, NOW));
	assert_false(read_ring(two, NOW + 1));
	first_kid(one, NOW, first);
	first_kid(two, NOW, second);
	assert_string_equal(first, second);
	file_of(path);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0400);
	assert_int_equal(stat(folder, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0700);
}

static void without_making_there_is_no_key(void **state)
{
	char *error = NULL;
	bool withdrawn;

	assert_int_equal(keyring_read(one, false, NOW, &withdrawn, &error), -EIO);
	assert_non_null(strstr(error, folder));
	free(error);
	assert_null(keyring_current(one, NOW));
	assert_false(verifies(one, "a", NOW));
}

static void a_new_key_is_published_before_it_signs(void **state)
{
	char old[KEY_ID_BYTES + 1], new[KEY_ID_BYTES + 1];

	read_ring(one, NOW);
	first_kid(one, NOW, old);
	rotate(one, NOW, 0, new);
	read_ring(two, NOW);
	for (struct keyring *ring = one; ring; ring = ring == one ? two : NULL) {
		assert_true(publishes(ring, new, NOW) && publishes(ring, old, NOW));
		assert_true(signs(ring, old, NOW) && verifies(ring, new, NOW));
		assert_true(signs(ring, old, NOW + LEAD - 1));
		assert_true(signs(ring, new, NOW + LEAD));
		assert_true(verifies(ring, old, NOW + DEAD - 1));
		assert_true(publishes(ring, old, NOW + DEAD - 1));
		assert_false(verifies(ring, old, NOW + DEAD));
		assert_false(publishes(ring, old, NOW + DEAD));
		assert_true(verifies(ring, new, NOW + DEAD));
	}
}

static void states_follow_from_the_clock(void **state)
{
	CLEANUP(key_list_finish) struct key_list list = {0};
	char kid[KEY_ID_BYTES + 1];

	read_ring(one, NOW);
	rotate(one, NOW, 0, kid);
	keyring_list(one, &list);
	assert_int_equal(list.count, 2);
	assert_int_equal(key_list_state(&list, 0, NOW), KEY_CURRENT);
	assert_int_equal(key_list_state(&list, 1, NOW), KEY_NEXT);
	assert_int_equal(key_list_state(&list, 0, NOW + LEAD), KEY_PREVIOUS);
	assert_int_equal(key_list_state(&list, 1, NOW + LEAD), KEY_CURRENT);
	assert_int_equal(key_list_state(&list, 0, NOW + DEAD), KEY_DEAD);
	/* A clock that is behind the first key's making still signs. */
	assert_int_equal(key_list_state(&list, 0, NOW - 5), KEY_CURRENT);
}

static void one_key_is_next_at_a_time(void **state)
{
	char first[KEY_ID_BYTES + 1], second[KEY_ID_BYTES + 1];

	rotate(one, NOW, 0, first);
	rotate(two, NOW + LEAD - 1, 1, second);
	assert_string_equal(first, second);
	rotate(two, NOW + LEAD, 0, second);
	assert_string_not_equal(first, second);
}

static void a_rotation_removes_what_is_dead(void **state)
{
	CLEANUP(key_list_finish) struct key_list list = {0};
	char kid[KEY_ID_BYTES + 1];

	rotate(one, NOW, 0, kid);
	rotate(one, NOW + DEAD, 0, kid);
	keyring_list(one, &list);
	assert_int_equal(list.count, 2);
	assert_int_equal(list.keys[0]->since, NOW + LEAD);
	assert_int_equal(list.keys[1]->since, NOW + DEAD + LEAD);
}

static void a_key_without_its_file_is_withdrawn(void **state)
{
	char old[KEY_ID_BYTES + 1], new[KEY_ID_BYTES + 1], path[400];

	read_ring(one, NOW);
	file_of(path);
	first_kid(one, NOW, old);
	rotate(one, NOW, 0, new);
	assert_int_equal(unlink(path), 0);
	assert_true(read_ring(one, NOW));
	assert_false(verifies(one, old, NOW));
	/* There is nobody else to sign. */
	assert_true(signs(one, new, NOW));
	assert_false(read_ring(one, NOW));
}

static void assert_unreadable(const char *words)
{
	char *error = NULL;
	bool withdrawn;

	assert_int_equal(keyring_read(two, false, NOW, &withdrawn, &error), -EINVAL);
	assert_non_null(strstr(error, words));
	assert_null(strstr(error, "PRIVATE"));
	free(error);
	assert_null(keyring_current(two, NOW));
}

static void a_file_that_others_may_read_is_refused(void **state)
{
	char path[400];

	read_ring(one, NOW);
	file_of(path);
	for (const mode_t *mode = (const mode_t[]){0440, 0404, 0600, 0}; *mode; mode++) {
		assert_int_equal(chmod(path, *mode), 0);
		assert_unreadable("is no file of mode 0400");
	}
}

static void a_file_that_holds_another_key_is_refused(void **state)
{
	char path[400], other[420];

	read_ring(one, NOW);
	file_of(path);
	strcpy(other, path);
	other[strlen(other) - strlen("x.pem")] ^= 1;
	assert_int_equal(rename(path, other), 0);
	assert_unreadable("does not hold the P-256 key that its name says");
}

static void other_files_are_left_alone(void **state)
{
	static const char *const names[] = {".part", "README", "1-a.pem", "180000000000-short.pem"};

	read_ring(one, NOW);
	for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
		char path[400];
		FILE *file;

		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		file = fopen(path, "we");
		assert_non_null(file);
		fclose(file);
	}
	assert_false(read_ring(two, NOW));
}

static void keys_of_a_lasting_ring_never_die(void **state)
{
	CLEANUP(key_list_finish) struct key_list list = {0};
	char kid[KEY_ID_BYTES + 1];

	keyring_make_lasting(one);
	read_ring(one, NOW);
	rotate(one, NOW + 1, 0, kid);
	rotate(one, NOW + 1 + DEAD, 0, kid);
	keyring_list(one, &list);
	assert_int_equal(list.count, 3);
	assert_int_equal(key_list_state(&list, 0, NOW + 2 * DEAD), KEY_PREVIOUS);
}

static void a_ring_in_memory_has_one_key(void **state)
{
	struct keyring *ring;
	char first[KEY_ID_BYTES + 1], second[KEY_ID_BYTES + 1];

	assert_int_equal(keyring_new("", &ring), 0);
	assert_false(read_ring(ring, NOW));
	first_kid(ring, NOW, first);
	assert_false(read_ring(ring, NOW + 1));
	first_kid(ring, NOW + 1, second);
	assert_string_equal(first, second);
	keyring_free(ring);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			the_first_key_is_made_once_and_only_its_owner_reads_it, make, finish),
		cmocka_unit_test_setup_teardown(without_making_there_is_no_key, make, finish),
		cmocka_unit_test_setup_teardown(a_new_key_is_published_before_it_signs, make,
						finish),
		cmocka_unit_test_setup_teardown(states_follow_from_the_clock, make, finish),
		cmocka_unit_test_setup_teardown(one_key_is_next_at_a_time, make, finish),
		cmocka_unit_test_setup_teardown(a_rotation_removes_what_is_dead, make, finish),
		cmocka_unit_test_setup_teardown(a_key_without_its_file_is_withdrawn, make, finish),
		cmocka_unit_test_setup_teardown(a_file_that_others_may_read_is_refused, make,
						finish),
		cmocka_unit_test_setup_teardown(a_file_that_holds_another_key_is_refused, make,
						finish),
		cmocka_unit_test_setup_teardown(other_files_are_left_alone, make, finish),
		cmocka_unit_test_setup_teardown(keys_of_a_lasting_ring_never_die, make, finish),
		cmocka_unit_test_setup_teardown(a_ring_in_memory_has_one_key, make, finish),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
