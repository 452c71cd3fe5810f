/* SPDX-License-Identifier: MIT */
/*
 * How the audit is chained, told a second time: db/deploy/audit.sql seals, this proves it. An event
 * is hashed as the JSON array of its columns in their order, with ", " between them. A batch is
 * hashed by "<number> <upto> <events> <total> <previous>", each with a line end instead of the
 * space, and the hashes of its events.
 */
#pragma once

#include "../buffer.h"
#include "../digest.h"

enum { CHAIN_COLUMNS = 13 /* of an event */ };

/* The columns of an event as the chain has them, for a select list. */
extern const char *const chain_columns;

/* Hashes an event's columns (NULL is null). 0, -EIO, -ENOMEM. */
int chain_hash_event(const char *const columns[CHAIN_COLUMNS],
		     uint8_t ret_digest[DIGEST_BYTES]) MUST_CHECK;
/* Begins what is hashed of a batch; the hashes of its events follow. 0 or the buffer's failure. */
int chain_begin_batch(struct buffer *buffer, const char *number, const char *upto,
		      const char *events, const char *total, const char *previous_hex) MUST_CHECK;
