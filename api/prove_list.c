/* SPDX-License-Identifier: MIT */
/* What a list's orders must have in the database: a unique last key, and an index that spares
 * sorting. */
#include <errno.h>
#include <string.h>

#include "prove.h"

/*
 * Whether every table of $2 that has the column $1 has it not null; whether one has it unique: by
 * itself, or as the last of a key whose beginning a sub-list holds fixed; whether any has it at
 * all: if none, it is computed, and no index can be demanded.
 */
static const char *const prove_key_text =
	"select coalesce(bool_and(a.attnotnull), false), coalesce(bool_or(a.attnotnull and exists ("
	" select from pg_index i"
	" where i.indrelid = a.attrelid and i.indisunique and i.indpred is null"
	" and i.indkey[i.indnkeyatts - 1] = a.attnum)), false), count(*) > 0"
	" from pg_attribute a join pg_class c on c.oid = a.attrelid"
	" where a.attname = $1::text and c.relkind in ('r', 'p') and c.relname = any($2::text[])";

static const char *const prove_without_sorting =
	"select set_config('enable_sort', 'off', false), set_config('enable_seqscan', 'on', false),"
	" set_config('enable_bitmapscan', 'on', false)";
static const char *const prove_read_by_index =
	"select set_config('enable_sort', 'on', false), set_config('enable_seqscan', 'off', false),"
	" set_config('enable_bitmapscan', 'off', false)";

/* Adds the names of the tables that a plan reads. */
static void prove_add_tables(const json_t *plan, struct buffer *tables)
{
	const char *name = json_string_value(json_object_get(plan, "Relation Name"));
	size_t index;
	json_t *below;

	if (name)
		buffer_add_format(tables, "%s\"%s\"", tables->length > 1 ? "," : "", name);
	json_array_foreach(json_object_get(plan, "Plans"), index, below)
		prove_add_tables(below, tables);
}

/*
 * Whether a plan sorts all its rows: on the way from the rows to the limit, not inside a subselect,
 * and not only some of the parts that it merges.
 */
static bool prove_plan_sorts(const json_t *plan)
{
	const char *relation = json_string_value(json_object_get(plan, "Parent Relationship"));
	const char *type = json_string_value(json_object_get(plan, "Node Type"));
	const json_t *plans = json_object_get(plan, "Plans");
	size_t sorting = 0;
	size_t index;
	json_t *below;

	if (relation && (strcmp(relation, "SubPlan") == 0 || strcmp(relation, "InitPlan") == 0))
		return false;
	if (type && strcmp(type, "Sort") == 0)
		return true;
	json_array_foreach(plans, index, below) sorting += prove_plan_sorts(below);
	if (type && strcmp(type, "Merge Append") == 0)
		return sorting == json_array_size(plans);
	return sorting > 0;
}

/*
 * EXPLAIN of a first page as it is asked for without filters: defaults, the order's own name, and
 * an organisation: what belongs to nobody would be planned as nothing.
 */
static int prove_write_explain(const struct operation *operation, const struct bound_order *bound,
			       bool descending, struct buffer *text)
{
	const struct bound_statement *first = &bound->segments[descending][LIST_VALUES_FIRST];

	buffer_add_format(text, "explain (format json) execute \"%s\"(", first->statement.name);
	for (size_t i = 0; i < first->count; i++) {
		unsigned char source = first->sources[i];
		const json_t *fallback =
			source >= SOURCE_PARAMETERS
				? operation->parameters[source - SOURCE_PARAMETERS].fallback
				: NULL;

		if (source == SOURCE_REQUEST_ORDER)
			buffer_add_format(text, "'%s%s', ", descending ? "-" : "",
					  bound->order->name);
		else if (source == SOURCE_CALLER_ORGANISATION)
			buffer_add_string(text, "'00000000-0000-0000-0000-000000000000', ");
		else if (json_is_boolean(fallback))
			buffer_add_format(text, "%s, ", json_is_true(fallback) ? "true" : "false");
		else if (json_is_integer(fallback))
			buffer_add_format(text, "%" JSON_INTEGER_FORMAT ", ",
					  json_integer_value(fallback));
		else
			buffer_add_string(text, "null, ");
	}
	return buffer_add_string(text, "50)");
}

/* Asks the planner for a plan: notes the tables that it reads and whether it sorts. */
static int prove_ask(struct prover *prover, const char *path, const char *text,
		     struct buffer *tables, bool *ret_sorts)
{
	CLEANUP_JSON json_t *plans = NULL;
	struct db_reply reply = {0};
	const json_t *plan;
	int r = prove_outcome(prover, db_run_text(prover->connection, text, &reply), path, &reply);

	if (r == 0) {
		plans = json_loads(db_value(&reply, 0, 0, 0), 0, NULL);
		plan = json_object_get(json_array_get(plans, 0), "Plan");
		prove_add_tables(plan, tables);
		*ret_sorts = prove_plan_sorts(plan);
	}
	db_reply_finish(&reply);
	return r;
}

static int prove_set(struct prover *prover, const char *path, const char *text)
{
	struct db_reply reply = {0};
	int r = prove_outcome(prover, db_run_text(prover->connection, text, &reply), path, &reply);

	db_reply_finish(&reply);
	return r;
}

