/* SPDX-License-Identifier: MIT */
/* The command line's part of the audit. The edge: it prints, and returns an exit code. */
#pragma once

#include "../config.h"

/* "audit verify [HEAD]", "audit head": as accord_admin. 0; 1 when the audit is broken or cannot be
 * read; 2 when the words are not understood. */
int command_audit(const struct config *config, int count, char **arguments);
