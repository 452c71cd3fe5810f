/* SPDX-License-Identifier: MIT */
/* What lies below /docs: a closed table made at start, so that no request names a file. */
#pragma once

#include "../contract.h"

struct asset {
	const char *name; /* the last part of its address */
	const char *media_type;
	const char *policy; /* its Content-Security-Policy; NULL: that of every reply */
	int keep;           /* seconds for which it may be kept unasked; 0: as every reply */
	char *body;
	size_t length;
	char *packed; /* the same with gzip */
	size_t packed_length;
	char tag[40]; /* ETags of the two */
	char packed_tag[40];
};

enum { ASSETS = 8 };

struct assets {
	bool interactive; /* the npm package is there: /docs is more than a list */
	size_t count;
	struct asset items[ASSETS];
};

/*
 * Reads the interactive reference from a folder, all of it or nothing: what is not there is no
 * error. Adds the service's own style sheet, script and pages, whose links begin with base. 0;
 * -ENOMEM, -EIO; -EINVAL when a page cannot be written.
 */
int assets_new(const char *folder, const struct contract *contract, const char *base,
	       struct assets **ret_assets) MUST_CHECK;
struct assets *assets_free(struct assets *assets);
/* The asset of this name; NULL when there is none. */
const struct asset *assets_find(const struct assets *assets, const char *name);
