/* SPDX-License-Identifier: MIT */
/*
 * Batches and events are read in pages, each in the order of the chain, and walked side by side.
 * Events of a transaction before the newest seal's bound can no more be added by anyone honest, so
 * pages need no common snapshot.
 */
#include "verify.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../buffer.h"
#include "chain.h"

enum {
	VERIFY_PAGE = 10000, /* rows read at once */
	VERIFY_BATCH_BYTES = 256 * 1024 * 1024,
};

enum { BATCH_NUMBER, BATCH_UPTO, BATCH_EVENTS, BATCH_TOTAL, BATCH_PREVIOUS, BATCH_DIGEST };

/* A page of rows, and where in it the reader is. */
struct page_of {
	struct db_reply rows;
	size_t count, next;
	bool last; /* nothing follows it */
};

struct verifier {
	struct db_connection *connection;
	const struct audit_head *kept;
	struct audit_state *state;
	struct page_of batches, events;
	char number[24], transaction[24], id[40]; /* of the rows read last */
	char previous[2 * DIGEST_BYTES + 1];
	char events_text[512];
	bool met; /* the kept head */
};

static const char *const verify_head_text =
	"select number, encode(digest, 'hex'), upto, total from restricted.audit_batch"
	" order by number desc limit 1";
static const char *const verify_batches_text =
	"select number, upto, events, total, encode(previous, 'hex'), encode(digest, 'hex')"
	" from restricted.audit_batch where number > $1::bigint order by number limit 10000";
static const char *const verify_tail_text =
	"select count(*), min(at) from restricted.audit_event where transaction >= $1::xid8";

void audit_state_finish(struct audit_state *state)
{
	free(state->since);
	free(state->fault);
	*state = (struct audit_state){0};
}

bool audit_head_read(const char *text, struct audit_head *ret_head)
{
	char *end;

	ret_head->number = strtoll(text, &end, 10);
	if (end == text || *end != ':' || ret_head->number < 1 ||
	    strspn(end + 1, "0123456789abcdef") != 2 * DIGEST_BYTES || end[1 + 2 * DIGEST_BYTES])
		return false;
	memcpy(ret_head->digest, end + 1, sizeof(ret_head->digest));
	return true;
}

/* Notes what is wrong. */
PRINTF_LIKE(3, 4)
static int verify_fault(struct audit_state *state, int r, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vasprintf(&state->fault, format, arguments);
	va_end(arguments);
	if (length >= 0)
		return r;
	state->fault = NULL;
	return -ENOMEM;
}

static int verify_ask(struct db_connection *connection, const char *text, size_t place,
		      const char *const *values, size_t count, struct audit_state *state,
		      struct db_reply *ret_rows)
{
	char name[] = "verify.0";
	struct db_statement statement = {.name = name, .text = (char *)text, .number = place};
	const struct db_step step = {&statement, count, values};
	int r;

	name[sizeof(name) - 2] += (char)place;
	r = db_run(connection, &step, 1, true, ret_rows);
	return r > 0 ? verify_fault(state, VERIFY_FAILED, "%s",
				    r == DB_FAILED && ret_rows->error.message
					    ? ret_rows->error.message
					    : db_reason(connection))
		     : r;
}

/* The newest seal, and where it ends. */
static int verify_head(struct db_connection *connection, struct audit_state *state,
		       char ret_upto[24])
{
	struct db_reply rows = {0};
	int r = verify_ask(connection, verify_head_text, 0, NULL, 0, state, &rows);

	snprintf(ret_upto, 24, "0");
	if (r == 0 && db_rows(&rows, 0)) {
		state->head.number = strtoll(db_value(&rows, 0, 0, 0), NULL, 10);
		snprintf(state->head.digest, sizeof(state->head.digest), "%s",
			 db_value(&rows, 0, 0, 1));
		snprintf(ret_upto, 24, "%s", db_value(&rows, 0, 0, 2));
	}
	db_reply_finish(&rows);
	return r;
}

int audit_find_head(struct db_connection *connection, struct audit_state *state)
{
	char upto[24];

	return verify_head(connection, state, upto);
}

/* Has a next row in the page, reading the next page when this one is done. 0 with ret_some. */
static int verify_more(struct verifier *verifier, struct page_of *page, const char *text,
		       size_t place, const char *const *values, size_t count, bool *ret_some)
{
	int r = 0;

	if (page->next == page->count && !page->last) {
		db_reply_finish(&page->rows);
		r = verify_ask(verifier->connection, text, place, values, count, verifier->state,
			       &page->rows);
		page->count = r == 0 ? db_rows(&page->rows, 0) : 0;
		page->next = 0;
		page->last = page->count < VERIFY_PAGE;
	}
	*ret_some = page->next < page->count;
	return r;
}

/* The next event that the batch should hold, hashed into bytes. 0 with ret_some. */
static int verify_event(struct verifier *verifier, const char *upto, struct buffer *bytes,
			bool *ret_some)
{
	const char *const values[] = {verifier->transaction, verifier->id};
	struct page_of *page = &verifier->events;
	const char *columns[CHAIN_COLUMNS];
	uint8_t digest[DIGEST_BYTES];
	int r;

	r = verify_more(verifier, page, verifier->events_text, 1, values, ARRAY_LENGTH(values),
			ret_some);
	if (r != 0 || !*ret_some)
		return r;
	for (int i = 0; i < CHAIN_COLUMNS; i++)
		columns[i] = db_value(&page->rows, 0, page->next, i);
	*ret_some = strtoull(columns[1], NULL, 10) < strtoull(upto, NULL, 10);
	if (!*ret_some)
		return 0;
	snprintf(verifier->id, sizeof(verifier->id), "%s", columns[0]);
	snprintf(verifier->transaction, sizeof(verifier->transaction), "%s", columns[1]);
	page->next++;
	r = chain_hash_event(columns, digest);
	return r < 0 ? r : buffer_add(bytes, digest, sizeof(digest));
}

