/* SPDX-License-Identifier: MIT */
#include "provider.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "../clock.h"
#include "../limit.h"
#include "../log.h"
#include "claims.h"
#include "fetch.h"
#include "provider_private.h"

enum { FETCH_REASON_BYTES = 256 };

#define NS_PER_SECOND 1000000000u

int provider_take_keys(struct provider *provider, const char *text, size_t length, char **ret_error)
{
	uint8_t digest[DIGEST_BYTES];
	struct jwks *keys, *old;
	int r = digest_sha256(text, length, digest);

	if (r < 0)
		return r;
	if (provider->keys && memcmp(digest, provider->digest, sizeof(digest)) == 0)
		return 0;
	r = jwks_parse(text, length, false, &keys, ret_error);
	if (r != 0)
		return r;
	pthread_rwlock_wrlock(&provider->keys_lock);
	old = provider->keys;
	provider->keys = keys;
	memcpy(provider->digest, digest, sizeof(digest));
	pthread_rwlock_unlock(&provider->keys_lock);
	jwks_free(old);
	if (old && provider->memory)
		memory_forget(provider->memory);
	return 0;
}

static void provider_init(struct provider *provider)
{
	pthread_condattr_t monotonic;

	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_rwlock_init(&provider->keys_lock, NULL);
	pthread_mutex_init(&provider->lock, NULL);
	pthread_cond_init(&provider->wanted_changed, &monotonic);
	pthread_cond_init(&provider->attempt_ended, &monotonic);
	pthread_condattr_destroy(&monotonic);
}

static void provider_finish(struct provider *provider)
{
	if (provider->running) {
		atomic_store(&provider->leaving, true);
		pthread_mutex_lock(&provider->lock);
		pthread_cond_signal(&provider->wanted_changed);
		pthread_mutex_unlock(&provider->lock);
		pthread_join(provider->thread, NULL);
	}
	jwks_free(provider->keys);
	pthread_rwlock_destroy(&provider->keys_lock);
	pthread_mutex_destroy(&provider->lock);
	pthread_cond_destroy(&provider->wanted_changed);
	pthread_cond_destroy(&provider->attempt_ended);
}

int providers_new(const char *path, struct providers **ret_providers, char **ret_error)
{
	struct providers *providers = calloc(1, sizeof(*providers));
	int r = providers ? fetch_init() : -ENOMEM;

	for (size_t i = 0; providers && i < PROVIDERS; i++)
		provider_init(&providers->providers[i]);
	if (r == 0 && path[0])
		r = providers_read(providers, path, ret_error);
	for (size_t i = 0; r == 0 && i < providers->count; i++)
		if (providers->providers[i].file)
			r = provider_read_file(&providers->providers[i], ret_error);
	if (r != 0) {
		providers_free(providers);
		return r < 0 ? r : -EINVAL;
	}
	*ret_providers = providers;
	return 0;
}

struct providers *providers_free(struct providers *providers)
{
	if (!providers)
		return NULL;
	for (size_t i = 0; i < PROVIDERS; i++)
		provider_finish(&providers->providers[i]);
	json_decref(providers->document);
	free(providers);
	return NULL;
}

/* Tells once why the keys are not fresh, and once that they are again. */
static void provider_tell(struct provider *provider, const char *reason)
{
	if (reason && !provider->silent)
		log_event(LOG_WARNING, "keys of %s: %s", provider->issuer, reason);
	else if (!reason && provider->silent)
		log_event(LOG_INFO, "keys of %s: had again", provider->issuer);
	provider->silent = reason;
}

/* Whether the keys could be had. */
static bool provider_fetch(struct provider *provider)
{
	CLEANUP_BUFFER struct buffer document;
	CLEANUP_FREE char *error = NULL;
	char reason[FETCH_REASON_BYTES];
	int r;

	buffer_init(&document, LIMIT_JWKS_BYTES);
	r = fetch_document(provider->url, provider->certificates, &provider->leaving, &document,
			   reason);
	if (r == 0) {
		r = provider_take_keys(provider, document.data ? document.data : "",
				       document.length, &error);
		if (r > 0)
			snprintf(reason, sizeof(reason), "the document %s", error);
	}
	if (!atomic_load(&provider->leaving))
		provider_tell(provider, r == 0 ? NULL : r > 0 ? reason : strerror(-r));
	return r == 0;
}

