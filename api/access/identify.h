/* SPDX-License-Identifier: MIT */
/* From a verified token to a caller whom the database knows, now. */
#pragma once

#include "../service.h"
#include "caller.h"

enum {
	IDENTIFY_UNKNOWN = 1, /* nobody here has the token's client or subject */
	IDENTIFY_ENDED,       /* the token was revoked, or its client disabled or expired */
	IDENTIFY_FAILED,      /* the database could not be asked: reply has the problem */
};

/*
 * 0 with a reference to the caller, remembered or asked for; IDENTIFY_…; -ENOMEM. What the
 * database says is at most as old as the last change that has been heard of.
 */
int identify(struct service *service, struct principal *principal, struct reply *reply,
	     struct caller **ret_caller) MUST_CHECK;
