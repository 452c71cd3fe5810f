/* SPDX-License-Identifier: MIT */
/* A client that has proved who it is, to an endpoint of OAuth. */
#pragma once

#include "../access/caller.h"
#include "../service.h"
#include "form.h"

struct client {
	char id[CALLER_ID];
	char organisation[CALLER_ORGANISATION];
	char *scopes;  /* that it may ask for, separated by single spaces; owned */
	int64_t until; /* seconds since 1970: when it expires */
};

enum { CLIENT_REFUSED = 1 /* the reply says why */ };

/*
 * Has a client prove who it is. 0; CLIENT_REFUSED; -ENOMEM, -EIO. client_finish in case of 0.
 * A failure is answered in the same words and after the same time whatever it was: an unknown
 * client, wrong credentials, a client that is disabled or calls from elsewhere. The log knows.
 */
int client_authenticate(struct call *call, const struct form *form, struct reply *reply,
			struct client *ret_client) MUST_CHECK;
void client_finish(struct client *client);

#define CLEANUP_CLIENT CLEANUP(client_finish)
