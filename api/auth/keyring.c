/* SPDX-License-Identifier: MIT */
#include "keyring.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "auth.h"
#include "claims.h"

struct keyring {
	const char *folder;
	pthread_rwlock_t lock; /* of the list; keys themselves never change */
	struct key_list list;  /* by since */
};

static const char *const key_state_names[] = {"next", "current", "previous", "dead"};

const char *key_state_name(enum key_state state)
{
	return key_state_names[state];
}

int keyring_new(const char *folder, struct keyring **ret_ring)
{
	struct keyring *ring = calloc(1, sizeof(*ring));

	if (!ring)
		return -ENOMEM;
	ring->folder = folder;
	pthread_rwlock_init(&ring->lock, NULL);
	*ret_ring = ring;
	return 0;
}

void keyring_make_lasting(struct keyring *ring)
{
	ring->list.lasting = true;
}

struct keyring *keyring_free(struct keyring *ring)
{
	if (!ring)
		return NULL;
	key_list_finish(&ring->list);
	pthread_rwlock_destroy(&ring->lock);
	free(ring);
	return NULL;
}

/* Puts another list in place. Whether a key of the old one is missing. */
static bool keyring_replace(struct keyring *ring, struct key_list *list)
{
	struct key_list old;
	bool withdrawn = false;

	pthread_rwlock_wrlock(&ring->lock);
	old = ring->list;
	ring->list = *list;
	ring->list.lasting = old.lasting;
	for (size_t i = 0; i < old.count; i++)
		withdrawn = withdrawn || !key_list_find(&ring->list, old.keys[i]->kid);
	pthread_rwlock_unlock(&ring->lock);
	*list = (struct key_list){0};
	key_list_finish(&old);
	return withdrawn;
}

void keyring_list(struct keyring *ring, struct key_list *ret_list)
{
	pthread_rwlock_rdlock(&ring->lock);
	*ret_list = ring->list;
	for (size_t i = 0; i < ret_list->count; i++)
		key_hold(ret_list->keys[i]);
	pthread_rwlock_unlock(&ring->lock);
}

int keyring_read(struct keyring *ring, bool make, int64_t now, bool *ret_withdrawn,
		 char **ret_error)
{
	CLEANUP(key_list_finish) struct key_list known, list = {0};
	int r = 0;

	*ret_withdrawn = false;
	keyring_list(ring, &known);
	if (ring->folder[0]) {
		r = make ? key_folder_make(ring->folder, now, ret_error) : 0;
		if (r == 0)
			r = key_folder_read(ring->folder, &known, &list, ret_error);
	} else if (make && !known.count) {
		r = key_generate(now, &list.keys[0]);
		list.count = r == 0;
	} else {
		return 0;
	}
	if (r == 0)
		*ret_withdrawn = keyring_replace(ring, &list);
	return r;
}

/* The place of the key that signs; the list is not empty. */
static size_t key_list_current(const struct key_list *list, int64_t now)
{
	size_t current = 0;

	for (size_t i = 1; i < list->count; i++)
		if (list->keys[i]->since <= now)
			current = i;
	return current;
}

enum key_state key_list_state(const struct key_list *list, size_t index, int64_t now)
{
	size_t current = key_list_current(list, now);

	if (index >= current)
		return index == current ? KEY_CURRENT : KEY_NEXT;
	return list->lasting || list->keys[index + 1]->since + AUTH_LONGEST_SECONDS +
						2 * (int64_t)CLAIMS_LEEWAY_SECONDS >
					now
		       ? KEY_PREVIOUS
		       : KEY_DEAD;
}

int keyring_rotate(struct keyring *ring, int64_t now, long lead, char ret_kid[KEY_ID_BYTES + 1],
		   char **ret_error)
{
	CLEANUP(key_list_finish) struct key_list list = {0};
	CLEANUP_KEY struct key *key = NULL;
	bool withdrawn;
	int r = keyring_read(ring, true, now, &withdrawn, ret_error);

	if (r != 0)
		return r;
	keyring_list(ring, &list);
	if (key_list_state(&list, list.count - 1, now) == KEY_NEXT) {
		memcpy(ret_kid, list.keys[list.count - 1]->kid, KEY_ID_BYTES + 1);
		return 1;
	}
	for (size_t i = 0; r == 0 && i < list.count; i++)
		if (key_list_state(&list, i, now) == KEY_DEAD)
			r = key_folder_remove(ring->folder, list.keys[i], ret_error);
	if (r == 0)
		r = key_generate(now + lead, &key);
	if (r == 0)
		r = key_folder_add(ring->folder, key, ret_error);
	if (r == 0)
		r = keyring_read(ring, false, now, &withdrawn, ret_error);
	if (r == 0)
		memcpy(ret_kid, key->kid, KEY_ID_BYTES + 1);
	return r;
}

struct key *keyring_current(struct keyring *ring, int64_t now)
{
	struct key *key = NULL;

	pthread_rwlock_rdlock(&ring->lock);
	if (ring->list.count)
		key = key_hold(ring->list.keys[key_list_current(&ring->list, now)]);
	pthread_rwlock_unlock(&ring->lock);
	return key;
}

struct key *keyring_find(struct keyring *ring, const char *kid, int64_t now)
{
	struct key *key = NULL;

	pthread_rwlock_rdlock(&ring->lock);
	for (size_t i = 0; i < ring->list.count && !key; i++)
		if (strcmp(ring->list.keys[i]->kid, kid) == 0 &&
		    key_list_state(&ring->list, i, now) != KEY_DEAD)
			key = key_hold(ring->list.keys[i]);
	pthread_rwlock_unlock(&ring->lock);
	return key;
}

int keyring_write_jwks(struct keyring *ring, int64_t now, struct buffer *buffer)
{
	CLEANUP(key_list_finish) struct key_list list = {0};
	const char *comma = "";

	keyring_list(ring, &list);
	buffer_add_string(buffer, "{\"keys\":[");
	for (size_t i = 0; i < list.count; i++) {
		const struct key *key = list.keys[i];

		if (key_list_state(&list, i, now) == KEY_DEAD)
			continue;
		buffer_add_string(buffer, comma);
		key_write_jwk(key, buffer);
		comma = ",";
	}
	buffer_add_string(buffer, "]}");
	return buffer->failed;
}
