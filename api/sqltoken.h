/* SPDX-License-Identifier: MIT */
/* SQL cut into tokens by PostgreSQL's rules, as far as the engine needs to tell text from code. */
#pragma once

#include "common.h"

enum { SQLTOKEN_DEPTH = 64 /* brackets open at once */ };

enum sql_token_kind {
	SQL_TOKEN_END,
	SQL_TOKEN_SPACE,   /* white space, line ends included */
	SQL_TOKEN_COMMENT, /* "-- …" without its line end, or a whole block comment */
	SQL_TOKEN_WORD,    /* key word or plain identifier */
	SQL_TOKEN_NUMBER,
	SQL_TOKEN_LITERAL,   /* 'string', E'string', $tag$ body $tag$ or "identifier" */
	SQL_TOKEN_PARAMETER, /* :name */
	SQL_TOKEN_POSITION,  /* $1 */
	SQL_TOKEN_SEMICOLON,
	SQL_TOKEN_SYMBOL, /* one character of an operator or punctuation, or "::" or ":=" */
	SQL_TOKEN_FAULT,  /* text says in words what is wrong; nothing more can be read */
};

struct sql_token {
	enum sql_token_kind kind;
	const char *text; /* borrowed from the source, or static for a fault */
	size_t length;
	size_t line; /* where it starts, or for an unclosed bracket where that was opened */
};

struct sql_bracket {
	char kind; /* '(' or '[', or 'a' for the [ of an array constructor */
	size_t line;
};

struct sql_tokens {
	const char *at;
	size_t line;
	size_t depth; /* brackets open now */
	struct sql_bracket brackets[SQLTOKEN_DEPTH];
	char before;    /* the last token that is neither space nor comment: see sqltoken.c */
	bool continued; /* an E'…' came last, and a 'string' on the next line goes on with it */
};

/* Starts reading text, which is borrowed and whose first line has the given number. */
void sqltoken_start(struct sql_tokens *tokens, const char *text, size_t line);
/*
 * The next token; SQL_TOKEN_END for ever at the end. Brackets must balance, also at every ";". A
 * colon directly in a subscript ("a[1:2]", "a[:n]") is a fault, since it is a slice for PostgreSQL;
 * "a[(:n)]" and "array[:n]" are not.
 */
struct sql_token sqltoken_next(struct sql_tokens *tokens);
/* Is the token this key word (given in lower case)? */
bool sqltoken_is_word(const struct sql_token *token, const char *word);
/* The length of the name ([a-z_][a-z0-9_]*) at the start of text; 0 when there is none. */
size_t sqltoken_name_length(const char *text);
/* May the byte be part of an identifier, which "$1" written behind it would join? */
bool sqltoken_is_word_byte(char byte);
