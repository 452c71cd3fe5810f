/* SPDX-License-Identifier: MIT */
#include "sqlheader.h"

#include "sqltoken.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define HEADER_LOWER "abcdefghijklmnopqrstuvwxyz"
#define HEADER_UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define HEADER_LETTERS HEADER_LOWER HEADER_UPPER
#define HEADER_NAME HEADER_LETTERS "0123456789-_"

enum header_key {
	HEADER_COST,
	HEADER_AUDIT,
	HEADER_PLAN,
	HEADER_CACHE,
	HEADER_SEAL,
	HEADER_PAGE,
	HEADER_GIVEN,
	HEADER_ORDER,
	HEADER_SEARCH,
	HEADER_LICENCE,
	HEADER_KEYS
};

/* The keys and, where a key has a closed set of them, its values in the order of their enums. */
static const struct {
	const char *key;
	const char *values[4];
	const char *expected;
} header_keys[HEADER_KEYS] = {
	[HEADER_COST] = {"cost", {"read", "write", "expensive"}, "read, write or expensive"},
	[HEADER_AUDIT] = {"audit", {"personal"}, "personal"},
	[HEADER_PLAN] = {"plan", {"generic", "custom"}, "generic or custom"},
	[HEADER_CACHE] = {"cache", {"yes"}, "yes"},
	[HEADER_SEAL] = {"seal", {"yes"}, "yes"},
	[HEADER_PAGE] = {"page", {NULL}, NULL},
	[HEADER_GIVEN] = {"given", {NULL}, NULL},
	[HEADER_ORDER] = {"order", {NULL}, NULL},
	[HEADER_SEARCH] = {"search", {NULL}, NULL},
	[HEADER_LICENCE] = {"SPDX-License-Identifier", {"MIT"}, "MIT"},
};

/* One header line: all of it borrowed. */
struct header_line {
	const char *key;
	size_t key_length;
	const char *name; /* of an order, or of a search's parameter */
	size_t name_length;
	const char *value;
	size_t value_length;
};

/* -EINVAL with an owned ret_error in words, or -ENOMEM. */
static int PRINTF_LIKE(2, 3) header_fault(char **ret_error, const char *format, ...)
{
	va_list arguments;
	char *words;
	int r;

	va_start(arguments, format);
	r = vasprintf(&words, format, arguments);
	va_end(arguments);
	if (r < 0)
		return -ENOMEM;
	*ret_error = words;
	return -EINVAL;
}

/* A line of the form "-- key: value" or "-- key name: value"? */
static bool header_line_read(const char *text, size_t length, struct header_line *ret_line)
{
	const char *at = text, *end = text + length;
	struct header_line line = {0};

	if (length < 3 || memcmp(at, "-- ", 3) != 0)
		return false;
	line.key = at += 3;
	at += line.key_length = strspn(at, HEADER_NAME);
	if (line.key_length && *at == ' ') {
		line.name = ++at;
		at += line.name_length = strspn(at, HEADER_NAME);
	}
	if (!line.key_length || (line.name && !line.name_length) || *at != ':')
		return false;
	line.value = ++at;
	if (at < end && !strchr(" \t\r", *at))
		return false;
	while (end > at && strchr(" \t\r", end[-1]))
		end--;
	while (at < end && strchr(" \t", *at))
		line.value = ++at;
	line.value_length = (size_t)(end - at);
	*ret_line = line;
	return true;
}

static bool header_is(const char *word, const char *text, size_t length)
{
	return strlen(word) == length && memcmp(word, text, length) == 0;
}

static enum header_key header_key_find(const char *key, size_t length)
{
	enum header_key found = 0;

	while (found < HEADER_KEYS && !header_is(header_keys[found].key, key, length))
		found++;
	return found;
}

bool sqlheader_is_key(const char *comment, size_t length)
{
	const char *at = comment + 2 + strspn(comment + 2, " \t"), *end = comment + length;
	size_t key = strspn(at, HEADER_NAME), name = 0;
	enum header_key found = header_key_find(at, key);

	if (found == HEADER_LICENCE || found == HEADER_KEYS)
		return false;
	at += key;
	if ((found == HEADER_ORDER || found == HEADER_SEARCH) && *at == ' ')
		name = 1 + strspn(at + 1, HEADER_NAME);
	return at + name < end && at[name] == ':';
}

/* One "column asc" of an order, from at up to end. */
static int header_order_key(struct sql_order *order, const char *at, const char *end)
{
	size_t length;

	while (at < end && *at == ' ')
		at++;
	length = sqltoken_name_length(at);
	if (!length || (size_t)(end - at) != length + 4 || memcmp(at + length, " asc", 4) != 0)
		return -EINVAL;
	if (order->count == LIMIT_ORDER_KEYS)
		return -EINVAL;
	for (size_t i = 0; i < order->count; i++)
		if (strlen(order->keys[i]) == length && memcmp(order->keys[i], at, length) == 0)
			return -EINVAL;
	order->keys[order->count] = strndup(at, length);
	if (!order->keys[order->count])
		return -ENOMEM;
	order->count++;
	return 0;
}

static int header_order_keys(struct sql_order *order, const struct header_line *line)
{
	const char *end = line->value + line->value_length;

	for (const char *at = line->value, *comma; at; at = comma ? comma + 1 : NULL) {
		int r;

		comma = memchr(at, ',', (size_t)(end - at));
		r = header_order_key(order, at, comma ? comma : end);
		if (r < 0)
			return r;
	}
	return 0;
}

