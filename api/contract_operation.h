/* SPDX-License-Identifier: MIT */
/* One operation of the contract, from its YAML's JSON to struct operation. */
#pragma once

#include "contract.h"

/*
 * Fills a parameter from its place. Name and schema are borrowed from the document;
 * operation_finish frees the rest.
 * 0, -EINVAL with ret_error, -ENOMEM.
 */
int contract_compile_parameter(struct contract *contract, const struct place *at,
			       struct parameter *parameter, char **ret_error) MUST_CHECK;

/* Reads the security schemes and the scopes that they declare. 0, -EINVAL with ret_error, -ENOMEM.
 */
int contract_compile_schemes(struct contract *contract, char **ret_error) MUST_CHECK;
/* Fills who may call an operation. As above. */
int contract_compile_security(struct contract *contract, const struct place *at,
			      struct operation *operation, char **ret_error) MUST_CHECK;
/* Refuses what an operation's security and its parameters and body contradict. As above. */
int contract_check_security(struct contract *contract, const struct place *at,
			    const struct operation *operation, char **ret_error) MUST_CHECK;

/*
 * Fills what the contract says of paths/<path>/<method>: identity, parameters, body, replies.
 * operation->path is set by the caller. 0, -EINVAL with ret_error, -ENOMEM.
 */
int contract_compile_operation(struct contract *contract, const struct place *item,
			       const char *method, struct operation *operation,
			       char **ret_error) MUST_CHECK;
