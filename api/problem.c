/* SPDX-License-Identifier: MIT */
#include "problem.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "limit.h"

static const struct problem_type problem_table[] = {
	{"malformed-request", 400, "Malformed request",
	 "The request could not be read: its path, query, headers or body break the syntax of "
	 "HTTP or JSON."},
	{"invalid-parameter", 400, "Invalid parameter",
	 "A query, path or header parameter is unknown, repeated or breaks the rules that the "
	 "contract states for it."},
	{"invalid-cursor", 400, "Invalid cursor",
	 "The parameter after does not belong to this list, its filters and its order; start "
	 "again without it."},
	{"missing-header", 400, "Missing header",
	 "The operation requires a header that the request does not carry."},
	{"unauthorised", 401, "Unauthorised",
	 "The operation requires an access token, and the request carries none that is valid."},
	{"invalid-token", 401, "Invalid token",
	 "The request carries an access token that is expired, revoked, malformed or not meant for "
	 "this service."},
	{"forbidden", 403, "Forbidden", "The caller is known, but may not do this."},
	{"insufficient-scope", 403, "Insufficient scope",
	 "The operation needs a scope that the access token, or the caller's role in the "
	 "organisation, does not have."},
	{"organisation-required", 400, "Organisation required",
	 "The caller has a role in several organisations: the header Accord-Organisation says for "
	 "which of them this request is made."},
	{"organisation-forbidden", 403, "Organisation forbidden",
	 "The header Accord-Organisation names an organisation in which the caller has no role."},
	{"not-found", 404, "Not found", "Nothing that the caller may see is at this address."},
	{"method-not-allowed", 405, "Method not allowed",
	 "The address exists, but not with this method; the header Allow lists those it has."},
	{"not-acceptable", 406, "Not acceptable",
	 "The operation offers none of the media types that the header Accept asks for."},
	{"request-timeout", 408, "Request timeout",
	 "The request did not arrive whole in the time that the service allows."},
	{"conflict", 409, "Conflict",
	 "The request contradicts the present state of the resource or of another one."},
	{"illegal-action", 409, "Action not allowed now",
	 "The record is in a state in which this cannot be done: state names it, and "
	 "allowedActions what the caller can do instead."},
	{"likely-duplicate", 409, "Likely duplicate",
	 "The organisation may be one that is here already: candidates lists those. Use it, or say "
	 "in distinctFrom that it is none of them."},
	{"busy", 409, "Busy",
	 "Another request is changing the same resource; try again after a moment."},
	{"secret-already-shown", 409, "Secret already shown",
	 "The request was carried out before, and the secret it returned is shown only once."},
	{"precondition-failed", 412, "Precondition failed",
	 "The resource has changed since the version that the header If-Match names; read it "
	 "again."},
	{"body-too-large", 413, "Body too large",
	 "The request body is longer than the service accepts."},
	{"uri-too-long", 414, "URI too long",
	 "The path and query together are longer than the service accepts."},
	{"unsupported-media-type", 415, "Unsupported media type",
	 "The operation does not read the media type or the content coding of this request body."},
	{"invalid-body", 422, "Invalid body",
	 "The body is well-formed JSON, but breaks the schema of the operation."},
	{"rule-broken", 422, "Rule broken",
	 "The body fits its schema, but breaks a rule about how its values go together or what "
	 "they refer to."},
	{"key-reused", 422, "Idempotency key reused",
	 "The same Idempotency-Key was sent before with another body; use a new key for a new "
	 "request."},
	{"precondition-required", 428, "Precondition required",
	 "A change must name the version it is based on, in the header If-Match."},
	{"too-many-requests", 429, "Too many requests",
	 "The caller has used up its allowance; the header Retry-After says when to try again."},
	{"headers-too-large", 431, "Headers too large",
	 "The request headers are longer or more numerous than the service accepts."},
	{"internal", 500, "Internal error",
	 "The service failed; its operators find the cause by the request id."},
	{"method-unknown", 501, "Method unknown", "The service knows no method of this name."},
	{"overloaded", 503, "Overloaded",
	 "The service is too busy to answer in time; try again after a moment."},
	{"unavailable", 503, "Unavailable",
	 "The service, or a part that it depends on, is not ready to answer."},
};

const struct problem_type *problem_type(const char *slug)
{
	for (size_t i = 0; i < ARRAY_LENGTH(problem_table); i++)
		if (strcmp(problem_table[i].slug, slug) == 0)
			return &problem_table[i];
	return NULL;
}

const struct problem_type *problem_types(size_t *ret_count)
{
	*ret_count = ARRAY_LENGTH(problem_table);
	return problem_table;
}

void problem_set(struct problem *problem, const char *slug, const char *detail, ...)
{
	const struct problem_type *type = problem_type(slug);
	va_list arguments;

	assert(type);
	if (problem->type)
		return;
	problem->type = type;
	if (!detail)
		return;
	va_start(arguments, detail);
	if (vasprintf(&problem->detail, detail, arguments) < 0)
		problem->detail = NULL;
	va_end(arguments);
}

void problem_finish(struct problem *problem)
{
	free(problem->detail);
	free(problem->extra);
	violations_finish(&problem->violations);
	*problem = (struct problem){0};
}

