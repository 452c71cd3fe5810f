/* SPDX-License-Identifier: MIT */
/* Drives a fuzz target over seeds: each whole, cut at every place and spoilt at every byte. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SEED_BYTES = 64 * 1024 };

/* Bytes that mean something to one target or another. */
static const char spoilers[] = "\0'\"$:;-/*[](){}\\\n aE1_=\x7f\xff";

/* A copy of exactly that length, so that a sanitizer sees every byte read beyond it. */
static void run(const uint8_t *bytes, size_t length)
{
	uint8_t *copy = malloc(length ? length : 1);

	if (!copy)
		abort();
	memcpy(copy, bytes, length);
	LLVMFuzzerTestOneInput(copy, length);
	free(copy);
}

static size_t run_seed(uint8_t *bytes, size_t length)
{
	size_t runs = 1;

	run(bytes, length);
	for (size_t i = 0; i < length; i++) {
		const uint8_t kept = bytes[i];

		run(bytes, i);
		for (size_t k = 0; k < sizeof(spoilers) - 1; k++) {
			bytes[i] = (uint8_t)spoilers[k];
			run(bytes, length);
		}
		bytes[i] = kept;
		runs += sizeof(spoilers);
	}
	return runs;
}

int main(int argc, char **argv)
{
	static uint8_t bytes[SEED_BYTES];
	size_t runs = 0;

	for (int i = 1; i < argc; i++) {
		FILE *stream = fopen(argv[i], "re");
		size_t length;

		if (!stream) {
			fprintf(stderr, "%s cannot be opened\n", argv[i]);
			return 1;
		}
		length = fread(bytes, 1, sizeof(bytes), stream);
		fclose(stream);
		runs += run_seed(bytes, length);
	}
	printf("%d seeds, %zu runs\n", argc - 1, runs);
	return argc > 1 ? 0 : 1;
}
