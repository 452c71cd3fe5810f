/* SPDX-License-Identifier: MIT */
/* An operation's SQL file: its closed header, and its statements with parameters made $n. */
#pragma once

#include "common.h"
#include "limit.h"

enum {
	SQLFILE_BYTES = 64 * 1024, /* one file, and one statement with all that it includes */
	SQLFILE_LINES = 60,        /* lines of a statement in one file */
	SQLFILE_ORDERS = 16,       /* orders of one list */
	SQLFILE_GIVEN = 4,         /* parameters that one summary may wait for */
	SQLFILE_INCLUDE_DEPTH = 3, /* included files that are open at once */
	SQLFILE_INCLUDES = 32,     /* include lines followed for one operation */
};

/* The last is a handler's that is never refused: no header says it. */
enum sql_cost { SQL_COST_READ, SQL_COST_WRITE, SQL_COST_EXPENSIVE, SQL_COST_NONE };
enum sql_plan { SQL_PLAN_GENERIC, SQL_PLAN_CUSTOM };

struct sql_order {
	char *name; /* what clients write: order=name or order=-name */
	size_t count;
	char *keys[LIMIT_ORDER_KEYS]; /* columns of the FROM clause and of the output alike */
};

struct sql_statement {
	char *text; /* parameters are $1 … $count; comments removed; no trailing ";" */
	size_t count;
	char *parameters[LIMIT_PARAMETERS]; /* names in the order of $n, each once */
};

struct sql_file {
	char *path;
	enum sql_cost cost;  /* -- cost: read | write | expensive   (required) */
	enum sql_plan plan;  /* -- plan: generic | custom           (default generic) */
	bool audit_personal; /* -- audit: personal */
	bool cache;          /* -- cache: yes */
	bool seal;           /* -- seal: yes   the reply is signed as a receipt is */
	char *page;          /* -- page: template.html   for whoever asks for text/html */
	size_t given_count;  /* -- given: q, near   a summary that runs when one of these is */
	char *given[SQLFILE_GIVEN];
	size_t order_count; /* -- order name: sort_name asc, urn asc   (the first is the default) */
	struct sql_order *orders;
	char *search_parameter; /* -- search q: relevance   given it, .search.sql runs first */
	char *search_order;     /* and this order is the default; its first key is never null */
	size_t statement_count; /* 1 … LIMIT_STATEMENTS */
	struct sql_statement *statements;
};

/*
 * Reads an operation's SQL file by its path (whole, or relative to the working directory); root is
 * the operations folder.
 *
 * Header: the leading block of "-- key: value" comment lines, ended by the first line that is not
 * such a comment. Unknown keys, repeated keys (order may repeat with another name), malformed
 * values, and a header's key in a comment behind the header are errors. The licence line counts as
 * a header line. Keys of an order are all "asc" (the engine makes the reverse), 1 to
 * LIMIT_ORDER_KEYS, plain column names; an order is declared once. One "search" may follow them.
 *
 * Include: a comment line "-- include: schools/_columns.sql", alone on its line, anywhere after the
 * header, is replaced by that file's text: path relative to root and below it, of lower-case
 * letters, digits, "_" and "-", the file's name starting with "_"; at most SQLFILE_INCLUDE_DEPTH
 * deep. An included file has no header, and what it opens it closes.
 *
 * Tokeniser: 'strings' ('' and E'\' escapes), "identifiers", $tag$ bodies $tag$, -- and nested
 * block comments are skipped; "::" and ":=" are left alone; ":name" ([a-z_][a-z0-9_]*) is a
 * parameter; array slices like [1:2] and [:n] are errors that say so (array[:n] is an array and
 * x[(:n)] a subscript); brackets balance; ";" ends a statement, an empty one is dropped; a "$1"
 * written by hand is an error. Comments vanish, and white space between tokens shrinks to one space
 * or one line end. A statement has at most SQLFILE_LINES lines, comments and blank ones not
 * counted; an include counts as one, and the included file's lines count in that file alone.
 *
 * 0; -EINVAL with an owned ret_error "file:line: what is wrong"; -ENOENT, or another negative
 * errno, with such a ret_error when path itself cannot be read; -ENOMEM.
 */
int sqlfile_load(const char *root, const char *path, struct sql_file **ret_file,
		 char **ret_error) MUST_CHECK;
/* The same from text in memory, for tests and steps that the engine writes; path is only a name. */
int sqlfile_parse(const char *root, const char *path, const char *text, struct sql_file **ret_file,
		  char **ret_error) MUST_CHECK;
struct sql_file *sqlfile_free(struct sql_file *file);
/* The order with this name; NULL when there is none. */
const struct sql_order *sqlfile_order(const struct sql_file *file, const char *name);
