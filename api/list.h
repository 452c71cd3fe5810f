/* SPDX-License-Identifier: MIT */
/* The part of a list that its SQL file leaves out: keyset predicate, order and limit. */
#pragma once

#include "sqlfile.h"

/*
 * A list is read in two segments, so that one ascending index serves both directions and nulls
 * always come last: first the rows whose first key is not null, then (when the page is not full)
 * those whose first key is null.
 */
enum list_segment {
	LIST_VALUES_FIRST, /* first key not null, from the start */
	LIST_VALUES_AFTER, /* first key not null, after the cursor */
	LIST_NULLS_FIRST,  /* first key null, from the start */
	LIST_NULLS_AFTER,  /* first key null, after the cursor (its remaining keys) */
	LIST_SEGMENTS,
};

/*
 * Says in words (static) what is wrong with a statement as a list's; NULL when nothing is. It is
 * one select, with a where at the top level, and neither union nor group by nor anything like it.
 */
const char *list_fault(const struct sql_statement *statement);
/*
 * Appends predicate, order and limit to a list's only statement, which ends at its WHERE. What
 * follows the last where at the top level is put in parentheses, so that an "or" there stays within
 * them, and the predicate is joined with "and". New parameters are numbered after the statement's
 * own: first the cursor's keys (none in …_FIRST, all keys in VALUES_AFTER, all but the first in
 * NULLS_AFTER), then the limit as bigint. Keys compare as a row: (k1, k2) > ($4, $5), or < when
 * descending; order by k1 asc, k2 asc, or desc throughout. Only the first key may be null.
 * 0 with owned ret_text; -EINVAL when list_fault() has something to say; -ENOMEM. An order of one
 * key has no NULLS segments (-EINVAL): its only key is the unique one.
 */
int list_statement(const struct sql_statement *statement, const struct sql_order *order,
		   bool descending, enum list_segment segment, char **ret_text) MUST_CHECK;
