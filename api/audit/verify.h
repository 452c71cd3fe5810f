/* SPDX-License-Identifier: MIT */
/* Proves that nothing sealed in the audit was changed, and names what is not sealed yet. */
#pragma once

#include "../db.h"
#include "../digest.h"

enum {
	VERIFY_BROKEN = 1, /* the audit is not what it was: see the fault */
	VERIFY_FAILED,     /* the database could not be asked: see the fault */
};

/* The newest seal, to be kept where the database's administrators cannot write. */
struct audit_head {
	int64_t number; /* 0: nothing is sealed */
	char digest[2 * DIGEST_BYTES + 1];
};

struct audit_state {
	struct audit_head head;
	int64_t events;   /* sealed */
	int64_t unsealed; /* written since */
	char *since;      /* when the first of these was written; NULL when there is none; owned */
	char *fault;      /* owned */
};

void audit_state_finish(struct audit_state *state);
/* Reads "<number>:<digest>", as audit_head_write writes it. Whether it reads. */
bool audit_head_read(const char *text, struct audit_head *ret_head);
/* 0 with the head; VERIFY_FAILED with the fault; -ENOMEM. */
int audit_find_head(struct db_connection *connection, struct audit_state *state) MUST_CHECK;
/*
 * Follows the chain from its beginning to the newest seal, and compares the seal that kept (or
 * NULL) names. What is sealed meanwhile is left for the next time. 0, VERIFY_…; negative.
 */
int audit_verify(struct db_connection *connection, const struct audit_head *kept,
		 struct audit_state *state) MUST_CHECK;
