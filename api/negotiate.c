/* SPDX-License-Identifier: MIT */
#include "negotiate.h"

#include <string.h>
#include <strings.h>

#include "limit.h"

enum {
	WEIGHT_NONE = -1,   /* no weight was given */
	WEIGHT_FULL = 1000, /* q=1; weights are counted in thousandths */
};

/* Bytes of a header, not terminated. */
struct span {
	const char *at;
	size_t length;
};

/* What is left of one element of a header's list. */
struct scan {
	const char *at;
	const char *end;
};

/* One element: a media range (main, sub) or a coding (main), and its weight. */
struct preference {
	struct span main;
	struct span sub;
	int weight;
};

struct preferences {
	size_t count;
	size_t seen; /* elements that were not empty, well-formed or not */
	struct preference items[LIMIT_ACCEPT_RANGES];
};

static bool span_equals(struct span span, const char *text, size_t length)
{
	return span.length == length && strncasecmp(span.at, text, length) == 0;
}

static bool span_is(struct span span, const char *text)
{
	return span_equals(span, text, strlen(text));
}

static bool is_token_byte(char byte)
{
	static const char others[] = "!#$%&'*+-.^_`|~";

	return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
	       (byte >= 'a' && byte <= 'z') || (byte != '\0' && strchr(others, byte));
}

static void scan_space(struct scan *scan)
{
	while (scan->at < scan->end && (*scan->at == ' ' || *scan->at == '\t'))
		scan->at++;
}

static bool scan_byte(struct scan *scan, char byte)
{
	if (scan->at == scan->end || *scan->at != byte)
		return false;
	scan->at++;
	return true;
}

static bool scan_token(struct scan *scan, struct span *ret_token)
{
	const char *start = scan->at;

	while (scan->at < scan->end && is_token_byte(*scan->at))
		scan->at++;
	*ret_token = (struct span){start, (size_t)(scan->at - start)};
	return scan->at > start;
}

/*
 * The inside of a quoted string, its escapes left as they are: no value that matters here needs
 * one.
 */
static bool scan_quoted(struct scan *scan, struct span *ret_text)
{
	const char *start = scan->at + 1;

	if (!scan_byte(scan, '"'))
		return false;
	while (scan->at < scan->end && *scan->at != '"')
		scan->at += *scan->at == '\\' && scan->at + 1 < scan->end ? 2 : 1;
	*ret_text = (struct span){start, (size_t)(scan->at - start)};
	return scan_byte(scan, '"');
}

/*
 * The next ";name=value". 1 with the parameter, whose name is empty for the ";" without one that
 * RFC 9110 allows; 0 at the element's end; -1 when it is malformed.
 */
static int scan_parameter(struct scan *scan, struct span *ret_name, struct span *ret_value)
{
	*ret_name = *ret_value = (struct span){0};
	scan_space(scan);
	if (scan->at == scan->end)
		return 0;
	if (!scan_byte(scan, ';'))
		return -1;
	scan_space(scan);
	if (!scan_token(scan, ret_name))
		return 1;
	if (!scan_byte(scan, '='))
		return -1;
	return scan_quoted(scan, ret_value) || scan_token(scan, ret_value) ? 1 : -1;
}

/*
 * The weight in thousandths: 0 or 1 with up to three decimals, at most 1; WEIGHT_NONE when it is
 * not that.
 */
static int parse_weight(struct span text)
{
	int weight = 0, unit = WEIGHT_FULL;

	if (text.length == 0 || text.length > 5 || (text.at[0] != '0' && text.at[0] != '1'))
		return WEIGHT_NONE;
	for (size_t i = 0; i < text.length; i++) {
		if (i == 1 && text.at[i] == '.')
			continue;
		if (i == 1 || text.at[i] < '0' || text.at[i] > '9')
			return WEIGHT_NONE;
		weight += (text.at[i] - '0') * unit;
		unit /= 10;
	}
	return weight <= WEIGHT_FULL ? weight : WEIGHT_NONE;
}

/* Reads the parameters up to the end of the element; only q counts. */
static bool scan_weight(struct scan *scan, int *ret_weight)
{
	struct span name, value;
	int weight = WEIGHT_NONE;
	int r;

	while ((r = scan_parameter(scan, &name, &value)) == 1) {
		if (!span_is(name, "q"))
			continue;
		if (weight != WEIGHT_NONE)
			return false;
		weight = parse_weight(value);
		if (weight == WEIGHT_NONE)
			return false;
	}
	*ret_weight = weight == WEIGHT_NONE ? WEIGHT_FULL : weight;
	return r == 0;
}

static bool scan_media_type(struct scan *scan, struct span *ret_main, struct span *ret_sub)
{
	return scan_token(scan, ret_main) && scan_byte(scan, '/') && scan_token(scan, ret_sub);
}

