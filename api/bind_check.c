/* SPDX-License-Identifier: MIT */
/* What must hold between an operation's contract and its SQL file, whatever the database. */
#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "bind_private.h"
#include "pages/render.h"

/* Parameters that the engine itself acts on: the SQL need not use them. */
static const char *const bind_engine_parameters[] = {
	"after", "limit", "order", "If-Match", "Idempotency-Key", "If-None-Match"};

int bind_fail(char **ret_error, int r, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vasprintf(ret_error, format, arguments);
	va_end(arguments);
	if (length >= 0)
		return r;
	*ret_error = NULL;
	return -ENOMEM;
}

char *bind_name(const char *format, ...)
{
	va_list arguments;
	char *name = NULL;

	va_start(arguments, format);
	if (vasprintf(&name, format, arguments) < 0)
		name = NULL;
	va_end(arguments);
	return name;
}

static bool bind_has_choice(const json_t *choices, const char *sign, const char *name)
{
	CLEANUP_JSON json_t *wanted = json_sprintf("%s%s", sign, name);
	size_t index;
	json_t *choice;

	json_array_foreach(choices, index, choice) if (json_equal(choice, wanted)) return true;
	return false;
}

/* Whether the contract's order parameter offers exactly each order and its reverse, the first being
 * the default. */
bool bind_orders_agree(const struct operation *operation)
{
	const struct sql_file *file = operation->sql;
	int index = operation_parameter(operation, "order");
	const struct parameter *order;
	const char *fallback;

	if (index < 0)
		return file->order_count == 1;
	order = &operation->parameters[index];
	fallback = json_string_value(order->fallback);
	if (!fallback || strcmp(fallback, file->orders[0].name) != 0)
		return false;
	if (json_array_size(order->choices) != 2 * file->order_count)
		return false;
	for (size_t i = 0; i < file->order_count; i++)
		if (!bind_has_choice(order->choices, "", file->orders[i].name) ||
		    !bind_has_choice(order->choices, "-", file->orders[i].name))
			return false;
	return true;
}

int bind_check_unused(const struct binder *binder, const struct operation *operation)
{
	for (size_t i = 0; i < operation->parameter_count; i++) {
		bool engine = operation->parameters[i].place == PARAMETER_HEADER;

		for (size_t k = 0; k < ARRAY_LENGTH(bind_engine_parameters); k++)
			engine = engine || strcmp(bind_engine_parameters[k],
						  operation->parameters[i].name) == 0;
		if (!engine && !binder->used[i])
			return bind_fail(binder->ret_error, -EINVAL,
					 "%s: parameter %s of operation %s is not used",
					 operation->sql->path, operation->parameters[i].name,
					 operation->id);
	}
	return 0;
}

/* What belongs to one request, and so to no reply that others may get. */
static bool bind_is_private(unsigned char source)
{
	return source < SOURCE_SEARCH && source != SOURCE_REQUEST_FORMAT &&
	       source != SOURCE_REQUEST_ORDER;
}

static bool bind_uses_private(const struct bound_statement *bound)
{
	for (size_t i = 0; i < bound->count; i++)
		if (bind_is_private(bound->sources[i]))
			return true;
	return false;
}

/* Only what is the same for everybody may be kept for the next who asks. */
static int bind_check_cache(const struct binder *binder, const struct operation *operation)
{
	const struct sql_file *file = operation->sql;
	bool own = bind_uses_private(&operation->summary_statement) ||
		   bind_uses_private(&operation->parent_statement) ||
		   bind_uses_private(&operation->search_statement);

	for (size_t i = 0; i < operation->statement_count; i++)
		own = own || bind_uses_private(&operation->statements[i]);
	for (size_t i = 0; i < operation->order_count; i++)
		own = own || bind_uses_private(&operation->orders[i].segments[0][0]);
	if (operation->method != METHOD_GET || operation->secured || file->audit_personal)
		return bind_fail(binder->ret_error, -EINVAL,
				 "%s: cache: yes is for a GET that anybody may call", file->path);
	if (operation->see_other)
		return bind_fail(binder->ret_error, -EINVAL,
				 "%s: cache: yes, but it may answer 303", file->path);
	if (own)
		return bind_fail(binder->ret_error, -EINVAL,
				 "%s: cache: yes, but the reply depends on the request's own data",
				 file->path);
	return 0;
}

int bind_check_given(const struct binder *binder, const struct operation *operation)
{
	const struct sql_file *const others[] = {operation->sql, operation->parent,
						 operation->search};
	const struct sql_file *summary = operation->summary;

	for (size_t i = 0; i < ARRAY_LENGTH(others); i++)
		if (others[i] && others[i]->given_count)
			return bind_fail(binder->ret_error, -EINVAL,
					 "%s: only a summary waits for what is given",
					 others[i]->path);
	for (size_t i = 0; summary && i < summary->given_count; i++)
		if (operation_parameter(operation, summary->given[i]) < 0)
			return bind_fail(binder->ret_error, -EINVAL,
					 "%s: the parameter %s is not declared by operation %s",
					 summary->path, summary->given[i], operation->id);
	return 0;
}

