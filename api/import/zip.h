/* SPDX-License-Identifier: MIT */
/* Where the only entry of a zip file lies. The strict part of the format alone: what two programs
 * could read in two ways is refused. */
#pragma once

#include <sys/types.h>

#include "fault.h"

struct zip_entry {
	off_t offset;    /* of its bytes in the file */
	uint64_t packed; /* bytes there */
	uint64_t size;   /* bytes of the entry */
	uint32_t crc;
	bool deflated; /* else stored as it is */
};

/* Finds the entry of a file of so many bytes. 0; 1 when it is no zip file; -EBADMSG, -errno with a
 * fault. */
int zip_find(int file, off_t size, struct zip_entry *ret_entry, struct fault *fault) MUST_CHECK;
