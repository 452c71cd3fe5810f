/* SPDX-License-Identifier: MIT */
#include "sqlfile.h"

#include "buffer.h"
#include "sqlheader.h"
#include "sqlsource.h"
#include "sqltoken.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum parser_gap { GAP_NONE, GAP_SPACE, GAP_LINE };

/* What is built while an operation's file and all that it includes are read. */
struct parser {
	const char *root;
	struct sql_file *file;
	char *error;
	struct buffer text;             /* the statement being read … */
	struct sql_statement statement; /* … and its parameters */
	enum parser_gap gap;            /* white space or comments since the last token */
	size_t includes;
	size_t depth;    /* included files open now */
	size_t brackets; /* open around the include that is being read */
};

/* One file being read. */
struct source {
	const char *path;
	const char *text;
	struct sql_tokens tokens;
	size_t lines;     /* of the present statement in this file */
	size_t last_line; /* the last one counted */
};

static int parser_include(struct parser *parser, const struct source *source,
			  const struct sql_token *token);

/* -EINVAL with the fault named, or -ENOMEM. */
static int PRINTF_LIKE(4, 5)
	parser_fault(struct parser *parser, const char *path, size_t line, const char *format, ...)
{
	CLEANUP_FREE char *words = NULL;
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vasprintf(&words, format, arguments);
	va_end(arguments);
	if (length < 0) {
		words = NULL;
		return -ENOMEM;
	}
	if (asprintf(&parser->error, "%s:%zu: %s", path, line, words) < 0) {
		parser->error = NULL;
		return -ENOMEM;
	}
	return -EINVAL;
}

static void statement_finish(struct sql_statement *statement)
{
	free(statement->text);
	for (size_t i = 0; i < statement->count; i++)
		free(statement->parameters[i]);
	*statement = (struct sql_statement){0};
}

static void parser_finish(struct parser *parser)
{
	free(parser->error);
	buffer_finish(&parser->text);
	statement_finish(&parser->statement);
	sqlfile_free(parser->file);
}

/* The number of the parameter, added when it is new; 0 when there is no room, or -ENOMEM. */
static int parser_parameter(struct parser *parser, const char *name, size_t length)
{
	struct sql_statement *statement = &parser->statement;

	for (size_t i = 0; i < statement->count; i++)
		if (strlen(statement->parameters[i]) == length &&
		    memcmp(statement->parameters[i], name, length) == 0)
			return (int)i + 1;
	if (statement->count == LIMIT_PARAMETERS)
		return 0;
	statement->parameters[statement->count] = strndup(name, length);
	if (!statement->parameters[statement->count])
		return -ENOMEM;
	return (int)++statement->count;
}

/* Counts the lines on which a token stands, each once. */
static void source_count(struct source *source, const struct sql_token *token)
{
	size_t last = token->line;

	for (size_t i = 0; i < token->length; i++)
		last += token->text[i] == '\n';
	source->lines += last - token->line + (token->line != source->last_line);
	source->last_line = last;
}

/* Writes a token of a statement, with the white space before it. */
static int parser_write(struct parser *parser, struct source *source, const struct sql_token *token)
{
	struct buffer *text = &parser->text;
	int number;

	source_count(source, token);
	if (source->lines > SQLFILE_LINES)
		return parser_fault(parser, source->path, token->line,
				    "the statement has more than %d lines", SQLFILE_LINES);
	if (text->length && parser->gap != GAP_NONE)
		buffer_add_byte(text, parser->gap == GAP_LINE ? '\n' : ' ');
	parser->gap = GAP_NONE;
	if (token->kind != SQL_TOKEN_PARAMETER)
		return buffer_add(text, token->text, token->length);
	number = parser_parameter(parser, token->text + 1, token->length - 1);
	if (number < 0)
		return number;
	if (!number)
		return parser_fault(parser, source->path, token->line,
				    "the statement has more than %d parameters", LIMIT_PARAMETERS);
	/* "between:low" would become the identifier "between$1". */
	if (text->length && sqltoken_is_word_byte(text->data[text->length - 1]))
		buffer_add_byte(text, ' ');
	return buffer_add_format(text, "$%d", number);
}

