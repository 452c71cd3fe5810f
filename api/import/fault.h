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

/* Writes the sentence, unless there is one already: the first cause is the one to report. Returns
 * error, for a tail call. */
int fault_set(struct fault *fault, int error, const char *format, ...) PRINTF_LIKE(3, 4);
