/* SPDX-License-Identifier: MIT */
/*
 * Any header leads to an offer or to none; an answer does not depend on the offers that it does not
 * name.
 */
#include <string.h>

#include "../../api/negotiate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const offers[] = {"application/json", "text/csv", "application/geo+json",
					     "application/x-ndjson"};
	CLEANUP_FREE char *header = strndup((const char *)data, size);
	int best;

	if (!header)
		return 0;
	best = negotiate_media(header, offers, ARRAY_LENGTH(offers));
	if (best < -1 || best >= (int)ARRAY_LENGTH(offers))
		abort();
	if (best >= 0 && negotiate_media(header, &offers[best], 1) != 0)
		abort();
	if (best < 0 && negotiate_media(header, offers, 1) != -1)
		abort();
	negotiate_gzip(header);
	for (size_t i = 0; i < ARRAY_LENGTH(offers); i++)
		if (negotiate_content_type(header, offers[i]) && strlen(header) < strlen(offers[i]))
			abort();
	return 0;
}
