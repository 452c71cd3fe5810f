/* SPDX-License-Identifier: MIT */
#include "http.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
	HTTP_CONNECT_SECONDS = 10,
	HTTP_STALL_SECONDS = 30, /* without a byte, after which a request is lost */
	HTTP_WAIT_SECONDS = 60,  /* a longer pause is not waited for */
};

struct http {
	const struct config *config;
	CURL *curl;
	char *base;   /* owned */
	char *token;  /* owned; NULL: none yet */
	bool reached; /* there has been a connection: what fails now will pass */
};

static void http_cleanup_list(struct curl_slist **list)
{
	curl_slist_free_all(*list);
}

void http_reply_finish(struct http_reply *reply)
{
	json_decref(reply->json);
	*reply = (struct http_reply){0};
}

int http_new(const struct config *config, struct http **ret_http, char *reason)
{
	struct http *http = calloc(1, sizeof(*http));

	if (!http)
		return -ENOMEM;
	http->config = config;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
		http->curl = curl_easy_init();
	http->base = config_public_url(config, (unsigned)config->port);
	if (config->token[0])
		http->token = strdup(config->token);
	if (!http->curl || !http->base || (config->token[0] && !http->token)) {
		http_free(http);
		return -ENOMEM;
	}
	if (!config->token[0] && (!config->client_id[0] || !config->client_secret[0])) {
		snprintf(reason, HTTP_REASON,
			 "neither ACCORD_TOKEN nor ACCORD_CLIENT_ID and ACCORD_CLIENT_SECRET "
			 "are set");
		http_free(http);
		return -EINVAL;
	}
	*ret_http = http;
	return 0;
}

struct http *http_free(struct http *http)
{
	if (!http)
		return NULL;
	curl_easy_cleanup(http->curl);
	free(http->base);
	free(http->token);
	free(http);
	return NULL;
}

/* Takes what comes; fewer bytes than came end the transfer. */
static size_t http_take(char *bytes, size_t size, size_t count, void *context)
{
	return buffer_add(context, bytes, size * count) == 0 ? size * count : 0;
}

/* Adds a header; what fails is seen when the list is short of it. */
static void http_add_header(struct curl_slist **list, const char *name, const char *value)
{
	CLEANUP_FREE char *line = NULL;
	struct curl_slist *grown;

	if (!value || asprintf(&line, "%s: %s", name, value) < 0) {
		line = NULL;
		return;
	}
	grown = curl_slist_append(*list, line);
	*list = grown ? grown : *list;
}

static void http_set(struct http *http, const char *url, const struct http_message *message,
		     struct curl_slist *headers, struct buffer *body)
{
	CURL *curl = http->curl;

	curl_easy_reset(curl);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, message->method);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "accord/" ACCORD_VERSION);
	if (message->body || strcmp(message->method, "POST") == 0) {
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, message->body ? message->body : "");
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)message->length);
	}
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, http_take);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)HTTP_CONNECT_SECONDS);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)HTTP_STALL_SECONDS);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
}

/* One attempt, with a header that says who sends it. 0 with a reply of any status; 1 with what
 * failed in reason; -ENOMEM. */
static int http_attempt(struct http *http, const struct http_message *message,
			const char *authorisation, struct http_reply *reply, char *reason)
{
	CLEANUP(http_cleanup_list) struct curl_slist *headers = NULL;
	CLEANUP_BUFFER struct buffer body;
	CLEANUP_FREE char *url = NULL;
	curl_off_t retry_after = 0, connected_us = 0;
	CURLcode r;

	buffer_init(&body, HTTP_REPLY_BYTES);
	if (asprintf(&url, "%s%s", http->base, message->path) < 0) {
		url = NULL;
		return -ENOMEM;
	}
	http_add_header(&headers, "Authorization", authorisation);
	http_add_header(&headers, "Content-Type", message->media ? message->media : "");
	http_add_header(&headers, "Idempotency-Key", message->key);
	http_add_header(&headers, "Accept", "application/json, application/problem+json");
	/* A part is not worth a round trip to ask whether it may come. */
	http_add_header(&headers, "Expect", "");
	http_set(http, url, message, headers, &body);
	r = curl_easy_perform(http->curl);
	curl_easy_getinfo(http->curl, CURLINFO_PRETRANSFER_TIME_T, &connected_us);
	http->reached = http->reached || connected_us > 0;
	if (r != CURLE_OK || body.failed) {
		snprintf(reason, HTTP_REASON, "%s: %s", http->base,
			 body.failed ? "the reply is too long" : curl_easy_strerror(r));
		return 1;
	}
	curl_easy_getinfo(http->curl, CURLINFO_RESPONSE_CODE, &reply->status);
	curl_easy_getinfo(http->curl, CURLINFO_RETRY_AFTER, &retry_after);
	reply->retry_after = (long)retry_after;
	reply->json = body.length ? json_loadb(body.data, body.length, 0, NULL) : NULL;
	return 0;
}

