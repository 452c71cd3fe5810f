/* SPDX-License-Identifier: MIT */
#include "bind_private.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* What the engine knows, by the name SQL calls it; in the order of enum source. */
static const char *const bind_sources[] = {
	[SOURCE_BODY] = "body",
	[SOURCE_CALLER_CLIENT] = "caller_client",
	[SOURCE_CALLER_EXPIRES_AT] = "caller_expires_at",
	[SOURCE_CALLER_ORGANISATION] = "caller_organisation",
	[SOURCE_CALLER_ROLE] = "caller_role",
	[SOURCE_CALLER_SCOPES] = "caller_scopes",
	[SOURCE_CALLER_SUBJECT] = "caller_subject",
	[SOURCE_NEW_ID] = "new_id",
	[SOURCE_NEW_RECEIPT] = "new_receipt",
	[SOURCE_NEW_SECRET_DIGEST] = "new_secret_digest",
	[SOURCE_REQUEST_FORMAT] = "request_format",
	[SOURCE_REQUEST_ID] = "request_id",
	[SOURCE_REQUEST_IF_MATCH] = "request_if_match",
	[SOURCE_REQUEST_ORDER] = "request_order",
};

/* The source of a column of the operation's search, which is noted; -1 when there are too many. */
static int bind_search_source(struct operation *operation, const char *column)
{
	size_t i = 0;

	while (i < operation->search_count && strcmp(operation->search_columns[i], column) != 0)
		i++;
	if (i == OPERATION_SEARCH_COLUMNS)
		return -1;
	operation->search_columns[i] = column;
	if (i == operation->search_count)
		operation->search_count++;
	return SOURCE_SEARCH + (int)i;
}

/* The source of a named parameter, or -1. */
static int bind_source(struct operation *operation, const struct sql_file *file, const char *name)
{
	if (operation->search && file != operation->search && strncmp(name, "search_", 7) == 0)
		return bind_search_source(operation, name + 7);
	for (size_t i = 0; i < ARRAY_LENGTH(bind_sources); i++)
		if (strcmp(bind_sources[i], name) == 0)
			return (int)i;
	for (size_t i = 0; i < operation->parameter_count; i++)
		if (strcmp(operation->parameters[i].sql_name, name) == 0)
			return SOURCE_PARAMETERS + (int)i;
	return -1;
}

/* Whether a statement is given what the engine makes once the ones before have run. */
static bool bind_takes_receipt(const struct bound_statement *bound)
{
	for (size_t i = 0; i < bound->count; i++)
		if (bound->sources[i] == SOURCE_NEW_RECEIPT)
			return true;
	return false;
}

/* Takes text (owned from here on) as the next statement under a name. */
static int bind_statement(struct binder *binder, struct operation *operation,
			  const struct sql_file *file, const struct sql_statement *from,
			  char *text_take, char *name_take, struct bound_statement *bound)
{
	bound->statement = (struct db_statement){name_take, text_take,
						 file->plan == SQL_PLAN_CUSTOM, binder->statements};
	if (!name_take || !text_take)
		return -ENOMEM;
	binder->statements++;
	bound->count = from->count;
	for (size_t i = 0; i < from->count; i++) {
		int source = bind_source(operation, file, from->parameters[i]);

		if (source < 0)
			return bind_fail(binder->ret_error, -EINVAL,
					 "%s: parameter :%s is not declared by operation %s",
					 file->path, from->parameters[i], operation->id);
		bound->sources[i] = (unsigned char)source;
		operation->shows_secret =
			operation->shows_secret || source == SOURCE_NEW_SECRET_DIGEST;
		if (source >= SOURCE_PARAMETERS)
			binder->used[source - SOURCE_PARAMETERS] = true;
	}
	return 0;
}

