/* SPDX-License-Identifier: MIT */
#include "zip.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* Sizes of the fixed parts of its records, and where in them a value is (APPNOTE 6.3, section 4.3).
 */
enum {
	ZIP_LOCAL = 30,
	ZIP_CENTRAL = 46,
	ZIP_END = 22,
	ZIP_COMMENT = 65535,     /* most bytes after the end record */
	ZIP_DESCRIPTOR = 16,     /* most bytes between the data and the directory */
	ZIP_ENCRYPTED = 1,       /* flag */
	ZIP_DESCRIBED = 8,       /* flag: a descriptor follows the data */
	ZIP_DEFLATED = 8,        /* method */
	ZIP_LARGE = (int)0xffff, /* the value is elsewhere, in the 64-bit form */
};

static const unsigned char zip_local[] = "PK\3\4", zip_central[] = "PK\1\2", zip_end[] = "PK\5\6";

struct zip {
	int file;
	off_t size;
	off_t end;       /* where the end record is */
	off_t directory; /* where the directory is: one header, and then the end record */
	struct fault *fault;
};

static uint32_t zip_number(const unsigned char *at, int bytes)
{
	uint32_t number = 0;

	while (bytes-- > 0)
		number = number << 8 | at[bytes];
	return number;
}

static int zip_refuse(const struct zip *zip, const char *words)
{
	return fault_set(zip->fault, -EBADMSG, "is a zip file %s", words);
}

/* Reads exactly so many bytes. */
static int zip_read(const struct zip *zip, off_t offset, unsigned char *bytes, size_t length)
{
	ssize_t got = offset < 0 ? 0 : pread(zip->file, bytes, length, offset);

	if (got < 0)
		return fault_set(zip->fault, -errno, "cannot be read: %s", strerror(errno));
	return (size_t)got == length ? 0 : zip_refuse(zip, "that breaks off");
}

/* The end record is the last thing but its comment, which says how long it is. */
static int zip_find_end(struct zip *zip, unsigned char record[ZIP_END])
{
	off_t least = zip->size - ZIP_END - ZIP_COMMENT;

	for (off_t at = zip->size - ZIP_END; at >= 0 && at >= least; at--) {
		int r = zip_read(zip, at, record, ZIP_END);

		if (r < 0)
			return r;
		if (memcmp(record, zip_end, 4) == 0 &&
		    at + ZIP_END + (off_t)zip_number(record + 20, 2) == zip->size) {
			zip->end = at;
			return 0;
		}
	}
	return zip_refuse(zip, "that breaks off");
}

static int zip_read_end(struct zip *zip)
{
	unsigned char record[ZIP_END];
	uint32_t entries;
	int r = zip_find_end(zip, record);

	if (r < 0)
		return r;
	entries = zip_number(record + 10, 2);
	if (zip_number(record + 4, 4) != 0 || zip_number(record + 8, 2) != entries)
		return zip_refuse(zip, "in several volumes");
	if (entries == ZIP_LARGE)
		return zip_refuse(zip, "of the 64-bit form");
	if (entries != 1)
		return fault_set(zip->fault, -EBADMSG,
				 "is a zip file with %u entries; one is expected", entries);
	zip->directory = (off_t)zip_number(record + 16, 4);
	if (zip->directory + (off_t)zip_number(record + 12, 4) != zip->end)
		return zip_refuse(zip, "with something between its parts");
	return 0;
}

/* The entry as the directory has it; the flags too. */
static int zip_read_central(const struct zip *zip, struct zip_entry *entry, uint32_t *ret_flags)
{
	unsigned char header[ZIP_CENTRAL];
	uint32_t method;
	int r = zip_read(zip, zip->directory, header, sizeof(header));

	if (r < 0)
		return r;
	if (memcmp(header, zip_central, 4) != 0 || zip_number(header + 42, 4) != 0 ||
	    zip->directory + ZIP_CENTRAL + (off_t)zip_number(header + 28, 2) +
			    (off_t)zip_number(header + 30, 2) + (off_t)zip_number(header + 32, 2) !=
		    zip->end)
		return zip_refuse(zip, "with something between its parts");
	*ret_flags = zip_number(header + 8, 2);
	method = zip_number(header + 10, 2);
	if (*ret_flags & ZIP_ENCRYPTED)
		return zip_refuse(zip, "that is encrypted");
	if (method != 0 && method != ZIP_DEFLATED)
		return zip_refuse(zip, "of an unusual compression");
	entry->deflated = method == ZIP_DEFLATED;
	entry->crc = zip_number(header + 16, 4);
	entry->packed = zip_number(header + 20, 4);
	entry->size = zip_number(header + 24, 4);
	if (entry->packed == UINT32_MAX || entry->size == UINT32_MAX)
		return zip_refuse(zip, "of the 64-bit form");
	return 0;
}

int zip_find(int file, off_t size, struct zip_entry *ret_entry, struct fault *fault)
{
	struct zip zip = {.file = file, .size = size, .fault = fault};
	struct zip_entry entry = {0};
	unsigned char header[ZIP_LOCAL];
	uint32_t flags = 0;
	off_t gap;
	int r;

	if (pread(file, header, 4, 0) != 4 ||
	    (memcmp(header, zip_local, 4) != 0 && memcmp(header, zip_end, 4) != 0))
		return 1;
	r = zip_read_end(&zip);
	if (r == 0)
		r = zip_read_central(&zip, &entry, &flags);
	if (r == 0)
		r = zip_read(&zip, 0, header, sizeof(header));
	if (r < 0)
		return r;
	entry.offset =
		ZIP_LOCAL + (off_t)zip_number(header + 26, 2) + (off_t)zip_number(header + 28, 2);
	gap = zip.directory - entry.offset - (off_t)entry.packed;
	if (zip_number(header + 6, 2) != flags || gap < 0 ||
	    gap > (flags & ZIP_DESCRIBED ? ZIP_DESCRIPTOR : 0) ||
	    zip_number(header + 8, 2) != (entry.deflated ? ZIP_DEFLATED : 0))
		return zip_refuse(&zip, "with something between its parts");
	if (!entry.deflated && entry.packed != entry.size)
		return zip_refuse(&zip, "that contradicts itself");
	*ret_entry = entry;
	return 0;
}
