/* SPDX-License-Identifier: MIT */
/* "accord user": people, as their OpenID provider knows them, and their roles. */
#include <stdio.h>
#include <string.h>

#include "../access/role.h"
#include "../clock.h"
#include "../digest.h"
#include "admin.h"
#include "command.h"
#include "scopes.h"

static void user_print_id(const char *title, const struct db_reply *rows, size_t step)
{
	printf("user=%s\norganisation=%s\n", db_value(rows, step, 0, 0),
	       db_value(rows, step, 0, 1));
}

static int user_grant(const struct config *config, char **arguments, int count)
{
	static const char *const text =
		"select * from accord.grant_role($1::uuid, $2::text, $3::text, $4::text, $5::text,"
		" $6::text, string_to_array($7::text, ' '))";
	const char *name = NULL, *organisation = NULL, *role = NULL, *asked = NULL;
	CLEANUP_FREE char *scopes = NULL;
	const struct admin_option options[] = {
		{"--organisation", &organisation, NULL},
		{"--role", &role, NULL},
		{"--name", &name, NULL},
		{"--scope", &asked, NULL},
	};
	char id[37];
	int r;

	if (!admin_read_options(arguments + 2, count - 2, options, ARRAY_LENGTH(options)) ||
	    !organisation || !role)
		return ADMIN_USAGE;
	if (!role_is_known(role))
		return admin_fail("there is no role \"%s\"; there are viewer, editor, signatory, "
				  "administrator and operator",
				  role);
	r = scopes_read(config, asked, &scopes);
	if (r == 0 && digest_uuid7(clock_now_ms(), id) < 0)
		r = admin_fail("no randomness");
	if (r == 0) {
		const char *const values[] = {id,           arguments[0], arguments[1], name,
					      organisation, role,         scopes};

		r = admin_execute(config, text, values, ARRAY_LENGTH(values), user_print_id, NULL);
	}
	return r;
}

static void user_print_count(const char *title, const struct db_reply *rows, size_t step)
{
	printf("roles=%s\n", db_value(rows, step, 0, 0));
}

static int user_revoke(const struct config *config, char **arguments, int count)
{
	const char *organisation = NULL;
	const struct admin_option options[] = {{"--organisation", &organisation, NULL}};
	const char *values[] = {arguments[0], arguments[1], NULL};

	if (!admin_read_options(arguments + 2, count - 2, options, ARRAY_LENGTH(options)))
		return ADMIN_USAGE;
	values[2] = organisation;
	return admin_execute(config, "select accord.revoke_role($1::text, $2::text, $3::text)",
			     values, ARRAY_LENGTH(values), user_print_count, NULL);
}

static int user_list(const struct config *config, char **arguments, int count)
{
	static const char *const text =
		"select concat_ws(e'\t', issuer, subject, person_id, coalesce(role, 'none'),"
		" coalesce(array_to_string(scopes, ' '), ''),"
		" coalesce(organisation, organisation_id::text, ''), coalesce(name, ''))"
		" from accord.users()";

	return count == 0 ? admin_execute(config, text, NULL, 0, admin_print_lines,
					  "issuer\tsubject\tuser\trole\tscope\torganisation\tname")
			  : ADMIN_USAGE;
}

int command_user(const struct config *config, int count, char **arguments)
{
	static const struct admin_verb verbs[] = {
		{"grant", 2,
		 "ISSUER SUBJECT --organisation ID|SCHEME:VALUE --role ROLE [--name TEXT] "
		 "[--scope all|\"WORDS\"]",
		 user_grant},
		{"revoke", 2, "ISSUER SUBJECT [--organisation ID|SCHEME:VALUE]", user_revoke},
		{"list", 0, "", user_list},
	};

	return admin_run("user", verbs, ARRAY_LENGTH(verbs), config, count, arguments);
}
