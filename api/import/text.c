/* SPDX-License-Identifier: MIT */
#include "text.h"

#include <errno.h>

enum {
	TEXT_CHUNK = 64 * 1024,
	TEXT_GROWTH = 3, /* a byte of Windows-1252 becomes at most three of UTF-8 */
};

struct text {
	struct source *source;
	enum encoding encoding;
	size_t offset;
	struct buffer decoded;
	char chunk[TEXT_CHUNK];
};

int text_scan(const char *path, enum encoding *ret_encoding, struct fault *fault)
{
	CLEANUP(source_cleanup) struct source *source = NULL;
	struct encoding_scan scan = {0};
	char chunk[TEXT_CHUNK];
	ssize_t length;
	int r;

	r = source_open(path, &source, fault);
	if (r < 0)
		return r;
	while ((length = source_read(source, chunk, sizeof(chunk), fault)) > 0)
		encoding_scan_add(&scan, chunk, (size_t)length);
	if (length < 0)
		return (int)length;
	r = encoding_scan_end(&scan, ret_encoding);
	if (r < 0 && scan.first[0] >= 0xfe)
		return fault_set(fault, r, "is UTF-16; UTF-8 and Windows-1252 can be read");
	if (r < 0)
		return fault_set(fault, r, "is marked as UTF-8 but is not at byte %zu",
				 scan.invalid_at);
	return 0;
}

int text_open(const char *path, enum encoding encoding, struct text **ret_text, struct fault *fault)
{
	CLEANUP(text_cleanup) struct text *text = calloc(1, sizeof(*text));
	int r;

	if (!text)
		return fault_set(fault, -ENOMEM, "not enough memory");
	text->encoding = encoding;
	buffer_init(&text->decoded, TEXT_CHUNK * TEXT_GROWTH);
	r = source_open(path, &text->source, fault);
	if (r < 0)
		return r;
	*ret_text = TAKE_PTR(text);
	return 0;
}

void text_close(struct text *text)
{
	if (!text)
		return;
	source_close(text->source);
	buffer_finish(&text->decoded);
	free(text);
}

int text_read(struct text *text, const char **ret_bytes, size_t *ret_length, struct fault *fault)
{
	ssize_t length;

	text->decoded.length = 0;
	/* A piece may hold nothing but the mark: only the end of the file is an empty piece. */
	do {
		length = source_read(text->source, text->chunk, sizeof(text->chunk), fault);
		if (length < 0)
			return (int)length;
		if (encoding_decode(text->encoding, text->offset, text->chunk, (size_t)length,
				    &text->decoded) < 0)
			return fault_set(fault, text->decoded.failed, "not enough memory");
		text->offset += (size_t)length;
	} while (length > 0 && !text->decoded.length);
	*ret_bytes = text->decoded.data;
	*ret_length = text->decoded.length;
	return 0;
}

double text_progress(const struct text *text)
{
	return source_progress(text->source);
}

int text_load(const char *path, enum encoding encoding, char **ret_text, size_t *ret_length,
	      struct fault *fault)
{
	CLEANUP(text_cleanup) struct text *text = NULL;
	CLEANUP_BUFFER struct buffer whole;
	const char *bytes = NULL;
	size_t length = 0;
	int r;

	buffer_init(&whole, TEXT_WHOLE_BYTES);
	r = text_open(path, encoding, &text, fault);
	if (r < 0)
		return r;
	do {
		r = text_read(text, &bytes, &length, fault);
		if (r < 0)
			return r;
		buffer_add(&whole, bytes, length);
	} while (length);
	if (whole.failed)
		return fault_set(fault, whole.failed, "is too large to be read at once");
	*ret_text = buffer_take(&whole, ret_length);
	return *ret_text ? 0 : -ENOMEM;
}