/*
 * Asks the planner, forbidden to sort, for one direction of an order: notes the tables that it
 * reads and whether it has to sort all the same. Where it has to sort a part, what it is forbidden
 * costs so much that it sorts all as well: then it is forbidden to read a table from end to end.
 */
static int prove_explain(struct prover *prover, const struct operation *operation,
			 const struct bound_order *bound, bool descending, struct buffer *tables,
			 bool *ret_sorts)
{
	CLEANUP_BUFFER struct buffer text;
	const char *path = operation->sql->path;
	bool sorts = false;
	int r;

	buffer_init(&text, 16384);
	r = prove_write_explain(operation, bound, descending, &text);
	if (r < 0)
		return r;
	r = prove_ask(prover, path, text.data, tables, &sorts);
	if (r == 0 && sorts) {
		r = prove_set(prover, path, prove_read_by_index);
		if (r == 0)
			r = prove_ask(prover, path, text.data, tables, &sorts);
		if (r == 0)
			r = prove_set(prover, path, prove_without_sorting);
	}
	*ret_sorts = *ret_sorts || sorts;
	return r;
}

/* What the catalogue says of a key, by name, in the tables that the list reads. */
struct prove_key {
	bool never_null, unique, stored;
};

static int prove_read_key(struct prover *prover, const char *path, const char *key,
			  const char *tables, struct prove_key *ret_key)
{
	const struct db_statement statement = {(char *)"prove.key", (char *)prove_key_text, true,
					       prover->number};
	const char *const values[] = {key, tables};
	const struct db_step step = {&statement, ARRAY_LENGTH(values), values};
	struct db_reply reply = {0};
	int r = prove_outcome(prover, db_run(prover->connection, &step, 1, true, &reply), path,
			      &reply);

	if (r == 0)
		*ret_key = (struct prove_key){db_value(&reply, 0, 0, 0)[0] == 't',
					      db_value(&reply, 0, 0, 1)[0] == 't',
					      db_value(&reply, 0, 0, 2)[0] == 't'};
	db_reply_finish(&reply);
	return r;
}

/*
 * The last key ends every tie; a stored first key has an index that yields the order, and is noted
 * when it cannot be null, as what a search has computed never is: then there is no second segment.
 */
static int prove_keys(struct prover *prover, const struct operation *operation,
		      struct bound_order *bound, const char *tables, bool sorts)
{
	const struct sql_order *order = bound->order;
	const char *path = operation->sql->path;
	struct prove_key first = {0}, last = {0};
	int r = prove_read_key(prover, path, order->keys[order->count - 1], tables, &last);

	if (r == 0)
		r = prove_read_key(prover, path, order->keys[0], tables, &first);
	if (r != 0)
		return r;
	if (!last.never_null || !last.unique)
		return prove_fail(prover, path, "the last key of an order is unique and not null");
	if (first.stored && sorts)
		return prove_fail(prover, path, "an order has no index");
	bound->never_null =
		first.never_null || (!first.stored && operation->sql->search_order &&
				     strcmp(order->name, operation->sql->search_order) == 0);
	return 0;
}

static int prove_order(struct prover *prover, const struct operation *operation,
		       const struct bound_order *bound)
{
	const struct bound_statement *first = &bound->segments[0][LIST_VALUES_FIRST];
	int r = 0;

	for (size_t i = 0; i < LIST_SEGMENTS && r == 0; i++)
		for (size_t k = 0; k < 2 && r == 0; k++)
			r = prove_statement(prover, operation->sql, &bound->segments[k][i], NULL);
	for (size_t i = 0; i < bound->order->count && r == 0; i++)
		r = prove_statement(prover, operation->sql, first, bound->order->keys[i]);
	return r;
}

/*
 * A sub-list is planned for any parent: with its parent null the planner would see that nothing can
 * come. Other lists are planned as a first page without filters is.
 */
static int prove_plan_mode(struct prover *prover, const struct operation *operation)
{
	bool generic = strchr(operation->path, '{') != NULL;

	return prove_set(prover, operation->sql->path,
			 generic ? "set plan_cache_mode = force_generic_plan"
				 : "set plan_cache_mode = force_custom_plan");
}

int prove_list(struct prover *prover, struct operation *operation)
{
	bool sorts[SQLFILE_ORDERS] = {false};
	CLEANUP_BUFFER struct buffer tables;
	int r = 0;

	buffer_init(&tables, 16384);
	buffer_add_byte(&tables, '{');
	for (size_t i = 0; i < operation->order_count && r == 0; i++)
		r = prove_order(prover, operation, &operation->orders[i]);
	if (r == 0)
		r = prove_plan_mode(prover, operation);
	for (size_t i = 0; i < 2 * operation->order_count && r == 0; i++)
		r = prove_explain(prover, operation, &operation->orders[i / 2], i % 2, &tables,
				  &sorts[i / 2]);
	buffer_add_byte(&tables, '}');
	if (r == 0)
		r = tables.failed;
	for (size_t i = 0; i < operation->order_count && r == 0; i++)
		r = prove_keys(prover, operation, &operation->orders[i], tables.data, sorts[i]);
	return r;
}
