/* SPDX-License-Identifier: MIT */
/*
 * The keys that sign our tokens: a folder of files that all nodes share, or one key in memory.
 *
 * A file is called <since>-<kid>.pem and never changes: a P-256 private key (PKCS #8) that signs
 * from the second <since> on, until another does. What a key is now follows from the names and the
 * clock alone, so nodes agree without talking:
 *
 *   next      since is still to come: published, not yet signing
 *   current   the last one whose since has come (the first next one, when there is none)
 *   previous  signed before: published until the last token it can have signed has expired
 *   dead      after that; the next rotation removes the file
 *
 * A rotation adds a file whose since is ACCORD_KEY_LEAD_SECONDS away. A key that leaked is
 * withdrawn by removing its file: nodes notice within seconds, and what it signed is refused.
 */
#pragma once

#include "../buffer.h"
#include "keyfolder.h"

struct keyring;

enum key_state { KEY_NEXT, KEY_CURRENT, KEY_PREVIOUS, KEY_DEAD };

/* An empty ring of a folder (borrowed; "": of one key in memory). 0 or -ENOMEM. */
int keyring_new(const char *folder, struct keyring **ret_ring) MUST_CHECK;
/* Makes a ring that was not read yet a lasting one: none of its keys is ever dead. */
void keyring_make_lasting(struct keyring *ring);
struct keyring *keyring_free(struct keyring *ring);

/*
 * Reads the folder's names, and the files that are new. make makes the folder (0700) and the first
 * key, which signs at once, when there is none. 0 with whether a key is gone; -EINVAL, -EIO with an
 * owned ret_error that names the file, and the ring as it was; -ENOMEM.
 */
int keyring_read(struct keyring *ring, bool make, int64_t now, bool *ret_withdrawn,
		 char **ret_error) MUST_CHECK;
/*
 * Adds a key that signs after lead seconds, and removes dead ones; the ring reads the folder anew.
 * 0 with the new kid; 1 when one is published already and does not sign yet, with that one's kid;
 * -EINVAL, -EIO with an owned ret_error; -ENOMEM. Not of a ring in memory.
 */
int keyring_rotate(struct keyring *ring, int64_t now, long lead, char ret_kid[KEY_ID_BYTES + 1],
		   char **ret_error) MUST_CHECK;

/* The key that signs, with a reference; NULL when there is none. */
struct key *keyring_current(struct keyring *ring, int64_t now);
/* The key of a kid that may verify, with a reference; NULL when there is none, or it is dead. */
struct key *keyring_find(struct keyring *ring, const char *kid, int64_t now);
/* The keys by since, each held; key_list_finish. */
void keyring_list(struct keyring *ring, struct key_list *ret_list);
/* What one of a list is at a moment. Nodes' clocks may differ by the leeway at both ends of a
 * token's life. */
enum key_state key_list_state(const struct key_list *list, size_t index, int64_t now);
const char *key_state_name(enum key_state state);
/* Adds the JWK Set of all keys but the dead. 0, or the buffer's failure. */
int keyring_write_jwks(struct keyring *ring, int64_t now, struct buffer *buffer) MUST_CHECK;
