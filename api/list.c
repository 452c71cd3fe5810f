/* SPDX-License-Identifier: MIT */
#include "list.h"

#include "buffer.h"
#include "sqltoken.h"

#include <errno.h>
#include <string.h>

/* The predicate, order and limit are short, whatever the statement is. */
enum { LIST_APPENDED_BYTES = 4096 };

/* Key words with which a statement does not end at its where. */
static const char *const list_closing_words[] = {
	"group", "having", "window", "union", "except", "intersect",
	"order", "limit",  "offset", "fetch", "for",
};

/* Where the condition of a statement lies in its text. */
struct list_condition {
	size_t where; /* the end of the word where */
	size_t start; /* of the token behind it */
	size_t end;   /* of the last token */
};

static bool list_is_closing(const struct sql_token *token)
{
	for (size_t i = 0; i < ARRAY_LENGTH(list_closing_words); i++)
		if (sqltoken_is_word(token, list_closing_words[i]))
			return true;
	return false;
}

/* The next token that is neither white space nor a comment. */
static struct sql_token list_next(struct sql_tokens *tokens)
{
	struct sql_token token = sqltoken_next(tokens);

	while (token.kind == SQL_TOKEN_SPACE || token.kind == SQL_TOKEN_COMMENT)
		token = sqltoken_next(tokens);
	return token;
}

/* Finds the condition behind the last top-level where, or says what is wrong. */
static const char *list_find(const char *text, struct list_condition *ret_condition)
{
	struct list_condition condition = {0};
	struct sql_tokens tokens;
	struct sql_token token;
	bool plain = false; /* a name stands here, behind "." or "as", whatever word it is */

	sqltoken_start(&tokens, text, 1);
	token = list_next(&tokens);
	if (!sqltoken_is_word(&token, "select") && !sqltoken_is_word(&token, "with"))
		return "a list is a select";
	for (; token.kind != SQL_TOKEN_END; token = list_next(&tokens)) {
		if (token.kind == SQL_TOKEN_FAULT)
			return token.text;
		if (token.kind == SQL_TOKEN_SEMICOLON)
			return "a list is one statement";
		if (condition.where == condition.end)
			condition.start = (size_t)(token.text - text);
		condition.end = (size_t)(token.text - text) + token.length;
		if (!tokens.depth && !plain && list_is_closing(&token))
			return "a list ends at its where";
		if (!tokens.depth && !plain && sqltoken_is_word(&token, "where"))
			condition.where = condition.end;
		plain = *token.text == '.' || sqltoken_is_word(&token, "as");
	}
	if (!condition.where)
		return "a list has a where";
	if (condition.where == condition.end)
		return "there is no condition behind where";
	*ret_condition = condition;
	return NULL;
}

const char *list_fault(const struct sql_statement *statement)
{
	struct list_condition condition;

	return list_find(statement->text, &condition);
}

/* (k1, k2) > ($4, $5), for the keys from the first one given. */
static void list_write_after(struct buffer *buffer, const struct sql_order *order, size_t first,
			     bool descending, size_t *parameter)
{
	for (size_t i = first; i < order->count; i++)
		buffer_add_format(buffer, "%s%s", i == first ? " and (" : ", ", order->keys[i]);
	buffer_add_string(buffer, descending ? ") < (" : ") > (");
	for (size_t i = first; i < order->count; i++)
		buffer_add_format(buffer, "%s$%zu", i == first ? "" : ", ", ++*parameter);
	buffer_add_byte(buffer, ')');
}

static void list_write_order(struct buffer *buffer, const struct sql_order *order, bool descending)
{
	for (size_t i = 0; i < order->count; i++)
		buffer_add_format(buffer, "%s%s %s", i ? ", " : "\norder by ", order->keys[i],
				  descending ? "desc" : "asc");
}

int list_statement(const struct sql_statement *statement, const struct sql_order *order,
		   bool descending, enum list_segment segment, char **ret_text)
{
	CLEANUP_BUFFER struct buffer buffer;
	const bool nulls = segment == LIST_NULLS_FIRST || segment == LIST_NULLS_AFTER;
	struct list_condition condition = {0};
	size_t parameter = statement->count;
	const char *text = statement->text;
	char *result;

	buffer_init(&buffer, strlen(text) + LIST_APPENDED_BYTES);
	if (!order->count || (nulls && order->count == 1) || list_find(text, &condition))
		return -EINVAL;
	buffer_add(&buffer, text, condition.where);
	buffer_add_string(&buffer, " (");
	buffer_add(&buffer, text + condition.start, condition.end - condition.start);
	buffer_add_format(&buffer, ")\nand %s is %s", order->keys[0], nulls ? "null" : "not null");
	if (segment == LIST_VALUES_AFTER)
		list_write_after(&buffer, order, 0, descending, &parameter);
	if (segment == LIST_NULLS_AFTER)
		list_write_after(&buffer, order, 1, descending, &parameter);
	list_write_order(&buffer, order, descending);
	buffer_add_format(&buffer, "\nlimit $%zu::bigint", parameter + 1);
	result = buffer_take(&buffer, NULL);
	if (!result)
		return buffer.failed;
	*ret_text = result;
	return 0;
}