/* What a batch says of itself against what it follows. */
static int verify_links(struct verifier *verifier, const char *const batch[])
{
	int64_t wanted = strtoll(verifier->number, NULL, 10) + 1;

	if (strtoll(batch[BATCH_NUMBER], NULL, 10) != wanted)
		return verify_fault(verifier->state, VERIFY_BROKEN, "batch %lld is missing",
				    (long long)wanted);
	if (strcmp(batch[BATCH_PREVIOUS], verifier->previous) != 0)
		return verify_fault(verifier->state, VERIFY_BROKEN,
				    "batch %s does not follow the one before it",
				    batch[BATCH_NUMBER]);
	return 0;
}

/* One batch: its events, its digest, and whether it is the one that was kept. */
static int verify_batch(struct verifier *verifier, const char *const batch[])
{
	CLEANUP_BUFFER struct buffer bytes;
	struct audit_state *state = verifier->state;
	char hex[2 * DIGEST_BYTES + 1];
	uint8_t digest[DIGEST_BYTES];
	int64_t count = 0;
	bool some = true;
	int r = verify_links(verifier, batch);

	buffer_init(&bytes, VERIFY_BATCH_BYTES);
	if (r == 0)
		r = chain_begin_batch(&bytes, batch[BATCH_NUMBER], batch[BATCH_UPTO],
				      batch[BATCH_EVENTS], batch[BATCH_TOTAL],
				      batch[BATCH_PREVIOUS]);
	while (r == 0 && some) {
		r = verify_event(verifier, batch[BATCH_UPTO], &bytes, &some);
		count += some;
	}
	if (r == 0)
		r = digest_sha256(bytes.data, bytes.length, digest);
	if (r != 0)
		return r;
	digest_hex(digest, sizeof(digest), hex);
	state->events += count;
	if (count != strtoll(batch[BATCH_EVENTS], NULL, 10))
		return verify_fault(state, VERIFY_BROKEN,
				    "batch %s sealed %s events, there are %lld",
				    batch[BATCH_NUMBER], batch[BATCH_EVENTS], (long long)count);
	if (strcmp(hex, batch[BATCH_DIGEST]) != 0 ||
	    state->events != strtoll(batch[BATCH_TOTAL], NULL, 10))
		return verify_fault(state, VERIFY_BROKEN, "batch %s or an event in it was changed",
				    batch[BATCH_NUMBER]);
	if (verifier->kept && strtoll(batch[BATCH_NUMBER], NULL, 10) == verifier->kept->number) {
		verifier->met = true;
		if (strcmp(hex, verifier->kept->digest) != 0)
			return verify_fault(state, VERIFY_BROKEN,
					    "batch %s is not the one that was kept",
					    batch[BATCH_NUMBER]);
	}
	snprintf(verifier->number, sizeof(verifier->number), "%s", batch[BATCH_NUMBER]);
	memcpy(verifier->previous, hex, sizeof(hex));
	return 0;
}

static int verify_chain(struct verifier *verifier)
{
	const char *const values[] = {verifier->number};
	struct page_of *page = &verifier->batches;
	const char *batch[BATCH_DIGEST + 1];
	bool some = true;
	int r = 0;

	while (r == 0 && strtoll(verifier->number, NULL, 10) < verifier->state->head.number) {
		r = verify_more(verifier, page, verify_batches_text, 2, values, 1, &some);
		if (r != 0 || !some)
			break;
		for (int i = 0; i <= BATCH_DIGEST; i++)
			batch[i] = db_value(&page->rows, 0, page->next, i);
		page->next++;
		r = verify_batch(verifier, batch);
	}
	return r;
}

/* What nothing vouches for yet. */
static int verify_tail(struct verifier *verifier, const char *upto)
{
	const char *const values[] = {upto};
	struct db_reply rows = {0};
	const char *since;
	int r = verify_ask(verifier->connection, verify_tail_text, 3, values, 1, verifier->state,
			   &rows);

	if (r == 0) {
		verifier->state->unsealed = strtoll(db_value(&rows, 0, 0, 0), NULL, 10);
		since = db_value(&rows, 0, 0, 1);
		verifier->state->since = since ? strdup(since) : NULL;
	}
	db_reply_finish(&rows);
	return r;
}

int audit_verify(struct db_connection *connection, const struct audit_head *kept,
		 struct audit_state *state)
{
	struct verifier verifier = {
		.connection = connection,
		.kept = kept,
		.state = state,
		.number = "0",
		.transaction = "0",
		.id = "00000000-0000-0000-0000-000000000000",
	};
	char upto[24];
	int r = verify_head(connection, state, upto);

	snprintf(verifier.events_text, sizeof(verifier.events_text),
		 "select %s from restricted.audit_event where (transaction, id) >"
		 " ($1::xid8, $2::uuid) order by transaction, audit_event.id limit %d",
		 chain_columns, VERIFY_PAGE);
	memset(verifier.previous, '0', sizeof(verifier.previous) - 1);
	if (r == 0)
		r = verify_chain(&verifier);
	if (r == 0 && kept && !verifier.met)
		r = verify_fault(state, VERIFY_BROKEN,
				 "batch %lld, which was kept, is gone: the audit was cut short",
				 (long long)kept->number);
	if (r == 0)
		r = verify_tail(&verifier, upto);
	db_reply_finish(&verifier.batches.rows);
	db_reply_finish(&verifier.events.rows);
	return r;
}
