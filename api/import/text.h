/* SPDX-License-Identifier: MIT */
/* An import file as UTF-8 text, whatever it was before. */
#pragma once

#include "encoding.h"
#include "source.h"

enum {
	TEXT_WHOLE_BYTES = 128 * 1024 * 1024, /* of a file that is taken whole (JSON) */
};

struct text;

/* Reads the file once to learn its encoding. 0; -errno with a fault. */
int text_scan(const char *path, enum encoding *ret_encoding, struct fault *fault) MUST_CHECK;
/* Opens the file. 0 with an owned text; -errno with a fault. */
int text_open(const char *path, enum encoding encoding, struct text **ret_text,
	      struct fault *fault) MUST_CHECK;
/* Closes; NULL is fine. */
void text_close(struct text *text);
/* The next piece, borrowed until the next call; length 0 at the end. 0; -errno with a fault. */
int text_read(struct text *text, const char **ret_bytes, size_t *ret_length,
	      struct fault *fault) MUST_CHECK;
/* The part of the file that has been read, 0 to 1. */
double text_progress(const struct text *text);
/* The whole file. 0 with an owned string; -errno with a fault. */
int text_load(const char *path, enum encoding encoding, char **ret_text, size_t *ret_length,
	      struct fault *fault) MUST_CHECK;

static inline void text_cleanup(struct text **text)
{
	text_close(*text);
}
