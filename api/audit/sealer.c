/* SPDX-License-Identifier: MIT */
#include "sealer.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "../db.h"
#include "../log.h"

enum { SEALER_BEAT_MS = 1000 };

struct sealer {
	const char *database;
	int wake;
	atomic_bool leaving;
	bool complained;
	pthread_t thread;
};

/* Seals one batch. 1 when there may be more, 0, or the failure of a statement; ret_reply is to be
 * finished. */
static int sealer_seal(struct db_connection *connection, struct db_reply *ret_reply)
{
	static const char *const texts[] = {"begin read write", "select accord.seal_audit()"};
	int r = 0;
	bool some;

	for (size_t i = 0; i < ARRAY_LENGTH(texts) && r == 0; i++) {
		db_reply_finish(ret_reply);
		r = db_run_text(connection, texts[i], ret_reply);
	}
	if (r != 0)
		return r > 0 ? -EIO : r;
	some = db_value(ret_reply, 0, 0, 0)[0] != '0';
	db_reply_finish(ret_reply);
	r = db_run_text(connection, "commit", ret_reply);
	if (r != 0)
		return r > 0 ? -EIO : r;
	return some;
}

/* Once while it lasts, and when it is over. */
static void sealer_note(struct sealer *sealer, int r, const char *reason)
{
	if (r < 0 && !sealer->complained)
		log_event(LOG_ERROR, "the audit is not sealed: %s", reason);
	if (r == 0 && sealer->complained)
		log_event(LOG_INFO, "the audit is sealed again");
	sealer->complained = r < 0;
}

static void *sealer_run(void *user)
{
	struct sealer *sealer = user;
	struct db_connection *connection = NULL;

	if (db_connection_new(sealer->database, 0, &connection) < 0)
		return NULL;
	while (!atomic_load(&sealer->leaving)) {
		struct db_reply reply = {0};
		int r = db_connect(connection) == 0 ? 1 : -EIO;

		while (r == 1 && !atomic_load(&sealer->leaving))
			r = sealer_seal(connection, &reply);
		sealer_note(sealer, r,
			    reply.error.message ? reply.error.message : db_reason(connection));
		db_reply_finish(&reply);
		db_reset(connection);
		db_pause(sealer->wake, SEALER_BEAT_MS);
	}
	db_connection_free(connection);
	return NULL;
}

int sealer_start(const char *database, struct sealer **ret_sealer)
{
	struct sealer *sealer = calloc(1, sizeof(*sealer));
	int r;

	if (!sealer)
		return -ENOMEM;
	sealer->database = database;
	sealer->wake = eventfd(0, EFD_CLOEXEC);
	r = sealer->wake < 0 ? -errno : 0;
	if (r == 0)
		r = -pthread_create(&sealer->thread, NULL, sealer_run, sealer);
	if (r < 0) {
		if (sealer->wake >= 0)
			close(sealer->wake);
		free(sealer);
		return r;
	}
	*ret_sealer = sealer;
	return 0;
}

struct sealer *sealer_stop(struct sealer *sealer)
{
	if (!sealer)
		return NULL;
	atomic_store(&sealer->leaving, true);
	(void)eventfd_write(sealer->wake, 1);
	pthread_join(sealer->thread, NULL);
	close(sealer->wake);
	free(sealer);
	return NULL;
}
