/* SPDX-License-Identifier: MIT */
/* What a read is answered with, whoever asks: made once, never changed, held by the cache and by
 * every reply that is sending it. */
#pragma once

#include <stdatomic.h>

#include "reply.h"

struct representation {
	atomic_size_t holders;
	size_t bytes; /* of memory, all in all */
	int status;
	const char *content_type; /* borrowed: static or the contract's */
	const char *tag;          /* the ETag among the headers; NULL when there is none */
	char *body;
	size_t body_length;
	size_t header_count;
	struct reply_header headers[];
};

/* Moves body and headers out of a reply, which holds the result in their stead. 0; -ENOMEM, the
 * reply being as it was. */
int representation_keep(struct reply *reply) MUST_CHECK;
/* Lets a reply that is empty so far hold the representation, whose hold it takes over. */
void representation_answer(struct representation *held_take, struct reply *reply);
/* One more holder. Returns its argument. */
struct representation *representation_hold(struct representation *representation);
/* One holder less; the last one frees. Returns NULL. */
struct representation *representation_release(struct representation *representation);
