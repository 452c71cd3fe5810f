/* SPDX-License-Identifier: MIT */
#include "incoming.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "../clock.h"
#include "../digest.h"
#include "../limit.h"

/* Headers of which there is one. Authorization is one of them too, but whoever reads it has words
 * of its own for that. */
static const char *const single_headers[] = {
	"accord-organisation", "content-length",    "content-type", "host",
	"idempotency-key",     "transfer-encoding",
};

/* Copies a text in lower case behind what the memory holds already. */
static const char *incoming_lower(const char *text, char **memory)
{
	const char *copy = *memory;

	do
		*(*memory)++ = (char)(*text >= 'A' && *text <= 'Z' ? *text + 32 : *text);
	while (*text++);
	return copy;
}

/* The path and query of a target: it may name the server too (RFC 9112, 3.2.2). */
static const char *incoming_target(const char *url)
{
	static const char *const schemes[] = {"http://", "https://"};

	for (size_t i = 0; i < ARRAY_LENGTH(schemes); i++) {
		if (strncasecmp(url, schemes[i], strlen(schemes[i])) != 0)
			continue;
		url += strlen(schemes[i]);
		url += strcspn(url, "/?");
		return *url ? url : "/";
	}
	return url;
}

/*
 * Path, query and the headers' names, copied into one piece of memory: they are cut and made
 * lower case. Values are borrowed from ulfius, whose request outlives ours; an empty one is "".
 */
static int incoming_copy(const struct _u_request *from, struct request *request)
{
	int count = u_map_count(from->map_header);
	const char **names = u_map_enum_keys(from->map_header);
	const char *target = incoming_target(from->http_url);
	size_t length = strlen(target), bytes = length + 1;
	char *memory, *question;

	for (int i = 0; i < count; i++)
		bytes += strlen(names[i]) + 1;
	request->headers = calloc((size_t)(count > 0 ? count : 0) + 1, sizeof(*request->headers));
	request->memory = memory = malloc(bytes);
	if (!request->headers || !memory)
		return -ENOMEM;
	memcpy(memory, target, length + 1);
	request->path = memory;
	question = memchr(memory, '?', length);
	if (question) {
		*question = '\0';
		request->query = question + 1;
	}
	memory += length + 1;
	for (int i = 0; i < count; i++) {
		const char *value = from->map_header->values[i];

		request->headers[request->header_count++] =
			(struct header){incoming_lower(names[i], &memory), value ? value : ""};
	}
	return 0;
}

/*
 * Whether a header is repeated that must not be. ulfius joins repeats of one spelling, which is a
 * list where lists are allowed, and keeps those of another spelling apart, where one of them would
 * be lost.
 */
static bool incoming_repeated(const struct request *request)
{
	for (size_t i = 0; i < ARRAY_LENGTH(single_headers); i++)
		if (request_repeats(request, single_headers[i]))
			return true;
	for (size_t i = 0; i < request->header_count; i++)
		for (size_t k = 0; k < i; k++)
			if (strcmp(request->headers[k].name, request->headers[i].name) == 0 &&
			    strcmp(request->headers[k].name, "authorization") != 0)
				return true;
	return false;
}

static size_t incoming_header_bytes(const struct request *request)
{
	size_t bytes = 0;

	for (size_t i = 0; i < request->header_count; i++)
		bytes += strlen(request->headers[i].name) + strlen(request->headers[i].value);
	return bytes;
}

/* What is too large or can be read in two ways; NULL when nothing is. */
static const char *incoming_refusal(const struct _u_request *from, const struct request *request,
				    const char **ret_detail)
{
	bool one_one = from->http_protocol && strcmp(from->http_protocol, "HTTP/1.1") == 0;

	if (strlen(from->http_url) > LIMIT_URL_BYTES)
		return "uri-too-long";
	if (request->header_count > LIMIT_HEADERS ||
	    incoming_header_bytes(request) > LIMIT_HEADER_BYTES)
		return "headers-too-large";
	*ret_detail = "The length of the body is given twice.";
	if (request_header(request, "content-length") &&
	    request_header(request, "transfer-encoding"))
		return "malformed-request";
	*ret_detail = "A header that may occur once is repeated.";
	if (incoming_repeated(request))
		return "malformed-request";
	*ret_detail = "There is no Host.";
	if (one_one && !request_header(request, "host"))
		return "malformed-request";
	*ret_detail = NULL;
	return from->binary_body_length > LIMIT_BODY_BYTES ? "body-too-large" : NULL;
}

/* The client's own request id when it is short and plain, else a new one. */
static int incoming_set_id(struct request *request)
{
	const char *id = request_header(request, "x-request-id");
	size_t length = id ? strlen(id) : 0;

	if (length && length < sizeof(request->id) &&
	    strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
		    length) {
		memcpy(request->id, id, length + 1);
		return 0;
	}
	return digest_uuid7(clock_now_ms(), request->id);
}

/* The trace id of a well-formed traceparent (W3C Trace Context), else a new one. */
static int incoming_set_trace(struct request *request)
{
	const char *parent = request_header(request, "traceparent");
	uint8_t bytes[16];
	int r;

	if (parent && strlen(parent) == 55 && strncmp(parent, "00-", 3) == 0 && parent[35] == '-' &&
	    parent[52] == '-' && strspn(parent + 3, "0123456789abcdef") == 32 &&
	    strspn(parent + 36, "0123456789abcdef") == 16 &&
	    strspn(parent + 53, "0123456789abcdef") == 2 && strspn(parent + 3, "0") < 32 &&
	    strspn(parent + 36, "0") < 16) {
		memcpy(request->trace, parent + 3, 32);
		request->trace[32] = '\0';
		return 0;
	}
	r = digest_identifier(bytes, sizeof(bytes));
	if (r == 0)
		digest_hex(bytes, sizeof(bytes), request->trace);
	return r;
}

static void incoming_set_client(const struct _u_request *from,
				const struct incoming_proxies *proxies, struct request *request)
{
	const struct sockaddr_in *name =
		(const struct sockaddr_in *)(const void *)from->client_address;
	char peer[INET_ADDRSTRLEN] = "";

	if (name && name->sin_family == AF_INET)
		inet_ntop(AF_INET, &name->sin_addr, peer, sizeof(peer));
	network_find_client(proxies->networks, proxies->count, peer,
			    request_header(request, "x-forwarded-for"), request->client);
}

int incoming_read(const struct _u_request *from, const struct incoming_proxies *proxies,
		  struct request *ret_request, const char **ret_refusal, const char **ret_detail)
{
	struct request request = {.started_ns = clock_monotonic_ns()};
	int r;

	request.method_name = from->http_verb;
	request.method = method_parse(from->http_verb);
	request.body = from->binary_body;
	request.body_length = from->binary_body_length;
	r = incoming_copy(from, &request);
	if (r == 0)
		r = incoming_set_id(&request);
	if (r == 0)
		r = incoming_set_trace(&request);
	if (r < 0) {
		request_finish(&request);
		return r;
	}
	incoming_set_client(from, proxies, &request);
	*ret_detail = NULL;
	*ret_refusal = incoming_refusal(from, &request, ret_detail);
	if (*ret_refusal && strcmp(*ret_refusal, "malformed-request") != 0)
		*ret_detail = NULL;
	*ret_request = request;
	return 0;
}
