/* SPDX-License-Identifier: MIT */
#include "form.h"

#include <errno.h>
#include <string.h>

#include "../negotiate.h"

void form_finish(struct form *form)
{
	query_finish(&form->pairs);
	free(form->text);
	form->text = NULL;
}

/* Whether the body can be what it should; NULL or a sentence. */
static const char *form_fault(const struct request *request)
{
	if (request_header(request, "content-encoding") ||
	    !negotiate_content_type(request_header(request, "content-type"),
				    "application/x-www-form-urlencoded"))
		return "The body is not application/x-www-form-urlencoded.";
	if (request->body_length > LIMIT_FORM_BYTES)
		return "The body is longer than 16384 bytes.";
	if (!request->body_length)
		return "There is no body.";
	if (memchr(request->body, '\0', request->body_length))
		return "The body has a NUL in it.";
	return NULL;
}

static bool form_repeats(const struct query *pairs)
{
	for (size_t i = 0; i < pairs->count; i++)
		for (size_t k = 0; k < i; k++)
			if (strcmp(pairs->pairs[i].name, pairs->pairs[k].name) == 0)
				return true;
	return false;
}

int form_read(const struct request *request, struct form *ret_form, const char **ret_fault)
{
	struct form form = {0};
	int r;

	*ret_fault = form_fault(request);
	if (*ret_fault)
		return 1;
	form.text = strndup(request->body, request->body_length);
	if (!form.text)
		return -ENOMEM;
	r = query_parse(form.text, &form.pairs);
	if (r == QUERY_TOO_MANY)
		*ret_fault = "The body has too many parameters.";
	else if (r == QUERY_BAD_ENCODING)
		*ret_fault = "The body is not percent-encoded UTF-8.";
	else if (r == 0 && form_repeats(&form.pairs))
		*ret_fault = "A parameter is given more than once.";
	if (r < 0 || *ret_fault) {
		form_finish(&form);
		return r < 0 ? r : 1;
	}
	*ret_form = form;
	return 0;
}

const char *form_value(const struct form *form, const char *name)
{
	for (size_t i = 0; i < form->pairs.count; i++)
		if (strcmp(form->pairs.pairs[i].name, name) == 0)
			return form->pairs.pairs[i].value[0] ? form->pairs.pairs[i].value : NULL;
	return NULL;
}