/* A statement is complete; an empty one is dropped. */
static int parser_end_statement(struct parser *parser, struct source *source,
				const struct sql_token *token)
{
	struct sql_file *file = parser->file;

	if (parser->brackets)
		return parser_fault(parser, source->path, token->line,
				    "this \";\" stands within brackets of the including file");
	parser->gap = GAP_NONE;
	source->lines = source->last_line = 0;
	if (!parser->text.length)
		return 0;
	if (file->statement_count == LIMIT_STATEMENTS)
		return parser_fault(parser, source->path, token->line,
				    "there are more than %d statements", LIMIT_STATEMENTS);
	parser->statement.text = buffer_take(&parser->text, NULL);
	if (!parser->statement.text)
		return -ENOMEM;
	file->statements[file->statement_count++] = parser->statement;
	parser->statement = (struct sql_statement){0};
	return 0;
}

static bool comment_is_include(const struct sql_token *token)
{
	size_t at = 2 + strspn(token->text + 2, " \t");

	return token->length >= at + 8 && memcmp(token->text + at, "include:", 8) == 0;
}

static int parser_comment(struct parser *parser, struct source *source,
			  const struct sql_token *token)
{
	const size_t statements = parser->file->statement_count;
	int r;

	if (parser->gap == GAP_NONE)
		parser->gap = GAP_SPACE;
	if (token->text[0] == '/')
		return 0;
	if (sqlheader_is_key(token->text, token->length))
		return parser_fault(parser, source->path, token->line,
				    "this header line stands behind the header");
	if (!comment_is_include(token))
		return 0;
	source_count(source, token);
	r = parser_include(parser, source, token);
	if (parser->file->statement_count > statements)
		source->lines = 0;
	return r;
}

static int parser_token(struct parser *parser, struct source *source, const struct sql_token *token)
{
	switch (token->kind) {
	case SQL_TOKEN_FAULT:
		return parser_fault(parser, source->path, token->line, "%s", token->text);
	case SQL_TOKEN_POSITION:
		return parser_fault(parser, source->path, token->line,
				    "parameters have names, not numbers (%.*s)", (int)token->length,
				    token->text);
	case SQL_TOKEN_SPACE:
		if (parser->gap == GAP_NONE || memchr(token->text, '\n', token->length))
			parser->gap =
				memchr(token->text, '\n', token->length) ? GAP_LINE : GAP_SPACE;
		return 0;
	case SQL_TOKEN_COMMENT: return parser_comment(parser, source, token);
	case SQL_TOKEN_SEMICOLON: return parser_end_statement(parser, source, token);
	default: return parser_write(parser, source, token);
	}
}

/* Reads the statements of one file, or the part of a statement that an included file is. */
static int parser_read(struct parser *parser, const char *path, const char *text, size_t line)
{
	struct source source = {.path = path, .text = text};
	struct sql_token token;

	sqltoken_start(&source.tokens, text, line);
	for (;;) {
		int r;

		token = sqltoken_next(&source.tokens);
		if (token.kind == SQL_TOKEN_END)
			break;
		r = parser_token(parser, &source, &token);
		if (r == -E2BIG)
			return parser_fault(parser, path, token.line,
					    "the statement has more than %d bytes", SQLFILE_BYTES);
		if (r < 0)
			return r;
	}
	return parser->depth ? 0 : parser_end_statement(parser, &source, &token);
}

/* What is wrong with an include's line; NULL with owned ret_name, or none when out of memory. */
static const char *source_include(const char *text, const struct sql_token *token, char **ret_name)
{
	static const char opening[] = "-- include: ";
	const size_t length = sizeof(opening) - 1;
	const char *at = token->text;

	while (at > text && (at[-1] == ' ' || at[-1] == '\t'))
		at--;
	if (at > text && at[-1] != '\n')
		return "an include stands alone on its line";
	if (token->length <= length || memcmp(token->text, opening, length) != 0)
		return "an include is written \"-- include: folder/_file.sql\"";
	*ret_name = strndup(token->text + length, token->length - length);
	return NULL;
}

