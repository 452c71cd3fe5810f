/* SPDX-License-Identifier: MIT */
/* Settings: one table of name, type, default and meaning, read from ACCORD_* and an optional file.
 */
#pragma once

#include <stdio.h>

#include "common.h"

struct config {
	char *address;
	long port;
	long metrics_port;
	char *public_url; /* without a trailing slash; made from address and port when not set */
	char *database;
	long cache_mb;
	long pool_share;
	long pool_size;
	long pool_wait_ms;
	char *contract;
	char *docs;
	char *operations;
	char *cors_origins;
	char *cursor_key;
	char *keys;
	long key_lead_seconds;
	char *mode;
	char *providers;
	char *rates;
	char *rates_anonymous;
	char *secret_key;
	char *security_contact;
	char *client_id, *client_secret, *token;
	char *trusted_proxies;
	long connections;
	long idle_seconds;
	long lease_seconds;
	long drain_seconds;
	char *log;
	char *file;
};

/*
 * Reads the environment (NULL-terminated "NAME=value" strings), then fills what is unset from the
 * file that ACCORD_CONFIG names (lines "NAME=value", blank lines and "#" comments), then from the
 * defaults. The environment wins over the file. 0; -EINVAL or -EIO with an owned ret_error that
 * names the setting (and line); -ENOMEM. config_finish in every case.
 */
int config_read(struct config *config, char *const *environment, char **ret_error) MUST_CHECK;
void config_finish(struct config *config);
/* What the service is called from outside when it listens on a port; owned. NULL when out of
 * memory.
 */
char *config_public_url(const struct config *config, unsigned port) MUST_CHECK;
/* Prints the table, for "accord help config". */
void config_describe(FILE *out);
