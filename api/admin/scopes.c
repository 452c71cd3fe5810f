/* SPDX-License-Identifier: MIT */
#include "scopes.h"

#include <string.h>

#include "../contract.h"
#include "admin.h"

static void scopes_cleanup_contract(struct contract **contract)
{
	contract_free(*contract);
}

/* Every scope that there is, separated by spaces. Owned; NULL when memory is short. */
static char *scopes_of(const struct contract *contract)
{
	struct buffer all;

	buffer_init(&all, LIMIT_REPLY_BYTES);
	for (size_t i = 0; i < contract->scope_count; i++)
		buffer_add_format(&all, "%s%s", i ? " " : "", contract->scopes[i]);
	return buffer_take(&all, NULL);
}

/* Whether each is one of the contract's; names the first that is not. */
static int scopes_check(const struct contract *contract, char *words)
{
	char *word;

	while ((word = strsep(&words, " ")))
		if (!contract_has_scope(contract, word)) {
			CLEANUP_FREE char *all = scopes_of(contract);

			return admin_fail("there is no scope \"%s\"; there are: %s", word,
					  all ? all : "");
		}
	return 0;
}

int scopes_read(const struct config *config, const char *text, char **ret_scopes)
{
	CLEANUP(scopes_cleanup_contract) struct contract *contract = NULL;
	CLEANUP_FREE char *error = NULL;
	CLEANUP_FREE char *scopes = NULL;
	CLEANUP_FREE char *words = NULL;
	bool all = text && strcmp(text, "all") == 0;
	int r = contract_load(config->contract, &contract, &error);

	if (r < 0)
		return admin_fail("%s", error ? error : strerror(-r));
	scopes = all ? scopes_of(contract) : strdup(text ? text : "");
	words = scopes ? strdup(scopes) : NULL;
	if (!words)
		return admin_fail("no memory");
	r = words[0] ? scopes_check(contract, words) : 0;
	if (r == 0)
		*ret_scopes = TAKE_PTR(scopes);
	return r;
}
