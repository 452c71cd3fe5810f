/* SPDX-License-Identifier: MIT */
#include "auth.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "../clock.h"
#include "../log.h"
#include "auth_private.h"
#include "claims.h"
#include "receipt.h"
#include "token.h"

enum {
	AUTH_REREAD_MS = 5000,       /* between readings of the folder of keys, at most */
	AUTH_REREAD_FLOOR_MS = 1000, /* between those that unknown kids bring about */
	AUTH_REREAD_PARTS = 4,       /* of the lead in which a new key is seen by every node … */
	AUTH_CACHE_PARTS = 2,        /* … and that a JWK Set is kept for: together less than it */
	AUTH_JWKS_BYTES = 64 * 1024,
};

int64_t auth_now(void)
{
	return clock_now_ms() / 1000;
}

char *auth_receipts_folder(const char *keys)
{
	char *folder;

	return asprintf(&folder, "%s%s", keys, keys[0] ? "/receipts" : "") < 0 ? NULL : folder;
}

static int auth_new_receipts(struct auth *auth)
{
	int r;

	auth->receipts_folder = auth_receipts_folder(auth->config->keys);
	if (!auth->receipts_folder)
		return -ENOMEM;
	r = keyring_new(auth->receipts_folder, &auth->receipts);
	if (r == 0)
		keyring_make_lasting(auth->receipts);
	return r;
}

int auth_new(const struct config *config, struct auth **ret_auth, char **ret_error)
{
	struct auth *auth = calloc(1, sizeof(*auth));
	int r;

	if (!auth)
		return -ENOMEM;
	auth->config = config;
	auth->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	pthread_mutex_init(&auth->reading, NULL);
	r = auth->wake < 0 ? -errno : keyring_new(config->keys, &auth->ring);
	if (r == 0)
		r = auth_new_receipts(auth);
	if (r == 0)
		r = memory_new(&auth->memory);
	if (r == 0)
		r = providers_new(config->providers, &auth->providers, ret_error);
	if (r < 0) {
		auth_free(auth);
		return r;
	}
	*ret_auth = auth;
	return 0;
}

static void auth_wake(struct auth *auth)
{
	const uint64_t one = 1;
	ssize_t written = write(auth->wake, &one, sizeof(one));

	(void)written; /* it cannot be fuller than readable */
}

struct auth *auth_free(struct auth *auth)
{
	if (!auth)
		return NULL;
	if (auth->running) {
		atomic_store(&auth->leaving, true);
		auth_wake(auth);
		pthread_join(auth->thread, NULL);
	}
	providers_free(auth->providers);
	memory_free(auth->memory);
	keyring_free(auth->ring);
	keyring_free(auth->receipts);
	free(auth->receipts_folder);
	pthread_mutex_destroy(&auth->reading);
	if (auth->wake >= 0)
		close(auth->wake);
	free(auth->issuer);
	free(auth);
	return NULL;
}

void auth_set_revoked(struct auth *auth, auth_revoked revoked, void *context)
{
	auth->revoked = revoked;
	auth->revoked_context = context;
}

void auth_reload(struct auth *auth)
{
	atomic_store(&auth->reload, true);
	auth_wake(auth);
}

/* Reads the folders of keys. Called with the lock of them. */
static int auth_read_keys(struct auth *auth, bool make, char **ret_error)
{
	bool withdrawn;
	int r = keyring_read(auth->ring, make, auth_now(), &withdrawn, ret_error);

	auth->read_ns = clock_monotonic_ns();
	if (r == 0 && withdrawn)
		memory_forget(auth->memory);
	if (r == 0)
		r = keyring_read(auth->receipts, make, auth_now(), &withdrawn, ret_error);
	return r;
}

void auth_reread_keys(struct auth *auth)
{
	CLEANUP_FREE char *error = NULL;
	int r = 0;

	/* Whoever comes while another reads is served by what that one finds, or by the next. */
	pthread_mutex_lock(&auth->reading);
	if (clock_monotonic_ns() - auth->read_ns > (uint64_t)AUTH_REREAD_FLOOR_MS * 1000000u)
		r = auth_read_keys(auth, false, &error);
	pthread_mutex_unlock(&auth->reading);
	(void)r; /* the thread below tells of it */
}

