/* SPDX-License-Identifier: MIT */
#include "route.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "query.h"

struct route_node;

struct route_branch {
	char *literal;
	struct route_node *node;
};

struct route_node {
	struct route_branch *branches; /* sorted by literal */
	size_t branch_count;
	struct route_node *parameter; /* any other segment */
	const void *operations[METHOD_UNKNOWN];
};

struct route_table {
	struct route_node root;
};

/* A raw path, cut at its slashes and decoded. */
struct route_path {
	size_t count;
	char *segments[LIMIT_PATH_SEGMENTS];
};

/* The way down to a template, with the segments that parameters took. */
struct route_walk {
	const struct route_path *path;
	size_t taken_count;
	size_t taken[LIMIT_PATH_SEGMENTS];
};

static void route_node_finish(struct route_node *node)
{
	for (size_t i = 0; i < node->branch_count; i++) {
		route_node_finish(node->branches[i].node);
		free(node->branches[i].node);
		free(node->branches[i].literal);
	}
	if (node->parameter)
		route_node_finish(node->parameter);
	free(node->parameter);
	free(node->branches);
}

int route_table_new(struct route_table **ret_table)
{
	struct route_table *table = calloc(1, sizeof(*table));

	if (!table)
		return -ENOMEM;
	*ret_table = table;
	return 0;
}

struct route_table *route_table_free(struct route_table *table)
{
	if (!table)
		return NULL;
	route_node_finish(&table->root);
	free(table);
	return NULL;
}

