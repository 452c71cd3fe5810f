/* SPDX-License-Identifier: MIT */
/*
 * The yardstick of reads from memory: ulfius with nothing behind it, started as the service starts
 * it, answering every request with the same bytes and headers. Usage: bare FILE, which has a line a
 * header, an empty line, and the body.
 */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <ulfius.h>
#include <unistd.h>

enum { BARE_HEADERS = 32, BARE_BYTES = 16 * 1024 * 1024 };

static struct {
	size_t count;
	char *names[BARE_HEADERS], *values[BARE_HEADERS];
	char *body;
	size_t length;
} bare;

static void bare_log(void *user, const char *format, va_list arguments)
{
}

static int bare_answer(const struct _u_request *request, struct _u_response *response, void *user)
{
	for (size_t i = 0; i < bare.count; i++)
		u_map_put(response->map_header, bare.names[i], bare.values[i]);
	ulfius_set_binary_body_response(response, 200, bare.body, bare.length);
	return U_CALLBACK_COMPLETE;
}

/* Reads headers and body; leaves them in place, cut by NULs. */
static int bare_read(const char *path)
{
	char *text = malloc(BARE_BYTES + 1), *at = text;
	FILE *file = fopen(path, "rb");
	size_t length = file && text ? fread(text, 1, BARE_BYTES, file) : 0;

	if (!length)
		return -1;
	text[length] = '\0';
	fclose(file);
	while (*at && *at != '\n' && bare.count < BARE_HEADERS) {
		char *end = strchr(at, '\n'), *colon = strstr(at, ": ");

		if (!end || !colon || colon > end)
			return -1;
		*end = *colon = '\0';
		bare.names[bare.count] = at;
		bare.values[bare.count++] = colon + 2;
		at = end + 1;
	}
	bare.body = at + 1;
	bare.length = (size_t)(text + length - bare.body);
	return 0;
}

static int bare_listen(unsigned *ret_port)
{
	struct sockaddr_in name = {.sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(name);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (listener < 0 || bind(listener, (struct sockaddr *)&name, length) < 0 ||
	    listen(listener, 511) < 0 ||
	    getsockname(listener, (struct sockaddr *)&name, &length) < 0)
		return -1;
	*ret_port = ntohs(name.sin_port);
	return listener;
}

int main(int count, char **arguments)
{
	struct _u_instance instance;
	unsigned port = 0;
	int listener = bare_listen(&port), number = 0;
	struct MHD_OptionItem options[] = {
		{MHD_OPTION_EXTERNAL_LOGGER, (intptr_t)bare_log, NULL},
		{MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)mhd_request_completed, NULL},
		{MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)ulfius_uri_logger, NULL},
		{MHD_OPTION_LISTEN_SOCKET, listener, NULL},
		{MHD_OPTION_CONNECTION_LIMIT, 512, NULL},
		{MHD_OPTION_CONNECTION_TIMEOUT, 20, NULL},
		{MHD_OPTION_CONNECTION_MEMORY_LIMIT, 64 * 1024, NULL},
		{MHD_OPTION_THREAD_STACK_SIZE, 512 * 1024, NULL},
		{MHD_OPTION_END, 0, NULL},
	};
	sigset_t signals;

	if (count != 2 || listener < 0 || bare_read(arguments[1]) < 0)
		return 2;
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	if (ulfius_init_instance(&instance, port, NULL, NULL) != U_OK)
		return 1;
	instance.check_utf8 = 0;
	instance.allowed_post_processor = U_POST_PROCESS_NONE;
	instance.max_post_body_size = 1024 * 1024 + 1;
	ulfius_add_endpoint_by_val(&instance, "*", "/", "*", 0, bare_answer, NULL);
	if (ulfius_start_framework_with_mhd_options(
		    &instance,
		    MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL |
			    MHD_USE_ERROR_LOG | MHD_USE_ITC,
		    options) != U_OK)
		return 1;
	printf("bare: serving on http://127.0.0.1:%u\n", port);
	fflush(stdout);
	sigwait(&signals, &number);
	ulfius_stop_framework(&instance);
	ulfius_clean_instance(&instance);
	return 0;
}
