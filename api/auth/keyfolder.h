/* SPDX-License-Identifier: MIT */
/* The files of a keyring: read, made and removed. Private keys are 0400, their folder 0700. */
#pragma once

#include "key.h"

enum { KEY_LIST = 64 }; /* keys of a ring at once */

/* Keys by since, each held. */
struct key_list {
	bool lasting; /* they are published for good: what they signed is never out of date */
	size_t count;
	struct key *keys[KEY_LIST];
};

void key_list_finish(struct key_list *list);
/* The key of a kid, borrowed; NULL when there is none. */
struct key *key_list_find(const struct key_list *list, const char *kid);

/* Each returns 0; -EINVAL or -EIO with an owned ret_error that names the file; -ENOMEM. */

/* Makes the folder when there is none, and a key that signs at once when it has none; nodes that do
 * so together make one. */
int key_folder_make(const char *folder, int64_t now, char **ret_error) MUST_CHECK;
/* Reads the folder into an empty list; keys that are known are not read again. */
int key_folder_read(const char *folder, const struct key_list *known, struct key_list *ret_list,
		    char **ret_error) MUST_CHECK;
/* Writes a key's file, which appears whole. */
int key_folder_add(const char *folder, const struct key *key, char **ret_error) MUST_CHECK;
int key_folder_remove(const char *folder, const struct key *key, char **ret_error) MUST_CHECK;
