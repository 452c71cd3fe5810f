/* SPDX-License-Identifier: MIT */
/* A small document by https; the one file that knows libcurl. */
#pragma once

#include <stdatomic.h>

#include "../buffer.h"

enum {
	FETCH_CONNECT_MS = 3000, /* until there is a connection */
	FETCH_TOTAL_MS = 8000,   /* until all of it is here */
};

/* Prepares the library. To be called before there are threads; may be called again. 0 or -EIO. */
int fetch_init(void) MUST_CHECK;
/* Whether a URL is one that is fetched: https, with a host, without a user and a fragment. */
bool fetch_is_url(const char *url);
/*
 * Fetches a URL: a verified certificate (of the system's authorities, or of those in a PEM file
 * when certificates is not NULL), no redirect followed, status 200, at most the buffer's maximum.
 * What the URL names is the operator's decision, private networks included; nothing that a client
 * sends is ever fetched. Gives up soon after leaving is set. 0; 1 with what failed in reason, at
 * least 256 bytes; -ENOMEM.
 */
int fetch_document(const char *url, const char *certificates, const atomic_bool *leaving,
		   struct buffer *buffer, char *reason) MUST_CHECK;
