/* SPDX-License-Identifier: MIT */
/* What a file is: its header, or its first character, tells; its name does not. */
#include <errno.h>
#include <string.h>

#include "load.h"
#include "text.h"

static int recognise_read(void *context, const char **ret_bytes, size_t *ret_length,
			  struct fault *fault)
{
	return text_read(context, ret_bytes, ret_length, fault);
}

/* The format of which the header has all required columns, the most demanding first; NULL and the
 * nearest one when none. */
static const struct kind_format *recognise_header(const struct kind *kind, const struct csv *csv,
						  const struct kind_format **ret_nearest)
{
	const struct kind_format *best = NULL, *nearest = NULL;
	size_t best_required = 0, nearest_found = 0;

	for (size_t i = 0; i < kind->format_count; i++) {
		const struct kind_format *format = &kind->formats[i];
		size_t required, found;

		if (format->json)
			continue;
		found = columns_recognise(format->columns, format->column_count, csv->fields,
					  csv->field_count, &required);
		if (found == required && required > best_required) {
			best = format;
			best_required = required;
		}
		if (found > nearest_found) {
			nearest = format;
			nearest_found = found;
		}
	}
	*ret_nearest = nearest;
	return best;
}

static int recognise_refuse(const struct kind *kind, const struct csv *csv,
			    const struct kind_format *nearest, struct fault *fault)
{
	CLEANUP_BUFFER struct buffer names;

	buffer_init(&names, FAULT_BYTES);
	if (!nearest)
		return fault_set(fault, -EBADMSG, "has no column of any file of the kind %s",
				 kind->name);
	columns_missing(nearest->columns, nearest->column_count, csv->fields, csv->field_count,
			&names);
	return fault_set(fault, -EBADMSG, "lacks columns that %s need: %s", nearest->name,
			 names.data);
}

static int recognise_csv(const struct kind *kind, const char *path, struct load_file *file,
			 struct fault *fault)
{
	CLEANUP(text_cleanup) struct text *text = NULL;
	CLEANUP(csv_finish) struct csv csv = {0};
	const struct kind_format *nearest;
	struct columns columns;
	int r;

	r = text_open(path, file->encoding, &text, fault);
	if (r < 0)
		return r;
	r = csv_init(&csv, recognise_read, text, fault);
	if (r < 0)
		return r;
	r = csv_next(&csv);
	if (r <= 0)
		return r < 0 ? r : fault_set(fault, -EBADMSG, "is empty");
	file->format = recognise_header(kind, &csv, &nearest);
	if (!file->format)
		return recognise_refuse(kind, &csv, nearest, fault);
	r = columns_match(file->format->columns, file->format->column_count, csv.fields,
			  csv.field_count, &columns, fault);
	if (r < 0)
		return r;
	file->header_count = columns.header_count;
	file->unknown_count = columns.unknown;
	return 0;
}

/* Counts nothing: only asks a format whether the document is one of its own. */
static int recognise_row(void *context, unsigned long line, const char *const *values,
			 const char *reason)
{
	return -ECANCELED;
}

static int recognise_json(const struct kind *kind, const char *path, struct load_file *file,
			  struct fault *fault)
{
	CLEANUP_FREE char *text = NULL;
	CLEANUP_JSON json_t *document = NULL;
	json_error_t error;
	size_t length;
	int r;

	r = text_load(path, file->encoding, &text, &length, fault);
	if (r < 0)
		return r;
	document = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
	if (!document)
		return fault_set(fault, -EBADMSG, "line %d: %s", error.line, error.text);
	for (size_t i = 0; i < kind->format_count; i++) {
		file->format = &kind->formats[i];
		if (file->format->json && file->format->json(document, recognise_row, NULL) <= 0)
			return 0;
	}
	return fault_set(fault, -EBADMSG, "is no JSON file of the kind %s", kind->name);
}

/* The first character that is not white space, '\0' in an empty file. */
static int recognise_first(const char *path, enum encoding encoding, char *ret_first,
			   struct fault *fault)
{
	CLEANUP(text_cleanup) struct text *text = NULL;
	const char *bytes;
	size_t length, space;
	int r;

	r = text_open(path, encoding, &text, fault);
	if (r < 0)
		return r;
	r = text_read(text, &bytes, &length, fault);
	if (r < 0)
		return r;
	space = length ? strspn(bytes, " \t\r\n") : 0;
	*ret_first = space < length ? bytes[space] : '\0';
	return 0;
}

int load_recognise(const struct kind *kind, const char *path, struct load_file *ret_file,
		   struct fault *fault)
{
	const char *slash = strrchr(path, '/');
	struct load_file file = {.path = path, .name = slash ? slash + 1 : path};
	char first;
	int r;

	r = text_scan(path, &file.encoding, fault);
	if (r < 0)
		return r;
	r = recognise_first(path, file.encoding, &first, fault);
	if (r < 0)
		return r;
	r = first == '{' || first == '[' ? recognise_json(kind, path, &file, fault)
					 : recognise_csv(kind, path, &file, fault);
	if (r < 0)
		return r;
	*ret_file = file;
	return 0;
}
