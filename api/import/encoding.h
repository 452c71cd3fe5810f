/* SPDX-License-Identifier: MIT */
/* Which encoding a file is in, decided once for the whole file, and its bytes as UTF-8. */
#pragma once

#include "../buffer.h"

enum encoding {
	ENCODING_UTF8,
	ENCODING_UTF8_BOM,
	ENCODING_WINDOWS_1252, /* whatever is not UTF-8: the publishers know no third one */
};

/* What has been seen of a file so far; start with all zero. */
struct encoding_scan {
	unsigned char first[3];  /* the file's first bytes, for its byte order mark */
	size_t length;           /* bytes seen */
	unsigned char pending;   /* continuation bytes still due */
	unsigned char low, high; /* the range of the next one */
	bool invalid;            /* some byte was not UTF-8 */
	size_t begun_at;         /* offset at which the present sequence began */
	size_t invalid_at;       /* offset of the first that was not */
};

/* Looks at the next bytes of the file, cut anywhere. */
void encoding_scan_add(struct encoding_scan *scan, const void *bytes, size_t length);
/* Decides. 0; -EILSEQ for UTF-16, and for a UTF-8 mark on bytes that are not. */
int encoding_scan_end(struct encoding_scan *scan, enum encoding *ret_encoding) MUST_CHECK;
/* "utf-8", "utf-8 with mark", "windows-1252". */
const char *encoding_name(enum encoding encoding);
/* Appends bytes, which begin at offset in the file, as UTF-8 and without the mark. 0 or the
 * buffer's failure. */
int encoding_decode(enum encoding encoding, size_t offset, const void *bytes, size_t length,
		    struct buffer *text) MUST_CHECK;
