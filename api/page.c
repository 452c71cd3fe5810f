/* SPDX-License-Identifier: MIT */
/* A page of a list: the rows of one or two segments, the envelope around them, the cursor of the
 * next page. */
#include <errno.h>
#include <string.h>

#include "link.h"
#include "service.h"
#include "steps.h"

/* How an envelope begins; the items are an array from the bracket on. */
static const char page_head[] = "{\"items\":[";

enum {
	PAGE_LINK_TOO_LONG = 1, /* nobody could follow it: 414 */
	PAGE_EXPECTED_BYTES = 1024 * 1024,
};

struct page {
	struct call *call;
	const struct bound_order *order;
	bool descending;
	long limit;
	char limit_text[24]; /* the SQL's limit: one row more than the page tells whether there is a
				next */
	char *scope;         /* what cursors of this list, order and filters are sealed with */
	struct cursor from;  /* where this page starts; count 0 at the beginning */
	struct cursor to;    /* the last row's keys */
	struct buffer body;  /* the envelope with its items, until these are another format */
	size_t count;
	bool more;
	char *summary; /* members for the envelope, without braces */
};

static void page_finish(struct page *page)
{
	free(page->scope);
	free(page->summary);
	cursor_finish(&page->from);
	cursor_finish(&page->to);
	buffer_finish(&page->body);
}

/* Names operation, order and filters: everything but where the page starts and how long it is. */
static char *page_scope(const struct call *call)
{
	const struct operation *operation = call->operation;
	struct buffer scope;

	buffer_init(&scope, 8 * (size_t)LIMIT_URL_BYTES);
	buffer_add_string(&scope, operation->id);
	for (size_t i = 0; i < operation->parameter_count; i++) {
		const char *name = operation->parameters[i].name;

		if (!call->texts[i] || strcmp(name, "after") == 0 || strcmp(name, "limit") == 0)
			continue;
		buffer_add_format(&scope, "\n%s=%zu:%s", name, strlen(call->texts[i]),
				  call->texts[i]);
	}
	if (scope.failed)
		buffer_finish(&scope);
	return scope.failed ? NULL : buffer_take(&scope, NULL);
}

static void page_refuse_cursor(struct reply *reply)
{
	problem_set(&reply->problem, "invalid-cursor", NULL);
	(void)violations_add_parameter(&reply->problem.violations, "after", "cursor",
				       "was not made for this list, order and filters");
}

/* Reads order, limit and cursor. 0; 1 when the reply has a problem; -ENOMEM, -EIO. */
static int page_init(struct page *page, struct call *call, struct reply *reply)
{
	const char *order = call_text(call, "order"), *after = call_text(call, "after"),
		   *limit = call_text(call, "limit");
	const struct operation *operation = call->operation;
	int r;

	*page = (struct page){.call = call, .order = &operation->orders[0]};
	buffer_init(&page->body, LIMIT_REPLY_BYTES);
	buffer_add_string(&page->body, page_head);
	page->descending = order && order[0] == '-';
	for (size_t i = 0; order && i < operation->order_count; i++)
		if (strcmp(operation->orders[i].order->name, order + page->descending) == 0)
			page->order = &operation->orders[i];
	page->limit = limit ? strtol(limit, NULL, 10) : 50;
	page->scope = page_scope(call);
	if (!page->scope)
		return -ENOMEM;
	if (!after)
		return 0;
	r = cursor_open(after, page->scope, call->service->cursor_key, &page->from);
	if (r == 0 && page->from.count == page->order->order->count)
		return 0;
	if (r < 0)
		return r;
	page_refuse_cursor(reply);
	return 1;
}

/* The segment that a page starts in, and those that may follow. */
static enum list_segment page_segment(const struct page *page, bool second)
{
	if (!page->from.count)
		return second ? LIST_NULLS_FIRST : LIST_VALUES_FIRST;
	if (page->from.keys[0])
		return second ? LIST_NULLS_FIRST : LIST_VALUES_AFTER;
	return LIST_NULLS_AFTER;
}

static void page_add_segment(struct page *page, struct steps *steps, enum list_segment segment)
{
	size_t first = segment == LIST_NULLS_AFTER ? 1 : 0;

	steps_add(steps, &page->order->segments[page->descending][segment]);
	if (segment == LIST_VALUES_AFTER || segment == LIST_NULLS_AFTER)
		for (size_t i = first; i < page->from.count; i++)
			steps_add_value(steps, page->from.keys[i]);
	snprintf(page->limit_text, sizeof(page->limit_text), "%ld",
		 page->limit + 1 - (long)page->count);
	steps_add_value(steps, page->limit_text);
}