/* Waits until keys are wanted or due. Called with the lock. */
static void provider_await_want(struct provider *provider)
{
	uint64_t due =
		provider->attempt_ns +
		(uint64_t)(provider->failed ? PROVIDER_FLOOR_SECONDS : PROVIDER_REFRESH_SECONDS) *
			NS_PER_SECOND;
	struct timespec until = {.tv_sec = (time_t)(due / NS_PER_SECOND),
				 .tv_nsec = (long)(due % NS_PER_SECOND)};
	int r = 0;

	while (r == 0 && !provider->wanted && !atomic_load(&provider->leaving))
		r = pthread_cond_timedwait(&provider->wanted_changed, &provider->lock, &until);
}

static void *provider_run(void *context)
{
	struct provider *provider = context;

	pthread_mutex_lock(&provider->lock);
	while (!atomic_load(&provider->leaving)) {
		bool good;

		provider->wanted = false;
		provider->fetching = true;
		pthread_mutex_unlock(&provider->lock);
		good = provider_fetch(provider);
		pthread_mutex_lock(&provider->lock);
		provider->fetching = false;
		provider->failed = !good;
		provider->attempts++;
		provider->attempt_ns = clock_monotonic_ns();
		pthread_cond_broadcast(&provider->attempt_ended);
		provider_await_want(provider);
	}
	pthread_mutex_unlock(&provider->lock);
	return NULL;
}

int providers_start(struct providers *providers, struct memory *memory)
{
	for (size_t i = 0; i < providers->count; i++) {
		struct provider *provider = &providers->providers[i];

		provider->memory = memory;
		if (!provider->url)
			continue;
		provider->wanted = true; /* until the thread begins, for those who come before it */
		if (pthread_create(&provider->thread, NULL, provider_run, provider) != 0)
			return -EAGAIN;
		provider->running = true;
	}
	return 0;
}

void providers_reload(struct providers *providers)
{
	for (size_t i = 0; i < providers->count; i++) {
		struct provider *provider = &providers->providers[i];
		CLEANUP_FREE char *error = NULL;

		if (provider->file && provider_read_file(provider, &error) != 0)
			provider_tell(provider, error ? error : strerror(ENOMEM));
		else if (provider->file)
			provider_tell(provider, NULL);
		pthread_mutex_lock(&provider->lock);
		provider->wanted = true;
		pthread_cond_signal(&provider->wanted_changed);
		pthread_mutex_unlock(&provider->lock);
	}
}

struct provider *providers_find(struct providers *providers, const char *issuer)
{
	for (size_t i = 0; i < providers->count; i++)
		if (strcmp(providers->providers[i].issuer, issuer) == 0)
			return &providers->providers[i];
	return NULL;
}

const char *const *provider_audiences(const struct provider *provider)
{
	return provider->audiences;
}

/* Waits for the attempt that is under way or asked for to end. Called with the lock. */
static int provider_await_attempt(struct provider *provider)
{
	uint64_t due = clock_monotonic_ns() + (uint64_t)PROVIDER_WAIT_MS * 1000000u;
	struct timespec until = {.tv_sec = (time_t)(due / NS_PER_SECOND),
				 .tv_nsec = (long)(due % NS_PER_SECOND)};
	uint64_t before = provider->attempts;
	int r = 0;

	provider->waiters++;
	while (r == 0 && provider->attempts == before)
		r = pthread_cond_timedwait(&provider->attempt_ended, &provider->lock, &until);
	provider->waiters--;
	return provider->attempts != before && !provider->failed ? 0 : REFUSAL_UNAVAILABLE;
}

