/* SPDX-License-Identifier: MIT */
#include "convert.h"

#include <errno.h>

static int add_chunk(const char *bytes, size_t length, void *data)
{
	return buffer_add(data, bytes, length);
}

int convert_json(const json_t *value, struct buffer *buffer)
{
	/* 17 digits would write 51.5074 as 51.507399999999997; 15 always survive the round trip */
	size_t flags = JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15);

	if (json_dump_callback(value, add_chunk, buffer, flags) < 0 && !buffer->failed)
		buffer->failed = -ENOMEM;
	return buffer->failed;
}

int convert_ndjson(const json_t *items, struct buffer *buffer)
{
	const json_t *item;
	size_t i;

	json_array_foreach(items, i, item)
	{
		convert_json(item, buffer);
		buffer_add_byte(buffer, '\n');
	}
	return buffer->failed;
}
