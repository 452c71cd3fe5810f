/* SPDX-License-Identifier: MIT */
#include "claims.h"

#include <string.h>

/* The end of the year 9999: far enough, and sums cannot overflow. */
#define CLAIMS_LAST_SECOND INT64_C(253402300799)

/* A time: a whole number of seconds. 0; 0 and *ret_there false when it is absent; REFUSAL_CLAIM. */
static int claims_time(const json_t *claims, const char *name, bool *ret_there, int64_t *ret_time)
{
	const json_t *value = json_object_get(claims, name);

	*ret_there = value;
	if (!value)
		return 0;
	if (!json_is_integer(value) || json_integer_value(value) < 0 ||
	    json_integer_value(value) > CLAIMS_LAST_SECOND)
		return REFUSAL_CLAIM;
	*ret_time = json_integer_value(value);
	return 0;
}

static bool claims_is_one_of(const json_t *value, const char *const *texts)
{
	const char *text = json_string_value(value);

	for (; text && *texts; texts++)
		if (strlen(*texts) == json_string_length(value) && strcmp(*texts, text) == 0)
			return true;
	return false;
}

/* aud: a text, or an array of texts. */
static int claims_judge_audience(const json_t *claims, const char *const *audiences)
{
	json_t *audience = json_object_get(claims, "aud"), *each;
	bool ours = claims_is_one_of(audience, audiences);
	size_t index;

	if (!json_is_string(audience) && !json_is_array(audience))
		return REFUSAL_CLAIM;
	json_array_foreach(audience, index, each)
	{
		if (!json_is_string(each))
			return REFUSAL_CLAIM;
		ours = ours || claims_is_one_of(each, audiences);
	}
	return ours ? 0 : REFUSAL_AUDIENCE;
}

static int claims_judge_times(const json_t *claims, const struct claims_rules *rules, int64_t now,
			      struct claims_times *ret_times)
{
	bool expires, early, issued;
	int64_t from = 0;
	int r;

	*ret_times = (struct claims_times){.issued = now};
	r = claims_time(claims, "exp", &expires, &ret_times->expires);
	if (r == 0)
		r = claims_time(claims, "nbf", &early, &from);
	if (r == 0)
		r = claims_time(claims, "iat", &issued, &ret_times->issued);
	if (r != 0)
		return r;
	if (!expires || (rules->issued && !issued))
		return REFUSAL_CLAIM;
	if (ret_times->expires + CLAIMS_LEEWAY_SECONDS <= now)
		return REFUSAL_EXPIRED;
	if (early && from - CLAIMS_LEEWAY_SECONDS > now)
		return REFUSAL_EARLY;
	if (issued && ret_times->issued - CLAIMS_LEEWAY_SECONDS > now)
		return REFUSAL_FUTURE;
	/* Without iat the token may have been made by a clock that is ahead of ours. */
	if (ret_times->expires - ret_times->issued >
	    rules->longest + (issued ? 0 : CLAIMS_LEEWAY_SECONDS))
		return REFUSAL_LIFETIME;
	return 0;
}

int claims_judge(const json_t *claims, const struct claims_rules *rules, int64_t now,
		 struct claims_times *ret_times)
{
	int r = claims_judge_audience(claims, rules->audiences);

	return r == 0 ? claims_judge_times(claims, rules, now, ret_times) : r;
}

int claims_text(const json_t *claims, const char *name, size_t most, const char **ret_text)
{
	const json_t *value = json_object_get(claims, name);
	const char *text = json_string_value(value);
	size_t length = json_string_length(value);

	if (!value) {
		*ret_text = NULL;
		return 0;
	}
	if (!text || !length || length > most)
		return REFUSAL_CLAIM;
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			return REFUSAL_CLAIM;
	*ret_text = text;
	return 0;
}

int claims_need_text(const json_t *claims, const char *name, size_t most, const char **ret_text)
{
	int r = claims_text(claims, name, most, ret_text);

	return r == 0 && !*ret_text ? REFUSAL_CLAIM : r;
}

bool claims_are_scopes(const char *text)
{
	char before = ' ';

	if (!*text)
		return true;
	for (; *text; before = *text++)
		if (*text == ' ' ? before == ' '
				 : *text < 0x21 || *text > 0x7e || *text == '"' || *text == '\\')
			return false;
	return before != ' ';
}
