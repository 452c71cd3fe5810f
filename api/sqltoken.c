/* SPDX-License-Identifier: MIT */
#include "sqltoken.h"

#include <string.h>
#include <strings.h>

#define SQLTOKEN_SPACES " \t\r\n\f\v"

/* sql_tokens.before when the last token was no symbol; else it is the symbol's first character. */
enum { BEFORE_NOTHING = 0, BEFORE_ARRAY = 'a', BEFORE_OTHER = 'o' };

static bool token_is_word_start(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' ||
	       (unsigned char)byte >= 0x80;
}

static bool token_is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

bool sqltoken_is_word_byte(char byte)
{
	return token_is_word_start(byte) || token_is_digit(byte) || byte == '$';
}

bool sqltoken_is_word(const struct sql_token *token, const char *word)
{
	return token->kind == SQL_TOKEN_WORD && token->length == strlen(word) &&
	       strncasecmp(token->text, word, token->length) == 0;
}

size_t sqltoken_name_length(const char *text)
{
	if (token_is_digit(*text))
		return 0;
	return strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_");
}

void sqltoken_start(struct sql_tokens *tokens, const char *text, size_t line)
{
	*tokens = (struct sql_tokens){.at = text, .line = line};
}

/* A fault ends the reading: whatever follows could be misread. */
static struct sql_token token_fault(struct sql_tokens *tokens, size_t line, const char *words)
{
	tokens->at += strlen(tokens->at);
	tokens->depth = 0;
	return (struct sql_token){
		.kind = SQL_TOKEN_FAULT, .text = words, .length = strlen(words), .line = line};
}

static struct sql_token token_take(struct sql_tokens *tokens, enum sql_token_kind kind,
				   size_t length)
{
	struct sql_token token = {
		.kind = kind, .text = tokens->at, .length = length, .line = tokens->line};

	for (size_t i = 0; i < length; i++)
		tokens->line += tokens->at[i] == '\n';
	tokens->at += length;
	if (kind == SQL_TOKEN_SPACE || kind == SQL_TOKEN_COMMENT)
		return token;
	tokens->continued = false;
	tokens->before = kind == SQL_TOKEN_SYMBOL ? *token.text : BEFORE_OTHER;
	if (sqltoken_is_word(&token, "array"))
		tokens->before = BEFORE_ARRAY;
	return token;
}

static struct sql_token token_block_comment(struct sql_tokens *tokens)
{
	const char *at = tokens->at + 2;

	for (size_t depth = 1; depth; at++) {
		if (!*at)
			return token_fault(tokens, tokens->line, "this comment is not closed");
		if (at[0] == '/' && at[1] == '*')
			depth++, at++;
		else if (at[0] == '*' && at[1] == '/')
			depth--, at++;
	}
	return token_take(tokens, SQL_TOKEN_COMMENT, (size_t)(at - tokens->at));
}

/* A literal whose quote stands after a prefix of that length. */
static struct sql_token token_quoted(struct sql_tokens *tokens, size_t prefix, bool escapes)
{
	const char *at = tokens->at + prefix;
	char quote = *at++;
	struct sql_token token;

	for (; *at != quote || at[1] == quote; at++) {
		if ((escapes && *at == '\\') || *at == quote)
			at++;
		if (!*at)
			return token_fault(tokens, tokens->line,
					   quote == '"' ? "this identifier is not closed"
							: "this string is not closed");
	}
	token = token_take(tokens, SQL_TOKEN_LITERAL, (size_t)(at + 1 - tokens->at));
	tokens->continued = escapes;
	return token;
}

static struct sql_token token_dollar(struct sql_tokens *tokens)
{
	const char *start = tokens->at, *at = start + 1;
	size_t tag;

	if (token_is_digit(*at))
		return token_take(tokens, SQL_TOKEN_POSITION, 1 + strspn(at, "0123456789"));
	if (token_is_word_start(*at))
		while (token_is_word_start(*at) || token_is_digit(*at))
			at++;
	if (*at != '$')
		return token_fault(tokens, tokens->line,
				   "this \"$\" starts neither a quoted body nor anything else");
	tag = (size_t)(at + 1 - start);
	for (at++; *at; at++)
		if (strncmp(at, start, tag) == 0)
			return token_take(tokens, SQL_TOKEN_LITERAL, (size_t)(at - start) + tag);
	return token_fault(tokens, tokens->line, "this dollar-quoted body is not closed");
}

