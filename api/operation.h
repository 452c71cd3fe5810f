/* SPDX-License-Identifier: MIT */
/* An operation: its contract (from YAML), its statements (from SQL) or its handler (C), joined by
 * its name. */
#pragma once

#include "convert/convert.h"
#include "db.h"
#include "list.h"
#include "request.h"
#include "rowjson.h"
#include "schema.h"
#include "sqlfile.h"

enum {
	OPERATION_OFFERS = 6,         /* media types of one reply */
	OPERATION_SCOPES = 4,         /* that one operation asks for */
	OPERATION_SEARCH_COLUMNS = 4, /* columns of a search that its list takes as parameters */
};

enum parameter_place { PARAMETER_PATH, PARAMETER_QUERY, PARAMETER_HEADER };
enum parameter_type { PARAMETER_STRING, PARAMETER_INTEGER, PARAMETER_NUMBER, PARAMETER_BOOLEAN };

struct parameter {
	const char *name; /* as in the contract */
	char *sql_name;   /* snake_case */
	enum parameter_place place;
	enum parameter_type type; /* of the value, or of a list's values */
	bool list;
	bool required;
	const struct schema *schema;
	const json_t *fallback; /* the default; NULL when there is none */
	const json_t *choices;  /* the enum; NULL when there is none */
};

/* What a reply can be made of. */
enum media { MEDIA_JSON, MEDIA_CSV, MEDIA_GEOJSON, MEDIA_NDJSON, MEDIA_OTHER };

/* Where a statement's parameter comes from: a declared parameter (its index), a column of the
 * operation's search (its index), or what the engine knows. */
enum source {
	SOURCE_BODY,
	SOURCE_CALLER_CLIENT,
	SOURCE_CALLER_EXPIRES_AT,
	SOURCE_CALLER_ORGANISATION,
	SOURCE_CALLER_ROLE,
	SOURCE_CALLER_SCOPES,
	SOURCE_CALLER_SUBJECT,
	SOURCE_NEW_ID,
	SOURCE_NEW_RECEIPT,
	SOURCE_NEW_SECRET_DIGEST,
	SOURCE_REQUEST_FORMAT,
	SOURCE_REQUEST_ID,
	SOURCE_REQUEST_IF_MATCH,
	SOURCE_REQUEST_ORDER,
	SOURCE_SEARCH, /* this and above: SOURCE_SEARCH + index */
	SOURCE_PARAMETERS = SOURCE_SEARCH + OPERATION_SEARCH_COLUMNS, /* likewise */
};

/* A statement ready to run: its text in the database module's terms and a source for each $n. */
struct bound_statement {
	struct db_statement statement;
	size_t count;
	unsigned char sources[LIMIT_PARAMETERS];
};

/* The statements of one order of a list, by direction (ascending, descending) and segment. */
struct bound_order {
	const struct sql_order *order;
	bool never_null; /* its first key cannot be null: there is no second segment */
	struct bound_statement segments[2][LIST_SEGMENTS];
};

struct call;
struct reply;
typedef int (*operation_handler)(struct call *call, struct reply *reply);

/* What the row of a read says beside its record: columns noted by the proof; -1: it has none. */
struct operation_columns {
	int etag, last_modified, location, retry_after;
};

struct operation {
	const char *id;
	size_t number; /* its place in the contract, for metrics */
	enum method method;
	const char *path;
	size_t parameter_count;
	struct parameter *parameters;
	const char *body_media; /* NULL: takes no body */
	const struct schema *body_schema;
	bool body_required;
	bool merge_patch;
	bool form;      /* takes a form, which its handler reads */
	bool bytes;     /* takes bytes as they are, for :body as bytea */
	int status;     /* of success */
	bool see_other; /* a read's row may say where what came of it is: 303 */
	size_t offer_count;
	const char *offers[OPERATION_OFFERS];
	bool foreign; /* offers a media type that the engine cannot make: only a handler may */
	bool list;
	bool if_match;
	bool idempotent;   /* wants an Idempotency-Key */
	bool shows_secret; /* makes a secret, which its reply shows this once */
	bool secured;      /* not for everybody */
	bool client;       /* its handler makes the client prove who it is: no token is read */
	size_t scope_count;
	const char *scopes[OPERATION_SCOPES]; /* that the caller must have, all of them */
	struct convert_plan *plan;            /* NULL unless it offers more than JSON */
	operation_handler handler;            /* NULL: it is SQL */
	enum sql_cost cost;                   /* the header's, or its handler's */
	struct sql_file *sql, *summary, *parent, *search;
	size_t receipt_at;      /* the first statement that is given a receipt; 0: none is */
	size_t statement_count; /* of a single read or a write */
	struct bound_statement statements[LIMIT_STATEMENTS];
	size_t order_count;
	struct bound_order *orders;
	struct operation_columns columns;
	struct rowjson *record; /* how its rows make what it shows: noted by the proof; a write may
				   have none */
	struct bound_statement summary_statement, parent_statement, search_statement;
	size_t search_count;
	const char *search_columns[OPERATION_SEARCH_COLUMNS]; /* borrowed from the statements */
};

/* What a media type is to the engine. */
enum media media_parse(const char *media_type);
/* The word for it in :request_format. */
const char *media_name(enum media media);
/* The index of a declared parameter by its contract name; -1 when there is none. */
int operation_parameter(const struct operation *operation, const char *name);
void operation_finish(struct operation *operation);
