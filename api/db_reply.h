/* SPDX-License-Identifier: MIT */
/* Between the files of this module that read results: how a result becomes part of a reply. */
#pragma once

#include <libpq-fe.h>

#include "db.h"

/* Keeps the first error of a round trip. 0 or -ENOMEM. */
int db_reply_note_error(const PGresult *result, size_t step, struct db_error *error) MUST_CHECK;
/* Whether the server said that it is going down, or was told to drop us: as good as a broken link.
 */
bool db_is_parting(const struct db_error *error);
