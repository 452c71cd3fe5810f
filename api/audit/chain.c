/* SPDX-License-Identifier: MIT */
#include "chain.h"

#include <string.h>

enum { CHAIN_EVENT_BYTES = 4096 };

/* The columns that are numbers; the others are strings. */
static const bool chain_numbers[CHAIN_COLUMNS] = {[2] = true, [5] = true, [12] = true};

const char *const chain_columns =
	"id, transaction, (extract(epoch from at) * 1000000)::bigint, operation, outcome, status,"
	" problem, actor_kind, actor, organisation_id, subject_id, trace, omitted";

int chain_hash_event(const char *const columns[CHAIN_COLUMNS], uint8_t ret_digest[DIGEST_BYTES])
{
	CLEANUP_BUFFER struct buffer bytes;

	buffer_init(&bytes, CHAIN_EVENT_BYTES);
	for (size_t i = 0; i < CHAIN_COLUMNS; i++) {
		buffer_add_string(&bytes, i ? ", " : "[");
		if (!columns[i])
			buffer_add_string(&bytes, "null");
		else if (chain_numbers[i])
			buffer_add_string(&bytes, columns[i]);
		else
			buffer_add_json_string(&bytes, columns[i], strlen(columns[i]));
	}
	if (buffer_add_byte(&bytes, ']') < 0)
		return bytes.failed;
	return digest_sha256(bytes.data, bytes.length, ret_digest);
}

int chain_begin_batch(struct buffer *buffer, const char *number, const char *upto,
		      const char *events, const char *total, const char *previous_hex)
{
	return buffer_add_format(buffer, "%s\n%s\n%s\n%s\n%s\n", number, upto, events, total,
				 previous_hex);
}
