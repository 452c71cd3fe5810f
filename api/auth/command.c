/* SPDX-License-Identifier: MIT */
#include "command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "../contract.h"
#include "../limit.h"
#include "auth.h"
#include "auth_private.h"
#include "claims.h"

enum { COMMAND_FAILED = 1, COMMAND_USAGE = 2 };

static void command_cleanup_auth(struct auth **auth)
{
	auth_free(*auth);
}

static void command_cleanup_ring(struct keyring **ring)
{
	keyring_free(*ring);
}

static void command_cleanup_contract(struct contract **contract)
{
	contract_free(*contract);
}

/* Says on one line what failed. */
static int command_fail(const char *what, int r)
{
	fprintf(stderr, "accord: %s\n", what ? what : strerror(-r));
	return COMMAND_FAILED;
}

static int command_misunderstood(const char *usage)
{
	fprintf(stderr, "accord: usage: %s\n", usage);
	return COMMAND_USAGE;
}

/* A moment as people and programs read it. */
static void command_write_time(int64_t seconds, char ret_text[32])
{
	time_t moment = (time_t)seconds;
	struct tm parts;

	gmtime_r(&moment, &parts);
	strftime(ret_text, 32, "%Y-%m-%dT%H:%M:%SZ", &parts);
}

static void key_print_list(struct keyring *ring, int64_t now)
{
	CLEANUP(key_list_finish) struct key_list list = {0};
	char since[32];

	keyring_list(ring, &list);
	for (size_t i = 0; i < list.count; i++) {
		command_write_time(list.keys[i]->since, since);
		printf("%s %-8s signs from %s\n", list.keys[i]->kid,
		       key_state_name(key_list_state(&list, i, now)), since);
	}
}

static int key_rotate(struct keyring *ring, const struct config *config, int64_t now,
		      char **ret_error)
{
	char kid[KEY_ID_BYTES + 1];
	int r = keyring_rotate(ring, now, config->key_lead_seconds, kid, ret_error);

	if (r > 0)
		fprintf(stderr, "accord: the key %s is published and does not sign yet\n", kid);
	return r;
}

int command_key(const struct config *config, int count, char **arguments)
{
	CLEANUP(command_cleanup_ring) struct keyring *ring = NULL;
	CLEANUP_FREE char *error = NULL, *below = NULL;
	bool receipts = count == 2 && strcmp(arguments[1], "--receipts") == 0;
	const char *what = count == 1 || receipts ? arguments[0] : "";
	int64_t now = auth_now();
	bool rotates = strcmp(what, "rotate") == 0, withdrawn;
	int r;

	if (!rotates && strcmp(what, "list") != 0)
		return command_misunderstood("accord key rotate|list [--receipts]");
	if (!config->keys[0])
		return command_fail("ACCORD_KEYS is not set", 0);
	below = auth_receipts_folder(config->keys);
	r = below ? keyring_new(receipts ? below : config->keys, &ring) : -ENOMEM;
	if (r == 0 && receipts)
		keyring_make_lasting(ring);
	if (r == 0)
		r = rotates ? key_rotate(ring, config, now, &error)
			    : keyring_read(ring, true, now, &withdrawn, &error);
	if (r < 0)
		return command_fail(error, r);
	key_print_list(ring, now);
	return r > 0 ? COMMAND_FAILED : 0;
}

/* Every scope that a flow of a security scheme of the contract offers. 0 or -ENOMEM, -E2BIG. */
static int token_add_scopes(const json_t *flows, struct buffer *scopes)
{
	const char *flow_name, *scope;
	json_t *flow, *meaning;

	json_object_foreach((json_t *)flows, flow_name, flow)
	{
		json_object_foreach(json_object_get(flow, "scopes"), scope, meaning)
		{
			if (scopes->length)
				buffer_add_byte(scopes, ' ');
			buffer_add_string(scopes, scope);
		}
	}
	return scopes->failed;
}

