/* SPDX-License-Identifier: MIT */
/* Replies of OAuth 2.0 (RFC 6749, sections 5.1 and 5.2): the same shape whatever goes wrong. */
#pragma once

#include "../service.h"

/*
 * Refuses in OAuth's words: error is one of its codes, the description a sentence of printable
 * ASCII. 400, or 401 with a challenge for invalid_client. Returns 0 or -ENOMEM.
 */
int oauth_refuse(struct reply *reply, const char *error, const char *description) MUST_CHECK;
/* As above for a client that has failed too often: 429 with Retry-After. */
int oauth_refuse_for(struct reply *reply, unsigned seconds) MUST_CHECK;
/* Answers with a JSON object that nobody may keep. 0 or -ENOMEM; takes the body, which may be NULL
 * when memory is short. */
int oauth_answer(struct reply *reply, json_t *body_take) MUST_CHECK;
/* Says what the engine found wrong with a request, before the operation saw it, in OAuth's words: a
 * problem below 500 becomes invalid_request with the same status. 0 or -ENOMEM. */
int oauth_translate(struct reply *reply) MUST_CHECK;
