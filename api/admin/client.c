/* SPDX-License-Identifier: MIT */
/* "accord client": programs that may call. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../access/secret.h"
#include "../auth/jwk.h"
#include "../clock.h"
#include "../contract.h"
#include "admin.h"
#include "command.h"
#include "scopes.h"

enum { CLIENT_KEYS = 4, CLIENT_KEYS_BYTES = 16 * 1024 };

/* What a client proves who it is with: a new secret, or keys that it brings. */
struct client_proof {
	char secret[SECRET_TEXT];
	char digest[2 * DIGEST_BYTES + 3]; /* as PostgreSQL reads bytes */
	char *keys;                        /* owned */
};

static void client_proof_finish(struct client_proof *proof)
{
	explicit_bzero(proof->secret, sizeof(proof->secret));
	free(proof->keys);
}

static int client_make_secret(const struct config *config, struct client_proof *proof)
{
	uint8_t key[DIGEST_BYTES], digest[DIGEST_BYTES];
	int r;

	if (!config->secret_key[0])
		return admin_fail("ACCORD_SECRET_KEY is not set: it is what the service hashes "
				  "secrets with");
	digest_unhex(config->secret_key, key, sizeof(key));
	r = secret_make(proof->secret);
	if (r == 0)
		r = secret_digest(key, proof->secret, digest);
	explicit_bzero(key, sizeof(key));
	if (r < 0)
		return admin_fail("no randomness: %s", strerror(-r));
	memcpy(proof->digest, "\\x", 3);
	digest_hex(digest, sizeof(digest), proof->digest + 2);
	return 0;
}

/* Reads a file of public keys, as a JWK set. */
static int client_read_keys(const char *path, struct client_proof *proof)
{
	CLEANUP_FREE char *error = NULL;
	struct buffer text;
	struct jwks *keys = NULL;
	char chunk[4096];
	size_t got, count, length = 0;
	FILE *file = fopen(path, "re");
	int r;

	if (!file)
		return admin_fail("%s: %s", path, strerror(errno));
	buffer_init(&text, CLIENT_KEYS_BYTES);
	while ((got = fread(chunk, 1, sizeof(chunk), file)) > 0)
		buffer_add(&text, chunk, got);
	fclose(file);
	proof->keys = buffer_take(&text, &length);
	if (!proof->keys)
		return admin_fail("%s: longer than %d bytes", path, CLIENT_KEYS_BYTES);
	r = jwks_parse(proof->keys, length, true, &keys, &error);
	if (r != 0)
		return admin_fail("%s: %s", path, error ? error : strerror(-r));
	count = jwks_count(keys);
	jwks_free(keys);
	return count <= CLIENT_KEYS
		       ? 0
		       : admin_fail("%s: a client has at most %d keys", path, CLIENT_KEYS);
}

static int client_prepare(const struct config *config, const char *jwks, struct client_proof *proof)
{
	return jwks ? client_read_keys(jwks, proof) : client_make_secret(config, proof);
}

/* The only time at which the secret is seen. */
static void client_print_secret(const struct client_proof *proof)
{
	if (proof->secret[0])
		printf("client_secret=%s\n", proof->secret);
}

static void client_print_organisation(const char *id, const struct db_reply *rows, size_t step)
{
	printf("client_id=%s\norganisation=%s\n", id, db_value(rows, step, 0, 0));
}

