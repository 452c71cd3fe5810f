/* SPDX-License-Identifier: MIT */
#include "server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <ulfius.h>
#include <unistd.h>

#include "../audit/tally.h"
#include "../clock.h"
#include "../digest.h"
#include "../log.h"
#include "connections.h"
#include "incoming.h"

enum {
	SERVER_STACK_BYTES = 512 * 1024,
	SERVER_MEMORY_BYTES = 48 * 1024, /* headers of one connection: above our own limits, so that
					    the refusal is ours; wiped for each request */
	SERVER_BACKLOG = 511,
	SERVER_GRACE_SECONDS = 5, /* libmicrohttpd's own timeout comes after the watchdog's */
	SERVER_METRICS_CONNECTIONS = 8,
	SERVER_STEP_US = 20000,      /* between looks at the connections left while stopping */
	SERVER_IDLE_NS = 1000000000, /* after which a stop shuts connections without a request */
};

struct server {
	struct service *service;
	struct _u_instance main, metrics;
	bool main_runs, metrics_run;
	int port_socket, metrics_socket;
	unsigned port, metrics_port;
	struct incoming_proxies proxies;
};

/*
 * libmicrohttpd's own lines quote the client's URL, and ulfius' default logger would use them as a
 * format: they are dropped here, by a logger that must be the first option.
 */
static void server_log(void *user, const char *format, va_list arguments)
{
}

static int server_bind(const char *address, long port, int *ret_socket, unsigned *ret_port)
{
	struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	socklen_t length = sizeof(name);
	int one = 1, r = 0;
	int listener;

	if (inet_pton(AF_INET, address, &name.sin_addr) != 1)
		return -EINVAL;
	listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (listener < 0)
		return -errno;
	if (setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) < 0 ||
	    bind(listener, (struct sockaddr *)&name, sizeof(name)) < 0 ||
	    listen(listener, SERVER_BACKLOG) < 0 ||
	    getsockname(listener, (struct sockaddr *)&name, &length) < 0)
		r = -errno;
	if (r < 0) {
		close(listener);
		return r;
	}
	*ret_socket = listener;
	*ret_port = ntohs(name.sin_port);
	return 0;
}

static int server_listen(const char *address, long port, int *ret_socket, unsigned *ret_port,
			 char **ret_error)
{
	int r = server_bind(address, port, ret_socket, ret_port);

	if (r < 0 &&
	    asprintf(ret_error, "cannot listen on %s:%ld: %s", address, port, strerror(-r)) < 0)
		*ret_error = NULL;
	return r;
}

/* A body for 304: its length is told as the 200's would be, none of it is sent. */
static ssize_t server_send_nothing(void *user, uint64_t offset, char *out, size_t most)
{
	return U_STREAM_END;
}

/* Room for so many headers more in ulfius' map. 0 or -ENOMEM, the map as it was. */
static int server_widen(struct _u_map *map, size_t more)
{
	size_t all = (size_t)map->nb_values + more + 1; /* and the NULL that ends them */
	char **keys = o_realloc(map->keys, all * sizeof(*keys));
	char **values = keys ? o_realloc(map->values, all * sizeof(*values)) : NULL;
	size_t *lengths = values ? o_realloc(map->lengths, all * sizeof(*lengths)) : NULL;

	if (keys)
		map->keys = keys;
	if (values)
		map->values = values;
	if (lengths)
		map->lengths = lengths;
	return lengths ? 0 : -ENOMEM;
}

/*
 * Headers into ulfius' map, as u_map_put() leaves it. That looks for each among all before it and
 * makes three arrays anew, a thirtieth of a read; a reply names each header once. 0 or -ENOMEM.
 */
static int server_put_headers(const struct reply *reply, struct _u_map *map)
{
	int r = server_widen(map, reply->header_count);

	for (size_t i = 0; i < reply->header_count && r == 0; i++) {
		char *key = o_strdup(reply->headers[i].name);
		char *value = o_strdup(reply->headers[i].value);
		size_t at = (size_t)map->nb_values;

		if (key && value) {
			map->keys[at] = key;
			map->values[at] = value;
			map->lengths[at] = strlen(value) + 1;
			map->keys[at + 1] = map->values[at + 1] = NULL;
			map->lengths[at + 1] = 0;
			map->nb_values++;
		} else {
			o_free(key);
			o_free(value);
			r = -ENOMEM;
		}
	}
	return r;
}

