/* SPDX-License-Identifier: MIT */
/* The sentence that tells the person at the keyboard why an import cannot go on; it says nothing
 * about how the code failed. */
#pragma once

#include "../common.h"

enum {
	FAULT_BYTES = 1024, /* a longer sentence is cut */
};

struct fault {
	char text[FAULT_BYTES]; /* "" when there is none */
};

/* Writes the sentence, unless there is one already: the first cause is the one to report. */
void fault_write(struct fault *fault, const char *format, ...) PRINTF_LIKE(2, 3);

/* Writes the sentence and yields error, for a tail call; a macro, so that analysers see what is
 * returned. */
#define fault_set(fault, error, ...)               \
	({                                         \
		int error_ = (error);              \
		fault_write((fault), __VA_ARGS__); \
		error_;                            \
	})