/* Remembers a row's keys as the end of the page. 0 or -ENOMEM. */
static int page_note_keys(struct page *page, const struct db_reply *rows, size_t step, size_t row)
{
	const struct sql_order *order = page->order->order;
	int r = 0;

	cursor_finish(&page->to);
	page->to = (struct cursor){.count = order->count};
	for (size_t i = 0; i < order->count && r == 0; i++)
		r = db_copy_value(rows, step, row, order->keys[i], &page->to.keys[i]);
	return r;
}

/* Makes room for the other items, which are about as long as the first; where one is much longer,
 * they are not. */
static void page_expect(struct page *page, size_t length)
{
	if (length <= PAGE_EXPECTED_BYTES && length <= page->body.maximum - page->body.length)
		buffer_expect(&page->body, length);
}

static int page_take_rows(struct page *page, const struct db_reply *rows, size_t step)
{
	size_t count = db_rows(rows, step), room = (size_t)page->limit - page->count;
	size_t taken = count < room ? count : room;

	for (size_t i = 0; i < taken; i++) {
		size_t before = page->body.length;

		if (page->count++)
			buffer_add_byte(&page->body, ',');
		rowjson_write(page->call->operation->record, rows, step, i, &page->body);
		if (!i)
			page_expect(page, (taken - 1) * (page->body.length - before));
	}
	page->more = count > room;
	if (page->body.failed)
		return page->body.failed;
	return taken ? page_note_keys(page, rows, step, taken - 1) : 0;
}

/* Keeps what is between the braces of the summary's object. */
static int page_take_summary(struct page *page, const struct db_reply *rows, size_t step)
{
	const char *text =
		db_value(rows, step, 0, db_rows(rows, step) ? db_column(rows, step, "body") : -1);
	const char *start = text ? strchr(text, '{') : NULL;
	const char *end = start ? strrchr(start, '}') : NULL;

	if (!end)
		return 0;
	start += 1 + strspn(start + 1, " \n\t");
	page->summary = strndup(start, (size_t)(end - start));
	return page->summary ? 0 : -ENOMEM;
}

/* What a search finds, as parameters of the page; nothing when nothing is searched for. */
static int page_run_search(struct page *page, struct db_connection *connection,
			   struct db_reply *rows)
{
	const struct operation *operation = page->call->operation;
	struct steps steps;
	size_t place;
	int r;

	if (!operation->search || !call_text(page->call, operation->sql->search_parameter))
		return 0;
	steps_init(&steps, page->call);
	steps_add_timeout(&steps);
	place = steps_add(&steps, &operation->search_statement);
	r = db_run(connection, steps.list, steps.count, true, rows);
	for (size_t i = 0; i < operation->search_count && r == 0 && db_rows(rows, place); i++)
		r = db_copy_value(rows, place, 0, operation->search_columns[i],
				  &page->call->found[i]);
	if (r == 0)
		db_reply_finish(rows);
	return r;
}

/* Whether there is a summary, and the request gives what it tells of. */
static bool page_is_summed(const struct page *page)
{
	const struct sql_file *summary = page->call->operation->summary;
	bool given = summary && !summary->given_count;

	for (size_t i = 0; summary && i < summary->given_count; i++)
		given = given || call_text(page->call, summary->given[i]);
	return given;
}

/* The page's first round trip: the parent's existence, the first segment, what is counted. */
static int page_run_first(struct page *page, struct db_connection *connection,
			  struct db_reply *rows, struct reply *reply)
{
	const struct operation *operation = page->call->operation;
	size_t parent = 0, first, summary = 0;
	struct steps steps;
	int r;

	steps_init(&steps, page->call);
	steps_add_caller(&steps);
	steps_add_timeout(&steps);
	if (operation->parent)
		parent = steps_add(&steps, &operation->parent_statement);
	first = steps.count;
	page_add_segment(page, &steps, page_segment(page, false));
	if (page_is_summed(page))
		summary = steps_add(&steps, &operation->summary_statement);
	r = db_run(connection, steps.list, steps.count, true, rows);
	if (r != 0)
		return r;
	if (operation->parent && !db_rows(rows, parent)) {
		problem_set(&reply->problem, "not-found", NULL);
		return 0;
	}
	r = page_take_rows(page, rows, first);
	return r == 0 && summary ? page_take_summary(page, rows, summary) : r;
}

/* The rows whose first key is null, when the page has room after the others. */
static int page_run_second(struct page *page, struct db_connection *connection,
			   struct db_reply *rows)
{
	bool in_nulls = page->from.count && !page->from.keys[0];
	struct steps steps;
	size_t place;
	int r;

