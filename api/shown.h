/* SPDX-License-Identifier: MIT */
/* A secret that a reply shows this once: the database keeps its hash, and nobody keeps the secret.
 */
#pragma once

#include "call.h"

/* Makes a secret for the call and its hash for :new_secret_digest, when the operation wants one. 0
 * or -EIO. */
int shown_make(struct call *call) MUST_CHECK;
/*
 * Adds the member "secret" to the body, a JSON object that has members. Returns an owned text; NULL
 * when memory is short.
 */
char *shown_write(const struct call *call, const char *body) MUST_CHECK;
