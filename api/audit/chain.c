/* SPDX-License-Identifier: MIT */
#include "chain.h"

#include <string.h>

enum { CHAIN_EVENT_BYTES = 4096 };

const char *const chain_columns =
	"id, transaction, trunc(extract(epoch from at) * 1000000) as at, operation, outcome,"
	" status, problem, actor_kind, actor, organisation_id, subject_id, trace, omitted";

int chain_hash_event(const char *const columns[CHAIN_COLUMNS], uint8_t ret_digest[DIGEST_BYTES])
{
	CLEANUP_BUFFER struct buffer bytes;

	buffer_init(&bytes, CHAIN_EVENT_BYTES);
	for (size_t i = 0; i < CHAIN_COLUMNS; i++)
		if (columns[i])
			buffer_add_format(&bytes, "%zu:%s,", strlen(columns[i]), columns[i]);
		else
			buffer_add_string(&bytes, "-,");
	return bytes.failed ? bytes.failed : digest_sha256(bytes.data, bytes.length, ret_digest);
}

int chain_begin_batch(struct buffer *buffer, const char *number, const char *upto,
		      const char *events, const char *total, const char *previous_hex)
{
	return buffer_add_format(buffer, "%s\n%s\n%s\n%s\n%s\n", number, upto, events, total,
				 previous_hex);
}