/* What a refusal says. */
static void http_explain(const struct http_reply *reply, char *reason)
{
	const json_t *first = json_array_get(json_object_get(reply->json, "errors"), 0);
	const char *place = json_string_value(json_object_get(first, "pointer"));
	const char *rule = json_string_value(json_object_get(first, "detail"));
	const char *title = json_string_value(json_object_get(reply->json, "title"));
	const char *detail = json_string_value(json_object_get(reply->json, "detail"));

	if (!title)
		title = json_string_value(json_object_get(reply->json, "error"));
	if (place && rule)
		snprintf(reason, HTTP_REASON, "%ld %s: %s %s", reply->status, title ? title : "",
			 place, rule);
	else
		snprintf(reason, HTTP_REASON, "%ld %s%s%s", reply->status, title ? title : "",
			 detail ? ": " : "", detail ? detail : "");
}

/* The form that asks for a token with the client's credentials; owned, NULL when memory is short.
 */
static char *http_write_form(struct http *http)
{
	char *id = curl_easy_escape(http->curl, http->config->client_id, 0);
	char *secret = curl_easy_escape(http->curl, http->config->client_secret, 0);
	char *form = NULL;

	if (!id || !secret ||
	    asprintf(&form, "grant_type=client_credentials&client_id=%s&client_secret=%s", id,
		     secret) < 0)
		form = NULL;
	curl_free(id);
	curl_free(secret);
	return form;
}

/* Gets a token. As http_attempt, and 0 with a reply that is a refusal. */
static int http_authorise(struct http *http, struct http_reply *reply, char *reason)
{
	CLEANUP_FREE char *form = http_write_form(http);
	struct http_message message = {.method = "POST",
				       .path = "/oauth/token",
				       .media = "application/x-www-form-urlencoded",
				       .body = form};
	const char *token;
	int r;

	if (!form)
		return -ENOMEM;
	message.length = strlen(form);
	r = http_attempt(http, &message, NULL, reply, reason);
	explicit_bzero(form, message.length);
	if (r != 0)
		return r;
	token = json_string_value(json_object_get(reply->json, "access_token"));
	free(http->token);
	http->token = token ? strdup(token) : NULL;
	return token && !http->token ? -ENOMEM : 0;
}

/* One attempt of a request with a token; where there is none, gets one first. */
static int http_ask(struct http *http, const struct http_message *message, struct http_reply *reply,
		    char *reason)
{
	CLEANUP_FREE char *header = NULL;
	int r = http->token ? 0 : http_authorise(http, reply, reason);

	if (r != 0 || !http->token)
		return r;
	http_reply_finish(reply);
	if (asprintf(&header, "Bearer %s", http->token) < 0) {
		header = NULL;
		return -ENOMEM;
	}
	return http_attempt(http, message, header, reply, reason);
}

/* A token of client's credentials may have expired: the next attempt gets another. */
static bool http_renew(struct http *http, const struct http_reply *reply, bool *renewed)
{
	if (reply->status != 401 || http->config->token[0] || *renewed)
		return false;
	free(http->token);
	http->token = NULL;
	*renewed = true;
	return true;
}

int http_send(struct http *http, const struct http_message *message, struct http_reply *ret_reply,
	      char *reason)
{
	bool renewed = false;

	for (int attempt = 1;; attempt++) {
		struct timespec pause = {.tv_sec = 1L << (attempt - 1)};
		struct http_reply reply = {0};
		int r = http_ask(http, message, &reply, reason);
		bool passing = r > 0 ? http->reached : reply.status >= 500 || reply.status == 429;

		if (r < 0)
			return r;
		if (r == 0 && reply.status < 400) {
			*ret_reply = reply;
			return 0;
		}
		if (r == 0)
			http_explain(&reply, reason);
		if (http_renew(http, &reply, &renewed))
			pause.tv_sec = 0;
		else if (!passing || attempt == HTTP_ATTEMPTS) {
			http_reply_finish(&reply);
			return -EIO;
		}
		if (reply.retry_after > pause.tv_sec && reply.retry_after < HTTP_WAIT_SECONDS)
			pause.tv_sec = reply.retry_after;
		http_reply_finish(&reply);
		nanosleep(&pause, NULL);
	}
}
