/* SPDX-License-Identifier: MIT */
/* The contract itself, as it was read at start. */
#include <errno.h>
#include <string.h>

#include "handlers.h"

static int contract_reply(struct call *call, struct reply *reply, const char *text, size_t length)
{
	char *copy = text ? malloc(length + 1) : NULL;

	if (!text) {
		problem_set(&reply->problem, "not-found", NULL);
		return 0;
	}
	if (!copy)
		return -ENOMEM;
	memcpy(copy, text, length);
	copy[length] = '\0';
	reply_set_body(reply, 200, call->media_type, copy, length);
	reply->tagged = true;
	return 0;
}

int contract_json(struct call *call, struct reply *reply)
{
	const struct contract *contract = call->service->contract;

	return contract_reply(call, reply, contract->text, contract->text_length);
}

int contract_yaml(struct call *call, struct reply *reply)
{
	const struct contract *contract = call->service->contract;

	return contract_reply(call, reply, contract->yaml, contract->yaml_length);
}

int contract_json_older(struct call *call, struct reply *reply)
{
	const struct contract *contract = call->service->contract;

	return contract_reply(call, reply, contract->older, contract->older_length);
}
