/* SPDX-License-Identifier: MIT */
/* Shared by the files that join contract and SQL. */
#pragma once

#include "bind.h"

struct binder {
	struct contract *contract;
	const char *folder;
	size_t statements;           /* numbered so far */
	size_t files;                /* loaded so far */
	bool used[LIMIT_PARAMETERS]; /* parameters of the operation at hand */
	char **ret_error;
};

/* Makes an error; returns r, or -ENOMEM. */
int bind_fail(char **ret_error, int r, const char *format, ...) PRINTF_LIKE(3, 4);
/* Formats an owned text; NULL when memory is short. */
char *bind_name(const char *format, ...) PRINTF_LIKE(1, 2);
/* Whether the contract's order parameter offers exactly each order and its reverse, the first being
 * the default. */
bool bind_orders_agree(const struct operation *operation);
/* Refuses a declared parameter that the SQL does not use. 0, -EINVAL, -ENOMEM. */
int bind_check_unused(const struct binder *binder, const struct operation *operation);
/* Refuses a search that is said in the header or has a file, but not both. 0, -EINVAL, -ENOMEM. */
int bind_check_search(const struct binder *binder, const struct operation *operation);
/* Refuses a wait for what no request can give, or in a file that is no summary. As above. */
int bind_check_given(const struct binder *binder, const struct operation *operation);
/* Refuses what the method says and the SQL's header contradicts. 0, -EINVAL, -ENOMEM. */
int bind_check_rules(const struct binder *binder, const struct operation *operation);
/* Refuses a SQL file that no operation loaded. 0, -EINVAL, -ENOMEM. */
int bind_check_orphans(const struct binder *binder);
