/* SPDX-License-Identifier: MIT */
/* What the files of this module share: provider.c keeps keys fresh, provider_read.c reads the file.
 */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "provider.h"

struct provider {
	const char *issuer; /* borrowed from the document */
	const char
		*audiences[PROVIDER_AUDIENCES + 1]; /* borrowed from the document; NULL ends it */
	const char *url, *file, *certificates;      /* as above; may be NULL, url or file is not */
	const char *subject, *client, *scope;       /* as above; scope may be NULL */
	json_t *require;                            /* as above; may be NULL */
	struct memory *memory;

	pthread_rwlock_t keys_lock;
	struct jwks *keys;            /* NULL: none were had yet */
	uint8_t digest[DIGEST_BYTES]; /* of the document that keys are from */

	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t wanted_changed, attempt_ended;
	bool wanted, fetching, failed, running;
	uint64_t attempts;
	uint64_t attempt_ns; /* when the last one ended, on the monotonic clock … */
	uint64_t asked_ns;   /* … and when a token last brought one about; 0: never */
	int waiters;
	atomic_bool leaving;
	bool silent; /* the failure has been told */
	pthread_t thread;
};

struct providers {
	json_t *document;
	size_t count;
	struct provider providers[PROVIDERS];
};

/* Reads the configuration, but no keys. 0; -EINVAL or -EIO with an owned ret_error; -ENOMEM. */
int providers_read(struct providers *providers, const char *path, char **ret_error) MUST_CHECK;
/* Takes a document of keys into use. 0; 1 with an owned ret_error; -ENOMEM. */
int provider_take_keys(struct provider *provider, const char *text, size_t length,
		       char **ret_error) MUST_CHECK;
/* Reads the file of keys. As above. */
int provider_read_file(struct provider *provider, char **ret_error) MUST_CHECK;
