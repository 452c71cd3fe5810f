/* SPDX-License-Identifier: MIT */
/* An issuer with a folder of its own, a provider beside it, and tokens of both, patched at will. */
#pragma once

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../api/auth/auth.h"
#include "../../api/auth/auth_private.h"
#include "../../api/clock.h"
#include "folder_helper.h"
#include "token_helper.h"

#define ISSUER "https://accord.example"
#define PROVIDER "https://login.example"

struct issuer {
	char folder[64], keys[80], providers[80], jwks[80];
	struct config config;
	struct auth *auth;
	EVP_PKEY *own; /* the key that auth signs with, read from its file */
	char kid[KEY_ID_BYTES + 1];
	EVP_PKEY *ec, *rsa, *pss; /* the provider's, by the kids ec, rsa and pss */
};

static inline void issuer_write(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	token_must(file && fputs(text, file) >= 0 && fclose(file) == 0);
}

/* The only key file in the folder; a folder of other keys is beside it. */
static inline void issuer_read_key(struct issuer *issuer)
{
	DIR *folder = opendir(issuer->keys);
	char path[400] = "";
	FILE *file;

	token_must(folder);
	for (struct dirent *entry; (entry = readdir(folder));)
		if (strchr(entry->d_name, '-'))
			snprintf(path, sizeof(path), "%s/%s", issuer->keys, entry->d_name);
	closedir(folder);
	snprintf(issuer->kid, sizeof(issuer->kid), "%s",
		 strchr(path + strlen(issuer->keys), '-') + 1);
	file = fopen(path, "re");
	token_must(file);
	issuer->own = PEM_read_PrivateKey(file, NULL, NULL, NULL);
	fclose(file);
	token_must(issuer->own);
}

static inline void issuer_write_provider(struct issuer *issuer)
{
	CLEANUP_FREE char *ec = token_jwk(issuer->ec, "\"kid\":\"ec\"");
	CLEANUP_FREE char *rsa = token_jwk(issuer->rsa, "\"kid\":\"rsa\",\"alg\":\"RS256\"");
	CLEANUP_FREE char *pss = token_jwk(issuer->pss, "\"kid\":\"pss\",\"alg\":\"PS256\"");
	CLEANUP_FREE char *set = NULL, *document = NULL;

	token_must(asprintf(&set, "{\"keys\":[%s,%s,%s]}", ec, rsa, pss) > 0);
	issuer_write(issuer->jwks, set);
	token_must(asprintf(&document,
			    "{\"providers\":[{\"issuer\":\"" PROVIDER "\",\"audience\":[\"accord\","
			    "\"" ISSUER "\"],\"jwksFile\":\"%s\",\"subject\":\"upn\","
			    "\"scope\":\"scp\",\"require\":{\"staff\":true}}]}",
			    issuer->jwks) > 0);
	issuer_write(issuer->providers, document);
}

static inline void issuer_open(struct issuer *issuer)
{
	char *error = NULL;

	strcpy(issuer->folder, "/tmp/accord-auth-XXXXXX");
	token_must(mkdtemp(issuer->folder));
	snprintf(issuer->keys, sizeof(issuer->keys), "%s/keys", issuer->folder);
	snprintf(issuer->providers, sizeof(issuer->providers), "%s/providers", issuer->folder);
	snprintf(issuer->jwks, sizeof(issuer->jwks), "%s/jwks", issuer->folder);
	issuer->ec = EVP_EC_gen("P-256");
	issuer->rsa = EVP_RSA_gen(2048);
	issuer->pss = EVP_RSA_gen(2048);
	issuer_write_provider(issuer);
	issuer->config = (struct config){
		.keys = issuer->keys, .key_lead_seconds = 600, .providers = issuer->providers};
	token_must(auth_new(&issuer->config, &issuer->auth, &error) == 0);
	token_must(auth_open(issuer->auth, ISSUER, &error) == 0);
	issuer_read_key(issuer);
}

static inline void issuer_close(struct issuer *issuer)
{
	auth_free(issuer->auth);
	EVP_PKEY_free(issuer->own);
	EVP_PKEY_free(issuer->ec);
	EVP_PKEY_free(issuer->rsa);
	EVP_PKEY_free(issuer->pss);
	token_must(folder_remove(issuer->folder) == 0);
}

/* Puts a patch's members into an object: null removes, "@60" is a minute from now. */
static inline void issuer_patch(json_t *object, const char *patch)
{
	CLEANUP_JSON json_t *members = json_loads(patch, 0, NULL);
	const char *name;
	json_t *value;

	token_must(members);
	json_object_foreach(members, name, value)
	{
		const char *text = json_string_value(value);

		if (json_is_null(value))
			json_object_del(object, name);
		else if (text && text[0] == '@')
			json_object_set_new(
				object, name,
				json_integer(clock_now_ms() / 1000 + strtol(text + 1, NULL, 10)));
		else
			json_object_set(object, name, value);
	}
}

static inline char *issuer_dump(const char *base, const char *patch)
{
	CLEANUP_JSON json_t *object = json_object();
	char *text;

	issuer_patch(object, base);
	issuer_patch(object, patch);
	text = json_dumps(object, JSON_COMPACT);
	token_must(text);
	return text;
}

#define OWN_CLAIMS                                                                            \
	"{\"iss\":\"" ISSUER "\",\"aud\":\"" ISSUER "\",\"sub\":\"c1\",\"client_id\":\"c1\"," \
	"\"jti\":\"j1\",\"iat\":\"@0\",\"exp\":\"@600\"}"
#define PROVIDER_CLAIMS                                                       \
	"{\"iss\":\"" PROVIDER                                                \
	"\",\"aud\":\"accord\",\"sub\":\"s\",\"upn\":\"ann@school.example\"," \
	"\"staff\":true,\"iat\":\"@0\",\"exp\":\"@3600\"}"

/* A token of ours with patches to header and claims, truly signed; owned. */
static inline char *issuer_own(const struct issuer *issuer, const char *header, const char *claims)
{
	CLEANUP_FREE char *base = NULL, *first = NULL, *second = NULL;

	token_must(asprintf(&base, "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":\"%.43s\"}",
			    issuer->kid) > 0);
	first = issuer_dump(base, header);
	second = issuer_dump(OWN_CLAIMS, claims);
	return token_make(issuer->own, TOKEN_ES256, first, second);
}

/* A token of the provider's. */
static inline char *issuer_provider(EVP_PKEY *key, enum token_signing how, const char *header,
				    const char *claims)
{
	CLEANUP_FREE char *first =
		issuer_dump("{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"ec\"}", header);
	CLEANUP_FREE char *second = issuer_dump(PROVIDER_CLAIMS, claims);

	return token_make(key, how, first, second);
}
