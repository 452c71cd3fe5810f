/* SPDX-License-Identifier: MIT */
/*
 * Any query either is refused, owning nothing, or its values survive being encoded and decoded
 * again.
 */
#include <string.h>

#include "../../api/buffer.h"
#include "../../api/query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_pair(const struct query_pair *pair)
{
	CLEANUP_BUFFER struct buffer encoded;
	CLEANUP_FREE char *decoded = NULL;

	buffer_init(&encoded, SIZE_MAX / 2);
	if (query_encode(&encoded, pair->value) < 0)
		return;
	if (query_decode(encoded.data ? encoded.data : "", encoded.length, true, &decoded) != 0)
		abort();
	if (strcmp(decoded, pair->value) != 0 || pair->name[0] == '\0')
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP_FREE char *raw = strndup((const char *)data, size);
	struct query query;
	int r;

	if (!raw)
		return 0;
	r = query_parse(raw, &query);
	if (r != 0 && query.count > 0)
		abort();
	for (size_t i = 0; i < query.count; i++)
		check_pair(&query.pairs[i]);
	query_finish(&query);
	return 0;
}
