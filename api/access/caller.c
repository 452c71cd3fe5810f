/* SPDX-License-Identifier: MIT */
#include "caller.h"

#include <string.h>
#include <strings.h>

#include "role.h"

struct caller *caller_new(size_t grants)
{
	struct caller *caller = calloc(1, sizeof(*caller));

	if (!caller)
		return NULL;
	caller->until = INT64_MAX;
	atomic_init(&caller->references, 1);
	caller->grants = calloc(grants + 1, sizeof(*caller->grants));
	return caller->grants ? caller : caller_release(caller);
}

struct caller *caller_hold(struct caller *caller)
{
	atomic_fetch_add_explicit(&caller->references, 1, memory_order_relaxed);
	return caller;
}

struct caller *caller_release(struct caller *caller)
{
	if (!caller || atomic_fetch_sub_explicit(&caller->references, 1, memory_order_acq_rel) > 1)
		return NULL;
	for (size_t i = 0; i < caller->grant_count; i++)
		free(caller->grants[i].scopes);
	free(caller->grants);
	free(caller->networks);
	free(caller);
	return NULL;
}

const struct caller_grant *caller_grant_for(const struct caller *caller, const char *organisation)
{
	for (size_t i = 0; i < caller->grant_count; i++)
		if (strcasecmp(caller->grants[i].organisation, organisation) == 0)
			return &caller->grants[i];
	return NULL;
}

/* Whether a word is one of those separated by spaces. */
static bool caller_has_word(const char *words, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = words; *at;) {
		size_t here = strcspn(at, " ");

		if (here == length && strncmp(at, word, length) == 0)
			return true;
		at += here;
		at += strspn(at, " ");
	}
	return false;
}

bool caller_may(const struct caller *caller, const struct caller_grant *grant, const char *scope)
{
	return (caller->person && role_allows(grant->role, scope)) ||
	       caller_has_word(grant->scopes, scope);
}

char *caller_write_scopes(const struct caller *caller, const struct caller_grant *grant,
			  const struct contract *contract)
{
	struct buffer text;

	buffer_init(&text, LIMIT_URL_BYTES);
	buffer_add_byte(&text, '{');
	for (size_t i = 0; grant && i < contract->scope_count; i++)
		if (caller_may(caller, grant, contract->scopes[i]))
			buffer_add_format(&text, "%s%s", text.length > 1 ? "," : "",
					  contract->scopes[i]);
	if (buffer_add_byte(&text, '}') < 0) {
		buffer_finish(&text);
		return NULL;
	}
	return buffer_take(&text, NULL);
}
