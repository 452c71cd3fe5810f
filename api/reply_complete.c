/* SPDX-License-Identifier: MIT */
/* The last stage: what every reply has in common, whatever made it. */
#include <inttypes.h>
#include <string.h>

#include "digest.h"
#include "gzip.h"
#include "negotiate.h"
#include "service.h"

enum {
	REPLY_GZIP_MINIMUM = 1024, /* below this a packet is a packet */
	REPLY_TAG_BYTES = 12,      /* of the body's hash in an ETag */
	REPLY_TAG_LENGTH = 96,
	REPLY_KEEP_SECONDS = 5, /* of what anybody may have, unless it says more */
};

static void reply_write_problem(const struct service *service, const struct request *request,
				struct reply *reply)
{
	struct buffer body;
	size_t length = 0;
	char *text;

	buffer_init(&body, LIMIT_REPLY_BYTES);
	if (problem_write(&reply->problem, service->public_url, request->id, &body) < 0)
		buffer_finish(&body);
	text = buffer_take(&body, &length);
	reply_set_body(reply, reply->problem.type->status, "application/problem+json", text,
		       text ? length : 0);
	reply->shared = false;
	reply->tagged = false;
	reply->encoded = false;
	reply->keep = 0;
	reply->policy = NULL;
	if (reply->status == 503 || reply->status == 500)
		reply->close = reply->close || atomic_load(&service->draining);
}

bool reply_origin_allowed(const struct service *service, const char *origin)
{
	size_t length = strlen(origin);

	for (const char *at = service->config->cors_origins; *at;) {
		size_t here = strcspn(at, ", ");

		if (here == length && length && strncmp(at, origin, length) == 0)
			return true;
		at += here;
		at += strspn(at, ", ");
	}
	return false;
}

static void reply_add_cors(const struct service *service, const struct request *request,
			   struct reply *reply)
{
	const char *origin = request_header(request, "origin");

	if (!origin || !reply_origin_allowed(service, origin))
		return;
	reply_add_header(reply, "Access-Control-Allow-Origin", "%s", origin);
	if (request->method == METHOD_OPTIONS &&
	    request_header(request, "access-control-request-method")) {
		reply_add_fixed(reply, "Access-Control-Allow-Headers",
				"Accept, Accord-Organisation, Authorization, Content-Type, "
				"Idempotency-Key, If-Match, "
				"If-None-Match, traceparent, X-Request-Id");
		reply_add_fixed(reply, "Access-Control-Max-Age", "7200");
	} else {
		reply_add_fixed(reply, "Access-Control-Expose-Headers",
				"Allow, Deprecation, ETag, Link, Location, RateLimit, "
				"RateLimit-Policy, Retry-After, Sunset, "
				"WWW-Authenticate, X-Request-Id");
	}
}

void reply_add_location(const struct service *service, struct reply *reply, const char *location)
{
	reply_add_header(reply, "Location", "%s%s", location[0] == '/' ? service->public_url : "",
			 location);
}

/* The strong tag of one coding: "<version>.<hash of the identity body>" and "-gz". */
static void reply_write_tag(const struct reply *reply, const char *coding,
			    char ret_tag[REPLY_TAG_LENGTH])
{
	uint8_t digest[DIGEST_BYTES];
	char hex[2 * REPLY_TAG_BYTES + 1];

	ret_tag[0] = '\0';
	if (digest_sha256(reply->body, reply->body_length, digest) < 0)
		return;
	digest_hex(digest, REPLY_TAG_BYTES, hex);
	snprintf(ret_tag, REPLY_TAG_LENGTH, "\"%.48s.%s%s\"", reply->version ? reply->version : "0",
		 hex, coding);
}

bool reply_tag_matches(const char *if_none_match, const char *tag)
{
	size_t length = strlen(tag);

	for (const char *at = if_none_match; *at;) {
		at += strspn(at, " \t,");
		if (*at == '*')
			return true;
		if (strncmp(at, "W/", 2) == 0)
			at += 2;
		if (strncmp(at, tag, length) == 0)
			return true;
		if (*at == '"')
			at += 1 + strcspn(at + 1, "\"");
		at += strcspn(at, ",");
	}
	return false;
}

