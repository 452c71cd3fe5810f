/* SPDX-License-Identifier: MIT */
#include "command.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "verify.h"

enum { AUDIT_FAILED = 1, AUDIT_USAGE = 2, AUDIT_STATEMENTS = 4 };

static int audit_misunderstood(void)
{
	fprintf(stderr, "accord: usage: accord audit verify [HEAD] | accord audit head\n");
	return AUDIT_USAGE;
}

static void audit_print(const struct audit_state *state)
{
	printf("accord: %" PRId64 " events in %" PRId64 " batches: whole\n", state->events,
	       state->head.number);
	if (state->unsealed)
		printf("accord: %" PRId64 " events since %s are not sealed yet\n", state->unsealed,
		       state->since);
}

static int audit_run(const struct config *config, bool verify, const struct audit_head *kept)
{
	CLEANUP(audit_state_finish) struct audit_state state = {0};
	struct db_connection *connection;
	int r = db_connection_new(config->database, AUDIT_STATEMENTS, &connection);

	if (r == 0) {
		r = verify ? audit_verify(connection, kept, &state)
			   : audit_find_head(connection, &state);
		db_connection_free(connection);
	}
	if (r != 0) {
		fprintf(stderr, "accord: %s%s\n", r == VERIFY_BROKEN ? "the audit is broken: " : "",
			state.fault ? state.fault : strerror(r < 0 ? -r : 0));
		return AUDIT_FAILED;
	}
	if (verify)
		audit_print(&state);
	else if (state.head.number)
		printf("%" PRId64 ":%s\n", state.head.number, state.head.digest);
	else
		fprintf(stderr, "accord: nothing is sealed yet\n");
	return verify || state.head.number ? 0 : AUDIT_FAILED;
}

int command_audit(const struct config *config, int count, char **arguments)
{
	bool verify = count > 0 && strcmp(arguments[0], "verify") == 0;
	struct audit_head kept;

	if (count < 1 || count > 1 + verify || (!verify && strcmp(arguments[0], "head") != 0))
		return audit_misunderstood();
	if (count > 1 && !audit_head_read(arguments[1], &kept))
		return audit_misunderstood();
	if (!config->database[0]) {
		fprintf(stderr, "accord: ACCORD_DATABASE is not set\n");
		return AUDIT_FAILED;
	}
	return audit_run(config, verify, count > 1 ? &kept : NULL);
}
