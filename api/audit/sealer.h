/* SPDX-License-Identifier: MIT */
/* Seals what has been audited, each second, on a thread of its own. Every node runs one; the
 * database lets one at a time do it. */
#pragma once

#include "../common.h"

struct sealer;

/* Begins; database (a libpq connection string) is borrowed. 0, -ENOMEM, -EAGAIN, -errno. */
int sealer_start(const char *database, struct sealer **ret_sealer) MUST_CHECK;
/* Ends the thread. Takes NULL; returns NULL. */
struct sealer *sealer_stop(struct sealer *sealer);