/* Hands the reply to ulfius. */
static void server_send(const struct reply *reply, struct _u_response *response)
{
	if (server_put_headers(reply, response->map_header) < 0) {
		/* A reply without the headers that make it safe is none. */
		response->status = 500;
		return;
	}
	if (reply->empty) {
		ulfius_set_stream_response(response, (unsigned)reply->status, server_send_nothing,
					   NULL, reply->body_length, 1024, NULL);
		return;
	}
	if (reply->body && reply->status != 204)
		ulfius_set_binary_body_response(response, (unsigned)reply->status, reply->body,
						reply->body_length);
	else
		response->status = reply->status;
}

static int server_on_request(const struct _u_request *from, struct _u_response *response,
			     void *user)
{
	struct server *server = user;
	struct service *service = server->service;
	const char *refusal = NULL, *detail = NULL;
	struct request request;
	struct reply reply = {0};

	connections_request_arrived();

	if (incoming_read(from, &server->proxies, &request, &refusal, &detail) < 0) {
		response->status = 500;
		metrics_observe(service->metrics, SIZE_MAX, 500, 0);
		log_event(LOG_ERROR, "a request could not be read: no memory or no randomness");
		return U_CALLBACK_COMPLETE;
	}
	if (refusal)
		service_refuse(service, &request, refusal, detail, &reply);
	else
		service_handle(service, &request, &reply);
	server_send(&reply, response);
	metrics_observe(service->metrics, reply.operation, reply.status,
			clock_monotonic_ns() - request.started_ns);
	log_request(&request, &reply, clock_monotonic_ns() - request.started_ns);
	reply_finish(&reply);
	request_finish(&request);
	return U_CALLBACK_COMPLETE;
}

static unsigned server_connections(struct _u_instance *instance)
{
	const union MHD_DaemonInfo *info =
		MHD_get_daemon_info(instance->mhd_daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);

	return info ? info->num_connections : 0;
}

static int server_on_metrics(const struct _u_request *from, struct _u_response *response,
			     void *user)
{
	struct server *server = user;
	struct pool_state pool = pool_state(server->service->pool);
	const struct metrics_gauges gauges = {pool.size,
					      pool.used,
					      pool.waiting,
					      pool.refused,
					      server_connections(&server->main),
					      cache_state(server->service->cache),
					      server->service->quota,
					      tally_omitted(server->service->tally)};
	CLEANUP_BUFFER struct buffer text;

	connections_request_arrived();
	buffer_init(&text, LIMIT_REPLY_BYTES);
	u_map_put(response->map_header, "Content-Type", "text/plain; version=0.0.4; charset=utf-8");
	if (strcmp(from->http_verb, "GET") != 0)
		ulfius_set_string_body_response(response, 405, "metrics are read with GET\n");
	else if (strcmp(from->http_url, "/metrics") != 0)
		ulfius_set_string_body_response(response, 404, "metrics are at /metrics\n");
	else if (metrics_write(server->service->metrics, &gauges, &text) < 0)
		ulfius_set_string_body_response(response, 500, "");
	else
		ulfius_set_binary_body_response(response, 200, text.data, text.length);
	return U_CALLBACK_COMPLETE;
}

/* Starts one instance on a listening socket: one catch-all endpoint, a thread a connection,
 * everything bounded. */
static int server_run(struct server *server, struct _u_instance *instance, int listener,
		      unsigned port, long connections,
		      int (*callback)(const struct _u_request *, struct _u_response *, void *))
{
	struct MHD_OptionItem options[] = {
		{MHD_OPTION_EXTERNAL_LOGGER, (intptr_t)server_log, NULL},
		{MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)connections_request_ends, NULL},
		{MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)connections_request_begins, NULL},
		{MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)connections_notify, NULL},
		{MHD_OPTION_LISTEN_SOCKET, listener, NULL},
		{MHD_OPTION_CONNECTION_LIMIT, (intptr_t)connections, NULL},
		{MHD_OPTION_CONNECTION_TIMEOUT,
		 (intptr_t)server->service->config->idle_seconds + SERVER_GRACE_SECONDS, NULL},
		{MHD_OPTION_CONNECTION_MEMORY_LIMIT, SERVER_MEMORY_BYTES, NULL},
		{MHD_OPTION_THREAD_STACK_SIZE, SERVER_STACK_BYTES, NULL},
		{MHD_OPTION_END, 0, NULL},
	};

	if (ulfius_init_instance(instance, port, NULL, NULL) != U_OK)
		return -ENOMEM;
	instance->check_utf8 = 0;
	instance->allowed_post_processor = U_POST_PROCESS_NONE;
	instance->max_post_body_size = LIMIT_BODY_BYTES + 1;
	if (ulfius_add_endpoint_by_val(instance, "*", "/", "*", 0, callback, server) != U_OK)
		return -ENOMEM;
	if (ulfius_start_framework_with_mhd_options(
		    instance,
		    MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL |
			    MHD_USE_ERROR_LOG | MHD_USE_ITC,
		    options) != U_OK)
		return -EIO;
	return 0;
}

