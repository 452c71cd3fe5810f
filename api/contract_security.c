/* SPDX-License-Identifier: MIT */
/*
 * Who may call an operation, from the contract's security schemes. The engine knows bearer tokens,
 * whose scopes one oauth2 scheme declares, and clients that prove who they are in the request
 * itself (http basic); what else OpenAPI can say would be promised and not enforced.
 */
#include <errno.h>
#include <string.h>

#include "access/role.h"
#include "contract_operation.h"

enum scheme { SCHEME_NONE, SCHEME_TOKEN, SCHEME_SCOPED_TOKEN, SCHEME_CLIENT };

static struct place security_schemes(const struct contract *contract)
{
	struct place root = contract_root(contract);
	struct place components = contract_member(contract, &root, "components");

	return contract_member(contract, &components, "securitySchemes");
}

static enum scheme security_scheme(const json_t *scheme)
{
	const char *type = json_string_value(json_object_get(scheme, "type"));
	const char *name = json_string_value(json_object_get(scheme, "scheme"));

	if (!type)
		return SCHEME_NONE;
	if (strcmp(type, "oauth2") == 0)
		return SCHEME_SCOPED_TOKEN;
	if (strcmp(type, "openIdConnect") == 0)
		return SCHEME_TOKEN;
	if (strcmp(type, "http") != 0 || !name)
		return SCHEME_NONE;
	if (strcmp(name, "bearer") == 0)
		return SCHEME_TOKEN;
	return strcmp(name, "basic") == 0 ? SCHEME_CLIENT : SCHEME_NONE;
}

bool contract_has_scope(const struct contract *contract, const char *scope)
{
	for (size_t i = 0; i < contract->scope_count; i++)
		if (strcmp(contract->scopes[i], scope) == 0)
			return true;
	return false;
}

/* Keeps the scopes of one scheme's only flow. */
static int security_add_scopes(struct contract *contract, const struct place *scheme,
			       char **ret_error)
{
	struct place at = contract_member(contract, scheme, "flows");
	const char *scope;
	json_t *meaning;

	at = contract_member(contract, &at, "clientCredentials");
	at = contract_member(contract, &at, "scopes");
	if (!json_is_object(at.value))
		return contract_fail(contract, scheme->pointer, ret_error,
				     "an oauth2 scheme has the flow clientCredentials with scopes");
	if (contract->scopes)
		return contract_fail(contract, scheme->pointer, ret_error,
				     "another scheme declares the scopes already");
	contract->scopes = calloc(json_object_size(at.value) + 1, sizeof(*contract->scopes));
	if (!contract->scopes)
		return -ENOMEM;
	json_object_foreach((json_t *)at.value, scope, meaning)
	{
		if (!role_is_scope(scope))
			return contract_fail(contract, at.pointer, ret_error,
					     "scope %s is not resource:verb with a verb that roles "
					     "know",
					     scope);
		contract->scopes[contract->scope_count++] = scope;
	}
	return 0;
}

int contract_compile_schemes(struct contract *contract, char **ret_error)
{
	struct place schemes = security_schemes(contract);
	const char *name;
	json_t *value;
	int r = 0;

	json_object_foreach((json_t *)schemes.value, name, value)
	{
		struct place at = contract_member(contract, &schemes, name);
		enum scheme scheme = security_scheme(at.value);

		if (scheme == SCHEME_NONE)
			r = contract_fail(
				contract, at.pointer, ret_error,
				"is not oauth2, openIdConnect, http bearer or http basic");
		else if (scheme == SCHEME_SCOPED_TOKEN)
			r = security_add_scopes(contract, &at, ret_error);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Whether a list of scopes, of which each is declared once, is the operation's (any, of the first
 * requirement). */
static int security_read_scopes(const struct contract *contract, const struct place *at,
				const json_t *scopes, bool first, struct operation *operation,
				char **ret_error)
{
	size_t index;
	json_t *item;

	if (!json_is_array(scopes) || json_array_size(scopes) > OPERATION_SCOPES)
		return contract_fail(contract, at->pointer, ret_error,
				     "security names at most %d scopes", OPERATION_SCOPES);
	if (!first && json_array_size(scopes) != operation->scope_count)
		return contract_fail(contract, at->pointer, ret_error,
				     "every alternative of security names the same scopes");
	json_array_foreach(scopes, index, item)
	{
		const char *scope = json_string_value(item);

		if (!scope || !contract_has_scope(contract, scope))
			return contract_fail(contract, at->pointer, ret_error,
					     "scope %s is not declared",
					     scope ? scope : "(no text)");
		if (first)
			operation->scopes[operation->scope_count++] = scope;
		else if (strcmp(operation->scopes[index], scope) != 0)
			return contract_fail(contract, at->pointer, ret_error,
					     "every alternative of security names the same scopes");
	}
	return 0;
}

/* One alternative: exactly one scheme. */
static int security_read_requirement(struct contract *contract, const struct place *at,
				     json_t *requirement, bool first, struct operation *operation,
				     char **ret_error)
{
	struct place schemes = security_schemes(contract), found;
	const char *name = json_object_iter_key(json_object_iter(requirement));
	enum scheme scheme;

	if (json_object_size(requirement) != 1)
		return contract_fail(contract, at->pointer, ret_error,
				     "each alternative of security names one scheme");
	found = contract_member(contract, &schemes, name);
	scheme = security_scheme(found.value);
	if (scheme == SCHEME_NONE)
		return contract_fail(contract, at->pointer, ret_error,
				     "security scheme %s is not defined", name);
	if (!first && operation->client != (scheme == SCHEME_CLIENT))
		return contract_fail(contract, at->pointer, ret_error,
				     "a client's own credentials are no alternative to a token");
	operation->client = scheme == SCHEME_CLIENT;
	return security_read_scopes(contract, at, json_object_get(requirement, name), first,
				    operation, ret_error);
}

int contract_compile_security(struct contract *contract, const struct place *at,
			      struct operation *operation, char **ret_error)
{
	json_t *security = json_object_get(at->value, "security"), *requirement;
	size_t index;

	if (!json_is_array(security))
		return contract_fail(contract, at->pointer, ret_error,
				     "operation %s states no security ([] is public)",
				     operation->id);
	operation->secured = json_array_size(security) > 0;
	json_array_foreach(security, index, requirement)
	{
		int r = security_read_requirement(contract, at, requirement, index == 0, operation,
						  ret_error);

		if (r < 0)
			return r;
	}
	if (operation->client && operation->scope_count)
		return contract_fail(contract, at->pointer, ret_error,
				     "a client's own credentials have no scopes");
	return 0;
}

int contract_check_security(struct contract *contract, const struct place *at,
			    const struct operation *operation, char **ret_error)
{
	bool names = operation_parameter(operation, "Accord-Organisation") >= 0;

	if (operation->client && !operation->form)
		return contract_fail(contract, at->pointer, ret_error,
				     "only an operation that takes a form reads a client's own "
				     "credentials");
	if (operation->scope_count && !names)
		return contract_fail(contract, at->pointer, ret_error,
				     "operation %s acts for an organisation and declares no "
				     "Accord-Organisation",
				     operation->id);
	if (names && (!operation->secured || operation->client))
		return contract_fail(contract, at->pointer, ret_error,
				     "Accord-Organisation is for callers with a token");
	return 0;
}
