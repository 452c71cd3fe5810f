/* SPDX-License-Identifier: MIT */
/* POST /oauth/token: an access token for a client's own credentials (RFC 6749, section 4.4). */
#include <errno.h>
#include <string.h>

#include "../clock.h"
#include "../oauth/client.h"
#include "../oauth/oauth.h"
#include "handlers.h"

/* Whether a word of a scope has only the characters that one may have (RFC 6749, section 3.3). */
static bool token_is_word(const char *word)
{
	for (; *word; word++)
		if (*word < 0x21 || *word > 0x7e || *word == '"' || *word == '\\')
			return false;
	return true;
}

/* Whether a word is among those of a list, separated by spaces. */
static bool token_has_word(const char *words, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = words; (at = strstr(at, word)); at += length)
		if ((at == words || at[-1] == ' ') && (!at[length] || at[length] == ' '))
			return true;
	return false;
}

/* The scopes of the token: those that are asked for, once each, or all that the client has. Owned;
 * 1 when one is asked for that it has not. */
static int token_narrow(const struct client *client, const char *asked, char **ret_scopes)
{
	CLEANUP_FREE char *words = strdup(asked ? asked : client->scopes);
	CLEANUP_BUFFER struct buffer kept;
	char *rest = NULL;

	buffer_init(&kept, LIMIT_SCOPE_BYTES);
	if (!words)
		return -ENOMEM;
	for (char *word = strtok_r(words, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		if (!token_is_word(word) || !token_has_word(client->scopes, word))
			return 1;
		if (!kept.length || !token_has_word(kept.data, word))
			buffer_add_format(&kept, "%s%s", kept.length ? " " : "", word);
	}
	*ret_scopes = buffer_take(&kept, NULL);
	return *ret_scopes ? 0 : -ENOMEM;
}

/* How long the token is good for: no longer than its client. */
static int token_seconds(const struct client *client)
{
	int64_t left = client->until - clock_now_ms() / 1000;

	return left < AUTH_TOKEN_SECONDS ? (int)(left > 1 ? left : 1) : AUTH_TOKEN_SECONDS;
}

static int token_issue(struct call *call, const struct client *client, const char *scopes,
		       struct reply *reply)
{
	const struct auth_grant grant = {
		.subject = client->id,
		.client = client->id,
		.organisation = client->organisation,
		.scopes = scopes[0] ? scopes : NULL,
		.seconds = token_seconds(client),
	};
	CLEANUP_FREE char *token = NULL;
	int r = auth_issue(call->service->auth, &grant, &token, NULL);

	if (r < 0)
		return r;
	return oauth_answer(reply, json_pack("{s:s, s:s, s:i, s:s*}", "access_token", token,
					     "token_type", "Bearer", "expires_in", grant.seconds,
					     "scope", grant.scopes));
}

int oauth_token(struct call *call, struct reply *reply)
{
	CLEANUP_FORM struct form form = {0};
	CLEANUP_CLIENT struct client client = {0};
	CLEANUP_FREE char *scopes = NULL;
	const char *fault, *type;
	int r = form_read(call->request, &form, &fault);

	if (r != 0)
		return r < 0 ? r : oauth_refuse(reply, "invalid_request", fault);
	type = form_value(&form, "grant_type");
	if (!type)
		return oauth_refuse(reply, "invalid_request", "There is no grant_type.");
	if (strcmp(type, "client_credentials") != 0)
		return oauth_refuse(reply, "unsupported_grant_type",
				    "The only grant_type is client_credentials.");
	r = client_authenticate(call, &form, reply, &client);
	if (r != 0)
		return r < 0 ? r : 0;
	r = token_narrow(&client, form_value(&form, "scope"), &scopes);
	if (r != 0)
		return r < 0 ? r
			     : oauth_refuse(reply, "invalid_scope",
					    "The client may not ask for one of these scopes.");
	return token_issue(call, &client, scopes, reply);
}
