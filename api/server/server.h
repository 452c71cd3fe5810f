/* SPDX-License-Identifier: MIT */
/* The listening sockets: the only file that knows ulfius and libmicrohttpd. */
#pragma once

#include "../service.h"

struct server;

/* Listens for the service, and for /metrics when its port is set. The service's public_url is set
 * when empty, and tokens are issued as it. 0; a negative errno of listening with an owned ret_error
 * that names the address; -EINVAL, -EIO, maybe with one; -ENOMEM, -EAGAIN. */
int server_start(struct service *service, struct server **ret_server, char **ret_error) MUST_CHECK;
/* The ports that were bound. */
unsigned server_port(const struct server *server);
unsigned server_metrics_port(const struct server *server);
/* Refuses new connections, lets requests under way finish (at most the configured seconds), stops.
 * Returns NULL. */
struct server *server_stop(struct server *server);