static struct sql_token token_colon(struct sql_tokens *tokens)
{
	const char *at = tokens->at;
	size_t length = sqltoken_name_length(at + 1);

	if (at[1] == ':' || at[1] == '=')
		return token_take(tokens, SQL_TOKEN_SYMBOL, 2);
	if (tokens->depth && tokens->brackets[tokens->depth - 1].kind == '[')
		return token_fault(
			tokens, tokens->line,
			"array slices are not supported (write a[(:n)] for a subscript)");
	if (!length || sqltoken_is_word_byte(at[1 + length]))
		return token_fault(tokens, tokens->line,
				   "this colon starts no parameter (they are like :name_1)");
	return token_take(tokens, SQL_TOKEN_PARAMETER, 1 + length);
}

/* A "[" makes an array after the word array and as an item of one, and else is a subscript. */
static char token_bracket_kind(const struct sql_tokens *tokens)
{
	char around = tokens->depth ? tokens->brackets[tokens->depth - 1].kind : BEFORE_NOTHING;

	if (*tokens->at == '(')
		return '(';
	if (tokens->before == BEFORE_ARRAY)
		return 'a';
	return around == 'a' && (tokens->before == '[' || tokens->before == ',') ? 'a' : '[';
}

static struct sql_token token_open(struct sql_tokens *tokens)
{
	if (tokens->depth == SQLTOKEN_DEPTH)
		return token_fault(tokens, tokens->line, "too many brackets are open");
	tokens->brackets[tokens->depth].kind = token_bracket_kind(tokens);
	tokens->brackets[tokens->depth++].line = tokens->line;
	return token_take(tokens, SQL_TOKEN_SYMBOL, 1);
}

static struct sql_token token_close(struct sql_tokens *tokens)
{
	bool round = *tokens->at == ')';

	if (!tokens->depth || (tokens->brackets[tokens->depth - 1].kind == '(') != round)
		return token_fault(tokens, tokens->line,
				   round ? "this \")\" closes nothing"
					 : "this \"]\" closes nothing");
	tokens->depth--;
	return token_take(tokens, SQL_TOKEN_SYMBOL, 1);
}

/* The end of the text or of a statement, where no bracket may be open. */
static struct sql_token token_boundary(struct sql_tokens *tokens, enum sql_token_kind kind,
				       size_t length)
{
	if (tokens->depth) {
		const struct sql_bracket *bracket = &tokens->brackets[tokens->depth - 1];

		return token_fault(tokens, bracket->line,
				   bracket->kind == '(' ? "this \"(\" is not closed"
							: "this \"[\" is not closed");
	}
	return token_take(tokens, kind, length);
}

struct sql_token sqltoken_next(struct sql_tokens *tokens)
{
	const char *at = tokens->at;
	size_t length = 0;

	if (!*at)
		return token_boundary(tokens, SQL_TOKEN_END, 0);
	if (strchr(SQLTOKEN_SPACES, *at))
		return token_take(tokens, SQL_TOKEN_SPACE, strspn(at, SQLTOKEN_SPACES));
	if (at[0] == '-' && at[1] == '-')
		return token_take(tokens, SQL_TOKEN_COMMENT, strcspn(at, "\r\n"));
	if (at[0] == '/' && at[1] == '*')
		return token_block_comment(tokens);
	if (*at == '\'')
		return token_quoted(tokens, 0, tokens->continued);
	if (*at == '"')
		return token_quoted(tokens, 0, false);
	if ((*at == 'e' || *at == 'E') && at[1] == '\'')
		return token_quoted(tokens, 1, true);
	if (*at == '$')
		return token_dollar(tokens);
	if (*at == ':')
		return token_colon(tokens);
	if (*at == ';')
		return token_boundary(tokens, SQL_TOKEN_SEMICOLON, 1);
	if (*at == '(' || *at == '[')
		return token_open(tokens);
	if (*at == ')' || *at == ']')
		return token_close(tokens);
	if (token_is_digit(*at)) {
		length = strspn(at,
				"0123456789._ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
		return token_take(tokens, SQL_TOKEN_NUMBER, length);
	}
	if (!token_is_word_start(*at))
		return token_take(tokens, SQL_TOKEN_SYMBOL, 1);
	while (sqltoken_is_word_byte(at[length]))
		length++;
	return token_take(tokens, SQL_TOKEN_WORD, length);
}