static void problem_write_member(struct buffer *buffer, const char *name, const char *value)
{
	buffer_add_format(buffer, "\"%s\":", name);
	buffer_add_json_string(buffer, value, strlen(value));
}

static void problem_write_violation(const struct violation *violation, struct buffer *buffer)
{
	buffer_add_byte(buffer, '{');
	if (violation->pointer)
		problem_write_member(buffer, "pointer", violation->pointer);
	else
		problem_write_member(buffer, "parameter", violation->parameter);
	buffer_add_byte(buffer, ',');
	problem_write_member(buffer, "code", violation->code);
	buffer_add_byte(buffer, ',');
	problem_write_member(buffer, "detail", violation->detail);
	buffer_add_byte(buffer, '}');
}

/* The list is there even when it is empty: one shape for every problem. */
static void problem_write_violations(const struct violations *violations, struct buffer *buffer)
{
	buffer_add_string(buffer, ",\"errors\":[");
	for (size_t i = 0; i < violations->count; i++) {
		if (i > 0)
			buffer_add_byte(buffer, ',');
		problem_write_violation(&violations->items[i], buffer);
	}
	buffer_add_byte(buffer, ']');
	if (violations->dropped > 0)
		buffer_add_format(buffer, ",\"droppedErrors\":%zu", violations->dropped);
}

int problem_write(const struct problem *problem, const char *base, const char *instance,
		  struct buffer *buffer)
{
	const struct problem_type *type = problem->type;

	buffer_add_string(buffer, "{\"type\":\"");
	buffer_add_format(buffer, "%s/problems/%s\",", base, type->slug);
	problem_write_member(buffer, "title", type->title);
	buffer_add_format(buffer, ",\"status\":%d,", type->status);
	problem_write_member(buffer, "detail", problem->detail ? problem->detail : type->meaning);
	if (instance) {
		buffer_add_byte(buffer, ',');
		problem_write_member(buffer, "instance", instance);
	}
	problem_write_violations(&problem->violations, buffer);
	if (problem->extra && problem->extra[0] != '\0')
		buffer_add_format(buffer, ",%s", problem->extra);
	return buffer_add_byte(buffer, '}');
}

/*
 * The pointer, or its nearest ancestor that is short enough: a client may nest members with names
 * of a megabyte.
 */
static char *violation_pointer(const char *pointer)
{
	size_t length = strlen(pointer);

	if (length <= VIOLATION_TEXT_BYTES)
		return strdup(pointer);
	length = VIOLATION_TEXT_BYTES;
	while (length > 0 && pointer[length] != '/')
		length--;
	return strndup(pointer, length);
}

/*
 * The words, cut at a character's boundary when they quote more of the request than anyone will
 * read.
 */
static char *PRINTF_LIKE(1, 0) violation_detail(const char *detail, va_list arguments)
{
	static const char ellipsis[] = "…";
	char *text;
	int length = vasprintf(&text, detail, arguments);
	size_t end = VIOLATION_TEXT_BYTES;

	if (length < 0)
		return NULL;
	if ((size_t)length <= VIOLATION_TEXT_BYTES)
		return text;
	end -= sizeof(ellipsis) - 1;
	while (end > 0 && ((unsigned char)text[end] & 0xc0) == 0x80)
		end--;
	memcpy(text + end, ellipsis, sizeof(ellipsis));
	return text;
}

static void violation_finish(struct violation *violation)
{
	free(violation->pointer);
	free(violation->parameter);
	free(violation->detail);
}

/*
 * Takes what the violation owns, whatever happens; a violation that an allocation left incomplete
 * is refused.
 */
static int violations_take(struct violations *list, struct violation violation)
{
	CLEANUP(violation_finish) struct violation taken = violation;

	if (!taken.detail || (!taken.pointer && !taken.parameter))
		return -ENOMEM;
	if (!list->items)
		list->items = calloc(LIMIT_VIOLATIONS, sizeof(*list->items));
	if (!list->items)
		return -ENOMEM;
	list->items[list->count++] = taken;
	taken = (struct violation){0};
	return 0;
}

int violations_add(struct violations *list, const char *pointer, const char *code,
		   const char *detail, ...)
{
	struct violation violation = {.code = code};
	va_list arguments;

	if (list->count == LIMIT_VIOLATIONS) {
		list->dropped++;
		return 0;
	}
	violation.pointer = violation_pointer(pointer);
	va_start(arguments, detail);
	violation.detail = violation_detail(detail, arguments);
	va_end(arguments);
	return violations_take(list, violation);
}

int violations_add_parameter(struct violations *list, const char *parameter, const char *code,
			     const char *detail, ...)
{
	struct violation violation = {.code = code};
	va_list arguments;

	if (list->count == LIMIT_VIOLATIONS) {
		list->dropped++;
		return 0;
	}
	violation.parameter = strdup(parameter);
	va_start(arguments, detail);
	violation.detail = violation_detail(detail, arguments);
	va_end(arguments);
	return violations_take(list, violation);
}

void violations_finish(struct violations *list)
{
	for (size_t i = 0; i < list->count; i++)
		violation_finish(&list->items[i]);
	free(list->items);
	*list = (struct violations){0};
}
