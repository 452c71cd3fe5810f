/* SPDX-License-Identifier: MIT */
#include "representation.h"

#include <errno.h>
#include <string.h>

enum { REPRESENTATION_BLOCK = 16 }; /* what the allocator adds to a piece of memory */

struct representation *representation_hold(struct representation *representation)
{
	atomic_fetch_add_explicit(&representation->holders, 1, memory_order_relaxed);
	return representation;
}

struct representation *representation_release(struct representation *representation)
{
	if (!representation ||
	    atomic_fetch_sub_explicit(&representation->holders, 1, memory_order_acq_rel) > 1)
		return NULL;
	for (size_t i = 0; i < representation->header_count; i++)
		reply_header_finish(&representation->headers[i]);
	free(representation->body);
	free(representation);
	return NULL;
}

static size_t representation_size(const struct reply *reply)
{
	size_t bytes = sizeof(struct representation) + REPRESENTATION_BLOCK + reply->body_length +
		       REPRESENTATION_BLOCK;

	for (size_t i = 0; i < reply->header_count; i++)
		bytes += sizeof(struct reply_header) + strlen(reply->headers[i].value) +
			 REPRESENTATION_BLOCK;
	return bytes;
}

/* The reply borrows everything; it is the representation that owns. */
static void representation_lend(struct representation *representation, struct reply *reply)
{
	reply->held = representation;
	reply->status = representation->status;
	reply->content_type = representation->content_type;
	reply->tag = representation->tag;
	reply->body = representation->body;
	reply->body_length = representation->body_length;
	reply->encoded = true;
	reply->header_count = representation->header_count;
	for (size_t i = 0; i < representation->header_count; i++) {
		reply->headers[i] = representation->headers[i];
		reply->headers[i].owned = false;
	}
}

int representation_keep(struct reply *reply)
{
	size_t headers = reply->header_count * sizeof(reply->headers[0]);
	struct representation *representation = malloc(sizeof(*representation) + headers);
	char *body;

	if (!representation)
		return -ENOMEM;
	/* A body grew in a buffer that may be twice its size. */
	body = realloc(reply->body, reply->body_length + 1);
	*representation = (struct representation){
		.holders = 1,
		.bytes = representation_size(reply),
		.status = reply->status,
		.content_type = reply->content_type,
		.tag = reply->tag,
		.body = body ? body : reply->body,
		.body_length = reply->body_length,
		.header_count = reply->header_count,
	};
	memcpy(representation->headers, reply->headers, headers);
	representation_lend(representation, reply);
	return 0;
}

void representation_answer(struct representation *held_take, struct reply *reply)
{
	representation_lend(held_take, reply);
}
