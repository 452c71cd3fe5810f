/* SPDX-License-Identifier: MIT */
/* From settings to a service that is proved to work. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "access/callers.h"
#include "access/throttle.h"
#include "audit/tally.h"
#include "bind.h"
#include "digest.h"
#include "handlers/handlers.h"
#include "pages/assets.h"
#include "pages/html.h"
#include "service.h"

static const char *const engine_texts[ENGINE_STATEMENTS] = {
	[ENGINE_BEGIN] = "begin read write",
	[ENGINE_COMMIT] = "commit",
	[ENGINE_TIMEOUT] = "select set_config('statement_timeout', $1::text, true)",
	[ENGINE_CALLER] = "select set_config('accord.caller_subject', $1::text, true),"
			  " set_config('accord.caller_client', $2::text, true),"
			  " set_config('accord.caller_organisation', $3::text, true),"
			  " set_config('accord.caller_role', $4::text, true),"
			  " set_config('accord.caller_scopes', $5::text, true)",
	[ENGINE_CLAIM] =
		"select accord.claim_key($1::text, $2::text, $3::text, $4::text, $5::text)",
	[ENGINE_STORE] =
		"select accord.store_reply($1::text, $2::text, $3::text, $4::text, $5::text,"
		" $6::smallint,"
		" $7::text, $8::text, $9::text)",
	[ENGINE_REPLAY] =
		"select status, etag, location, body from accord.idempotency"
		" where (caller, operation, path, key) = ($1::text, $2::text, $3::text, $4::text)",
	[ENGINE_AUDIT] =
		"insert into restricted.audit_event (id, operation, outcome, status, problem,"
		" actor_kind, actor, organisation_id, subject_id, trace, omitted) values"
		" ($1::uuid, $2::text, $3::text, $4::smallint, $5::text, $6::text, $7::text,"
		" $8::uuid, $9::uuid, $10::uuid, $11::integer)",
	[ENGINE_MEANINGS] =
		"select schema, relation, name, meaning from accord.constraint_meanings()",
	[ENGINE_PING] = "select 1",
	[ENGINE_IDENTIFY_CLIENT] =
		"select state, organisation_id, scopes, addresses,"
		" floor(extract(epoch from expires_at))::bigint from"
		" accord.identify_client($1::text, $2::text, to_timestamp($3::bigint))",
	[ENGINE_IDENTIFY_PERSON] =
		"select state, person_id, organisation_id, role, scopes from"
		" accord.identify_person($1::text, $2::text, to_timestamp($3::bigint))",
	[ENGINE_AUTHENTICATE] =
		"select state, secret_fits, keys, organisation_id, scopes, addresses,"
		" floor(extract(epoch from expires_at))::bigint from"
		" accord.authenticate_client($1::text, $2::bytea)",
	[ENGINE_USE_ASSERTION] =
		"select accord.use_assertion($1::text, $2::text, to_timestamp($3::bigint))",
	[ENGINE_REVOKE] = "select accord.revoke_token($1::text, to_timestamp($2::bigint))",
};

/* Numbers the engine's statements after the operations'. 0 or -ENOMEM. */
static int service_add_engine(struct service *service)
{
	for (size_t i = 0; i < ENGINE_STATEMENTS; i++) {
		struct db_statement *statement = &service->engine[i];

		statement->text = strdup(engine_texts[i]);
		statement->number = service->statements++;
		if (!statement->text || asprintf(&statement->name, "engine.%zu", i) < 0) {
			statement->name = NULL;
			return -ENOMEM;
		}
	}
	return 0;
}

/* The keys: as configured, else random, so that cursors end with the process and no secret fits. */
static int service_make_keys(struct service *service)
{
	const struct {
		const char *hex;
		uint8_t *key;
	} keys[] = {{service->config->cursor_key, service->cursor_key},
		    {service->config->secret_key, service->secret_key}};
	int r = 0;

	for (size_t i = 0; i < ARRAY_LENGTH(keys) && r == 0; i++)
		if (keys[i].hex[0])
			digest_unhex(keys[i].hex, keys[i].key, DIGEST_BYTES);
		else
			r = digest_random(keys[i].key, DIGEST_BYTES);
	return r;
}

/* "<slug> <pointer> <text>"; a comment of any other form is only a comment. */
static int service_add_meaning(struct service *service, const struct db_reply *rows, size_t row)
{
	CLEANUP_FREE char *slug = NULL, *pointer = NULL, *detail = NULL;
	struct meaning *meaning = &service->meanings[service->meaning_count];

	if (sscanf(db_value(rows, 0, row, 3), "%m[a-z-] %m[^ ] %m[^\n]", &slug, &pointer,
		   &detail) != 3 ||
	    pointer[0] != '/' || !problem_type(slug))
		return 0;
	service->meaning_count++;
	*meaning = (struct meaning){.schema = strdup(db_value(rows, 0, row, 0)),
				    .relation = strdup(db_value(rows, 0, row, 1)),
				    .constraint = strdup(db_value(rows, 0, row, 2)),
				    .slug = TAKE_PTR(slug),
				    .pointer = TAKE_PTR(pointer),
				    .detail = TAKE_PTR(detail)};
	return meaning->schema && meaning->relation && meaning->constraint ? 0 : -ENOMEM;
}

