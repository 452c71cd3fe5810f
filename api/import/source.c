/* SPDX-License-Identifier: MIT */
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "zip.h"

enum {
	SOURCE_CHUNK = 64 * 1024,
	SOURCE_GZIP_WINDOW = 15 + 16, /* zlib's way of asking for a gzip header and trailer */
	SOURCE_ZIP_WINDOW = -15,      /* and for neither */
};

struct source {
	int file;
	bool zip; /* one entry of a zip file */
	struct zip_entry entry;
	uint32_t crc;         /* of what was handed out of it */
	const char *inflates; /* the word for what is undone; NULL: nothing is */
	bool ended;
	off_t size;
	uint64_t read;    /* bytes taken from the file */
	uint64_t written; /* bytes handed out */
	z_stream stream;
	unsigned char chunk[SOURCE_CHUNK];
};

static int source_open_inflater(struct source *source, const char *word, int window,
				struct fault *fault)
{
	if (inflateInit2(&source->stream, window) != Z_OK)
		return fault_set(fault, -ENOMEM, "not enough memory");
	source->inflates = word;
	return 0;
}

static int source_recognise_zip(struct source *source, struct fault *fault)
{
	int r = zip_find(source->file, source->size, &source->entry, fault);

	if (r != 0)
		return r < 0 ? r : 0;
	source->zip = true;
	if (lseek(source->file, source->entry.offset, SEEK_SET) < 0)
		return fault_set(fault, -errno, "cannot be read: %s", strerror(errno));
	return source->entry.deflated
		       ? source_open_inflater(source, "zip", SOURCE_ZIP_WINDOW, fault)
		       : 0;
}

/* Looks at the first bytes and opens the inflater when they are those of gzip or zip. */
static int source_recognise(struct source *source, struct fault *fault)
{
	unsigned char magic[2];
	ssize_t length = pread(source->file, magic, sizeof(magic), 0);

	if (length < 0)
		return fault_set(fault, -errno, "cannot be read: %s", strerror(errno));
	if (length < 2 || magic[0] != 0x1f || magic[1] != 0x8b)
		return source_recognise_zip(source, fault);
	return source_open_inflater(source, "gzip", SOURCE_GZIP_WINDOW, fault);
}

int source_open(const char *path, struct source **ret_source, struct fault *fault)
{
	CLEANUP(source_cleanup) struct source *source = calloc(1, sizeof(*source));
	struct stat status;
	int r;

	if (!source)
		return fault_set(fault, -ENOMEM, "not enough memory");
	source->file = open(path, O_RDONLY | O_CLOEXEC);
	if (source->file < 0)
		return fault_set(fault, -errno, "cannot be opened: %s", strerror(errno));
	if (fstat(source->file, &status) < 0)
		return fault_set(fault, -errno, "cannot be read: %s", strerror(errno));
	/* A file is read twice, first for its encoding: a pipe would be empty the second time. */
	if (!S_ISREG(status.st_mode))
		return fault_set(fault, -EINVAL, "is not a regular file");
	source->size = status.st_size;
	r = source_recognise(source, fault);
	if (r < 0)
		return r;
	*ret_source = TAKE_PTR(source);
	return 0;
}

void source_close(struct source *source)
{
	if (!source)
		return;
	if (source->inflates)
		inflateEnd(&source->stream);
	if (source->file >= 0)
		close(source->file);
	free(source);
}

static ssize_t source_read_file(struct source *source, void *bytes, size_t size,
				struct fault *fault)
{
	ssize_t length;

	if (source->zip && size > source->entry.packed - source->read)
		size = source->entry.packed - source->read;
	do
		length = read(source->file, bytes, size);
	while (length < 0 && errno == EINTR);
	if (length < 0)
		return fault_set(fault, -errno, "cannot be read: %s", strerror(errno));
	source->read += (uint64_t)length;
	return length;
}

/* One step of the inflater: 1 when the member has ended, 0 to go on. */
static int source_inflate_step(struct source *source, struct fault *fault)
{
	ssize_t length;
	int r;

	if (!source->stream.avail_in) {
		length = source_read_file(source, source->chunk, sizeof(source->chunk), fault);
		if (length < 0)
			return (int)length;
		if (!length)
			return fault_set(fault, -EBADMSG, "is a %s file that breaks off",
					 source->inflates);
		source->stream.next_in = source->chunk;
		source->stream.avail_in = (unsigned)length;
	}
	r = inflate(&source->stream, Z_NO_FLUSH);
	if (r == Z_STREAM_END)
		return 1;
	if (r == Z_MEM_ERROR)
		return fault_set(fault, -ENOMEM, "not enough memory");
	if (r != Z_OK && r != Z_BUF_ERROR)
		return fault_set(fault, -EBADMSG, "is a broken %s file", source->inflates);
	return 0;
}

/* After the member nothing may follow: a second entry would be read by some programs and not by
 * others. */
static int source_inflate_end(struct source *source, struct fault *fault)
{
	unsigned char byte;
	ssize_t length;

	source->ended = true;
	length = source->stream.avail_in ? 1 : source_read_file(source, &byte, 1, fault);
	if (length > 0)
		return fault_set(fault, -EBADMSG,
				 "is a %s file with something after its only entry",
				 source->inflates);
	return (int)length;
}

static ssize_t source_read_inflated(struct source *source, void *bytes, size_t size,
				    struct fault *fault)
{
	int r = 0;

	if (source->ended)
		return 0;
	source->stream.next_out = bytes;
	source->stream.avail_out = (unsigned)size;
	while (!r && source->stream.avail_out == size)
		r = source_inflate_step(source, fault);
	if (r > 0)
		r = source_inflate_end(source, fault);
	if (r < 0)
		return r;
	return (ssize_t)(size - source->stream.avail_out);
}

/* A zip file says what its entry is before and after: both must be so. */
static int source_check_zip(struct source *source, const void *bytes, size_t length,
			    struct fault *fault)
{
	source->crc = (uint32_t)crc32(source->crc, bytes, (unsigned)length);
	if (source->written > source->entry.size ||
	    (!length &&
	     (source->written != source->entry.size || source->crc != source->entry.crc)))
		return fault_set(fault, -EBADMSG, "is a broken zip file");
	return 0;
}

ssize_t source_read(struct source *source, void *bytes, size_t size, struct fault *fault)
{
	ssize_t length;

	if (size > SOURCE_CHUNK)
		size = SOURCE_CHUNK;
	length = source->inflates ? source_read_inflated(source, bytes, size, fault)
				  : source_read_file(source, bytes, size, fault);
	if (length < 0)
		return length;
	source->written += (uint64_t)length;
	if (source->zip && source_check_zip(source, bytes, (size_t)length, fault) < 0)
		return -EBADMSG;
	if (source->written > SOURCE_BYTES)
		return fault_set(fault, -EFBIG, "holds more than %d MiB",
				 SOURCE_BYTES / 1024 / 1024);
	if (source->inflates && source->written > SOURCE_RATIO_FREE &&
	    source->written / SOURCE_RATIO > source->read)
		return fault_set(fault, -EFBIG, "grows more than %d times when decompressed",
				 SOURCE_RATIO);
	return length;
}

double source_progress(const struct source *source)
{
	return source->size > 0 ? (double)source->read / (double)source->size : 1.0;
}
