/* SPDX-License-Identifier: MIT */
#include "admin.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What the database says, and what that means to whoever typed the command. */
static const struct {
	const char *sign; /* an SQLSTATE or a constraint's name */
	const char *words;
} admin_meanings[] = {
	{"42501", "the database role may not do this: connect as accord_admin"},
	{"42883", "the database lacks this version's migrations"},
	{"3F000", "the database lacks this version's migrations"},
	{"22007", "a date is YYYY-MM-DD, or a time as in 2027-01-31T12:00:00Z"},
	{"22008", "a date is YYYY-MM-DD, or a time as in 2027-01-31T12:00:00Z"},
	{"22P02", "an address is a network such as 192.0.2.0/24 or 2001:db8::/32"},
	{"organisation_kind_known", "there are the kinds charity, employer, healthService, "
				    "communityGroup, government and schoolAbroad"},
	{"organisation_name_form", "a name is one line of 1 to 200 characters without semicolons"},
	{"organisation_country_form", "a country is two capital letters, as in GB"},
	{"organisation_identifiers_form",
	 "an identifier is charityNumber:…, companiesHouseNumber:…, ukprn:… or odsCode:…"},
	{"client_pkey", "there is a client of this id already"},
	{"client_id_form", "an id is 3 to 64 lower-case letters, digits and single hyphens"},
	{"client_name_form", "a name is one line of 1 to 200 characters"},
	{"client_addresses_few", "a client has at most 32 addresses"},
	{"client_scopes_form", "the scopes are malformed, or too many"},
	{"person_grant_scopes_form", "the scopes are malformed, or too many"},
	{"person_issuer_form", "an issuer is an http or https address"},
	{"person_subject_form", "a subject is 1 to 255 printable characters without spaces"},
	{"person_name_form", "a name is one line of 1 to 200 characters"},
};

int admin_fail(const char *format, ...)
{
	va_list arguments;

	fprintf(stderr, "accord: ");
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	return ADMIN_FAILED;
}

static int admin_misunderstood(const char *command, const struct admin_verb *verb)
{
	fprintf(stderr, "accord: usage: accord %s %s %s\n", command, verb->name, verb->usage);
	return ADMIN_USAGE;
}

int admin_run(const char *command, const struct admin_verb *verbs, size_t verb_count,
	      const struct config *config, int count, char **arguments)
{
	for (size_t i = 0; count > 0 && i < verb_count; i++) {
		const struct admin_verb *verb = &verbs[i];
		int r = ADMIN_USAGE;

		if (strcmp(verb->name, arguments[0]) != 0)
			continue;
		for (int k = 1; k <= verb->names; k++)
			if (k >= count || strncmp(arguments[k], "--", 2) == 0)
				return admin_misunderstood(command, verb);
		if (!config->database[0])
			return admin_fail("ACCORD_DATABASE is not set");
		r = verb->run(config, arguments + 1, count - 1);
		return r == ADMIN_USAGE ? admin_misunderstood(command, verb) : r;
	}
	for (size_t i = 0; i < verb_count; i++)
		fprintf(stderr, "%s accord %s %s %s\n",
			i ? "              " : "accord: usage:", command, verbs[i].name,
			verbs[i].usage);
	return ADMIN_USAGE;
}

static const struct admin_option *admin_find_option(const char *name,
						    const struct admin_option *options,
						    size_t option_count)
{
	for (size_t i = 0; i < option_count; i++)
		if (strcmp(options[i].name, name) == 0)
			return &options[i];
	return NULL;
}

bool admin_read_options(char **arguments, int count, const struct admin_option *options,
			size_t option_count)
{
	for (int i = 0; i < count; i++) {
		const struct admin_option *option =
			admin_find_option(arguments[i], options, option_count);

		if (!option || (option->value ? *option->value != NULL : *option->flag)) {
			admin_fail(option ? "%s is given twice" : "%s is not understood",
				   arguments[i]);
			return false;
		}
		if (option->flag) {
			*option->flag = true;
			continue;
		}
		if (++i == count) {
			admin_fail("%s needs a value", option->name);
			return false;
		}
		*option->value = arguments[i];
	}
	return true;
}

static int admin_explain(const struct db_error *error)
{
	const char *constraint = error->constraint ? error->constraint : "";

	if (strcmp(error->sqlstate, "AC001") == 0)
		return admin_fail("%s", error->hint ? error->hint : error->message);
	for (size_t i = 0; i < ARRAY_LENGTH(admin_meanings); i++)
		if (strcmp(admin_meanings[i].sign, error->sqlstate) == 0 ||
		    strcmp(admin_meanings[i].sign, constraint) == 0)
			return admin_fail("%s", admin_meanings[i].words);
	return admin_fail("database: %s", error->message ? error->message : error->sqlstate);
}

static void admin_cleanup_connection(struct db_connection **connection)
{
	db_connection_free(*connection);
}

void admin_print_lines(const char *title, const struct db_reply *rows, size_t step)
{
	puts(title);
	for (size_t i = 0; i < db_rows(rows, step); i++)
		puts(db_value(rows, step, i, 0));
}

int admin_execute(const struct config *config, const char *text, const char *const *values,
		  size_t count, admin_take take, const char *title)
{
	CLEANUP(admin_cleanup_connection) struct db_connection *connection = NULL;
	const struct db_statement statements[] = {
		{(char *)"begin", (char *)"begin read write", false, 0},
		{(char *)"statement", (char *)text, false, 1},
		{(char *)"commit", (char *)"commit", false, 2},
	};
	const struct db_step steps[] = {{&statements[0], 0, NULL},
					{&statements[1], count, values},
					{&statements[2], 0, NULL}};
	struct db_reply reply = {0};
	int r = db_connection_new(config->database, ARRAY_LENGTH(statements), &connection);

	if (r == 0)
		r = db_connect(connection);
	if (r == 0)
		r = db_run(connection, steps, ARRAY_LENGTH(steps), false, &reply);
	if (r == 0 && take)
		take(title, &reply, 1);
	if (r == DB_FAILED)
		r = admin_explain(&reply.error);
	else if (r != 0)
		r = admin_fail("database: %s", r == DB_LOST ? db_reason(connection) : strerror(-r));
	db_reply_finish(&reply);
	return r;
}
