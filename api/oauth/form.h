/* SPDX-License-Identifier: MIT */
/* The form that OAuth's endpoints take (RFC 6749, section 3.2 and appendix B), read from the bytes
 * that were sent. */
#pragma once

#include "../query.h"
#include "../request.h"

struct form {
	char *text; /* owned: a copy of the body that ends */
	struct query pairs;
};

/*
 * Reads a request's form: x-www-form-urlencoded and UTF-8 throughout, at most LIMIT_FORM_BYTES, no
 * parameter twice. 0; 1 with a sentence that says what is wrong; -ENOMEM. form_finish in case of 0.
 */
int form_read(const struct request *request, struct form *ret_form,
	      const char **ret_fault) MUST_CHECK;
void form_finish(struct form *form);
/* A parameter's value; NULL when it is absent, or empty, which means the same. */
const char *form_value(const struct form *form, const char *name);

#define CLEANUP_FORM CLEANUP(form_finish)
