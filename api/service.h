/* SPDX-License-Identifier: MIT */
/* The program's heart without its edges: a request in, a reply out. Knows neither ulfius nor libpq.
 */
#pragma once

#include <stdatomic.h>

#include "auth/auth.h"
#include "cache.h"
#include "call.h"
#include "config.h"
#include "metrics.h"

/* Statements of the engine's own, run around an operation's. */
enum engine_statement {
	ENGINE_BEGIN,
	ENGINE_COMMIT,
	ENGINE_TIMEOUT,  /* $1: milliseconds, until the transaction ends */
	ENGINE_CALLER,   /* $1 … $5: who calls, until the transaction ends */
	ENGINE_CLAIM,    /* $1 … $5: caller, operation, path, key, fingerprint */
	ENGINE_STORE,    /* and $6 … $9: status, etag, location, body */
	ENGINE_REPLAY,   /* $1 … $4 */
	ENGINE_AUDIT,    /* $1 … $11: an event */
	ENGINE_MEANINGS, /* of constraints */
	ENGINE_PING,
	ENGINE_IDENTIFY_CLIENT, /* $1 … $3: client, jti, iat */
	ENGINE_IDENTIFY_PERSON, /* $1 … $3: issuer, subject, iat */
	ENGINE_AUTHENTICATE,    /* $1, $2: client, digest of its secret */
	ENGINE_USE_ASSERTION,   /* $1 … $3: client, jti, exp */
	ENGINE_REVOKE,          /* $1, $2: jti, exp */
	ENGINE_STATEMENTS,
};

/* What a broken constraint means to a client; read from the database's comments. */
struct meaning {
	char *schema, *relation, *constraint;
	char *slug;
	char *pointer;
	char *detail;
};

struct service {
	const struct config *config;
	char *public_url;
	struct contract *contract;
	struct assets *assets; /* what lies below /docs */
	struct auth *auth;
	struct pool *pool;
	struct metrics *metrics;
	struct cache *cache; /* NULL when there is none */
	struct callers *callers;
	struct throttle *throttle; /* of clients that fail to authenticate */
	struct quota *quota;
	struct tally *tally; /* of refusals that are audited */
	uint8_t cursor_key[32];
	uint8_t secret_key[32]; /* under which clients' secrets are hashed */
	size_t statements;      /* numbered in all */
	struct db_statement engine[ENGINE_STATEMENTS];
	size_t meaning_count;
	struct meaning *meanings;
	atomic_bool draining;
};

/*
 * Loads contract and operations, and proves them when the configuration names a database. 0;
 * -EINVAL, -ENOENT or -EIO with an owned ret_error; -ENOMEM.
 */
int service_new(const struct config *config, struct service **ret_service,
		char **ret_error) MUST_CHECK;
struct service *service_free(struct service *service);

/* Answers one request; whatever happens, the reply is complete. The reply is owned by the caller.
 */
void service_handle(struct service *service, const struct request *request,
		    struct reply *ret_reply);
/* Refuses what cannot be handed on (too large, badly framed): a complete problem reply. */
void service_refuse(struct service *service, const struct request *request, const char *slug,
		    const char *detail, struct reply *ret_reply);

/* Turns a failed statement into a problem; writes the database's own words into the reply's fault.
 */
void service_map_error(const struct service *service, const struct db_error *error, bool deleting,
		       struct reply *reply);
/* The same of a read: what PostgreSQL cannot hold was in its parameters. */
void service_map_read_error(const struct service *service, const struct db_error *error,
			    struct reply *reply);
/* Sets the problem of a connection that could not be had (POOL_BUSY) or was lost. */
void service_map_busy(struct reply *reply);
void service_map_lost(const char *reason, struct reply *reply);

/* Adds a Location: an address of ours, which begins with a slash, or any other. */
void reply_add_location(const struct service *service, struct reply *reply, const char *location);
/* Gives a successful reply's body its ETag and, when that is wanted and worth it, its coding. */
void reply_encode(struct reply *reply, bool gzip);
/* The last stage: problem text, ETag, 304, gzip, CORS and the headers that every reply has. */
void reply_complete(const struct service *service, const struct request *request,
		    const struct operation *operation, struct reply *reply);
/* Whether If-None-Match names the tag (weak comparison) or is "*". */
bool reply_tag_matches(const char *if_none_match, const char *tag);
/* Whether a page of this origin may read replies. */
bool reply_origin_allowed(const struct service *service, const char *origin);