static int client_create(const struct config *config, char **arguments, int count)
{
	static const char *const text =
		"select accord.create_client($1::text, $2::text, $3::text,"
		" string_to_array($4::text, ' '),"
		" string_to_array(coalesce($5::text, ''), ',')::cidr[], $6::timestamptz,"
		" $7::jsonb, $8::bytea)";
	CLEANUP(client_proof_finish) struct client_proof proof = {0};
	CLEANUP_FREE char *scopes = NULL;
	const char *name = NULL, *organisation = NULL, *asked = NULL, *addresses = NULL;
	const char *expires = NULL, *jwks = NULL;
	const struct admin_option options[] = {
		{"--name", &name, NULL},       {"--organisation", &organisation, NULL},
		{"--scope", &asked, NULL},     {"--addresses", &addresses, NULL},
		{"--expires", &expires, NULL}, {"--jwks", &jwks, NULL},
	};
	int r;

	if (!admin_read_options(arguments + 1, count - 1, options, ARRAY_LENGTH(options)) ||
	    !name || !organisation)
		return ADMIN_USAGE;
	r = scopes_read(config, asked, &scopes);
	if (r == 0)
		r = client_prepare(config, jwks, &proof);
	if (r == 0) {
		const char *const values[] = {
			arguments[0], name,    organisation, scopes,
			addresses,    expires, proof.keys,   proof.digest[0] ? proof.digest : NULL};

		r = admin_execute(config, text, values, ARRAY_LENGTH(values),
				  client_print_organisation, arguments[0]);
	}
	if (r == 0)
		client_print_secret(&proof);
	return r;
}

/* Lets the second end in which tokens were ended: those issued from now on are of a later one. */
static void client_wait_second(void)
{
	struct timespec rest = {.tv_nsec = 1000000 * (1000 - clock_now_ms() % 1000)};

	if (rest.tv_nsec == 1000000000)
		rest = (struct timespec){.tv_sec = 1};
	nanosleep(&rest, NULL);
}

static int client_rotate(const struct config *config, char **arguments, int count)
{
	static const char *const text =
		"select accord.rotate_client($1::text, $2::bytea, $3::jsonb, $4::boolean)";
	CLEANUP(client_proof_finish) struct client_proof proof = {0};
	const char *jwks = NULL;
	bool at_once = false;
	const struct admin_option options[] = {{"--jwks", &jwks, NULL},
					       {"--at-once", NULL, &at_once}};
	int r;

	if (!admin_read_options(arguments + 1, count - 1, options, ARRAY_LENGTH(options)))
		return ADMIN_USAGE;
	r = client_prepare(config, jwks, &proof);
	if (r == 0) {
		const char *const values[] = {arguments[0], proof.digest[0] ? proof.digest : NULL,
					      proof.keys, at_once ? "true" : "false"};

		r = admin_execute(config, text, values, ARRAY_LENGTH(values), NULL, NULL);
	}
	if (r != 0)
		return r;
	if (at_once)
		client_wait_second();
	client_print_secret(&proof);
	return 0;
}

static int client_disable(const struct config *config, char **arguments, int count)
{
	const char *const values[] = {arguments[0]};

	return count == 1 ? admin_execute(config, "select accord.disable_client($1::text)", values,
					  1, NULL, NULL)
			  : ADMIN_USAGE;
}

static int client_list(const struct config *config, char **arguments, int count)
{
	static const char *const text =
		"select concat_ws(e'\t', id, state, secrets, case when has_keys then 'yes' else"
		" 'no' end, coalesce(to_char(expires_at at time zone 'UTC',"
		" 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), 'never'),"
		" array_to_string(addresses, ','), array_to_string(scopes, ' '),"
		" coalesce(organisation, organisation_id::text), name) from accord.clients()";

	return count == 0 ? admin_execute(config, text, NULL, 0, admin_print_lines,
					  "id\tstate\tsecrets\tkeys\texpires\taddresses\tscope\t"
					  "organisation\tname")
			  : ADMIN_USAGE;
}

int command_client(const struct config *config, int count, char **arguments)
{
	static const struct admin_verb verbs[] = {
		{"create", 1,
		 "ID --name TEXT --organisation ID|SCHEME:VALUE [--scope all|\"WORDS\"]"
		 " "
		 "[--addresses NETWORK,…] [--expires DATE] [--jwks FILE]",
		 client_create},
		{"rotate", 1, "ID [--jwks FILE] [--at-once]", client_rotate},
		{"disable", 1, "ID", client_disable},
		{"list", 0, "", client_list},
	};

	return admin_run("client", verbs, ARRAY_LENGTH(verbs), config, count, arguments);
}
