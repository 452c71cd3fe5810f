/* SPDX-License-Identifier: MIT */
#include "reply.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "representation.h"

void reply_header_finish(struct reply_header *header)
{
	if (header->owned)
		free((char *)header->value);
}

void reply_drop(struct reply *reply)
{
	for (size_t i = 0; i < reply->header_count; i++)
		reply_header_finish(&reply->headers[i]);
	if (reply->held)
		representation_release(reply->held);
	else
		free(reply->body);
	free(reply->version);
	problem_finish(&reply->problem);
	reply->header_count = 0;
	reply->held = NULL;
	reply->body = NULL;
	reply->body_length = 0;
	reply->version = NULL;
	reply->tag = NULL;
}

void reply_finish(struct reply *reply)
{
	reply_drop(reply);
	free(reply->fault);
	*reply = (struct reply){0};
}

void reply_add_header(struct reply *reply, const char *name, const char *format, ...)
{
	char *value = NULL;
	va_list arguments;
	int length;

	if (reply->header_count == REPLY_HEADERS)
		return;
	va_start(arguments, format);
	length = vasprintf(&value, format, arguments);
	va_end(arguments);
	if (length < 0)
		return;
	for (char *at = value; *at; at++)
		if ((unsigned char)*at < 0x20 || *at == 0x7f)
			*at = ' ';
	reply->headers[reply->header_count++] = (struct reply_header){name, value, true};
}

void reply_add_fixed(struct reply *reply, const char *name, const char *value)
{
	if (reply->header_count < REPLY_HEADERS)
		reply->headers[reply->header_count++] = (struct reply_header){name, value, false};
}

void reply_note_fault(struct reply *reply, const char *format, ...)
{
	va_list arguments;

	if (reply->fault)
		return;
	va_start(arguments, format);
	if (vasprintf(&reply->fault, format, arguments) < 0)
		reply->fault = NULL;
	va_end(arguments);
}

void reply_set_body(struct reply *reply, int status, const char *content_type, char *body_take,
		    size_t length)
{
	free(reply->body);
	reply->status = status;
	reply->content_type = content_type;
	reply->body = body_take;
	reply->body_length = length;
}