static void reply_compress(struct reply *reply)
{
	char *bytes;
	size_t length;

	if (gzip_compress(reply->body, reply->body_length, &bytes, &length) < 0)
		return;
	free(reply->body);
	reply->body = bytes;
	reply->body_length = length;
	reply_add_fixed(reply, "Content-Encoding", "gzip");
}

void reply_encode(struct reply *reply, bool gzip)
{
	char tag[REPLY_TAG_LENGTH] = "";

	gzip = gzip && reply->body_length >= REPLY_GZIP_MINIMUM;
	if (reply->tagged)
		reply_write_tag(reply, gzip ? "-gz" : "", tag);
	if (tag[0]) {
		reply_add_header(reply, "ETag", "%s", tag);
		reply->tag = reply->headers[reply->header_count - 1].value;
	}
	if (gzip)
		reply_compress(reply);
	reply->encoded = true;
}

/* The conditional answer to a read; a 303 does not depend on what is known already (RFC 9110,
 * section 13.2.1). */
static void reply_compare(const struct request *request, struct reply *reply)
{
	bool reads = request->method == METHOD_GET || request->method == METHOD_HEAD;
	bool compares = reads && reply->tag && reply->status / 100 == 2;
	const char *if_none_match = compares ? request_header(request, "if-none-match") : NULL;

	if (if_none_match && reply_tag_matches(if_none_match, reply->tag)) {
		reply->status = 304;
		reply->empty = true;
	}
}

static void reply_add_content_type(struct reply *reply)
{
	if (strncmp(reply->content_type, "text/", 5) == 0)
		reply_add_header(reply, "Content-Type", "%s; charset=utf-8", reply->content_type);
	else
		reply_add_fixed(reply, "Content-Type", reply->content_type);
}

static void reply_add_cache_control(struct reply *reply)
{
	const char *whose = reply->own ? "private" : "public";

	if (reply->keep || reply->shared)
		reply_add_header(reply, "Cache-Control", "%s, max-age=%d", whose,
				 reply->keep ? reply->keep : REPLY_KEEP_SECONDS);
	else
		reply_add_fixed(reply, "Cache-Control", "no-store");
}

/* What the representation depends on; whoever called, on who it was. */
static void reply_add_vary(const struct operation *operation, struct reply *reply)
{
	bool own = reply->own || (operation && operation->secured);

	reply_add_fixed(reply, "Vary",
			own ? "Accept, Accept-Encoding, Accord-Organisation, Authorization, Origin"
			    : "Accept, Accept-Encoding, Origin");
}

/* What is left to whoever asked (draft-ietf-httpapi-ratelimit-headers-11). */
static void reply_add_left(struct reply *reply)
{
	const struct quota_left *left = &reply->left;

	if (!left->policy)
		return;
	reply_add_fixed(reply, "RateLimit-Policy", left->policy);
	reply_add_header(reply, "RateLimit", "\"%s\";r=%" PRIu64 ";t=%u", left->name, left->left,
			 left->seconds);
}

void reply_complete(const struct service *service, const struct request *request,
		    const struct operation *operation, struct reply *reply)
{
	if (reply->problem.type)
		reply_write_problem(service, request, reply);
	if (reply->body && !reply->encoded)
		reply_encode(reply, negotiate_gzip(request_header(request, "accept-encoding")));
	if (reply->body)
		reply_compare(request, reply);
	if (reply->content_type && reply->body && !reply->empty)
		reply_add_content_type(reply);
	reply_add_cache_control(reply);
	reply_add_vary(operation, reply);
	reply_add_fixed(reply, "X-Request-Id", request->id);
	reply_add_fixed(reply, "X-Content-Type-Options", "nosniff");
	reply_add_fixed(reply, "Content-Security-Policy",
			reply->policy ? reply->policy
				      : "default-src 'none'; frame-ancestors 'none'");
	reply_add_fixed(reply, "Referrer-Policy", "no-referrer");
	reply_add_left(reply);
	reply_add_cors(service, request, reply);
	if (reply->close || atomic_load(&service->draining))
		reply_add_fixed(reply, "Connection", "close");
}