int bind_check_search(const struct binder *binder, const struct operation *operation)
{
	const char *path = operation->sql->path, *parameter = operation->sql->search_parameter;

	if (!parameter && operation->search)
		return bind_fail(binder->ret_error, -EINVAL, "%s: %s has no search in its header",
				 operation->search->path, operation->id);
	if (!parameter)
		return 0;
	if (operation_parameter(operation, parameter) < 0)
		return bind_fail(binder->ret_error, -EINVAL,
				 "%s: the search's parameter %s is not declared by operation %s",
				 path, parameter, operation->id);
	if (!operation->search || !operation->search_count)
		return bind_fail(binder->ret_error, -EINVAL,
				 "%s: a search has a file %s.search.sql, and its columns are used",
				 path, operation->id);
	return 0;
}

/* What is made of a read's record: a page for whoever asks for one, a seal. */
static int bind_check_record(const struct binder *binder, const struct operation *operation)
{
	const struct sql_file *file = operation->sql;
	bool single = operation->method == METHOD_GET && !operation->list;

	if (file->page &&
	    (!single || operation->see_other || !operation->foreign || !render_has(file->page)))
		return bind_fail(
			binder->ret_error, -EINVAL,
			"%s: page: %s is no template, or %s is no single read, always 200, that "
			"offers text/html",
			file->path, file->page, operation->id);
	if (file->seal && (!single || !operation->secured))
		return bind_fail(binder->ret_error, -EINVAL,
				 "%s: seal: yes is for a single read that is not for everybody",
				 file->path);
	return 0;
}

/* Rules that need both sides: what the method says and what the SQL says of itself. */
int bind_check_rules(const struct binder *binder, const struct operation *operation)
{
	bool reads = operation->method == METHOD_GET || operation->sql->cost != SQL_COST_WRITE;
	const char *path = operation->sql->path;

	if ((operation->method == METHOD_GET || operation->list) &&
	    operation->sql->cost == SQL_COST_WRITE)
		return bind_fail(binder->ret_error, -EINVAL,
				 "%s: a GET or a list does not cost write", path);
	if (operation->method == METHOD_POST && !reads && !operation->idempotent)
		return bind_fail(binder->ret_error, -EINVAL,
				 "%s: POST operation %s declares no Idempotency-Key", path,
				 operation->id);
	if (operation->method == METHOD_POST && reads && operation->idempotent)
		return bind_fail(binder->ret_error, -EINVAL,
				 "%s: the query %s takes no Idempotency-Key", path, operation->id);
	if (operation->method != METHOD_GET && operation->method != METHOD_POST && reads)
		return bind_fail(binder->ret_error, -EINVAL, "%s: %s costs write", path,
				 operation->id);
	/* Bytes are put whole or not at all: there is nothing that their sender has read before. */
	if (((operation->method == METHOD_PUT && !operation->bytes) ||
	     operation->method == METHOD_PATCH || operation->method == METHOD_DELETE) &&
	    !operation->if_match)
		return bind_fail(binder->ret_error, -EINVAL, "%s: %s requires no If-Match", path,
				 operation->id);
	if (operation->sql->audit_personal && !operation->secured)
		return bind_fail(binder->ret_error, -EINVAL,
				 "%s: audit: personal, but anybody may call %s", path,
				 operation->id);
	if (operation->shows_secret && !operation->idempotent)
		return bind_fail(binder->ret_error, -EINVAL,
				 "%s: only a POST that writes makes a secret", path);
	if (operation->receipt_at &&
	    (reads || operation->merge_patch || operation->receipt_at == LIMIT_STATEMENTS))
		return bind_fail(
			binder->ret_error, -EINVAL,
			"%s: a receipt is of what an earlier statement of a write returned", path);
	if (operation->sql->page || operation->sql->seal)
		return bind_check_record(binder, operation);
	return operation->sql->cache ? bind_check_cache(binder, operation) : 0;
}

/* Whether an operation of SQL has the name that a file starts with. */
static bool bind_is_known(const struct contract *contract, const char *file)
{
	size_t length = strcspn(file, ".");

	for (size_t i = 0; i < contract->count; i++)
		if (contract->operations[i].sql && strlen(contract->operations[i].id) == length &&
		    strncmp(contract->operations[i].id, file, length) == 0)
			return true;
	return false;
}

/* Counts the SQL files of one resource; refuses one that no operation has the name of. Fragments
 * for include start with "_". */
static int bind_check_folder(const struct binder *binder, const char *path, size_t *seen)
{
	DIR *folder = opendir(path);
	struct dirent *file;
	int r = 0;

	while (r == 0 && folder && (file = readdir(folder))) {
		if (file->d_name[0] == '.' || file->d_name[0] == '_')
			continue;
		(*seen)++;
		if (!bind_is_known(binder->contract, file->d_name))
			r = bind_fail(binder->ret_error, -EINVAL,
				      "%s/%s: no operation has this name", path, file->d_name);
	}
	if (folder)
		closedir(folder);
	return r;
}

int bind_check_orphans(const struct binder *binder)
{
	DIR *folder = opendir(binder->folder);
	struct dirent *entry;
	size_t seen = 0;
	int r = 0;

	while (r == 0 && folder && (entry = readdir(folder))) {
		CLEANUP_FREE char *path = bind_name("%s/%s", binder->folder, entry->d_name);

		if (!path)
			r = -ENOMEM;
		else if (entry->d_name[0] != '.')
			r = bind_check_folder(binder, path, &seen);
	}
	if (folder)
		closedir(folder);
	if (r == 0 && seen != binder->files)
		return bind_fail(binder->ret_error, -EINVAL,
				 "%s: %zu SQL files, but operations use %zu", binder->folder, seen,
				 binder->files);
	return r;
}
