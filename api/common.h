/* SPDX-License-Identifier: MIT */
/* What every module uses: cleanup attributes, ownership hand-over, contract attributes. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))
#define CLEANUP(function) __attribute__((cleanup(function)))

#define ARRAY_LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* Hands a pointer over: yields its value and leaves NULL behind, so that a cleanup attribute frees
 * nothing. */
#define TAKE_PTR(pointer)                               \
	({                                              \
		__typeof__(pointer) taken_ = (pointer); \
		(pointer) = NULL;                       \
		taken_;                                 \
	})

static inline void common_free(void *pointer)
{
	free(*(void **)pointer);
}

static inline void common_decref(json_t **value)
{
	json_decref(*value);
}

#define CLEANUP_FREE CLEANUP(common_free)
#define CLEANUP_JSON CLEANUP(common_decref)
