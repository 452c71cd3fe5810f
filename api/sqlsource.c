/* SPDX-License-Identifier: MIT */
#include "sqlsource.h"

#include "sqlfile.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int source_fault(int r, const char *words, const char **ret_fault)
{
	*ret_fault = words;
	return r;
}

int sqlsource_read(const char *path, char **ret_text, const char **ret_fault)
{
	CLEANUP_FREE char *text = malloc(SQLFILE_BYTES + 1);
	FILE *stream;
	size_t length;
	bool failed;

	if (!text)
		return -ENOMEM;
	stream = fopen(path, "re");
	if (!stream && errno == ENOMEM)
		return -ENOMEM;
	if (!stream)
		return source_fault(-errno, "the file cannot be opened", ret_fault);
	length = fread(text, 1, SQLFILE_BYTES + 1, stream);
	failed = ferror(stream);
	fclose(stream);
	if (failed)
		return source_fault(-EIO, "the file cannot be read", ret_fault);
	if (length > SQLFILE_BYTES)
		return source_fault(-EINVAL, "the file is too long", ret_fault);
	if (memchr(text, '\0', length))
		return source_fault(-EINVAL, "the file contains a zero byte", ret_fault);
	text[length] = '\0';
	*ret_text = TAKE_PTR(text);
	return 0;
}

/*
 * Upward and absolute paths cannot be written, since every segment is a plain name and only the
 * last has a dot.
 */
const char *sqlsource_include_fault(const char *path)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_-";
	const char *segment = path;
	size_t length = strspn(segment, letters);

	while (length && segment[length] == '/') {
		segment += length + 1;
		length = strspn(segment, letters);
	}
	if (!length || strcmp(segment + length, ".sql") != 0)
		return "an include is a path of plain names below the operations folder";
	if (*segment != '_')
		return "an included file's name starts with \"_\"";
	return NULL;
}
