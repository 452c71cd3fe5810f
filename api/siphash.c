/* SPDX-License-Identifier: MIT */
#include "siphash.h"

#include <string.h>

/* The four words of SipHash's state; numbers are read as little-endian machines store them, for a
 * hash that never leaves the process may differ between machines. */
struct siphash {
	uint64_t a, b, c, d;
};

static uint64_t siphash_turn(uint64_t word, unsigned bits)
{
	return word << bits | word >> (64 - bits);
}

static void siphash_round(struct siphash *state)
{
	state->a += state->b;
	state->b = siphash_turn(state->b, 13) ^ state->a;
	state->a = siphash_turn(state->a, 32);
	state->c += state->d;
	state->d = siphash_turn(state->d, 16) ^ state->c;
	state->a += state->d;
	state->d = siphash_turn(state->d, 21) ^ state->a;
	state->c += state->b;
	state->b = siphash_turn(state->b, 17) ^ state->c;
	state->c = siphash_turn(state->c, 32);
}

static void siphash_add(struct siphash *state, uint64_t word)
{
	state->d ^= word;
	siphash_round(state);
	state->a ^= word;
}

uint64_t siphash(const uint8_t key[SIPHASH_KEY_BYTES], const void *bytes, size_t length)
{
	const uint8_t *at = bytes;
	uint64_t keys[2], word, last = (uint64_t)length << 56;
	struct siphash state;

	memcpy(keys, key, sizeof(keys));
	state = (struct siphash){keys[0] ^ 0x736f6d6570736575, keys[1] ^ 0x646f72616e646f6d,
				 keys[0] ^ 0x6c7967656e657261, keys[1] ^ 0x7465646279746573};
	for (; length >= sizeof(word); length -= sizeof(word), at += sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		siphash_add(&state, word);
	}
	for (size_t i = 0; i < length; i++)
		last |= (uint64_t)at[i] << 8 * i;
	siphash_add(&state, last);
	state.c ^= 0xff;
	for (int i = 0; i < 3; i++)
		siphash_round(&state);
	return state.a ^ state.b ^ state.c ^ state.d;
}