static int service_read_meanings(struct service *service, struct db_connection *connection)
{
	const struct db_step step = {.statement = &service->engine[ENGINE_MEANINGS]};
	struct db_reply rows;
	int r = db_run(connection, &step, 1, true, &rows);

	if (r == 0) {
		service->meanings = calloc(db_rows(&rows, 0) + 1, sizeof(*service->meanings));
		r = service->meanings ? 0 : -ENOMEM;
	}
	for (size_t i = 0; r == 0 && i < db_rows(&rows, 0); i++)
		r = service_add_meaning(service, &rows, i);
	db_reply_finish(&rows);
	return r;
}

/* Prepares everything on a connection of its own and reads the constraints' meanings. */
static int service_prove(struct service *service, char **ret_error)
{
	struct db_connection *connection;
	int r = db_connection_new(service->config->database, service->statements, &connection);

	if (r < 0)
		return r;
	r = bind_prove(service->contract, connection, service->statements, ret_error);
	if (r == 0)
		r = service_read_meanings(service, connection);
	if (r > 0 && !*ret_error && asprintf(ret_error, "database: %s", db_reason(connection)) < 0)
		*ret_error = NULL;
	db_connection_free(connection);
	return r > 0 ? -EIO : r;
}

static int service_open(struct service *service)
{
	const struct config *config = service->config;
	size_t size = config->pool_size ? (size_t)config->pool_size
					: 2 * (size_t)sysconf(_SC_NPROCESSORS_ONLN);
	const char **ids = calloc(service->contract->count + 1, sizeof(*ids));
	int r;

	if (!ids)
		return -ENOMEM;
	for (size_t i = 0; i < service->contract->count; i++)
		ids[i] = service->contract->operations[i].id;
	r = metrics_new(service->contract->count, ids, &service->metrics);
	free(ids);
	if (r == 0 && config->cache_mb)
		r = cache_new((size_t)config->cache_mb * 1024 * 1024, config->pool_wait_ms,
			      &service->cache);
	if (r == 0)
		r = callers_new(&service->callers);
	if (r == 0)
		r = throttle_new(&service->throttle);
	if (r == 0)
		r = tally_new(&service->tally);
	if (r == 0)
		r = quota_new(config->rates, config->rates_anonymous, &service->quota);
	if (r == 0)
		r = pool_new(config->database, size, (size_t)config->pool_share,
			     config->pool_wait_ms, service->statements, &service->pool);
	if (r == 0 && config->database[0])
		pool_warm(service->pool);
	return r;
}

int service_new(const struct config *config, struct service **ret_service, char **ret_error)
{
	struct service *service = calloc(1, sizeof(*service));
	int r;

	if (!service)
		return -ENOMEM;
	service->config = config;
	r = contract_load(config->contract, &service->contract, ret_error);
	if (r == 0)
		r = bind_operations(service->contract, config->operations, handlers,
				    &service->statements, ret_error);
	if (r == 0)
		r = auth_new(config, &service->auth, ret_error);
	if (r == 0)
		r = assets_new(config->docs, service->contract, html_base(service),
			       &service->assets);
	if (r == 0)
		r = service_add_engine(service);
	if (r == 0)
		r = service_make_keys(service);
	if (r == 0 && config->database[0])
		r = service_prove(service, ret_error);
	if (r == 0)
		r = service_open(service);
	if (r < 0) {
		service_free(service);
		return r;
	}
	*ret_service = service;
	return 0;
}

struct service *service_free(struct service *service)
{
	if (!service)
		return NULL;
	auth_free(service->auth);
	pool_free(service->pool);
	cache_free(service->cache);
	callers_free(service->callers);
	throttle_free(service->throttle);
	quota_free(service->quota);
	tally_free(service->tally);
	metrics_free(service->metrics);
	assets_free(service->assets);
	contract_free(service->contract);
	for (size_t i = 0; i < ENGINE_STATEMENTS; i++) {
		free(service->engine[i].name);
		free(service->engine[i].text);
	}
	for (size_t i = 0; i < service->meaning_count; i++) {
		free(service->meanings[i].schema);
		free(service->meanings[i].relation);
		free(service->meanings[i].constraint);
		free(service->meanings[i].slug);
		free(service->meanings[i].pointer);
		free(service->meanings[i].detail);
	}
	free(service->meanings);
	free(service->public_url);
	free(service);
	return NULL;
}