static int bind_order(struct binder *binder, struct operation *operation, struct bound_order *bound)
{
	const struct sql_statement *from = &operation->sql->statements[0];

	for (int descending = 0; descending < 2; descending++) {
		for (int segment = 0; segment < LIST_SEGMENTS; segment++) {
			char *text = NULL, *name;
			int r = list_statement(from, bound->order, descending,
					       (enum list_segment)segment, &text);

			if (r == -EINVAL && bound->order->count == 1)
				continue;
			if (r < 0)
				return r;
			name = bind_name("%s.%s.%d%d", operation->id, bound->order->name,
					 descending, segment);
			r = bind_statement(binder, operation, operation->sql, from, text, name,
					   &bound->segments[descending][segment]);
			if (r < 0)
				return r;
		}
	}
	return 0;
}

static int bind_list(struct binder *binder, struct operation *operation)
{
	const struct sql_file *file = operation->sql;

	if (file->statement_count != 1 || !file->order_count)
		return bind_fail(binder->ret_error, -EINVAL,
				 "%s: a list is one statement with at least one order", file->path);
	if (operation_parameter(operation, "limit") < 0 ||
	    operation_parameter(operation, "after") < 0)
		return bind_fail(binder->ret_error, -EINVAL,
				 "%s: the list %s declares no limit or no after", file->path,
				 operation->id);
	if (list_fault(&file->statements[0]))
		return bind_fail(binder->ret_error, -EINVAL, "%s: %s", file->path,
				 list_fault(&file->statements[0]));
	if (!bind_orders_agree(operation))
		return bind_fail(
			binder->ret_error, -EINVAL,
			"%s: orders differ from those of the contract's order parameter of %s",
			file->path, operation->id);
	operation->orders = calloc(file->order_count, sizeof(*operation->orders));
	if (!operation->orders)
		return -ENOMEM;
	operation->order_count = file->order_count;
	for (size_t i = 0; i < file->order_count; i++) {
		int r;

		operation->orders[i].order = &file->orders[i];
		r = bind_order(binder, operation, &operation->orders[i]);
		if (r < 0)
			return r;
	}
	return 0;
}

static int bind_statements(struct binder *binder, struct operation *operation)
{
	const struct sql_file *file = operation->sql;

	if (file->order_count)
		return bind_fail(binder->ret_error, -EINVAL, "%s: only a list has orders",
				 file->path);
	if ((operation->method == METHOD_GET || file->cost != SQL_COST_WRITE) &&
	    file->statement_count != 1)
		return bind_fail(binder->ret_error, -EINVAL, "%s: a read is one statement",
				 file->path);
	if (operation->merge_patch && file->statement_count < 2)
		return bind_fail(binder->ret_error, -EINVAL,
				 "%s: a patch reads its document first, then writes", file->path);
	for (size_t i = 0; i < file->statement_count; i++) {
		char *text = strdup(file->statements[i].text);
		int r;

		operation->statement_count++;
		r = bind_statement(binder, operation, file, &file->statements[i], text,
				   bind_name("%s.%zu", operation->id, i),
				   &operation->statements[i]);
		if (r < 0)
			return r;
		if (!operation->receipt_at && bind_takes_receipt(&operation->statements[i]))
			operation->receipt_at = i ? i : LIMIT_STATEMENTS;
	}
	return 0;
}

/* Looks for <id><suffix>.sql in the resource folders; loads it when it is there. 0 either way. */
static int bind_load(struct binder *binder, const char *id, const char *suffix,
		     struct sql_file **ret_file)
{
	DIR *folder = opendir(binder->folder);
	struct dirent *entry;
	int r = 0;

	if (!folder)
		return bind_fail(binder->ret_error, -ENOENT, "%s: %s", binder->folder,
				 strerror(errno));
	while (r == 0 && (entry = readdir(folder))) {
		CLEANUP_FREE char *path =
			bind_name("%s/%s/%s%s.sql", binder->folder, entry->d_name, id, suffix);
		struct stat status;

		if (!path)
			r = -ENOMEM;
		else if (entry->d_name[0] == '.' || stat(path, &status) < 0)
			continue;
		else if (*ret_file)
			r = bind_fail(binder->ret_error, -EINVAL,
				      "%s: operation %s has a file already: %s", path, id,
				      (*ret_file)->path);
		else
			r = sqlfile_load(binder->folder, path, ret_file, binder->ret_error);
		if (r == 0)
			binder->files++;
	}
	closedir(folder);
	return r;
}

