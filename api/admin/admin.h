/* SPDX-License-Identifier: MIT */
/* What the commands of api/admin share: options, one statement in one transaction, words for what
 * the database refuses. */
#pragma once

#include "../config.h"
#include "../db.h"

enum { ADMIN_FAILED = 1, ADMIN_USAGE = 2 };

/* An option that a command has: with a value, or (flag) without. */
struct admin_option {
	const char *name; /* "--name" */
	const char **value;
	bool *flag;
};

/* A subcommand of a command: how many names come before its options, and what it is to do. */
struct admin_verb {
	const char *name;
	int names;
	const char *usage; /* after the command and the verb */
	int (*run)(const struct config *config, char **arguments, int count);
};

/* Runs the verb that the first argument names, or says what there is. Returns an exit code. */
int admin_run(const char *command, const struct admin_verb *verbs, size_t verb_count,
	      const struct config *config, int count, char **arguments);
/* Reads options in any order, each at most once. Whether they were understood; says so if not. */
bool admin_read_options(char **arguments, int count, const struct admin_option *options,
			size_t option_count);
/* Says on one line what failed. Returns ADMIN_FAILED. */
int admin_fail(const char *format, ...) PRINTF_LIKE(1, 2);

/* Runs one statement as a transaction of its own and hands its rows to take (or NULL), with a
 * title, once it is committed. Returns an exit code; what was refused has been said. */
typedef void (*admin_take)(const char *title, const struct db_reply *rows, size_t step);
int admin_execute(const struct config *config, const char *text, const char *const *values,
		  size_t count, admin_take take, const char *title);
/* Takes rows of one column, each a line, and prints them below the title. */
void admin_print_lines(const char *title, const struct db_reply *rows, size_t step);
