/* SPDX-License-Identifier: MIT */
/* Which representation and which coding a client prefers (RFC 9110, sections 12.5.1 and 12.5.3). */
#pragma once

#include "common.h"

/*
 * The index of the best of offers (media types without parameters, in the server's order of
 * preference) for an Accept header (NULL or "" accepts all); -1 when none is acceptable or the
 * header is malformed beyond use. An offer's weight is that of the range that describes it most
 * closely, whatever their order: by name, by main type, as anything. q=0 refuses; ties go to the
 * server's order. Media type parameters other than q are ignored. An element that is malformed
 * (q=1.5, q=0.0001, q twice) asks for nothing; those after LIMIT_ACCEPT_RANGES are not read.
 */
int negotiate_media(const char *accept, const char *const *offers, size_t count);
/*
 * Whether gzip is wanted: named (x-gzip too) with q>0, or "*" with q>0 and gzip not refused, and
 * not less liked than identity, which "*" covers as well when it is not named.
 */
bool negotiate_gzip(const char *accept_encoding);
/*
 * Whether a Content-Type header (NULL: none) names this media type; its parameters may only be
 * charset=utf-8 (any case, quoted or not).
 */
bool negotiate_content_type(const char *content_type, const char *media_type);
