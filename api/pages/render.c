/* SPDX-License-Identifier: MIT */
#include "render.h"

#include <errno.h>
#include <string.h>

#include "../limit.h"
#include "files.h"
#include "words.h"

enum { RENDER_DEPTH = 16 }; /* sections and templates within one another */

struct render {
	struct buffer *out;
	size_t depth;
	size_t count; /* of data */
	const json_t *data[RENDER_DEPTH + 1];
};

/* Text of a template, not terminated. */
struct part {
	const char *at;
	const char *end;
};

struct tag {
	char kind; /* '#', '^', '/', '>', '~', or 0: a value */
	struct part name;
	const char *start;
	const char *after;
};

static int render_part(struct render *render, struct part part);

static bool part_equals(struct part a, struct part b)
{
	return a.end - a.at == b.end - b.at && memcmp(a.at, b.at, (size_t)(a.end - a.at)) == 0;
}

/* The next tag of a part: 1, 0 when there is none, -EINVAL when it does not end. */
static int tag_next(struct part part, struct tag *ret_tag)
{
	size_t length = (size_t)(part.end - part.at);
	const char *start = memmem(part.at, length, "{{", 2), *end;

	if (!start)
		return 0;
	end = memmem(start, (size_t)(part.end - start), "}}", 2);
	if (!end)
		return -EINVAL;
	*ret_tag = (struct tag){.start = start, .after = end + 2, .name = {start + 2, end}};
	if (ret_tag->name.at < end && strchr("#^/>~", *ret_tag->name.at))
		ret_tag->kind = *ret_tag->name.at++;
	return ret_tag->name.at < end ? 1 : -EINVAL;
}

/* The closing tag of a section that opens before part. 0, or -EINVAL when there is none. */
static int tag_close(struct part part, struct part name, struct tag *ret_close)
{
	size_t open = 1;
	int r;

	while ((r = tag_next(part, ret_close)) == 1) {
		part.at = ret_close->after;
		if (ret_close->kind == '#' || ret_close->kind == '^')
			open++;
		if (ret_close->kind == '/' && --open == 0)
			return part_equals(ret_close->name, name) ? 0 : -EINVAL;
	}
	return -EINVAL;
}

static const json_t *render_find(const struct render *render, struct part name)
{
	size_t length = (size_t)(name.end - name.at);

	if (length == 1 && *name.at == '.')
		return render->data[render->count - 1];
	for (size_t i = render->count; i > 0; i--) {
		const json_t *found = json_object_getn(render->data[i - 1], name.at, length);

		if (found)
			return found;
	}
	return NULL;
}

static void render_escaped(struct buffer *out, const char *text)
{
	static const char special[] = "&<>\"'";
	static const char *const entities[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};

	while (*text) {
		size_t plain = strcspn(text, special);

		buffer_add(out, text, plain);
		text += plain;
		if (*text)
			buffer_add_string(out, entities[strchr(special, *text++) - special]);
	}
}

static void render_value(struct render *render, const json_t *value)
{
	if (json_is_string(value))
		render_escaped(render->out, json_string_value(value));
	if (json_is_integer(value))
		buffer_add_format(render->out, "%lld", (long long)json_integer_value(value));
}

static int render_words(struct render *render, const json_t *value)
{
	CLEANUP_BUFFER struct buffer words;
	CLEANUP_FREE char *text = NULL;

	buffer_init(&words, LIMIT_REPLY_BYTES);
	if (!json_is_string(value)) {
		render_value(render, value);
		return 0;
	}
	words_add(&words, json_string_value(value), json_object_get(render->data[0], "codes"));
	text = buffer_take(&words, NULL);
	if (!text)
		return -ENOMEM;
	render_escaped(render->out, text);
	return 0;
}

/* Whether a section is written at all. */
static bool render_holds(const json_t *value)
{
	if (json_is_array(value))
		return json_array_size(value) > 0;
	if (json_is_string(value))
		return json_string_length(value) > 0;
	return value && !json_is_null(value) && !json_is_false(value);
}

/* Writes a part with further data. */
static int render_with(struct render *render, struct part inside, const json_t *data)
{
	int r;

	render->data[render->count++] = data;
	r = render_part(render, inside);
	render->count--;
	return r;
}

static int render_section(struct render *render, struct part inside, const struct tag *tag)
{
	const json_t *value = render_find(render, tag->name);
	const json_t *item;
	size_t index;
	int r = 0;

	if (tag->kind == '^')
		return render_holds(value) ? 0 : render_part(render, inside);
	if (!render_holds(value))
		return 0;
	if (!json_is_array(value))
		return render_with(render, inside, value);
	json_array_foreach((json_t *)value, index, item)
	{
		r = render_with(render, inside, item);
		if (r < 0)
			return r;
	}
	return 0;
}

static int render_other(struct render *render, struct part name)
{
	for (const struct page_file *file = page_files; file->name; file++) {
		const struct part its = {file->name, file->name + strlen(file->name)};

		if (part_equals(its, name))
			return render_part(render,
					   (struct part){file->text, file->text + file->length});
	}
	return -EINVAL;
}

static int render_tag(struct render *render, struct part *part, const struct tag *tag)
{
	struct tag close;
	int r;

	part->at = tag->after;
	if (tag->kind == '/')
		return -EINVAL;
	if (tag->kind == '>')
		return render_other(render, tag->name);
	if (tag->kind == '~')
		return render_words(render, render_find(render, tag->name));
	if (!tag->kind) {
		render_value(render, render_find(render, tag->name));
		return 0;
	}
	r = tag_close(*part, tag->name, &close);
	if (r < 0)
		return r;
	r = render_section(render, (struct part){part->at, close.start}, tag);
	part->at = close.after;
	return r;
}

static int render_part(struct render *render, struct part part)
{
	struct tag tag;
	int r = 0, more;

	if (render->depth == RENDER_DEPTH)
		return -EINVAL;
	render->depth++;
	while (r == 0 && (more = tag_next(part, &tag)) != 0) {
		if (more < 0)
			return more;
		buffer_add(render->out, part.at, (size_t)(tag.start - part.at));
		r = render_tag(render, &part, &tag);
	}
	render->depth--;
	return r < 0 ? r : buffer_add(render->out, part.at, (size_t)(part.end - part.at));
}

int render_text(const char *template_text, const json_t *data, struct buffer *out)
{
	struct render render = {.out = out, .count = 1, .data = {data}};

	return render_part(&render,
			   (struct part){template_text, template_text + strlen(template_text)});
}

int render_template(const char *name, const json_t *data, struct buffer *out)
{
	struct render render = {.out = out, .count = 1, .data = {data}};

	return render_other(&render, (struct part){name, name + strlen(name)});
}

bool render_has(const char *name)
{
	const struct page_file *file = page_files;

	while (file->name && strcmp(file->name, name) != 0)
		file++;
	return file->name;
}
