/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../api/access/callers.h"
#include "../../api/access/role.h"

static int make(void **state)
{
	int r = callers_new((struct callers **)state);

	if (r == 0)
		callers_open(*state);
	return r;
}

static int unmake(void **state)
{
	return callers_free(*state) != NULL;
}

static struct principal *principal(const char *jti)
{
	const struct principal draft = {.issuer = "https://a.example", .subject = "s", .jti = jti};
	struct principal *made;

	assert_int_equal(principal_new(&draft, &made), 0);
	return made;
}

static struct caller *caller(const char *id, bool person, size_t grants)
{
	struct caller *made = caller_new(grants);

	assert_non_null(made);
	made->person = person;
	made->grant_count = grants;
	snprintf(made->id, sizeof(made->id), "%s", id);
	return made;
}

/* Remembers a new caller of the principal. */
static void remember(struct callers *callers, struct principal *of, const char *id, bool person)
{
	struct caller *made = caller(id, person, 0);
	uint64_t since;

	assert_null(callers_find(callers, of, &since));
	callers_keep(callers, of, made, since);
	caller_release(made);
}

static bool knows(struct callers *callers, struct principal *of)
{
	uint64_t since;
	struct caller *found = callers_find(callers, of, &since);

	caller_release(found);
	return found;
}

static void who_was_kept_is_found(void **state)
{
	CLEANUP_PRINCIPAL struct principal *one = principal("1");
	CLEANUP_PRINCIPAL struct principal *two = principal("1");

	remember(*state, one, "a", false);
	assert_true(knows(*state, one));
	assert_false(knows(*state, two));
}

static void closed_it_knows_nobody(void **state)
{
	CLEANUP_PRINCIPAL struct principal *one = principal("1");

	remember(*state, one, "a", false);
	callers_close(*state);
	assert_false(knows(*state, one));
	remember(*state, one, "a", false);
	assert_false(knows(*state, one));
	callers_open(*state);
	assert_false(knows(*state, one));
	remember(*state, one, "a", false);
	assert_true(knows(*state, one));
}

static void what_changed_is_forgotten_and_no_more(void **state)
{
	CLEANUP_PRINCIPAL struct principal *client = principal("1");
	CLEANUP_PRINCIPAL struct principal *person = principal("2");
	CLEANUP_PRINCIPAL struct principal *other = principal(NULL);

	remember(*state, client, "same", false);
	remember(*state, person, "same", true);
	remember(*state, other, "other", false);
	callers_forget(*state, "client", "nobody");
	callers_forget(*state, "token", "3");
	callers_forget(*state, "token", "same");
	assert_true(knows(*state, client) && knows(*state, person) && knows(*state, other));
	callers_forget(*state, "person", "same");
	assert_true(knows(*state, client) && !knows(*state, person) && knows(*state, other));
	callers_forget(*state, "token", "1");
	assert_true(!knows(*state, client) && knows(*state, other));
	callers_forget(*state, "client", "other");
	assert_false(knows(*state, other));
}

/* An answer that a change overtook may be from before it. */
static void what_was_asked_before_a_change_is_not_kept(void **state)
{
	CLEANUP_PRINCIPAL struct principal *one = principal("1");
	struct caller *made = caller("a", false, 0);
	uint64_t since;

	assert_null(callers_find(*state, one, &since));
	callers_forget(*state, "client", "a");
	callers_keep(*state, one, made, since);
	assert_false(knows(*state, one));
	assert_null(callers_find(*state, one, &since));
	callers_close(*state);
	callers_open(*state);
	callers_keep(*state, one, made, since);
	assert_false(knows(*state, one));
	caller_release(made);
}

static void who_has_many_grants_is_not_kept(void **state)
{
	CLEANUP_PRINCIPAL struct principal *one = principal("1");
	struct caller *made = caller("a", true, 1000);
	uint64_t since;

	assert_null(callers_find(*state, one, &since));
	callers_keep(*state, one, made, since);
	assert_false(knows(*state, one));
	caller_release(made);
}

static void memory_is_bounded(void **state)
{
	size_t known = 0;

	for (int i = 0; i < 3 * LIMIT_REMEMBERED_TOKENS; i++) {
		CLEANUP_PRINCIPAL struct principal *one = principal("1");

		remember(*state, one, "a", false);
		known += knows(*state, one);
	}
	assert_int_equal(known, 3 * LIMIT_REMEMBERED_TOKENS);
	callers_forget(*state, "client", "a");
}

static void *use(void *user)
{
	struct callers *callers = user;
	CLEANUP_PRINCIPAL struct principal *one = principal("1");

	for (int i = 0; i < 2000; i++) {
		uint64_t since;
		struct caller *found = callers_find(callers, one, &since);

		if (!found) {
			found = caller("a", false, 1);
			callers_keep(callers, one, found, since);
		}
		if (i % 100 == 0)
			callers_forget(callers, "client", "a");
		caller_release(found);
	}
	return NULL;
}

static void threads_share_it(void **state)
{
	pthread_t threads[4];

	for (size_t i = 0; i < ARRAY_LENGTH(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, use, *state), 0);
	for (size_t i = 0; i < ARRAY_LENGTH(threads); i++)
		pthread_join(threads[i], NULL);
}

static void scopes_have_a_resource_and_a_verb(void **state)
{
	assert_true(role_is_scope("notes:read"));
	assert_true(role_is_scope("code-lists:administer"));
	assert_false(role_is_scope("notes"));
	assert_false(role_is_scope("notes:"));
	assert_false(role_is_scope(":read"));
	assert_false(role_is_scope("notes:own"));
	assert_false(role_is_scope("Notes:read"));
	assert_false(role_is_scope("notes:read:x"));
	assert_false(role_is_scope("-notes:read"));
	assert_false(role_is_scope("notes-:read"));
}

static void each_role_may_what_those_before_it_may(void **state)
{
	static const char *const roles[] = {"viewer", "editor", "signatory", "administrator"};
	static const char *const scopes[] = {"a:read", "a:write", "a:sign", "a:administer"};

	for (size_t i = 0; i < ARRAY_LENGTH(roles); i++) {
		assert_true(role_is_known(roles[i]));
		for (size_t k = 0; k < ARRAY_LENGTH(scopes); k++)
			assert_int_equal(role_allows(roles[i], scopes[k]), k <= i);
		assert_false(role_allows(roles[i], "a"));
		assert_false(role_allows(roles[i], "a:own"));
	}
	assert_false(role_is_known(""));
	assert_false(role_allows("", "a:read"));
	assert_false(role_allows("owner", "a:read"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(who_was_kept_is_found, make, unmake),
		cmocka_unit_test_setup_teardown(closed_it_knows_nobody, make, unmake),
		cmocka_unit_test_setup_teardown(what_changed_is_forgotten_and_no_more, make,
						unmake),
		cmocka_unit_test_setup_teardown(what_was_asked_before_a_change_is_not_kept, make,
						unmake),
		cmocka_unit_test_setup_teardown(who_has_many_grants_is_not_kept, make, unmake),
		cmocka_unit_test_setup_teardown(memory_is_bounded, make, unmake),
		cmocka_unit_test_setup_teardown(threads_share_it, make, unmake),
		cmocka_unit_test(scopes_have_a_resource_and_a_verb),
		cmocka_unit_test(each_role_may_what_those_before_it_may),
	};

	return cmocka_run_group_tests_name("callers", tests, NULL, NULL);
}
