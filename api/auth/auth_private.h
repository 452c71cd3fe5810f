/* SPDX-License-Identifier: MIT */
/* What the files of the one door share: auth.c opens it, verify.c judges, assertion.c too. */
#pragma once

#include <pthread.h>

#include "auth.h"
#include "keyring.h"
#include "memory.h"
#include "provider.h"

struct auth {
	const struct config *config;
	char *issuer; /* NULL until it is open */
	struct keyring *ring;
	struct keyring *receipts; /* keys that sign receipts: a lasting ring in a folder below */
	char *receipts_folder;
	struct memory *memory;
	struct providers *providers;
	auth_revoked revoked;
	void *revoked_context;
	pthread_mutex_t reading; /* of the folder of keys */
	uint64_t read_ns;        /* when it was last read, on the monotonic clock */
	int wake;                /* an eventfd: readable when there is something to do */
	bool running;
	atomic_bool leaving, reload;
	pthread_t thread;
};

/* Rereads the folder of keys, at most once a second, because a token names an unknown one. */
void auth_reread_keys(struct auth *auth);
/* What claims of ours say of their bearer, into a draft that borrows from them. 0 or a refusal. */
int auth_map_own(const struct auth *auth, const json_t *claims, struct principal *draft) MUST_CHECK;
/* The present, in seconds since 1970. */
int64_t auth_now(void);
