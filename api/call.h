/* SPDX-License-Identifier: MIT */
/* One operation being carried out: the validated arguments, and what they are carried out with. */
#pragma once

#include "access/caller.h"
#include "access/secret.h"
#include "auth/principal.h"
#include "contract.h"
#include "cursor.h"
#include "pool.h"
#include "query.h"
#include "reply.h"

struct service; /* what lives as long as the program: see service.h */

struct call {
	struct service *service;
	const struct request *request;
	const struct operation *operation;
	struct route_match match;
	struct query query;
	json_t *values[LIMIT_PARAMETERS];      /* by parameter; NULL when absent */
	char *texts[LIMIT_PARAMETERS];         /* the same as PostgreSQL reads them; NULL is null */
	char *found[OPERATION_SEARCH_COLUMNS]; /* columns of the search's row; NULL is null */
	json_t *body;     /* parsed and validated; for a merge patch, the patch, then the merged
			     document */
	char *body_text;  /* of body, or of the bytes that were sent, for :body */
	enum media media; /* of the reply */
	const char *media_type;
	char new_id[37];
	char secret[SECRET_TEXT];                 /* made for the reply; "" when it shows none */
	char secret_digest[2 * DIGEST_BYTES + 3]; /* of it, as PostgreSQL reads bytes */
	char *receipt;                            /* signed for :new_receipt; NULL until then */
	struct principal *principal; /* of the request's token, verified; NULL when there is none */
	struct caller *caller;       /* whom it speaks for; NULL when nobody here is known by it */
	const struct caller_grant *grant; /* under which the caller acts; NULL: for no organisation
					   */
	uint64_t payer;      /* whose share of the limits and of the database it takes */
	char expires_at[24]; /* when the token does; "2026-11-22T10:10:00Z" */
	char *scopes; /* that the grant covers, as PostgreSQL reads them; NULL in what is public */
};

/*
 * Reads and validates every declared parameter. 0 when reply.problem is not set; 1 when it is (400,
 * or 404 for a path value that cannot be an identifier); -ENOMEM.
 */
int call_read_arguments(struct call *call, struct reply *reply) MUST_CHECK;
/* Reads the body: media type (415), syntax (400), schema (422; not of a merge patch, whose result
 * is validated later). As above. */
int call_read_body(struct call *call, struct reply *reply) MUST_CHECK;
/* Writes body_text from body. 0 or -ENOMEM. */
int call_write_body(struct call *call) MUST_CHECK;
/*
 * The default of a parameter that has one, owned: of a list's order, the one that goes with another
 * parameter when that is given. NULL when memory is short.
 */
json_t *call_default(const struct call *call, const struct parameter *parameter) MUST_CHECK;
/* The value of a declared parameter as PostgreSQL reads it; NULL when absent. */
const char *call_text(const struct call *call, const char *name);
/* What the engine itself knows of the call, as PostgreSQL reads it; NULL when there is nothing. */
const char *call_source(const struct call *call, enum source source);
/* The values for a bound statement's $1 … $n; values has room for LIMIT_PARAMETERS. */
void call_bind(const struct call *call, const struct bound_statement *bound, const char **values);
void call_finish(struct call *call);

/* The kinds of operation. Each fills the reply or its problem. 0 or -ENOMEM. */
int read_run(struct call *call, struct reply *reply) MUST_CHECK;
int page_run(struct call *call, struct reply *reply) MUST_CHECK;
int write_run(struct call *call, struct reply *reply) MUST_CHECK;
