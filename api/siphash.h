/* SPDX-License-Identifier: MIT */
/* SipHash-1-3: a hash for tables whose keys strangers choose. */
#pragma once

#include "common.h"

enum { SIPHASH_KEY_BYTES = 16 };

uint64_t siphash(const uint8_t key[SIPHASH_KEY_BYTES], const void *bytes, size_t length);
