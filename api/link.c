/* SPDX-License-Identifier: MIT */
#include "link.h"

#include <string.h>

#include "jsontext.h"

/* The path template with its values. */
static void link_write_path(const struct call *call, struct buffer *buffer)
{
	const char *at = call->operation->path;

	for (size_t i = 0; i < call->match.count; i++) {
		size_t length = strcspn(at, "{");

		buffer_add(buffer, at, length);
		query_encode(buffer, call->match.values[i]);
		at += length + strcspn(at + length, "}") + 1;
	}
	buffer_add_string(buffer, at);
}

/* A value of a list: a comma in it is no separator. */
static int link_write_element(const json_t *value, struct buffer *buffer)
{
	CLEANUP_BUFFER struct buffer text;
	const char *at;

	buffer_init(&text, LIMIT_URL_BYTES);
	if (json_is_string(value))
		buffer_add_string(&text, json_string_value(value));
	else if (jsontext_write(value, false, &text) < 0)
		return text.failed;
	if (text.failed)
		return text.failed;
	for (at = text.data; at && strchr(at, ','); at = strchr(at, ',') + 1) {
		CLEANUP_FREE char *part = strndup(at, (size_t)(strchr(at, ',') - at));

		query_encode(buffer, part ? part : "");
		buffer_add_string(buffer, "%2C");
	}
	return query_encode(buffer, at ? at : "");
}

static void link_write_value(const struct call *call, size_t parameter, struct buffer *buffer)
{
	const json_t *value = call->values[parameter], *element;
	size_t index;

	if (!json_is_array(value)) {
		query_encode(buffer, call->texts[parameter]);
		return;
	}
	json_array_foreach(value, index, element)
	{
		if (index)
			buffer_add_byte(buffer, ',');
		(void)link_write_element(element, buffer);
	}
}

/* Whether a parameter's value is the one that it has when it is left out. */
static bool link_is_default(const struct call *call, size_t parameter)
{
	const struct parameter *declared = &call->operation->parameters[parameter];
	CLEANUP_JSON json_t *fallback = declared->fallback ? call_default(call, declared) : NULL;

	return fallback && json_equal(call->values[parameter], fallback);
}

int link_write(const struct call *call, const char *after, struct buffer *buffer)
{
	link_write_path(call, buffer);
	buffer_add_byte(buffer, '?');
	for (size_t i = 0; i < call->operation->parameter_count; i++) {
		const struct parameter *parameter = &call->operation->parameters[i];

		if (parameter->place != PARAMETER_QUERY || !call->texts[i] ||
		    strcmp(parameter->name, "after") == 0 || link_is_default(call, i))
			continue;
		buffer_add_format(buffer, "%s=", parameter->name);
		link_write_value(call, i, buffer);
		buffer_add_byte(buffer, '&');
	}
	return buffer_add_format(buffer, "after=%s", after);
}
