/* SPDX-License-Identifier: MIT */
/* The request's body: media type, syntax, depth, schema; and the values a statement is given. */
#include <errno.h>
#include <string.h>

#include "call.h"
#include "digest.h"
#include "jsontext.h"
#include "negotiate.h"

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

	if (!jsontext_is_shallow(request->body, request->body_length)) {
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

/* Bytes as PostgreSQL reads a bytea. */
static int body_write_bytes(struct call *call)
{
	size_t length = call->request->body_length;

	call->body_text = malloc(2 * length + 3);
	if (!call->body_text)
		return -ENOMEM;
	call->body_text[0] = '\\';
	call->body_text[1] = 'x';
	digest_hex(call->request->body, length, call->body_text + 2);
	return 0;
}

int call_read_body(struct call *call, struct reply *reply)
{
	const struct operation *operation = call->operation;
	int r;

	if (operation->form)
		return 0;
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
	if (operation->bytes)
		return body_write_bytes(call);
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

/* Who calls. What is for everybody is the same for everybody, whoever calls. */
static const char *body_caller(const struct call *call, enum source source)
{
	if (!call->operation->secured || !call->caller)
		return NULL;
	switch (source) {
	case SOURCE_CALLER_SUBJECT: return call->caller->id;
	case SOURCE_CALLER_CLIENT: return call->caller->person ? NULL : call->caller->id;
	case SOURCE_CALLER_EXPIRES_AT: return call->expires_at;
	case SOURCE_CALLER_SCOPES: return call->scopes;
	case SOURCE_CALLER_ORGANISATION: return call->grant ? call->grant->organisation : NULL;
	case SOURCE_CALLER_ROLE:
		return call->grant && call->grant->role[0] ? call->grant->role : NULL;
	default: return NULL;
	}
}

const char *call_source(const struct call *call, enum source source)
{
	switch (source) {
	case SOURCE_BODY: return call->body_text;
	case SOURCE_NEW_ID: return call->new_id;
	case SOURCE_NEW_RECEIPT: return call->receipt;
	case SOURCE_NEW_SECRET_DIGEST: return call->secret_digest;
	case SOURCE_REQUEST_FORMAT: return media_name(call->media);
	case SOURCE_REQUEST_ID: return call->request->id;
	case SOURCE_REQUEST_IF_MATCH: return request_header(call->request, "if-match");
	case SOURCE_REQUEST_ORDER: return call_text(call, "order");
	default: return body_caller(call, source);
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
			values[i] = call_source(call, (enum source)source);
	}
}
