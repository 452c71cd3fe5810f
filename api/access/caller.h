/* SPDX-License-Identifier: MIT */
/* Who calls: a client or a person of ours, and what it may do for whom. Never changed once made,
 * counted, shared by threads. */
#pragma once

#include <stdatomic.h>

#include "../contract.h"
#include "network.h"

enum {
	CALLER_ID = 65,           /* a client's id or a person's, with its end */
	CALLER_ORGANISATION = 37, /* a UUID, with its end */
	CALLER_ROLE = 16,
};

/* What a caller may do for one organisation. */
struct caller_grant {
	char organisation[CALLER_ORGANISATION];
	char role[CALLER_ROLE]; /* "" when there is none */
	char *scopes; /* separated by single spaces: a client's all, a person's beyond the role */
};

struct caller {
	bool person; /* else a client */
	char id[CALLER_ID];
	int64_t until; /* seconds since 1970: from then on a client may not call */
	size_t network_count;
	struct network *networks; /* that a client may call from; none is any */
	size_t grant_count;       /* a client has one */
	struct caller_grant *grants;
	atomic_uint references; /* of caller_hold and caller_release alone */
};

/* An empty one with room for so many grants and one reference. NULL when memory is short. */
struct caller *caller_new(size_t grants) MUST_CHECK;
struct caller *caller_hold(struct caller *caller);
/* One reference less; the last one frees it. Takes NULL; returns NULL. */
struct caller *caller_release(struct caller *caller);

/* The grant for an organisation; NULL when there is none. */
const struct caller_grant *caller_grant_for(const struct caller *caller, const char *organisation);
/* Whether a grant covers a scope. A client's is what it was given, a person's follows from the role
 * as well. */
bool caller_may(const struct caller *caller, const struct caller_grant *grant, const char *scope);
/* The scopes of the contract that a grant covers, as a PostgreSQL array; owned, NULL when memory is
 * short. grant may be NULL. */
char *caller_write_scopes(const struct caller *caller, const struct caller_grant *grant,
			  const struct contract *contract) MUST_CHECK;
