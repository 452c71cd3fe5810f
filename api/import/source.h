/* SPDX-License-Identifier: MIT */
/* The bytes of an import file, from its start, with gzip or zip undone on the way and bounded. */
#pragma once

#include <sys/types.h>

#include "fault.h"

enum {
	SOURCE_BYTES = 512 * 1024 * 1024, /* of one file after decompression */
	SOURCE_RATIO = 20,                /* decompressed to compressed size; a bomb has more */
	SOURCE_RATIO_FREE = 1024 * 1024,  /* decompressed bytes that the ratio does not judge */
};

struct source;

/* Opens a regular file. 0 with an owned source; -errno with a fault. */
int source_open(const char *path, struct source **ret_source, struct fault *fault) MUST_CHECK;
/* Closes; NULL is fine. */
void source_close(struct source *source);
/* Reads up to size bytes: their number, 0 at the end, or -errno with a fault (-EFBIG beyond a
 * limit, -EBADMSG when broken). */
ssize_t source_read(struct source *source, void *bytes, size_t size,
		    struct fault *fault) MUST_CHECK;
/* The part of the file that has been read, 0 to 1. */
double source_progress(const struct source *source);

static inline void source_cleanup(struct source **source)
{
	source_close(*source);
}
