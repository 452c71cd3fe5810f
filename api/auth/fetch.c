/* SPDX-License-Identifier: MIT */
#include "fetch.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static void fetch_cleanup(CURL **curl)
{
	curl_easy_cleanup(*curl);
}

static void fetch_cleanup_list(struct curl_slist **list)
{
	curl_slist_free_all(*list);
}

int fetch_init(void)
{
	return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? 0 : -EIO;
}

/* Whether a part of a URL is there. */
static bool fetch_has(CURLU *url, CURLUPart part)
{
	char *text = NULL;
	bool there = curl_url_get(url, part, &text, 0) == CURLUE_OK;

	curl_free(text);
	return there;
}

bool fetch_is_url(const char *url)
{
	CURLU *parts = curl_url();
	bool good = parts && strncmp(url, "https://", strlen("https://")) == 0 &&
		    curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK &&
		    fetch_has(parts, CURLUPART_HOST) && !fetch_has(parts, CURLUPART_USER) &&
		    !fetch_has(parts, CURLUPART_PASSWORD) && !fetch_has(parts, CURLUPART_FRAGMENT);

	curl_url_cleanup(parts);
	return good;
}

/* Takes what comes; fewer bytes than came end the transfer. */
static size_t fetch_take(char *bytes, size_t size, size_t count, void *context)
{
	return buffer_add(context, bytes, size * count) == 0 ? size * count : 0;
}

/* Asked about once a second. */
static int fetch_watch(void *context, curl_off_t down_total, curl_off_t down, curl_off_t up_total,
		       curl_off_t up)
{
	const atomic_bool *leaving = context;

	return atomic_load(leaving);
}

static CURLcode fetch_set(CURL *curl, const char *url, const char *certificates,
			  const atomic_bool *leaving, struct buffer *buffer, char *reason)
{
	CURLcode r = curl_easy_setopt(curl, CURLOPT_URL, url);

	if (r == CURLE_OK)
		r = curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https");
	if (r == CURLE_OK && certificates)
		r = curl_easy_setopt(curl, CURLOPT_CAINFO, certificates);
	if (r == CURLE_OK)
		r = curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, fetch_take);
	if (r == CURLE_OK)
		r = curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, fetch_watch);
	/* None of these can fail. */
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, buffer);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, (void *)leaving);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)FETCH_CONNECT_MS);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)FETCH_TOTAL_MS);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	return r;
}

int fetch_document(const char *url, const char *certificates, const atomic_bool *leaving,
		   struct buffer *buffer, char *reason)
{
	CLEANUP(fetch_cleanup) CURL *curl = curl_easy_init();
	CLEANUP(fetch_cleanup_list)
	struct curl_slist *headers =
		curl_slist_append(NULL, "Accept: application/jwk-set+json, application/json");
	long status = 0;
	CURLcode r;

	if (!curl || !headers)
		return -ENOMEM;
	reason[0] = '\0';
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "accord/" ACCORD_VERSION);
	r = fetch_set(curl, url, certificates, leaving, buffer, reason);
	if (r == CURLE_OK)
		r = curl_easy_perform(curl);
	if (r == CURLE_OUT_OF_MEMORY || buffer->failed == -ENOMEM)
		return -ENOMEM;
	if (buffer->failed)
		snprintf(reason, CURL_ERROR_SIZE, "the document is longer than %zu bytes",
			 buffer->maximum);
	else if (r != CURLE_OK && !reason[0])
		snprintf(reason, CURL_ERROR_SIZE, "%s", curl_easy_strerror(r));
	if (r != CURLE_OK)
		return 1;
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	if (status != 200)
		snprintf(reason, CURL_ERROR_SIZE, "the status is %ld", status);
	return status != 200;
}
