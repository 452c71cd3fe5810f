/* SPDX-License-Identifier: MIT */
/* What a client shows to prove who it is (RFC 6749, section 2.3; RFC 7523, section 2.2): read, not
 * yet believed. */
#pragma once

#include "../auth/auth.h"
#include "form.h"

struct credentials {
	char *client;          /* who it says it is; owned */
	char *secret;          /* owned; NULL when it shows an assertion */
	const char *assertion; /* borrowed from the form; NULL when it shows a secret */
};

/*
 * Finds the one method that the request uses. 0; 1 with an error of OAuth and a sentence; -ENOMEM.
 * credentials_finish in case of 0, which leaves no secret in memory.
 */
int credentials_read(const struct request *request, const struct form *form,
		     struct credentials *ret_credentials, const char **ret_error,
		     const char **ret_fault) MUST_CHECK;
void credentials_finish(struct credentials *credentials);

#define CLEANUP_CREDENTIALS CLEANUP(credentials_finish)