/* Finds a literal among the branches: its place, or the place where it belongs. */
static bool route_branch_find(const struct route_node *node, const char *literal, size_t length,
			      size_t *ret_place)
{
	size_t low = 0, high = node->branch_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const char *other = node->branches[middle].literal;
		int order = strncmp(other, literal, length);

		if (order == 0 && other[length] == '\0') {
			*ret_place = middle;
			return true;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*ret_place = low;
	return false;
}

static int route_branch_add(struct route_node *node, size_t place, const char *literal,
			    size_t length, struct route_node **ret_child)
{
	CLEANUP_FREE char *text = strndup(literal, length);
	CLEANUP_FREE struct route_node *child = calloc(1, sizeof(*child));
	struct route_branch *branches;

	if (!text || !child)
		return -ENOMEM;
	branches = reallocarray(node->branches, node->branch_count + 1, sizeof(*branches));
	if (!branches)
		return -ENOMEM;
	memmove(branches + place + 1, branches + place,
		(node->branch_count - place) * sizeof(*branches));
	node->branches = branches;
	node->branch_count++;
	*ret_child = child;
	branches[place] = (struct route_branch){TAKE_PTR(text), TAKE_PTR(child)};
	return 0;
}

/* The node below for one segment of a template, made when it is not there yet. */
static int route_descend(struct route_node **node, const char *segment, size_t length)
{
	size_t place;

	if (segment[0] == '{') {
		if (!(*node)->parameter)
			(*node)->parameter = calloc(1, sizeof(struct route_node));
		*node = (*node)->parameter;
		return *node ? 0 : -ENOMEM;
	}
	if (!route_branch_find(*node, segment, length, &place))
		return route_branch_add(*node, place, segment, length, node);
	assert((*node)->branches);
	*node = (*node)->branches[place].node;
	return 0;
}

static bool route_is_dots(const char *segment, size_t length)
{
	return length > 0 && length <= 2 && strspn(segment, ".") >= length;
}

/* Whether a template's segment is a literal of characters that need no escape, or {name}. */
static bool route_segment_is_valid(const char *segment, size_t length)
{
	static const char name[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	static const char literal[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~!$&'()*+,;=:@";

	if (length == 0 || route_is_dots(segment, length))
		return false;
	if (segment[0] != '{')
		return strspn(segment, literal) == length;
	return length > 2 && strspn(segment + 1, name) == length - 2 && segment[length - 1] == '}';
}

/* Whether the segment at from, {name} with its braces, comes again further down the template. */
static bool route_name_repeats(const char *segment, size_t length)
{
	return segment[0] == '{' &&
	       memmem(segment + length, strlen(segment + length), segment, length);
}

static bool route_template_is_valid(const char *path_template)
{
	const char *at = path_template;
	size_t count = 0;

	if (strcmp(path_template, "/") == 0)
		return true;
	while (*at == '/') {
		size_t length = strcspn(++at, "/");

		if (++count > LIMIT_PATH_SEGMENTS || !route_segment_is_valid(at, length) ||
		    route_name_repeats(at, length))
			return false;
		at += length;
	}
	return count > 0 && *at == '\0';
}

int route_add(struct route_table *table, enum method method, const char *path_template,
	      const void *operation)
{
	struct route_node *node = &table->root;
	const char *at = path_template;

	if (method == METHOD_HEAD || method >= METHOD_OPTIONS || !operation ||
	    !route_template_is_valid(path_template))
		return -EINVAL;
	while (at[0] == '/' && at[1] != '\0') {
		size_t length = strcspn(++at, "/");
		int r = route_descend(&node, at, length);

		if (r < 0)
			return r;
		at += length;
	}
	if (node->operations[method])
		return -EEXIST;
	node->operations[method] = operation;
	return 0;
}

static void route_path_finish(struct route_path *path)
{
	for (size_t i = 0; i < path->count; i++)
		free(path->segments[i]);
	path->count = 0;
}

static int route_path_add(struct route_path *path, const char *raw, size_t length)
{
	CLEANUP_FREE char *segment = NULL;
	int r;

	if (path->count == LIMIT_PATH_SEGMENTS || length == 0)
		return ROUTE_BAD_PATH;
	r = query_decode(raw, length, false, &segment);
	if (r != 0)
		return r < 0 ? r : ROUTE_BAD_PATH;
	if (route_is_dots(segment, strlen(segment)))
		return ROUTE_BAD_PATH;
	path->segments[path->count++] = TAKE_PTR(segment);
	return 0;
}

/* Cuts before it decodes: an encoded slash stays inside its segment. */
static int route_path_parse(const char *raw, struct route_path *path)
{
	if (raw[0] != '/')
		return ROUTE_BAD_PATH;
	if (raw[1] == '\0')
		return 0;
	while (*raw == '/') {
		size_t length = strcspn(++raw, "/");
		int r;

		if (*raw == '\0')
			return ROUTE_NO_PATH;
		r = route_path_add(path, raw, length);
		if (r != 0)
			return r;
		raw += length;
	}
	return 0;
}

static unsigned route_allowed(const struct route_node *node)
{
	unsigned allowed = 0;

	for (size_t i = 0; i < METHOD_UNKNOWN; i++)
		if (node->operations[i])
			allowed |= 1u << i;
	if (!allowed)
		return 0;
	if (node->operations[METHOD_GET])
		allowed |= 1u << METHOD_HEAD;
	return allowed | 1u << METHOD_OPTIONS;
}

/*
 * The node of the template that fits the segments from depth on; recursion is bounded by
 * LIMIT_PATH_SEGMENTS.
 */
static const struct route_node *route_walk(struct route_walk *walk, const struct route_node *node,
					   size_t depth)
{
	const struct route_node *found;
	const char *segment;
	size_t place;

	if (depth == walk->path->count)
		return route_allowed(node) ? node : NULL;
	segment = walk->path->segments[depth];
	if (route_branch_find(node, segment, strlen(segment), &place)) {
		found = route_walk(walk, node->branches[place].node, depth + 1);
		if (found)
			return found;
	}
	if (!node->parameter)
		return NULL;
	walk->taken[walk->taken_count++] = depth;
	found = route_walk(walk, node->parameter, depth + 1);
	if (!found)
		walk->taken_count--;
	return found;
}

int route_find(const struct route_table *table, enum method method, const char *path,
	       struct route_match *ret_match)
{
	CLEANUP(route_path_finish) struct route_path parsed = {0};
	struct route_walk walk = {.path = &parsed};
	struct route_match match = {0};
	const struct route_node *node;
	int r = route_path_parse(path, &parsed);

	*ret_match = match;
	if (r != 0)
		return r;
	node = route_walk(&walk, &table->root, 0);
	if (!node)
		return ROUTE_NO_PATH;
	ret_match->allowed = match.allowed = route_allowed(node);
	if (method == METHOD_HEAD)
		method = METHOD_GET;
	if (method >= METHOD_UNKNOWN || !node->operations[method])
		return ROUTE_NO_METHOD;
	match.operation = node->operations[method];
	for (size_t i = 0; i < walk.taken_count; i++)
		match.values[match.count++] = TAKE_PTR(parsed.segments[walk.taken[i]]);
	*ret_match = match;
	return 0;
}

void route_match_finish(struct route_match *match)
{
	for (size_t i = 0; i < match->count; i++)
		free(match->values[i]);
	*match = (struct route_match){0};
}
