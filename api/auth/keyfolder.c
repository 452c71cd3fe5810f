/* SPDX-License-Identifier: MIT */
#include "keyfolder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	KEY_NAME_BYTES = 80,
	KEY_SINCE_DIGITS = 12, /* of the seconds in a name, so that a listing is in order */
};

static void key_close(int *descriptor)
{
	if (*descriptor >= 0)
		close(*descriptor);
}

static void key_close_folder(DIR **folder)
{
	if (*folder)
		closedir(*folder);
}

PRINTF_LIKE(3, 4) static int key_fail(char **ret_error, int r, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vasprintf(ret_error, format, arguments);
	va_end(arguments);
	if (length < 0)
		*ret_error = NULL;
	return length < 0 ? -ENOMEM : r;
}

static int key_fail_io(char **ret_error, const char *folder, const char *name)
{
	return key_fail(ret_error, -EIO, "key %s/%s: %s", folder, name, strerror(errno));
}

void key_list_finish(struct key_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		key_release(list->keys[i]);
	*list = (struct key_list){0};
}

struct key *key_list_find(const struct key_list *list, const char *kid)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->keys[i]->kid, kid) == 0)
			return list->keys[i];
	return NULL;
}

static void key_list_insert(struct key_list *list, struct key *key_take)
{
	size_t at = list->count++;

	for (; at > 0 && list->keys[at - 1]->since > key_take->since; at--)
		list->keys[at] = list->keys[at - 1];
	list->keys[at] = key_take;
}

static void key_write_name(const struct key *key, char ret_name[KEY_NAME_BYTES])
{
	snprintf(ret_name, KEY_NAME_BYTES, "%0*" PRId64 "-%s.pem", KEY_SINCE_DIGITS, key->since,
		 key->kid);
}

/* Reads since and kid off a name. Whether it is the name of a key. */
static bool key_read_name(const char *name, int64_t *ret_since, char ret_kid[KEY_ID_BYTES + 1])
{
	if (strspn(name, "0123456789") != KEY_SINCE_DIGITS || name[KEY_SINCE_DIGITS] != '-' ||
	    strlen(name) != KEY_SINCE_DIGITS + 1 + KEY_ID_BYTES + strlen(".pem") ||
	    strcmp(name + strlen(name) - strlen(".pem"), ".pem") != 0)
		return false;
	*ret_since = strtoll(name, NULL, 10);
	memcpy(ret_kid, name + KEY_SINCE_DIGITS + 1, KEY_ID_BYTES);
	ret_kid[KEY_ID_BYTES] = '\0';
	return true;
}

static int key_open_folder(const char *folder, char **ret_error)
{
	int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return descriptor >= 0 ? descriptor
			       : key_fail(ret_error, -EIO, "ACCORD_KEYS: cannot read %s: %s",
					  folder, strerror(errno));
}

