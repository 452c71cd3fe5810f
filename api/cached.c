/* SPDX-License-Identifier: MIT */
#include "cached.h"

#include <string.h>

#include "cache.h"
#include "negotiate.h"
#include "service.h"

enum { CACHED_KEY = 2048 }; /* bytes of a key; what needs more is made anew each time */

/* What tells one representation from another. Of each argument: which, how long, and its text. */
struct cached_key {
	size_t length;
	char bytes[CACHED_KEY];
};

static bool cached_add(struct cached_key *key, const void *bytes, size_t length)
{
	if (length > sizeof(key->bytes) - key->length)
		return false;
	memcpy(key->bytes + key->length, bytes, length);
	key->length += length;
	return true;
}

/* Whether the key has room for all of it. */
static bool cached_write_key(const struct call *call, bool gzip, struct cached_key *key)
{
	const struct operation *operation = call->operation;
	const uint32_t head[] = {(uint32_t)operation->number, call->media, gzip};

	key->length = 0;
	cached_add(key, head, sizeof(head));
	for (size_t i = 0; i < operation->parameter_count; i++) {
		const char *text = call->texts[i];
		const uint32_t part[] = {(uint32_t)i, text ? (uint32_t)strlen(text) : 0};

		if (text &&
		    (!cached_add(key, part, sizeof(part)) || !cached_add(key, text, part[1])))
			return false;
	}
	return true;
}

int cached_run(struct call *call, int (*make)(struct call *, struct reply *), struct reply *reply)
{
	bool gzip = negotiate_gzip(request_header(call->request, "accept-encoding"));
	struct representation *found;
	struct cache_fill fill;
	struct cached_key key;
	int r = CACHE_PASS, kept = -1;

	if (cached_write_key(call, gzip, &key))
		r = cache_find(call->service->cache, key.bytes, key.length, &fill, &found);
	if (r == CACHE_PASS)
		return make(call, reply);
	if (r == 0) {
		representation_answer(found, reply);
		return 0;
	}
	r = make(call, reply);
	if (r == 0 && reply->body && !reply->problem.type) {
		reply_encode(reply, gzip);
		kept = representation_keep(reply);
	}
	cache_filled(call->service->cache, &fill, kept == 0 ? reply->held : NULL);
	return r;
}
