/* SPDX-License-Identifier: MIT */
/* A request's bearer token: in one Authorization header, and nowhere else (RFC 6750, section 2). */
#pragma once

#include "../request.h"

enum {
	BEARER_NONE = 1,  /* no credentials */
	BEARER_OTHER,     /* credentials of another scheme */
	BEARER_MALFORMED, /* see the fault */
};

/* 0 with the token, borrowed from the request; BEARER_…, with a sentence for BEARER_MALFORMED. */
int bearer_find(const struct request *request, const char **ret_text, size_t *ret_length,
		const char **ret_fault) MUST_CHECK;
