/* SPDX-License-Identifier: MIT */
/* "accord organisation": parties that no publisher's register has. */
#include <stdio.h>
#include <string.h>

#include "../clock.h"
#include "../digest.h"
#include "admin.h"
#include "command.h"

static void organisation_print(const char *title, const struct db_reply *rows, size_t step)
{
	printf("organisation=%s\n", db_value(rows, step, 0, 0));
}

static int organisation_add(const struct config *config, char **arguments, int count)
{
	static const char *const text =
		"select accord.add_organisation($1::text, $2::text, $3::text, $4::text, $5::text,"
		" $6::text, string_to_array(coalesce($7::text, ''), ','), $8::text, $9::boolean,"
		" $10::boolean)";
	const char *kind = NULL, *name = NULL, *country = NULL, *town = NULL, *postcode = NULL;
	const char *identifiers = NULL, *absence = NULL;
	bool verified = false, distinct = false;
	const struct admin_option options[] = {
		{"--kind", &kind, NULL},
		{"--name", &name, NULL},
		{"--country", &country, NULL},
		{"--town", &town, NULL},
		{"--postcode", &postcode, NULL},
		{"--identifiers", &identifiers, NULL},
		{"--no-identifier", &absence, NULL},
		{"--verified", NULL, &verified},
		{"--distinct", NULL, &distinct},
	};
	char reference[37];

	if (!admin_read_options(arguments, count, options, ARRAY_LENGTH(options)) || !kind ||
	    !name || !country || !identifiers == !absence)
		return ADMIN_USAGE;
	if (digest_uuid7(clock_now_ms(), reference) < 0)
		return admin_fail("no randomness");
	const char *const values[] = {reference,
				      kind,
				      name,
				      country,
				      town,
				      postcode,
				      identifiers,
				      absence,
				      verified ? "true" : "false",
				      distinct ? "true" : "false"};

	return admin_execute(config, text, values, ARRAY_LENGTH(values), organisation_print, NULL);
}

int command_organisation(const struct config *config, int count, char **arguments)
{
	static const struct admin_verb verbs[] = {
		{"add", 0,
		 "--kind KIND --name TEXT --country CODE --identifiers SCHEME:VALUE,…|"
		 "--no-identifier REASON [--town TEXT] [--postcode TEXT] [--verified] [--distinct]",
		 organisation_add},
	};

	return admin_run("organisation", verbs, ARRAY_LENGTH(verbs), config, count, arguments);
}
