/* SPDX-License-Identifier: MIT */
/* From what ulfius received to a request of ours, or the reason to refuse it. */
#pragma once

#include <ulfius.h>

#include "../access/network.h"
#include "../request.h"

/* Whom we believe when they say for whom they call. */
struct incoming_proxies {
	struct network *networks;
	size_t count;
};

/*
 * Reads method, URL, headers, body and identity. A request that is too large or ambiguously framed
 * is still made, with a refusal: a problem's slug and a detail (static texts). 0 or -ENOMEM, -EIO.
 */
int incoming_read(const struct _u_request *from, const struct incoming_proxies *proxies,
		  struct request *ret_request, const char **ret_refusal,
		  const char **ret_detail) MUST_CHECK;
