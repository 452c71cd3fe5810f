/* SPDX-License-Identifier: MIT */
#include "pattern_private.h"

#include "limit.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum {
	PATTERN_BYTES = 64 * 1024, /* a translated pattern */
	/* What one match may use to remember where to go back to. */
	PATTERN_HEAP_KIBIBYTES = 16 * 1024,
	PATTERN_SCRATCH_BYTES = 24 * 1024, /* PCRE2 takes 20 KiB before it looks at the text */
};

struct pattern {
	pcre2_code *code;
};

/* Memory of one match, on the stack: all that most matches need. The heap gives the rest. */
struct scratch {
	size_t used;
	_Alignas(max_align_t) unsigned char bytes[PATTERN_SCRATCH_BYTES];
};

/*
 * Callouts at every step are how steps are counted: PCRE2's own match limit starts afresh at each
 * place of the text where a match could begin, so a long text would multiply it.
 */
static int compile_code(struct translation *t, pcre2_code **ret_code)
{
	const uint32_t options =
		PCRE2_UTF | PCRE2_NEVER_UCP | PCRE2_NEVER_BACKSLASH_C | PCRE2_AUTO_CALLOUT;
	unsigned char message[128];
	PCRE2_SIZE offset;
	pcre2_code *code;
	int error;

	code = pcre2_compile((PCRE2_SPTR)(t->out.data ? t->out.data : ""), t->out.length, options,
			     &error, &offset, NULL);
	if (code) {
		*ret_code = code;
		return 0;
	}
	if (error == PCRE2_ERROR_HEAP_FAILED)
		return -ENOMEM;
	pcre2_get_error_message(error, message, sizeof(message));
	return pattern_refuse(t, (const char *)message);
}

int pattern_compile(const char *source, struct pattern **ret_pattern, char **ret_error)
{
	struct translation t = {.source = source, .next = source};
	struct pattern *pattern = calloc(1, sizeof(*pattern));
	int r;

	if (!pattern)
		return -ENOMEM;
	buffer_init(&t.out, PATTERN_BYTES);
	r = pattern_translate(&t);
	if (r == 0)
		r = compile_code(&t, &pattern->code);
	buffer_finish(&t.out);
	if (r < 0) {
		pattern_free(pattern);
		if (r == -EINVAL)
			*ret_error = t.error;
		return r;
	}
	*ret_pattern = pattern;
	return 0;
}

struct pattern *pattern_free(struct pattern *pattern)
{
	if (pattern)
		pcre2_code_free(pattern->code);
	free(pattern);
	return NULL;
}

static int count_step(pcre2_callout_block *block, void *steps)
{
	return ++*(unsigned *)steps > LIMIT_PATTERN_STEPS ? PCRE2_ERROR_MATCHLIMIT : 0;
}

static void *scratch_take(PCRE2_SIZE size, void *user)
{
	struct scratch *scratch = user;
	const size_t step = _Alignof(max_align_t);
	void *taken = scratch->bytes + scratch->used;

	if (size > sizeof(scratch->bytes) - scratch->used)
		return malloc(size);
	scratch->used += (size + step - 1) / step * step;
	return taken;
}

/* What lay on the stack goes with it. */
static void scratch_give_back(void *memory, void *user)
{
	const struct scratch *scratch = user;
	uintptr_t from = (uintptr_t)scratch->bytes, at = (uintptr_t)memory;

	if (at < from || at >= from + sizeof(scratch->bytes))
		free(memory);
}

int pattern_matches(const struct pattern *pattern, const char *text, size_t length)
{
	struct scratch scratch;
	pcre2_general_context *memory;
	pcre2_match_data *data;
	pcre2_match_context *context;
	unsigned steps = 0;
	int r = PCRE2_ERROR_NOMEMORY;

	scratch.used = 0;
	memory = pcre2_general_context_create(scratch_take, scratch_give_back, &scratch);
	data = pcre2_match_data_create(1, memory);
	context = pcre2_match_context_create(memory);
	if (data && context) {
		pcre2_set_callout(context, count_step, &steps);
		pcre2_set_match_limit(context, LIMIT_PATTERN_STEPS);
		pcre2_set_heap_limit(context, PATTERN_HEAP_KIBIBYTES);
		r = pcre2_match(pattern->code, (PCRE2_SPTR)text, length, 0, 0, data, context);
	}
	pcre2_match_context_free(context);
	pcre2_match_data_free(data);
	pcre2_general_context_free(memory);
	return r == PCRE2_ERROR_NOMEMORY ? -ENOMEM : r >= 0;
}