static bool parse_media_range(struct scan scan, struct preference *ret_range)
{
	if (!scan_media_type(&scan, &ret_range->main, &ret_range->sub))
		return false;
	if (span_is(ret_range->main, "*") && !span_is(ret_range->sub, "*"))
		return false;
	return scan_weight(&scan, &ret_range->weight);
}

static bool parse_coding(struct scan scan, struct preference *ret_coding)
{
	return scan_token(&scan, &ret_coding->main) && scan_weight(&scan, &ret_coding->weight);
}

/* Where the element at a list's position ends: at a comma outside quotes, or with the list. */
static const char *element_end(const char *at)
{
	bool quoted = false;

	for (; *at && (quoted || *at != ','); at++) {
		if (*at == '"')
			quoted = !quoted;
		else if (quoted && at[0] == '\\' && at[1] != '\0')
			at++;
	}
	return at;
}

/*
 * Reads a list's elements up to the limit; what is malformed is left out, and so never asks for
 * anything.
 */
static void parse_preferences(const char *list, bool (*parse)(struct scan, struct preference *),
			      struct preferences *ret_preferences)
{
	*ret_preferences = (struct preferences){0};
	while (*list && ret_preferences->seen < LIMIT_ACCEPT_RANGES) {
		struct scan scan = {list, element_end(list)};
		struct preference preference = {0};

		list = *scan.end ? scan.end + 1 : scan.end;
		scan_space(&scan);
		if (scan.at == scan.end)
			continue;
		ret_preferences->seen++;
		if (parse(scan, &preference))
			ret_preferences->items[ret_preferences->count++] = preference;
	}
}

/*
 * How closely a range describes an offer: 3 by name, 2 by its main type, 1 as anything, 0 not at
 * all.
 */
static int range_closeness(const struct preference *range, const char *offer)
{
	size_t main_length = strcspn(offer, "/");
	const char *sub = offer + main_length + (offer[main_length] == '/');

	if (span_is(range->main, "*"))
		return 1;
	if (!span_equals(range->main, offer, main_length))
		return 0;
	if (span_is(range->sub, "*"))
		return 2;
	return span_is(range->sub, sub) ? 3 : 0;
}

/*
 * The weight of an offer: that of the range that describes it most closely, the highest of equals.
 */
static int offer_weight(const struct preferences *ranges, const char *offer)
{
	int closest = 0, weight = 0;

	for (size_t i = 0; i < ranges->count; i++) {
		int closeness = range_closeness(&ranges->items[i], offer);

		if (closeness == 0 || closeness < closest)
			continue;
		if (closeness > closest || ranges->items[i].weight > weight)
			weight = ranges->items[i].weight;
		closest = closeness;
	}
	return weight;
}

int negotiate_media(const char *accept, const char *const *offers, size_t count)
{
	struct preferences ranges;
	int best = -1, best_weight = 0;

	parse_preferences(accept ? accept : "", parse_media_range, &ranges);
	if (ranges.seen == 0)
		return count > 0 ? 0 : -1;
	for (size_t i = 0; i < count; i++) {
		int weight = offer_weight(&ranges, offers[i]);

		if (weight > best_weight) {
			best = (int)i;
			best_weight = weight;
		}
	}
	return best;
}

/*
 * The weight given to a coding under either of its names, the highest of several; WEIGHT_NONE when
 * it is not named.
 */
static int coding_weight(const struct preferences *codings, const char *name, const char *alias)
{
	int weight = WEIGHT_NONE;

	for (size_t i = 0; i < codings->count; i++) {
		const struct preference *coding = &codings->items[i];

		if ((span_is(coding->main, name) || span_is(coding->main, alias)) &&
		    coding->weight > weight)
			weight = coding->weight;
	}
	return weight;
}

bool negotiate_gzip(const char *accept_encoding)
{
	struct preferences codings;
	int any, gzip, identity;

	parse_preferences(accept_encoding ? accept_encoding : "", parse_coding, &codings);
	any = coding_weight(&codings, "*", "*");
	gzip = coding_weight(&codings, "gzip", "x-gzip");
	identity = coding_weight(&codings, "identity", "identity");
	if (gzip == WEIGHT_NONE)
		gzip = any;
	if (identity == WEIGHT_NONE)
		identity = any;
	return gzip > 0 && gzip >= identity;
}

bool negotiate_content_type(const char *content_type, const char *media_type)
{
	const char *text = content_type ? content_type : "";
	struct scan scan = {text, text + strlen(text)};
	struct span main, sub, name, value;
	struct preference type = {0};
	int r;

	scan_space(&scan);
	if (!scan_media_type(&scan, &main, &sub))
		return false;
	type.main = main;
	type.sub = sub;
	if (span_is(main, "*") || range_closeness(&type, media_type) != 3)
		return false;
	while ((r = scan_parameter(&scan, &name, &value)) == 1)
		if (name.length > 0 && (!span_is(name, "charset") || !span_is(value, "utf-8")))
			return false;
	return r == 0;
}
