/* SPDX-License-Identifier: MIT */
/* Whether the process lives, and whether it can do its work now. */
#include <errno.h>
#include <string.h>

#include "handlers.h"

static int health_reply(struct call *call, struct reply *reply, const char *status)
{
	CLEANUP_JSON json_t *body = json_pack("{s:s}", "status", status);
	char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;

	if (!text)
		return -ENOMEM;
	reply_set_body(reply, 200, call->media_type, text, strlen(text));
	reply->shared = false;
	return 0;
}

int service_live(struct call *call, struct reply *reply)
{
	return health_reply(call, reply, "live");
}

int service_ready(struct call *call, struct reply *reply)
{
	struct service *service = call->service;
	const struct db_step step = {.statement = &service->engine[ENGINE_PING]};
	struct db_connection *connection;
	struct db_reply row;
	int r;

	if (atomic_load(&service->draining)) {
		problem_set(&reply->problem, "unavailable", "The service is stopping.");
		return 0;
	}
	if (pool_acquire(service->pool, POOL_NOBODY, &connection) != 0) {
		service_map_busy(reply);
		return 0;
	}
	r = db_run(connection, &step, 1, true, &row);
	if (r != 0)
		service_map_lost(db_reason(connection), reply);
	db_reply_finish(&row);
	pool_release(service->pool, connection);
	return r == 0 ? health_reply(call, reply, "ready") : 0;
}
