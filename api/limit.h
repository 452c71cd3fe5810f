/* SPDX-License-Identifier: MIT */
/* Everything that a client can make grow, by name. Units are in the names or beside them. */
#pragma once

enum {
	LIMIT_BODY_BYTES =
		1024 *
		1024, /* a request body; ulfius holds all of it before anyone can refuse it */
	LIMIT_URL_BYTES = 8 * 1024,     /* path and query as sent: 414 */
	LIMIT_HEADER_BYTES = 16 * 1024, /* all header names and values together: 431 */
	LIMIT_HEADERS = 100,            /* header lines: 431 */
	LIMIT_PATH_SEGMENTS = 16,       /* segments of a path */
	LIMIT_QUERY_PAIRS = 64,         /* name=value pairs of a query */
	LIMIT_ARRAY_VALUES = 100,       /* values of one list parameter */
	LIMIT_JSON_DEPTH = 32,          /* nesting of a request body */
	LIMIT_VIOLATIONS = 50,        /* violations reported in one problem; the rest are counted */
	LIMIT_PATTERN_STEPS = 100000, /* backtracking steps of one pattern on one value */
	LIMIT_SCHEMA_DEPTH = 64,      /* nested schema applications on one value */
	LIMIT_CURSOR_BYTES = 3072,    /* an opaque cursor, decoded: what a row of an index holds */
	LIMIT_ORDER_KEYS = 4,         /* keys of one order */
	LIMIT_ACCEPT_RANGES = 32,     /* media ranges read from one Accept header */
	LIMIT_REPLY_BYTES = 16 * 1024 * 1024, /* a reply body built in memory */
	LIMIT_STATEMENTS = 8,                 /* statements of one write */
	LIMIT_IDEMPOTENCY_KEY = 255,          /* characters of an Idempotency-Key */
	LIMIT_PARAMETERS = 64,                /* parameters of one statement */
	LIMIT_TOKEN_BYTES = 8 * 1024,         /* a token or an assertion, as sent */
	LIMIT_CLAIM_BYTES = 255,              /* a text claim that is taken from a token */
	LIMIT_SCOPE_BYTES = 1024,             /* all scopes of a token */
	LIMIT_REMEMBERED_TOKENS = 16 * 1024,  /* verified tokens remembered at once */
	LIMIT_JWKS_BYTES = 256 * 1024,        /* a JWK Set of somebody else's */
	LIMIT_JWKS_KEYS = 64,                 /* keys in it */
	LIMIT_FORM_BYTES = 16 * 1024,         /* a form: an assertion and what goes with it */
	LIMIT_CLIENT_FAILURES = 10,  /* a minute, of one client's credentials from one address */
	LIMIT_ADDRESS_FAILURES = 60, /* a minute, of anybody's from one address */
};
