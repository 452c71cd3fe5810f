/* SPDX-License-Identifier: MIT */
/* A single read: one select, one round trip, one row. A row with a location is told as any other,
 * and that what came of it is to be read there: 303. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "digest.h"
#include "pages/html.h"
#include "service.h"
#include "steps.h"

enum {
	READ_SEE_OTHER = 303,
	READ_EXPECTED_BYTES = 1500, /* of most records */
};

/* "2026-11-22 10:00:00.123+00" to the form of Last-Modified; nothing when it does not read. */
static void read_add_modified(struct reply *reply, const char *text)
{
	struct tm time = {0};
	char date[40];

	if (!text || !strptime(text, "%Y-%m-%d %H:%M:%S", &time))
		return;
	time.tm_isdst = 0;
	time.tm_wday = (int)((timegm(&time) / 86400 + 4) % 7);
	if (strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &time))
		reply_add_header(reply, "Last-Modified", "%s", date);
}

/* Makes of the JSON text of one record, in its place, the representation that was asked for. */
static int read_convert(const struct call *call, struct buffer *text)
{
	const struct convert_plan *plan = call->operation->plan;
	CLEANUP_JSON json_t *item = json_loadb(text->data, text->length, JSON_DECODE_ANY, NULL);
	CLEANUP_JSON json_t *items = json_pack("[O]", item);

	buffer_finish(text);
	if (!items)
		return -ENOMEM;
	if (call->media == MEDIA_GEOJSON)
		return convert_geojson_one(plan, item, text);
	return call->media == MEDIA_CSV ? convert_csv(plan, items, text)
					: convert_ndjson(items, text);
}

/*
 * Closes the text of a record, an object in canonical form (RFC 8785), with the member "seal": a
 * JWS in compact form, signed as receipts are, over the SHA-256 of the text without it.
 */
static int read_seal(const struct call *call, struct buffer *text)
{
	CLEANUP_FREE char *seal = NULL;
	uint8_t digest[DIGEST_BYTES];
	char hex[2 * DIGEST_BYTES + 1], claims[2 * DIGEST_BYTES + 64];
	int r = digest_sha256(text->data, text->length, digest);

	if (r < 0)
		return r;
	digest_hex(digest, sizeof(digest), hex);
	snprintf(claims, sizeof(claims), "{\"iat\":%lld,\"sha256\":\"%s\"}",
		 (long long)(clock_now_ms() / 1000), hex);
	r = auth_sign_receipt(call->service->auth, claims, &seal);
	if (r < 0)
		return r;
	text->length--; /* the brace */
	return buffer_add_format(text, ",\"seal\":\"%s\"}", seal);
}

/* The record as what its operation makes of it: sealed, a page, or another representation. */
static int read_make(struct call *call, struct reply *reply, int status, struct buffer *text)
{
	const struct sql_file *file = call->operation->sql;
	size_t length = 0;
	char *body;
	int r = 0;

	if (file->page && html_wanted(call))
		return html_reply(call, reply, file->page,
				  json_loadb(text->data, text->length, 0, NULL));
	if (file->seal)
		r = read_seal(call, text);
	if (r == 0 && call->media != MEDIA_JSON && call->media != MEDIA_OTHER)
		r = read_convert(call, text);
	if (r < 0)
		return r;
	body = buffer_take(text, &length);
	reply_set_body(reply, status, call->media_type, body, length);
	return body ? 0 : -ENOMEM;
}

/* No row, or none that says anything. */
static int read_refuse(const struct call *call, struct reply *reply)
{
	bool named = call->match.count > 0;

	if (!named)
		reply_note_fault(reply, "%s returned no row", call->operation->id);
	problem_set(&reply->problem, named ? "not-found" : "internal", NULL);
	return 0;
}

/* What the row says beside its record, in headers. The reply's status, or -ENOMEM. */
static int read_add_headers(const struct call *call, const struct db_reply *row, size_t step,
			    struct reply *reply)
{
	const struct operation_columns *columns = &call->operation->columns;
	const char *location = db_value(row, step, 0, columns->location);
	const char *retry = db_value(row, step, 0, columns->retry_after);
	const char *version = db_value(row, step, 0, columns->etag);

	if (retry)
		reply_add_header(reply, "Retry-After", "%s", retry);
	if (version) {
		reply->version = strdup(version);
		if (!reply->version)
			return -ENOMEM;
	}
	reply->tagged = true;
	read_add_modified(reply, db_value(row, step, 0, columns->last_modified));
	if (location)
		reply_add_location(call->service, reply, location);
	return location ? READ_SEE_OTHER : call->operation->status;
}

static int read_reply(struct call *call, const struct db_reply *row, size_t step,
		      struct reply *reply)
{
	const struct rowjson *record = call->operation->record;
	CLEANUP_BUFFER struct buffer text;
	int status, r;

	buffer_init(&text, LIMIT_REPLY_BYTES);
	if (!db_rows(row, step) || !rowjson_present(record, row, step, 0))
		return read_refuse(call, reply);
	status = read_add_headers(call, row, step, reply);
	if (status < 0)
		return status;
	buffer_expect(&text, READ_EXPECTED_BYTES);
	r = rowjson_write(record, row, step, 0, &text);
	return r < 0 ? r : read_make(call, reply, status, &text);
}

/* Borrows a connection for the steps: nobody shall come after what may take long. */
static int read_borrow(const struct call *call, const struct steps *steps,
		       struct db_connection **ret_connection)
{
	struct pool *pool = call->service->pool;

	return call->operation->sql->cost == SQL_COST_EXPENSIVE
		       ? pool_acquire(pool, call->payer, ret_connection)
		       : pool_acquire_for(pool, call->payer, steps->list, steps->count,
					  ret_connection);
}

int read_run(struct call *call, struct reply *reply)
{
	struct steps steps;
	struct db_connection *connection;
	struct db_reply row;
	size_t place;
	int r;

	steps_init(&steps, call);
	steps_add_caller(&steps);
	steps_add_timeout(&steps);
	place = steps_add(&steps, &call->operation->statements[0]);
	if (read_borrow(call, &steps, &connection) != 0) {
		service_map_busy(reply);
		return 0;
	}
	r = db_run(connection, steps.list, steps.count, true, &row);
	if (r == DB_LOST)
		service_map_lost(db_reason(connection), reply);
	/* Others wait for the connection, and none of them for what is made of its row. */
	pool_release(call->service->pool, connection);
	if (r == 0)
		r = read_reply(call, &row, place, reply);
	else if (r == DB_FAILED)
		service_map_read_error(call->service, &row.error, reply);
	db_reply_finish(&row);
	return r < 0 ? r : 0;
}
