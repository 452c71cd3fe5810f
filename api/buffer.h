/* SPDX-License-Identifier: MIT */
/* A byte buffer that grows up to a stated maximum and remembers failure: write, write, write, check
 * once. */
#pragma once

#include "common.h"

struct buffer {
	char *data; /* NUL-terminated whenever not NULL; the NUL is not counted in length */
	size_t length;
	size_t capacity;
	size_t maximum;
	int failed; /* 0, or the negative errno of the first failure; later additions do nothing */
};

/* An empty buffer of at most maximum bytes. */
void buffer_init(struct buffer *buffer, size_t maximum);
/* Frees the contents; the buffer is empty again. */
void buffer_finish(struct buffer *buffer);
/* Makes room for so many bytes at once, when it is known what will come. 0, -ENOMEM or -E2BIG. */
int buffer_expect(struct buffer *buffer, size_t length);
/* Adds bytes: 0, or -ENOMEM or -E2BIG, which stick. */
int buffer_add(struct buffer *buffer, const void *bytes, size_t length);
/* Adds a string. */
int buffer_add_string(struct buffer *buffer, const char *string);
/* Adds one byte. */
int buffer_add_byte(struct buffer *buffer, char byte);
/* Adds a number in decimal, with leading zeros up to so many digits (at most 20). */
int buffer_add_number(struct buffer *buffer, uint64_t number, unsigned digits);
/* Adds formatted text. */
int buffer_add_format(struct buffer *buffer, const char *format, ...) PRINTF_LIKE(2, 3);
/* Adds text as a JSON string with its quotes; invalid UTF-8 becomes U+FFFD. */
int buffer_add_json_string(struct buffer *buffer, const char *text, size_t length);
/* Hands the contents over as an owned NUL-terminated string, "" when empty; NULL when the buffer
 * has failed. */
char *buffer_take(struct buffer *buffer, size_t *ret_length);

#define CLEANUP_BUFFER CLEANUP(buffer_finish)