/* Reads a whole file that only its owner can read into a buffer on the stack of the caller. */
static int key_read_bytes(int at, const char *folder, const char *name, char bytes[KEY_PEM_BYTES],
			  size_t *ret_length, char **ret_error)
{
	CLEANUP(key_close) int file = openat(at, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	struct stat status;
	ssize_t length;

	if (file < 0 || fstat(file, &status) < 0)
		return key_fail_io(ret_error, folder, name);
	if (!S_ISREG(status.st_mode) || status.st_mode & 0377)
		return key_fail(ret_error, -EINVAL, "key %s/%s: is no file of mode 0400", folder,
				name);
	length = read(file, bytes, KEY_PEM_BYTES);
	if (length < 0)
		return key_fail_io(ret_error, folder, name);
	*ret_length = (size_t)length;
	return 0;
}

static int key_read(int at, const char *folder, const char *name, int64_t since, const char *kid,
		    struct key **ret_key, char **ret_error)
{
	CLEANUP_KEY struct key *key = NULL;
	char bytes[KEY_PEM_BYTES];
	size_t length = 0;
	int r = key_read_bytes(at, folder, name, bytes, &length, ret_error);

	if (r == 0)
		r = key_parse(bytes, length, since, &key);
	explicit_bzero(bytes, sizeof(bytes));
	if (r < 0)
		return r;
	if (r > 0 || strcmp(key->kid, kid) != 0)
		return key_fail(ret_error, -EINVAL,
				"key %s/%s: does not hold the P-256 key that its name says", folder,
				name);
	*ret_key = TAKE_PTR(key);
	return 0;
}

int key_folder_read(const char *folder, const struct key_list *known, struct key_list *ret_list,
		    char **ret_error)
{
	CLEANUP(key_close_folder) DIR *names = NULL;
	int at = key_open_folder(folder, ret_error);
	int r = 0;

	if (at < 0)
		return at;
	names = fdopendir(at);
	if (!names) {
		close(at);
		return -ENOMEM;
	}
	for (struct dirent *entry; r == 0 && (entry = readdir(names));) {
		char kid[KEY_ID_BYTES + 1];
		struct key *key;
		int64_t since;

		if (!key_read_name(entry->d_name, &since, kid))
			continue;
		if (ret_list->count == KEY_LIST)
			return key_fail(ret_error, -EINVAL, "ACCORD_KEYS: %s has more than %d keys",
					folder, KEY_LIST);
		key = key_list_find(known, kid);
		if (key && key->since == since)
			key_hold(key);
		else
			r = key_read(at, folder, entry->d_name, since, kid, &key, ret_error);
		if (r == 0)
			key_list_insert(ret_list, key);
	}
	return r;
}

/* Writes a file that is there wholly or not at all, also after a loss of power. */
static int key_write(int at, const char *folder, const struct key *key, char **ret_error)
{
	char name[KEY_NAME_BYTES], part[KEY_NAME_BYTES + 8];
	int file, r = 0;

	key_write_name(key, name);
	snprintf(part, sizeof(part), ".%s.part", name);
	file = openat(at, part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
	if (file < 0)
		return key_fail_io(ret_error, folder, part);
	if (write(file, key->private_pem, key->private_length) != (ssize_t)key->private_length ||
	    fsync(file) < 0 || renameat(at, part, at, name) < 0 || fsync(at) < 0)
		r = key_fail_io(ret_error, folder, part);
	close(file);
	if (r != 0)
		unlinkat(at, part, 0);
	return r;
}

int key_folder_add(const char *folder, const struct key *key, char **ret_error)
{
	CLEANUP(key_close) int at = key_open_folder(folder, ret_error);

	return at < 0 ? at : key_write(at, folder, key, ret_error);
}

int key_folder_remove(const char *folder, const struct key *key, char **ret_error)
{
	CLEANUP(key_close) int at = key_open_folder(folder, ret_error);
	char name[KEY_NAME_BYTES];

	if (at < 0)
		return at;
	key_write_name(key, name);
	return unlinkat(at, name, 0) == 0 || errno == ENOENT ? 0
							     : key_fail_io(ret_error, folder, name);
}

int key_folder_make(const char *folder, int64_t now, char **ret_error)
{
	CLEANUP(key_list_finish) struct key_list list = {0};
	CLEANUP(key_close) int at = -1;
	CLEANUP_KEY struct key *key = NULL;
	const struct key_list none = {0};
	int r;

	if (mkdir(folder, 0700) < 0 && errno != EEXIST)
		return key_fail(ret_error, -EIO, "ACCORD_KEYS: cannot make %s: %s", folder,
				strerror(errno));
	at = key_open_folder(folder, ret_error);
	if (at < 0)
		return at;
	/* Where the file system cannot lock, two keys are as good as one. */
	(void)flock(at, LOCK_EX);
	r = key_folder_read(folder, &none, &list, ret_error);
	if (r != 0 || list.count)
		return r;
	r = key_generate(now, &key);
	return r == 0 ? key_write(at, folder, key, ret_error) : r;
}