/* A companion of a list: one statement under the operation's own parameters. */
static int bind_companion(struct binder *binder, struct operation *operation, const char *suffix,
			  struct sql_file **ret_file, struct bound_statement *bound)
{
	int r = bind_load(binder, operation->id, suffix, ret_file);

	if (r < 0 || !*ret_file)
		return r;
	if (!operation->list || (*ret_file)->statement_count != 1)
		return bind_fail(binder->ret_error, -EINVAL,
				 "%s: belongs to a list and is one statement", (*ret_file)->path);
	if (*ret_file != operation->search && (*ret_file)->plan != operation->sql->plan)
		return bind_fail(binder->ret_error, -EINVAL,
				 "%s: its plan is the list's: they run in one round trip",
				 (*ret_file)->path);
	return bind_statement(binder, operation, *ret_file, &(*ret_file)->statements[0],
			      strdup((*ret_file)->statements[0].text),
			      bind_name("%s%s", operation->id, suffix), bound);
}

/* Names the media type that nothing makes. */
static int bind_foreign(const struct binder *binder, const struct operation *operation)
{
	struct place at = contract_root(binder->contract);
	size_t i = 0;

	while (media_parse(operation->offers[i]) != MEDIA_OTHER)
		i++;
	at = contract_member(binder->contract, &at, "paths");
	at = contract_member(binder->contract, &at, operation->path);
	at = contract_member(binder->contract, &at,
			     operation->method == METHOD_GET ? "get" : "post");
	return contract_fail(binder->contract, at.pointer, binder->ret_error,
			     "nothing makes %s from SQL", operation->offers[i]);
}

static int bind_operation(struct binder *binder, struct operation *operation)
{
	int r = bind_load(binder, operation->id, "", &operation->sql);

	if (r < 0)
		return r;
	if (operation->foreign && operation->sql && !operation->sql->page)
		return bind_foreign(binder, operation);
	if (operation->form)
		return bind_fail(binder->ret_error, -EINVAL,
				 "operation %s (%s): only a handler reads a form", operation->id,
				 operation->path);
	if (!operation->sql)
		return bind_fail(binder->ret_error, -ENOENT,
				 "operation %s (%s): no %s/<resource>/%s.sql and no handler",
				 operation->id, operation->path, binder->folder, operation->id);
	operation->cost = operation->sql->cost;
	memset(binder->used, 0, sizeof(binder->used));
	r = bind_companion(binder, operation, ".search", &operation->search,
			   &operation->search_statement);
	if (r == 0)
		r = operation->list ? bind_list(binder, operation)
				    : bind_statements(binder, operation);
	if (r == 0)
		r = bind_companion(binder, operation, ".summary", &operation->summary,
				   &operation->summary_statement);
	if (r == 0)
		r = bind_companion(binder, operation, ".parent", &operation->parent,
				   &operation->parent_statement);
	if (r == 0)
		r = bind_check_search(binder, operation);
	if (r == 0)
		r = bind_check_given(binder, operation);
	if (r == 0)
		r = bind_check_unused(binder, operation);
	return r == 0 ? bind_check_rules(binder, operation) : r;
}

int bind_operations(struct contract *contract, const char *folder,
		    const struct bind_handler *handlers, size_t *ret_statements, char **ret_error)
{
	struct binder binder = {.contract = contract, .folder = folder, .ret_error = ret_error};
	int r;

	for (size_t i = 0; i < contract->count; i++) {
		struct operation *operation = &contract->operations[i];

		for (const struct bind_handler *handler = handlers;
		     handler->id && !operation->handler; handler++)
			if (strcmp(handler->id, operation->id) == 0) {
				operation->handler = handler->function;
				operation->cost = handler->cost;
			}
		if (operation->handler)
			continue;
		r = bind_operation(&binder, operation);
		if (r < 0)
			return r;
	}
	r = bind_check_orphans(&binder);
	if (r == 0)
		*ret_statements = binder.statements;
	return r;
}