/* What the service is called from outside is known once its port is, and who issues its tokens. */
static int server_set_url(struct server *server, char **ret_error)
{
	struct service *service = server->service;
	int r;

	service->public_url = config_public_url(service->config, server->port);
	if (!service->public_url)
		return -ENOMEM;
	r = auth_open(service->auth, service->public_url, ret_error);
	return r == 0 ? auth_start(service->auth) : r;
}

/* The whole reply to a request that does not arrive: the watchdog writes it past libmicrohttpd.
 * Owned. */
static char *server_write_late(void *user)
{
	const struct service *service = user;
	struct problem problem = {0};
	CLEANUP_BUFFER struct buffer body;
	char id[37], *text = NULL;

	buffer_init(&body, LIMIT_REPLY_BYTES);
	if (digest_uuid7(clock_now_ms(), id) < 0)
		return NULL;
	problem_set(&problem, "request-timeout", NULL);
	if (problem_write(&problem, service->public_url, id, &body) < 0 ||
	    asprintf(&text,
		     "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n"
		     "Cache-Control: no-store\r\n"
		     "Content-Type: application/problem+json\r\nX-Request-Id: %s\r\n"
		     "Content-Length: %zu\r\n\r\n%s",
		     id, body.length, body.data) < 0)
		text = NULL;
	problem_finish(&problem);
	metrics_observe(service->metrics, SIZE_MAX, 408,
			(uint64_t)service->config->idle_seconds * 1000000000u);
	log_event(LOG_INFO, "request %s did not arrive in time: 408", id);
	return text;
}

int server_start(struct service *service, struct server **ret_server, char **ret_error)
{
	const struct config *config = service->config;
	struct server *server = calloc(1, sizeof(*server));
	int r;

	if (!server)
		return -ENOMEM;
	server->service = service;
	server->port_socket = server->metrics_socket = -1;
	r = network_parse(config->trusted_proxies, &server->proxies.networks,
			  &server->proxies.count);
	if (r == 0)
		r = server_listen(config->address, config->port, &server->port_socket,
				  &server->port, ret_error);
	if (r == 0 && config->metrics_port)
		r = server_listen("127.0.0.1", config->metrics_port, &server->metrics_socket,
				  &server->metrics_port, ret_error);
	if (r == 0)
		r = server_set_url(server, ret_error);
	if (r == 0)
		r = connections_watch(config->idle_seconds, server_write_late, service);
	if (r == 0) {
		r = server_run(server, &server->main, server->port_socket, server->port,
			       config->connections, server_on_request);
		server->main_runs = r == 0;
	}
	if (r == 0 && config->metrics_port) {
		r = server_run(server, &server->metrics, server->metrics_socket,
			       server->metrics_port, SERVER_METRICS_CONNECTIONS, server_on_metrics);
		server->metrics_run = r == 0;
	}
	if (r < 0) {
		server_stop(server);
		return r;
	}
	*ret_server = server;
	return 0;
}

unsigned server_port(const struct server *server)
{
	return server->port;
}

unsigned server_metrics_port(const struct server *server)
{
	return server->metrics_port;
}

/* No new connections; those that are open end with their next reply, or after a second without one.
 */
static void server_drain(struct server *server)
{
	uint64_t start = clock_monotonic_ns();
	uint64_t deadline = start + (uint64_t)server->service->config->drain_seconds * 1000000000u;
	int listener = MHD_quiesce_daemon(server->main.mhd_daemon);

	if (listener >= 0)
		close(listener);
	server->port_socket = -1;
	while (server_connections(&server->main) && clock_monotonic_ns() < deadline) {
		usleep(SERVER_STEP_US);
		if (clock_monotonic_ns() - start > SERVER_IDLE_NS)
			connections_shut_idle();
	}
}

struct server *server_stop(struct server *server)
{
	if (!server)
		return NULL;
	atomic_store(&server->service->draining, true);
	if (server->main_runs)
		server_drain(server);
	else if (server->port_socket >= 0)
		close(server->port_socket);
	if (server->metrics_run) {
		/* Before what it looks at; until then it tells how the drain goes. */
		ulfius_stop_framework(&server->metrics);
		ulfius_clean_instance(&server->metrics);
	} else if (server->metrics_socket >= 0) {
		close(server->metrics_socket);
	}
	if (server->main_runs) {
		ulfius_stop_framework(&server->main);
		ulfius_clean_instance(&server->main);
	}
	connections_unwatch();
	free(server->proxies.networks);
	free(server);
	return NULL;
}
