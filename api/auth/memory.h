/* SPDX-License-Identifier: MIT */
/*
 * Tokens that were verified, by their SHA-256, until they expire: a bounded table of small groups,
 * in each of which the entry that expires first makes room. Revocations are no business of its.
 */
#pragma once

#include "../digest.h"
#include "principal.h"

struct memory;

/* 0 or -ENOMEM. */
int memory_new(struct memory **ret_memory) MUST_CHECK;
struct memory *memory_free(struct memory *memory);
/* The principal of a token that is remembered and has not expired at that second, with a reference
 * for the caller; NULL otherwise. */
struct principal *memory_find(struct memory *memory, const uint8_t digest[DIGEST_BYTES],
			      int64_t now);
/*
 * Which forgetting this is: taken before the keys are looked up, given back with what they
 * verified, so that nothing verified by a key that was withdrawn meanwhile is remembered.
 */
uint64_t memory_epoch(const struct memory *memory);
/* Remembers until a second, unless memory_forget() was called since epoch. Takes a reference of its
 * own. */
void memory_add(struct memory *memory, const uint8_t digest[DIGEST_BYTES],
		struct principal *principal, int64_t until, int64_t now, uint64_t epoch);
/* Forgets all: a key was withdrawn. */
void memory_forget(struct memory *memory);
