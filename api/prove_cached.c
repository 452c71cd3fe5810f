/* SPDX-License-Identifier: MIT */
/* What a kept reply may be made from: tables whose changes raise the generation. */
#include <errno.h>
#include <string.h>

#include "prove.h"

/* Functions of these schemas read no table that others do not name, or read reference only. */
static const char *const prove_function_schemas[] = {"pg_catalog", "postgis", "reference",
						     "accord"};

/* The schema.table, or schema.function, of a plan that is not reference's; NULL when there is
 * none. */
static char *prove_foreign_node(const json_t *plan)
{
	const char *schema = json_string_value(json_object_get(plan, "Schema"));
	const char *table = json_string_value(json_object_get(plan, "Relation Name"));
	const char *function = json_string_value(json_object_get(plan, "Function Name"));
	bool known = !schema || strcmp(schema, "reference") == 0;
	char *name = NULL;

	for (size_t i = 0; function && i < ARRAY_LENGTH(prove_function_schemas); i++)
		known = known || strcmp(schema, prove_function_schemas[i]) == 0;
	if (known || (!table && !function))
		return NULL;
	return asprintf(&name, "%s.%s", schema, table ? table : function) < 0 ? NULL : name;
}

static char *prove_foreign(const json_t *plan)
{
	char *name = prove_foreign_node(plan);
	size_t index;
	json_t *below;

	json_array_foreach(json_object_get(plan, "Plans"), index, below)
	{
		if (name)
			break;
		name = prove_foreign(below);
	}
	return name;
}

/* EXPLAIN of a prepared statement with null for every parameter: a generic plan is the same for
 * all values. */
static int prove_explain_verbose(struct prover *prover, const char *path,
				 const struct bound_statement *bound, json_t **ret_plans)
{
	CLEANUP_BUFFER struct buffer text;
	struct db_reply reply = {0};
	size_t parameters = 0;
	int r;

	for (const char *at = bound->statement.text; *at; at++)
		if (at[0] == '$' && at[1] >= '1' && at[1] <= '9') {
			size_t number = strtoul(at + 1, NULL, 10);

			parameters = number > parameters ? number : parameters;
		}
	buffer_init(&text, 16384);
	buffer_add_format(&text, "explain (verbose, format json) execute \"%s\"",
			  bound->statement.name);
	for (size_t i = 0; i < parameters; i++)
		buffer_add_string(&text, i ? ", null" : "(null");
	if (buffer_add_string(&text, parameters ? ")" : "") < 0)
		return text.failed;
	r = prove_outcome(prover, db_run_text(prover->connection, text.data, &reply), path, &reply);
	if (r == 0)
		*ret_plans = json_loads(db_value(&reply, 0, 0, 0), 0, NULL);
	db_reply_finish(&reply);
	return r;
}

static int prove_cached_statement(struct prover *prover, const struct sql_file *file,
				  const struct bound_statement *bound)
{
	CLEANUP_JSON json_t *plans = NULL;
	CLEANUP_FREE char *foreign = NULL;
	CLEANUP_FREE char *what = NULL;
	int r;

	if (!bound->statement.text)
		return 0;
	if (strstr(bound->statement.text, "accord.now("))
		return prove_fail(prover, file->path, "cache: yes, but it reads the clock");
	r = prove_explain_verbose(prover, file->path, bound, &plans);
	if (r != 0)
		return r;
	foreign = prove_foreign(json_object_get(json_array_get(plans, 0), "Plan"));
	if (!foreign)
		return 0;
	if (asprintf(&what, "cache: yes is for the schema reference only, not for %s", foreign) < 0)
		return -ENOMEM;
	return prove_fail(prover, file->path, what);
}

int prove_cached(struct prover *prover, const struct operation *operation)
{
	struct db_reply reply = {0};
	int r = db_run_text(prover->connection, "set plan_cache_mode = force_generic_plan", &reply);

	r = prove_outcome(prover, r, operation->sql->path, &reply);
	db_reply_finish(&reply);
	for (size_t i = 0; i < operation->statement_count && r == 0; i++)
		r = prove_cached_statement(prover, operation->sql, &operation->statements[i]);
	for (size_t i = 0; i < operation->order_count && r == 0; i++)
		r = prove_cached_statement(prover, operation->sql,
					   &operation->orders[i].segments[0][LIST_VALUES_FIRST]);
	if (r == 0 && operation->summary)
		r = prove_cached_statement(prover, operation->summary,
					   &operation->summary_statement);
	if (r == 0 && operation->parent)
		r = prove_cached_statement(prover, operation->parent, &operation->parent_statement);
	if (r == 0 && operation->search)
		r = prove_cached_statement(prover, operation->search, &operation->search_statement);
	return r;
}
