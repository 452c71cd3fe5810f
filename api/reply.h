/* SPDX-License-Identifier: MIT */
/* A reply being made: either a representation or a problem, and the headers around it. */
#pragma once

#include "access/quota.h"
#include "problem.h"

enum { REPLY_HEADERS = 32 };

struct reply_header {
	const char *name;  /* static text */
	const char *value; /* owned, or as long-lived as the reply */
	bool owned;
};

struct representation;

struct reply {
	int status;
	const char *content_type; /* borrowed: static or the contract's */
	char *body;               /* owned, unless it is a representation's */
	size_t body_length;
	struct representation *held; /* that body and first headers are borrowed from; or NULL */
	const char *tag;             /* the ETag among the headers; NULL when there is none */
	char *version;      /* of the record, for the ETag; owned; NULL when there is none */
	bool tagged;        /* wants an ETag */
	bool shared;        /* anybody may have it: public caches too */
	bool own;           /* the request had a token: no shared cache may keep it */
	bool close;         /* the connection ends after it */
	bool empty;         /* the body's length is told, the body is not sent: 304 */
	bool encoded;       /* the body has its coding, and its ETag is among the headers */
	int keep;           /* seconds for which it may be kept when shared; 0: the usual few */
	const char *policy; /* Content-Security-Policy, static; NULL: nothing may be loaded */
	struct problem problem;
	size_t operation;         /* its number, for metrics; SIZE_MAX when there is none */
	const char *operation_id; /* borrowed; NULL when there is none */
	char caller[65];        /* for the log: a client's or person's id; "" when there is none */
	char organisation[37];  /* for the log: whom the caller acts for */
	struct quota_left left; /* to the caller, of this kind of request */
	char *fault;            /* for the log only: what went wrong inside; owned */
	size_t header_count;
	struct reply_header headers[REPLY_HEADERS];
};

void reply_finish(struct reply *reply);
/* Takes back what would have been answered: body, headers and problem. */
void reply_drop(struct reply *reply);
void reply_header_finish(struct reply_header *header);
/* Adds a header; CR, LF and other controls in the value become spaces, so that no later header is
 * lost. */
void reply_add_header(struct reply *reply, const char *name, const char *format, ...)
	PRINTF_LIKE(3, 4);
/* Adds a header whose value has no controls and lives as long as the reply: nothing is copied. */
void reply_add_fixed(struct reply *reply, const char *name, const char *value);
/* Notes a fault for the log; the first one stays. */
void reply_note_fault(struct reply *reply, const char *format, ...) PRINTF_LIKE(2, 3);
/* Takes an owned JSON text as the body with this status. */
void reply_set_body(struct reply *reply, int status, const char *content_type, char *body_take,
		    size_t length);
