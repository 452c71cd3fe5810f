/* SPDX-License-Identifier: MIT */
/*
 * A request as the engine sees it: what was sent, undecoded, with the identity under which it is
 * logged.
 */
#pragma once

#include "common.h"

enum method {
	METHOD_GET,
	METHOD_HEAD,
	METHOD_POST,
	METHOD_PUT,
	METHOD_PATCH,
	METHOD_DELETE,
	METHOD_OPTIONS,
	METHOD_UNKNOWN,
};

struct header {
	const char *name; /* lower case */
	const char *value;
};

struct request {
	enum method method;
	const char *method_name; /* as sent */
	const char *path;        /* as sent, still percent-encoded, without the query */
	const char *query;       /* as sent, without the "?"; NULL when there is none */
	struct header *headers;  /* owned; names and values lie in memory, or outlive the request */
	void *memory;            /* owned: where path, query and headers lie; or NULL */
	size_t header_count;
	const char *body; /* not NUL-terminated */
	size_t body_length;
	char id[37];         /* X-Request-Id: the client's when it is well-formed, else a UUID */
	char trace[33];      /* the trace id of traceparent, or a new one */
	char client[64];     /* the peer's address, or what a trusted proxy says */
	uint64_t started_ns; /* monotonic */
};

/* The method of a name, case-sensitive; METHOD_UNKNOWN for every other. */
enum method method_parse(const char *name);
/* The name of a method; "UNKNOWN" for METHOD_UNKNOWN. */
const char *method_name(enum method method);
/* The value of a header by its lower-case name; NULL when absent. Borrowed. */
const char *request_header(const struct request *request, const char *name);
/* Whether a header of which there is one is sent more than once. Repeats of one spelling arrive as
 * one, joined by commas, which such a header may not contain. */
bool request_repeats(const struct request *request, const char *name);
/* Frees what the request owns. The method's name and the body are borrowed. */
void request_finish(struct request *request);