	if (page->more || in_nulls || page->order->never_null || page->order->order->count < 2)
		return 0;
	db_reply_finish(rows);
	steps_init(&steps, page->call);
	steps_add_caller(&steps);
	place = steps.count;
	page_add_segment(page, &steps, page_segment(page, true));
	r = db_run(connection, steps.list, steps.count, true, rows);
	return r == 0 ? page_take_rows(page, rows, place) : r;
}

/* The path and query of the next page, owned; NULL with more unset when there is none. 0,
 * PAGE_LINK_TOO_LONG, negative. */
static int page_next(const struct page *page, char **ret_next)
{
	const struct call *call = page->call;
	CLEANUP_BUFFER struct buffer next = {0};
	CLEANUP_FREE char *token = NULL;
	int r;

	*ret_next = NULL;
	if (!page->more)
		return 0;
	r = cursor_seal(&page->to, page->scope, call->service->cursor_key, &token);
	if (r < 0)
		return r;
	buffer_init(&next, 8 * (size_t)LIMIT_URL_BYTES);
	r = link_write(call, token, &next);
	if (r < 0)
		return r;
	if (next.length > LIMIT_URL_BYTES)
		return PAGE_LINK_TOO_LONG;
	*ret_next = buffer_take(&next, NULL);
	return *ret_next ? 0 : -ENOMEM;
}

/* Closes the envelope. */
static int page_write_json(struct page *page, const char *next)
{
	struct buffer *body = &page->body;

	buffer_add_string(body, "],\"next\":");
	if (next)
		buffer_add_json_string(body, next, strlen(next));
	else
		buffer_add_string(body, "null");
	if (page->summary && page->summary[0])
		buffer_add_format(body, ",%s", page->summary);
	return buffer_add_byte(body, '}');
}

/* Puts the items in another format in the place of the envelope. */
static int page_convert(struct page *page)
{
	const struct convert_plan *plan = page->call->operation->plan;
	const size_t start = strlen(page_head) - 1;
	CLEANUP_JSON json_t *items = NULL;

	buffer_add_byte(&page->body, ']');
	if (page->body.failed)
		return page->body.failed;
	items = json_loadb(page->body.data + start, page->body.length - start, 0, NULL);
	buffer_finish(&page->body);
	if (!items)
		return -ENOMEM;
	if (page->call->media == MEDIA_CSV)
		return convert_csv(plan, items, &page->body);
	return page->call->media == MEDIA_GEOJSON ? convert_geojson(plan, items, &page->body)
						  : convert_ndjson(items, &page->body);
}

static int page_reply(struct page *page, struct reply *reply)
{
	CLEANUP_FREE char *next = NULL;
	size_t length = 0;
	char *text;
	int r = page_next(page, &next);

	if (r == PAGE_LINK_TOO_LONG) {
		problem_set(&reply->problem, "uri-too-long",
			    "The next page has too long an address; ask for fewer values.");
		return 0;
	}
	if (r == 0)
		r = page->call->media == MEDIA_JSON ? page_write_json(page, next)
						    : page_convert(page);
	if (r < 0)
		return r;
	if (next)
		reply_add_header(reply, "Link", "<%s>; rel=\"next\"", next);
	text = buffer_take(&page->body, &length);
	reply_set_body(reply, page->call->operation->status, page->call->media_type, text, length);
	reply->tagged = true;
	return text ? 0 : -ENOMEM;
}

/* Runs the search and both segments on one connection. 0, DB_FAILED, DB_LOST, negative. */
static int page_read(struct page *page, struct db_connection *connection, struct reply *reply)
{
	struct db_reply rows = {0};
	int r = page_run_search(page, connection, &rows);

	if (r == 0)
		r = page_run_first(page, connection, &rows, reply);
	if (r == 0 && !reply->problem.type)
		r = page_run_second(page, connection, &rows);
	if (r == DB_FAILED)
		service_map_read_error(page->call->service, &rows.error, reply);
	else if (r == DB_LOST)
		service_map_lost(db_reason(connection), reply);
	db_reply_finish(&rows);
	return r;
}

int page_run(struct call *call, struct reply *reply)
{
	struct db_connection *connection;
	CLEANUP(page_finish) struct page page;
	int r = page_init(&page, call, reply);

	if (r != 0)
		return r < 0 ? r : 0;
	if (pool_acquire(call->service->pool, call->payer, &connection) != 0) {
		service_map_busy(reply);
		return 0;
	}
	r = page_read(&page, connection, reply);
	pool_release(call->service->pool, connection);
	if (r < 0)
		return r;
	return r == 0 && !reply->problem.type ? page_reply(&page, reply) : 0;
}
