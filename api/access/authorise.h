/* SPDX-License-Identifier: MIT */
/* Who may call: the stage between route and operation. Deny by default. */
#pragma once

#include "../service.h"

/*
 * Judges the request's credentials, whatever the operation, and what its caller may do, when it is
 * not for everybody. A bad token is refused by public operations too: whoever sends one wants to
 * know. 0, with call's principal, caller and grant set as far as the operation may use them; 1 with
 * the problem and its challenge (RFC 6750); -ENOMEM, -EIO. An operation for clients is left to its
 * handler.
 */
int authorise(struct call *call, struct reply *reply) MUST_CHECK;