static void *auth_run(void *context)
{
	struct auth *auth = context;
	long part_ms = auth->config->key_lead_seconds * 1000 / AUTH_REREAD_PARTS;
	int period_ms = part_ms < AUTH_REREAD_MS ? (int)part_ms : AUTH_REREAD_MS;
	struct pollfd wake = {.fd = auth->wake, .events = POLLIN};
	bool silent = false;

	while (!atomic_load(&auth->leaving)) {
		CLEANUP_FREE char *error = NULL;
		uint64_t count;
		int r;

		if (poll(&wake, 1, period_ms) > 0 && read(auth->wake, &count, sizeof(count)) < 0)
			continue;
		if (atomic_exchange(&auth->reload, false)) {
			log_event(LOG_INFO, "reading keys anew");
			providers_reload(auth->providers);
		}
		pthread_mutex_lock(&auth->reading);
		r = auth_read_keys(auth, false, &error);
		pthread_mutex_unlock(&auth->reading);
		if (r < 0 && !silent)
			log_event(LOG_ERROR, "%s", error ? error : strerror(-r));
		silent = r < 0;
	}
	return NULL;
}

int auth_open(struct auth *auth, const char *issuer, char **ret_error)
{
	auth->issuer = strdup(issuer);
	if (!auth->issuer)
		return -ENOMEM;
	return auth_read_keys(auth, true, ret_error);
}

int auth_start(struct auth *auth)
{
	int r = providers_start(auth->providers, auth->memory);

	if (r == 0 && pthread_create(&auth->thread, NULL, auth_run, auth) != 0)
		r = -EAGAIN;
	auth->running = r == 0;
	return r;
}

/* Signs what a principal is. */
static int auth_sign(struct auth *auth, const struct principal *draft, char **ret_token)
{
	CLEANUP_KEY struct key *key = keyring_current(auth->ring, draft->issued);
	CLEANUP_JSON json_t *claims = json_pack(
		"{s:s, s:s, s:s, s:s, s:s*, s:s*, s:s*, s:s, s:I, s:I}", "iss", draft->issuer,
		"aud", draft->issuer, "sub", draft->subject, "client_id", draft->client, "org",
		draft->organisation, "role", draft->role, "scope", draft->scopes, "jti", draft->jti,
		"iat", (json_int_t)draft->issued, "exp", (json_int_t)draft->expires);

	struct principal again;

	if (!key)
		return -EIO;
	if (!claims)
		return -ENOMEM;
	return auth_map_own(auth, claims, &again) == 0 ? token_sign(key, claims, ret_token)
						       : -EINVAL;
}

int auth_issue(struct auth *auth, const struct auth_grant *grant, char **ret_token,
	       struct principal **ret_principal)
{
	CLEANUP_FREE char *token = NULL;
	char jti[37];
	struct principal draft = {
		.kind = PRINCIPAL_OWN,
		.issuer = auth->issuer,
		.subject = grant->subject,
		.client = grant->client,
		.organisation = grant->organisation,
		.role = grant->role,
		.scopes = grant->scopes,
		.jti = jti,
		.issued = auth_now(),
	};
	int r;

	if (!grant->subject || !grant->client || grant->seconds < 0 ||
	    grant->seconds > AUTH_LONGEST_SECONDS)
		return -EINVAL;
	draft.expires = draft.issued + (grant->seconds ? grant->seconds : AUTH_TOKEN_SECONDS);
	r = digest_uuid7(clock_now_ms(), jti);
	if (r == 0)
		r = auth_sign(auth, &draft, &token);
	if (r == 0 && ret_principal)
		r = principal_new(&draft, ret_principal);
	if (r == 0)
		*ret_token = TAKE_PTR(token);
	return r;
}

int auth_sign_receipt(struct auth *auth, const char *claims, char **ret_receipt)
{
	CLEANUP_KEY struct key *key = keyring_current(auth->receipts, auth_now());
	CLEANUP_JSON json_t *object = json_loads(claims, 0, NULL);

	if (!key)
		return -EIO;
	return json_is_object(object) ? receipt_sign(key, object, ret_receipt) : -EINVAL;
}

static int auth_write_keys(struct auth *auth, struct keyring *ring, char **ret_text,
			   int *ret_seconds)
{
	CLEANUP_BUFFER struct buffer text;
	int r;

	buffer_init(&text, AUTH_JWKS_BYTES);
	r = keyring_write_jwks(ring, auth_now(), &text);
	if (r < 0)
		return r;
	*ret_text = buffer_take(&text, NULL);
	*ret_seconds = (int)(auth->config->key_lead_seconds / AUTH_CACHE_PARTS);
	return *ret_text ? 0 : -ENOMEM;
}

int auth_write_jwks(struct auth *auth, char **ret_text, int *ret_seconds)
{
	return auth_write_keys(auth, auth->ring, ret_text, ret_seconds);
}

int auth_write_receipt_jwks(struct auth *auth, char **ret_text, int *ret_seconds)
{
	return auth_write_keys(auth, auth->receipts, ret_text, ret_seconds);
}