/* Whether a token may bring about a fetch now, or is served by one that is under way. */
static bool provider_may_fetch(const struct provider *provider, uint64_t now)
{
	return provider->fetching || provider->wanted || !provider->asked_ns ||
	       now - provider->asked_ns >= (uint64_t)PROVIDER_FLOOR_SECONDS * NS_PER_SECOND;
}

/* What an unknown kid brings about: a fetch, unless another has just done so. 0 when keys were
 * fetched. */
static int provider_refresh(struct provider *provider)
{
	uint64_t now = clock_monotonic_ns();
	int r;

	if (!provider->url)
		return REFUSAL_KEY_UNKNOWN;
	pthread_mutex_lock(&provider->lock);
	if (!provider_may_fetch(provider, now)) {
		r = provider->failed ? REFUSAL_UNAVAILABLE : REFUSAL_KEY_UNKNOWN;
	} else if (provider->waiters == PROVIDER_WAITERS) {
		r = REFUSAL_UNAVAILABLE;
	} else {
		if (!provider->fetching && !provider->wanted) {
			provider->asked_ns = now;
			provider->wanted = true;
			pthread_cond_signal(&provider->wanted_changed);
		}
		r = provider_await_attempt(provider);
	}
	pthread_mutex_unlock(&provider->lock);
	return r;
}

static int provider_try(struct provider *provider, const struct jws *jws)
{
	int r = REFUSAL_KEY_UNKNOWN;

	pthread_rwlock_rdlock(&provider->keys_lock);
	if (provider->keys && jws->kid)
		r = jws_verify(jws, provider->keys);
	pthread_rwlock_unlock(&provider->keys_lock);
	return r;
}

int provider_verify(struct provider *provider, const struct jws *jws)
{
	int r = provider_try(provider, jws);

	if (r != REFUSAL_KEY_UNKNOWN || !jws->kid)
		return r;
	r = provider_refresh(provider);
	return r == 0 ? provider_try(provider, jws) : r;
}

/* Scopes are a text, or an array of them. 0 with an owned text, REFUSAL_CLAIM, -ENOMEM. */
static int provider_map_scopes(const json_t *value, char **ret_scopes)
{
	CLEANUP_BUFFER struct buffer scopes;
	json_t *each;
	size_t index;

	buffer_init(&scopes, LIMIT_SCOPE_BYTES);
	buffer_add(&scopes, json_string_value(value), json_string_length(value));
	json_array_foreach(value, index, each)
	{
		if (!json_is_string(each))
			return REFUSAL_CLAIM;
		if (index)
			buffer_add_byte(&scopes, ' ');
		buffer_add(&scopes, json_string_value(each), json_string_length(each));
	}
	if ((!json_is_string(value) && !json_is_array(value)) || scopes.failed == -E2BIG)
		return REFUSAL_CLAIM;
	*ret_scopes = buffer_take(&scopes, NULL);
	if (!*ret_scopes)
		return -ENOMEM;
	return claims_are_scopes(*ret_scopes) ? 0 : REFUSAL_CLAIM;
}

int provider_map(const struct provider *provider, const json_t *claims, struct principal *draft,
		 char **ret_scopes)
{
	const json_t *scopes = provider->scope ? json_object_get(claims, provider->scope) : NULL;
	const char *name;
	json_t *value;
	int r;

	json_object_foreach(provider->require, name,
			    value) if (!json_equal(json_object_get(claims, name),
						   value)) return REFUSAL_SUBJECT;
	r = claims_need_text(claims, provider->subject, LIMIT_CLAIM_BYTES, &draft->subject);
	if (r == 0)
		r = claims_text(claims, provider->client, LIMIT_CLAIM_BYTES, &draft->client);
	if (r == 0)
		r = claims_text(claims, "jti", LIMIT_CLAIM_BYTES, &draft->jti);
	if (r == 0 && scopes)
		r = provider_map_scopes(scopes, ret_scopes);
	if (r == 0 && provider->scope)
		draft->scopes = *ret_scopes ? *ret_scopes : "";
	draft->kind = PRINCIPAL_EXTERNAL;
	draft->issuer = provider->issuer;
	return r;
}