/* Reads the header, naming its fault. */
static int parser_header(struct parser *parser, const char *text, const char **ret_body,
			 size_t *ret_line)
{
	CLEANUP_FREE char *words = NULL;
	int r = sqlheader_parse(parser->file, text, ret_body, ret_line, &words);

	if (r == -EINVAL)
		return parser_fault(parser, parser->file->path, *ret_line, "%s", words);
	return r;
}

/* Reads the file that a line "-- include: path" names in the place of that line. */
static int parser_include(struct parser *parser, const struct source *source,
			  const struct sql_token *token)
{
	CLEANUP_FREE char *name = NULL, *path = NULL, *text = NULL;
	const char *fault = source_include(source->text, token, &name);
	int r;

	if (!fault && !name)
		return -ENOMEM;
	if (!fault)
		fault = sqlsource_include_fault(name);
	if (!fault && parser->depth == SQLFILE_INCLUDE_DEPTH)
		fault = "includes are nested too deep";
	if (!fault && parser->includes == SQLFILE_INCLUDES)
		fault = "too many files are included";
	if (fault)
		return parser_fault(parser, source->path, token->line, "%s", fault);
	if (asprintf(&path, "%s/%s", parser->root, name) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	r = sqlsource_read(path, &text, &fault);
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		return parser_fault(parser, source->path, token->line, "%s: %s", path, fault);
	parser->includes++;
	parser->depth++;
	parser->brackets += source->tokens.depth;
	parser->gap = GAP_LINE;
	r = parser_read(parser, path, text, 1);
	parser->brackets -= source->tokens.depth;
	parser->depth--;
	parser->gap = GAP_LINE;
	return r;
}

int sqlfile_parse(const char *root, const char *path, const char *text, struct sql_file **ret_file,
		  char **ret_error)
{
	CLEANUP(parser_finish) struct parser parser = {.root = root};
	struct sql_file *file = parser.file = calloc(1, sizeof(*file));
	const char *body = NULL;
	size_t line = 0;
	int r;

	buffer_init(&parser.text, SQLFILE_BYTES);
	if (!file)
		return -ENOMEM;
	file->path = strdup(path);
	file->orders = calloc(SQLFILE_ORDERS, sizeof(*file->orders));
	file->statements = calloc(LIMIT_STATEMENTS, sizeof(*file->statements));
	if (!file->path || !file->orders || !file->statements)
		return -ENOMEM;
	r = parser_header(&parser, text, &body, &line);
	if (r == 0)
		r = parser_read(&parser, path, body, line);
	if (r == 0 && !file->statement_count)
		r = parser_fault(&parser, path, line, "there is no statement");
	if (r < 0 && parser.error)
		*ret_error = TAKE_PTR(parser.error);
	if (r < 0)
		return r;
	*ret_file = TAKE_PTR(parser.file);
	return 0;
}

int sqlfile_load(const char *root, const char *path, struct sql_file **ret_file, char **ret_error)
{
	CLEANUP_FREE char *text = NULL;
	const char *fault = NULL;
	char *error;
	int r = sqlsource_read(path, &text, &fault);

	if (r == 0)
		return sqlfile_parse(root, path, text, ret_file, ret_error);
	if (r == -ENOMEM || asprintf(&error, "%s:1: %s", path, fault) < 0)
		return -ENOMEM;
	*ret_error = error;
	return r;
}

struct sql_file *sqlfile_free(struct sql_file *file)
{
	if (!file)
		return NULL;
	for (size_t i = 0; i < file->order_count; i++) {
		for (size_t k = 0; k < file->orders[i].count; k++)
			free(file->orders[i].keys[k]);
		free(file->orders[i].name);
	}
	for (size_t i = 0; i < file->statement_count; i++)
		statement_finish(&file->statements[i]);
	free(file->orders);
	free(file->page);
	for (size_t i = 0; i < file->given_count; i++)
		free(file->given[i]);
	free(file->search_parameter);
	free(file->search_order);
	free(file->statements);
	free(file->path);
	free(file);
	return NULL;
}

const struct sql_order *sqlfile_order(const struct sql_file *file, const char *name)
{
	for (size_t i = 0; i < file->order_count; i++)
		if (strcmp(file->orders[i].name, name) == 0)
			return &file->orders[i];
	return NULL;
}
