/* SPDX-License-Identifier: MIT */
/* A client of the service: requests with a token, repeated when they are lost on the way. */
#pragma once

#include "../buffer.h"
#include "../config.h"

enum {
	HTTP_ATTEMPTS = 6, /* of a request; each waits twice as long as that before */
	HTTP_REPLY_BYTES = 4 * 1024 * 1024, /* of a reply's body */
	HTTP_PATH = 200,                    /* of a path */
	HTTP_REASON = 512,
};

struct http_message {
	const char *method;
	const char *path;         /* from the base on */
	const char *media, *body; /* NULL: none */
	size_t length;
	const char *key; /* Idempotency-Key; NULL: none */
};

struct http_reply {
	long status;
	long retry_after; /* seconds; 0 when it does not say */
	json_t *json;     /* owned; NULL when the body is none */
};

void http_reply_finish(struct http_reply *reply);

struct http;

/* For the service that the settings name, with their token or their client's credentials. 0;
 * -EINVAL with a reason of at most HTTP_REASON bytes; -ENOMEM. config is borrowed. */
int http_new(const struct config *config, struct http **ret_http, char *reason) MUST_CHECK;
struct http *http_free(struct http *http);
/*
 * Sends a request until there is a reply that is no passing failure. 0 with a reply, to be
 * finished, whose status is below 400; else -EIO with what was refused, or failed, in reason;
 * -ENOMEM.
 */
int http_send(struct http *http, const struct http_message *message, struct http_reply *ret_reply,
	      char *reason) MUST_CHECK;
