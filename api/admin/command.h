/* SPDX-License-Identifier: MIT */
/*
 * "accord client", "accord user" and "accord organisation": who may call, said by whoever runs the
 * service, as the database role accord_admin. The edge: they print, a secret once and to stdout
 * alone, and return what the program exits with: 0; 1 when it was refused or failed; 2 when it was
 * not understood.
 */
#pragma once

#include "../config.h"

/* "create|rotate|disable|list …" */
int command_client(const struct config *config, int count, char **arguments);
/* "grant|revoke|list …" */
int command_user(const struct config *config, int count, char **arguments);
/* "add …" */
int command_organisation(const struct config *config, int count, char **arguments);
