/* SPDX-License-Identifier: MIT */
/* The request's body: media type, syntax, depth, schema; and the values a statement is given. */
#include <errno.h>
#include <string.h>

#include "call.h"
#include "jsontext.h"
#include "negotiate.h"

/* Whether nesting is within LIMIT_JSON_DEPTH: counted in the text, before a parser recurses into
 * it. */
static bool body_is_shallow(const char *text, size_t length)
{
	int depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < length; i++) {
		if (quoted && text[i] == '\\')
			i++;
		else if (text[i] == '"')
			quoted = !quoted;
		else if (!quoted && (text[i] == '{' || text[i] == '['))
			depth++;
		else if (!quoted && (text[i] == '}' || text[i] == ']'))
			depth--;
		if (depth > LIMIT_JSON_DEPTH)
			return false;
	}
	return true;
}

static int body_refuse_media(const struct call *call, struct reply *reply)
{
	problem_set(&reply->problem, "unsupported-media-type", "%s takes %s.", call->operation->id,
		    call->operation->body_media);
	reply_add_header(reply, call->operation->merge_patch ? "Accept-Patch" : "Accept", "%s",
			 call->operation->body_media);
	return 1;
}

static int body_parse(struct call *call, struct reply *reply)
{
	const struct request *request = call->request;
	json_error_t error;

	if (!body_is_shallow(request->body, request->body_length)) {
		problem_set(&reply->problem, "malformed-request",
			    "The body is nested deeper than %d.", LIMIT_JSON_DEPTH);
		return 1;
	}
	call->body = json_loadb(request->body, request->body_length,
				JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
	if (call->body)
		return 0;
	problem_set(&reply->problem, "malformed-request",
		    "The body is not JSON: line %d, column %d: %s.", error.line, error.column,
		    error.text);
	return 1;
}

int call_read_body(struct call *call, struct reply *reply)
{
	const struct operation *operation = call->operation;
	int r;

	if (!operation->body_media) {
		if (!call->request->body_length)
			return 0;
		problem_set(&reply->problem, "malformed-request", "%s takes no body.",
			    operation->id);
		return 1;
	}
	if (!call->request->body_length && !operation->body_required)
		return 0;
	if (request_header(call->request, "content-encoding") ||
	    !negotiate_content_type(request_header(call->request, "content-type"),
				    operation->body_media))
		return body_refuse_media(call, reply);
	if (!call->request->body_length) {
		problem_set(&reply->problem, "malformed-request", "%s needs a body.",
			    operation->id);
		return 1;
	}
	r = body_parse(call, reply);
	if (r != 0 || operation->merge_patch)
		return r;
	r = schema_validate(operation->body_schema, call->body, "", &reply->problem.violations);
	if (r == 1)
		problem_set(&reply->problem, "invalid-body", NULL);
	return r == 0 ? call_write_body(call) : r;
}

int call_write_body(struct call *call)
{
	struct buffer buffer;
	int r;

	/* Escapes can make text up to six times longer than it came. */
	buffer_init(&buffer, 6 * (size_t)LIMIT_BODY_BYTES);
	r = jsontext_write(call->body, true, &buffer);
	if (r < 0) {
		buffer_finish(&buffer);
		return -ENOMEM;
	}
	free(call->body_text);
	call->body_text = buffer_take(&buffer, NULL);
	return call->body_text ? 0 : -ENOMEM;
}

static const char *body_source(const struct call *call, enum source source)
{
	switch (source) {
	case SOURCE_BODY: return call->body_text;
	case SOURCE_NEW_ID: return call->new_id;
	case SOURCE_REQUEST_FORMAT: return media_name(call->media);
	case SOURCE_REQUEST_ID: return call->request->id;
	case SOURCE_REQUEST_IF_MATCH: return request_header(call->request, "if-match");
	case SOURCE_REQUEST_ORDER: return call_text(call, "order");
	default: return NULL; /* the caller's: nobody is known before tokens are */
	}
}

void call_bind(const struct call *call, const struct bound_statement *bound, const char **values)
{
	for (size_t i = 0; i < bound->count; i++) {
		unsigned char source = bound->sources[i];

		if (source >= SOURCE_PARAMETERS)
			values[i] = call->texts[source - SOURCE_PARAMETERS];
		else if (source >= SOURCE_SEARCH)
			values[i] = call->found[source - SOURCE_SEARCH];
		else
			values[i] = body_source(call, (enum source)source);
	}
}
