/* SPDX-License-Identifier: MIT */
/* Links to a list's pages. */
#pragma once

#include "call.h"

/*
 * Writes the path and query of a call with a cursor (a token of plain characters), in one spelling
 * whatever the client's was: parameters in the contract's order, defaults left out. 0, or the
 * buffer's failure.
 */
int link_write(const struct call *call, const char *after, struct buffer *buffer) MUST_CHECK;
