/* SPDX-License-Identifier: MIT */
/* A merge patch (RFC 7396) carried out on the document of a record. */
#pragma once

#include "call.h"

/*
 * Merges the call's body, a patch, into a document (a JSON object as text; NULL is none) and
 * validates the result, which becomes the body. 0; 1 when the reply has a problem; -ENOMEM.
 */
int patch_apply(struct call *call, const char *document, struct reply *reply) MUST_CHECK;