static int token_read_scopes(const struct config *config, struct buffer *scopes, char **ret_error)
{
	CLEANUP(command_cleanup_contract) struct contract *contract = NULL;
	int r = contract_load(config->contract, &contract, ret_error);
	const char *name;
	json_t *scheme;

	if (r < 0)
		return r;
	json_object_foreach(json_object_get(json_object_get(contract->document, "components"),
					    "securitySchemes"),
			    name, scheme)
	{
		r = token_add_scopes(json_object_get(scheme, "flows"), scopes);
		if (r < 0)
			return r;
	}
	return 0;
}

static bool token_read_seconds(const char *text, int *ret_seconds)
{
	char *end;
	long seconds = strtol(text, &end, 10);

	if (end == text || *end || seconds < 1 || seconds > AUTH_LONGEST_SECONDS)
		return false;
	*ret_seconds = (int)seconds;
	return true;
}

/* Fills the grant from options in pairs. Whether they are understood. */
static bool token_read_options(int count, char **arguments, struct auth_grant *grant)
{
	const struct {
		const char *name;
		const char **target;
	} texts[] = {
		{"--subject", &grant->subject},
		{"--client", &grant->client},
		{"--organisation", &grant->organisation},
		{"--role", &grant->role},
		{"--scope", &grant->scopes},
	};

	for (int i = 0; i < count; i += 2) {
		const char *value = i + 1 < count ? arguments[i + 1] : NULL;
		size_t k = 0;

		while (k < ARRAY_LENGTH(texts) && strcmp(texts[k].name, arguments[i]) != 0)
			k++;
		if (!value || (k == ARRAY_LENGTH(texts) && strcmp(arguments[i], "--seconds") != 0))
			return false;
		if (k < ARRAY_LENGTH(texts))
			*texts[k].target = value;
		else if (!token_read_seconds(value, &grant->seconds))
			return false;
	}
	return true;
}

/* Makes the token as the service would, for the address at which it serves. */
static int token_print(const struct config *config, const struct auth_grant *grant,
		       char **ret_error)
{
	CLEANUP(command_cleanup_auth) struct auth *auth = NULL;
	CLEANUP_FREE char *issuer = config_public_url(config, (unsigned)config->port);
	CLEANUP_FREE char *token = NULL;
	int r = issuer ? auth_new(config, &auth, ret_error) : -ENOMEM;

	if (r == 0)
		r = auth_open(auth, issuer, ret_error);
	if (r == 0)
		r = auth_issue(auth, grant, &token, NULL);
	if (r == 0)
		printf("%s\n", token);
	return r;
}

int command_token(const struct config *config, int count, char **arguments)
{
	CLEANUP_BUFFER struct buffer scopes;
	CLEANUP_FREE char *error = NULL;
	struct auth_grant grant = {.subject = "development", .client = "development"};
	int r = 0;

	buffer_init(&scopes, LIMIT_SCOPE_BYTES);
	if (!token_read_options(count, arguments, &grant))
		return command_misunderstood(
			"accord token [--subject TEXT] [--client TEXT] [--organisation TEXT] "
			"[--role TEXT] [--scope \"WORDS\"] [--seconds N]");
	if (strcmp(config->mode, "development") != 0)
		return command_fail(
			"tokens are made in development only, and ACCORD_MODE is production", 0);
	if (!config->keys[0])
		return command_fail("ACCORD_KEYS is not set", 0);
	if (!grant.scopes) {
		r = token_read_scopes(config, &scopes, &error);
		grant.scopes = scopes.length ? scopes.data : NULL;
	} else if (!grant.scopes[0]) {
		grant.scopes = NULL;
	}
	if (r == 0)
		r = token_print(config, &grant, &error);
	if (r == -EINVAL && !error)
		return command_fail("a value of the token is too long or not allowed", 0);
	return r < 0 ? command_fail(error, r) : 0;
}
