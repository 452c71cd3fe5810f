/* SPDX-License-Identifier: MIT */
#include "gzip.h"

#include "limit.h"

#include <errno.h>
#define ZLIB_CONST
#include <zlib.h>

/*
 * Level 5 is where more effort stops paying; 16 asks for the gzip wrapper, whose time stays zero
 * unless it is set.
 */
enum { GZIP_LEVEL = 5, GZIP_WINDOW_BITS = MAX_WBITS + 16, GZIP_MEMORY_LEVEL = 8 };

int gzip_compress(const void *bytes, size_t length, char **ret_bytes, size_t *ret_length)
{
	CLEANUP_FREE char *result = NULL;
	z_stream stream = {0};
	uLong room;
	int r;

	if (length > LIMIT_REPLY_BYTES)
		return -E2BIG;
	if (deflateInit2(&stream, GZIP_LEVEL, Z_DEFLATED, GZIP_WINDOW_BITS, GZIP_MEMORY_LEVEL,
			 Z_DEFAULT_STRATEGY) != Z_OK)
		return -ENOMEM;
	room = deflateBound(&stream, length);
	result = malloc(room);
	stream.next_in = bytes;
	stream.avail_in = (uInt)length;
	stream.next_out = (Bytef *)result;
	stream.avail_out = (uInt)room;
	r = result ? deflate(&stream, Z_FINISH) : Z_MEM_ERROR;
	deflateEnd(&stream);
	/* With room for the bound, want of memory is the only thing that can stop it. */
	if (r != Z_STREAM_END)
		return -ENOMEM;
	*ret_bytes = TAKE_PTR(result);
	*ret_length = stream.total_out;
	return 0;
}