static int header_order(struct sql_file *file, const struct header_line *line, char **ret_error)
{
	struct sql_order *order = &file->orders[file->order_count];
	int r;

	if (!line->name || strspn(line->name, HEADER_LOWER) == 0 ||
	    strcspn(line->name, "-_") < line->name_length)
		return header_fault(ret_error,
				    "an order is written \"-- order name: column asc, …\"");
	for (size_t i = 0; i < file->order_count; i++)
		if (header_is(file->orders[i].name, line->name, line->name_length))
			return header_fault(ret_error, "order %s is declared twice",
					    file->orders[i].name);
	if (file->order_count == SQLFILE_ORDERS)
		return header_fault(ret_error, "there are more than %d orders", SQLFILE_ORDERS);
	order->name = strndup(line->name, line->name_length);
	if (!order->name)
		return -ENOMEM;
	file->order_count++;
	r = header_order_keys(order, line);
	if (r != -EINVAL)
		return r;
	return header_fault(
		ret_error,
		"order %s must be 1 to %d different plain column names, each followed by asc",
		order->name, LIMIT_ORDER_KEYS);
}

/* "search q: relevance": the order for requests with the parameter that name none. */
static int header_search(struct sql_file *file, const struct header_line *line, char **ret_error)
{
	size_t at = 0;

	if (!line->name)
		return header_fault(ret_error,
				    "a search is written \"-- search parameter: order\"");
	if (file->search_parameter)
		return header_fault(ret_error, "search is said twice");
	while (at < file->order_count &&
	       !header_is(file->orders[at].name, line->value, line->value_length))
		at++;
	if (at == file->order_count)
		return header_fault(ret_error, "the search's order is none of those above");
	file->search_parameter = strndup(line->name, line->name_length);
	file->search_order = strdup(file->orders[at].name);
	return file->search_parameter && file->search_order ? 0 : -ENOMEM;
}

/* "page: agreement.html": the template of the page that is made of the record. */
static int header_page(struct sql_file *file, const struct header_line *line, char **ret_error)
{
	if (line->name || file->page || !line->value_length)
		return header_fault(ret_error,
				    "a page is written \"-- page: template.html\", once");
	file->page = strndup(line->value, line->value_length);
	return file->page ? 0 : -ENOMEM;
}

/* "given: q, near": parameters of which one at least must be given, or there is nothing to tell. */
static int header_given(struct sql_file *file, const struct header_line *line, char **ret_error)
{
	const char *at = line->value, *end = at + line->value_length;
	bool fits = !line->name && !file->given_count;

	while (fits) {
		size_t length = strspn(at, HEADER_LETTERS);

		fits = length && file->given_count < SQLFILE_GIVEN;
		for (size_t i = 0; i < file->given_count; i++)
			fits = fits && !header_is(file->given[i], at, length);
		if (!fits)
			break;
		file->given[file->given_count] = strndup(at, length);
		if (!file->given[file->given_count++])
			return -ENOMEM;
		at += length;
		if (at == end)
			return 0;
		fits = end - at > 2 && memcmp(at, ", ", 2) == 0;
		at += 2;
	}
	return header_fault(ret_error,
			    "given is written \"-- given: parameter, …\", once, of %d at most",
			    SQLFILE_GIVEN);
}

static void header_set(struct sql_file *file, enum header_key key, int value)
{
	switch (key) {
	case HEADER_COST: file->cost = (enum sql_cost)value; break;
	case HEADER_PLAN: file->plan = (enum sql_plan)value; break;
	case HEADER_AUDIT: file->audit_personal = true; break;
	case HEADER_CACHE: file->cache = true; break;
	case HEADER_SEAL: file->seal = true; break;
	default: break;
	}
}

static int header_apply(struct sql_file *file, const struct header_line *line, unsigned int *seen,
			char **ret_error)
{
	enum header_key key = header_key_find(line->key, line->key_length);

	if (key == HEADER_KEYS)
		return header_fault(ret_error, "unknown header key \"%.*s\"", (int)line->key_length,
				    line->key);
	if (key == HEADER_ORDER)
		return header_order(file, line, ret_error);
	if (key == HEADER_SEARCH)
		return header_search(file, line, ret_error);
	if (key == HEADER_PAGE)
		return header_page(file, line, ret_error);
	if (key == HEADER_GIVEN)
		return header_given(file, line, ret_error);
	if (line->name)
		return header_fault(ret_error, "%s takes no name before the colon",
				    header_keys[key].key);
	if (*seen & 1u << key)
		return header_fault(ret_error, "%s is said twice", header_keys[key].key);
	*seen |= 1u << key;
	for (int i = 0; header_keys[key].values[i]; i++) {
		if (!header_is(header_keys[key].values[i], line->value, line->value_length))
			continue;
		header_set(file, key, i);
		return 0;
	}
	return header_fault(ret_error, "%s must be %s", header_keys[key].key,
			    header_keys[key].expected);
}

int sqlheader_parse(struct sql_file *file, const char *text, const char **ret_body,
		    size_t *ret_line, char **ret_error)
{
	const char *at = text;
	unsigned int seen = 0;
	struct header_line line;
	size_t number = 1;

	for (; *at; number++) {
		size_t length = strcspn(at, "\n");
		int r;

		if (!header_line_read(at, length, &line) ||
		    header_is("include", line.key, line.key_length))
			break;
		r = header_apply(file, &line, &seen, ret_error);
		if (r == -EINVAL)
			*ret_line = number;
		if (r < 0)
			return r;
		at += length + (at[length] == '\n');
	}
	if (!(seen & 1u << HEADER_COST)) {
		*ret_line = 1;
		return header_fault(ret_error,
				    "the header does not say the cost (\"-- cost: read\")");
	}
	*ret_body = at;
	*ret_line = number;
	return 0;
}
