/* SPDX-License-Identifier: MIT */
#include "patch.h"

#include <errno.h>

/* Applies RFC 7396 to target in place; target is an object. */
static int patch_merge(json_t *target, json_t *patch)
{
	const char *name;
	json_t *value;
	int r = 0;

	json_object_foreach(patch, name, value)
	{
		json_t *inner = json_object_get(target, name);

		if (json_is_null(value)) {
			json_object_del(target, name);
		} else if (!json_is_object(value)) {
			r = json_object_set(target, name, value);
		} else {
			if (!json_is_object(inner)) {
				r = json_object_set_new(target, name, json_object());
				inner = json_object_get(target, name);
			}
			if (r == 0)
				r = patch_merge(inner, value);
		}
		if (r < 0)
			return -ENOMEM;
	}
	return 0;
}

/* A patch that is not an object would replace the whole: never a valid resource here. */
static int patch_refuse(const struct call *call, struct reply *reply)
{
	int r = schema_validate(call->operation->body_schema, call->body, "",
				&reply->problem.violations);

	problem_set(&reply->problem, "invalid-body", "A merge patch is an object.");
	return r < 0 ? r : 1;
}

int patch_apply(struct call *call, const char *document, struct reply *reply)
{
	json_t *merged = document ? json_loads(document, 0, NULL) : NULL;
	int r;

	if (!json_is_object(merged)) {
		json_decref(merged);
		reply_note_fault(reply, "%s: the first statement returns no document",
				 call->operation->id);
		problem_set(&reply->problem, "internal", NULL);
		return 1;
	}
	if (!json_is_object(call->body)) {
		json_decref(merged);
		return patch_refuse(call, reply);
	}
	r = patch_merge(merged, call->body);
	json_decref(call->body);
	call->body = merged;
	if (r == 0)
		r = schema_validate(call->operation->body_schema, merged, "",
				    &reply->problem.violations);
	if (r == 1) {
		problem_set(&reply->problem, "invalid-body", NULL);
		return 1;
	}
	return r == 0 ? call_write_body(call) : r;
}
