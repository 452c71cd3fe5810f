/* SPDX-License-Identifier: MIT */
#include "stage.h"

#include <errno.h>
#include <string.h>

#include "text.h"

/* A file on its way into the staging table. */
struct stage {
	struct copy *copy;
	const struct load_file *file;
	struct columns columns;
	struct progress *progress;
	struct buffer rows; /* staged, not yet sent */
	struct text *text;
	struct csv csv;
	struct fault *fault;
	long count;
};

static int stage_read(void *context, const char **ret_bytes, size_t *ret_length,
		      struct fault *fault)
{
	struct stage *stage = context;

	progress_show(stage->progress, text_progress(stage->text));
	return text_read(stage->text, ret_bytes, ret_length, fault);
}

/* Sends what has gathered, when there is enough of it or all is to go. */
static int stage_flush(struct stage *stage, bool all)
{
	int r;

	if (stage->rows.failed)
		return fault_set(stage->fault, stage->rows.failed,
				 "a row is too large to be staged");
	if (!stage->rows.length || (!all && stage->rows.length < LOAD_FLUSH_BYTES))
		return 0;
	r = copy_put(stage->copy, &stage->rows, stage->fault);
	stage->rows.length = 0;
	return r;
}

/* A key cut to what a report shows, never inside a character. */
static size_t stage_key_length(struct csv_field key)
{
	size_t length = key.length;

	if (length <= LOAD_KEY_BYTES)
		return length;
	length = LOAD_KEY_BYTES;
	while (length && ((unsigned char)key.text[length] & 0xc0) == 0x80)
		length--;
	return length;
}

/* Stages a rejected row: line, key, reason, and nulls in place of its values. */
static void stage_reject(struct stage *stage, unsigned long line, struct csv_field key,
			 const char *reason)
{
	buffer_add_format(&stage->rows, "%lu\t", line);
	columns_copy_text(&stage->rows, key.text, stage_key_length(key));
	buffer_add_byte(&stage->rows, '\t');
	columns_copy_text(&stage->rows, reason, strlen(reason));
	for (size_t i = 0; i < stage->columns.count; i++)
		buffer_add_string(&stage->rows, stage->columns.list[i].flags & COLUMN_SYMBOL
							? "\t\\N\t\\N"
							: "\t\\N");
	buffer_add_byte(&stage->rows, '\n');
}

/* Stages a row, or rejects it with the first value that is none. fields has a position a column. */
static int stage_row(struct stage *stage, unsigned long line, const struct csv_field *fields,
		     struct csv_field key, const char *reason)
{
	size_t start = stage->rows.length;
	struct fault refused = {""};
	int r = reason ? fault_set(&refused, 1, "%s", reason) : 0;

	stage->count++;
	buffer_add_number(&stage->rows, line, 1);
	buffer_add_byte(&stage->rows, '\t');
	columns_copy_text(&stage->rows, key.text, stage_key_length(key));
	buffer_add_string(&stage->rows, "\t\\N\t");
	for (size_t i = 0; !r && i < stage->columns.count; i++) {
		const struct column *column = &stage->columns.list[i];

		if (fields[i].text)
			r = columns_value(column, fields[i], &stage->rows, &refused);
		else
			buffer_add_string(&stage->rows,
					  column->flags & COLUMN_SYMBOL ? "\\N\t\\N\t" : "\\N\t");
	}
	if (r > 0) {
		stage->rows.length = start;
		stage_reject(stage, line, key, refused.text);
	} else if (!stage->rows.failed) {
		/* The tab after the last value becomes the end of the row. */
		stage->rows.data[stage->rows.length - 1] = '\n';
	}
	return stage_flush(stage, false);
}

static int stage_csv_row(struct stage *stage, ssize_t key)
{
	struct csv_field fields[COLUMNS_MAX] = {{NULL, 0}}, key_field = {"", 0};
	struct fault reason = {""};

	for (size_t i = 0; i < stage->columns.count; i++) {
		ssize_t at = stage->columns.positions[i];

		fields[i] = at >= 0 && (size_t)at < stage->csv.field_count
				    ? stage->csv.fields[at]
				    : (struct csv_field){NULL, 0};
	}
	if (key >= 0 && fields[key].text)
		key_field = columns_trim(fields[key]);
	/* A row of another width may have shifted, and then no value is what its column says. */
	if (stage->csv.field_count > stage->columns.header_count ||
	    (stage->csv.field_count < stage->columns.header_count && !stage->file->format->ragged))
		fault_write(&reason, "has %zu fields where the header has %zu",
			    stage->csv.field_count, stage->columns.header_count);
	return stage_row(stage, stage->csv.line, fields, key_field,
			 reason.text[0] ? reason.text : NULL);
}

static ssize_t stage_key(const struct kind_format *format)
{
	for (size_t i = 0; i < format->column_count; i++)
		if (format->columns[i].flags & COLUMN_KEY)
			return (ssize_t)i;
	return -1;
}

static int stage_csv(struct stage *stage)
{
	ssize_t key = stage_key(stage->file->format);
	int r;

	r = csv_next(&stage->csv);
	if (r <= 0)
		return r < 0 ? r : fault_set(stage->fault, -EBADMSG, "is empty");
	r = columns_match(stage->file->format->columns, stage->file->format->column_count,
			  stage->csv.fields, stage->csv.field_count, &stage->columns, stage->fault);
	if (r < 0)
		return r;
	while ((r = csv_next(&stage->csv)) > 0) {
		r = stage_csv_row(stage, key);
		if (r < 0)
			return r;
	}
	return r < 0 ? r : stage_flush(stage, true);
}

static int stage_json_row(void *context, unsigned long line, const char *const *values,
			  const char *reason)
{
	struct stage *stage = context;
	struct csv_field fields[COLUMNS_MAX] = {{NULL, 0}}, key_field = {"", 0};
	ssize_t key = stage_key(stage->file->format);

	for (size_t i = 0; i < stage->columns.count; i++)
		fields[i] = (struct csv_field){values[i], values[i] ? strlen(values[i]) : 0};
	if (key >= 0 && fields[key].text)
		key_field = fields[key];
	return stage_row(stage, line, fields, key_field, reason);
}

static int stage_json(struct stage *stage)
{
	CLEANUP_FREE char *text = NULL;
	CLEANUP_JSON json_t *document = NULL;
	json_error_t error;
	size_t length;
	int r;

	stage->columns = (struct columns){.list = stage->file->format->columns,
					  .count = stage->file->format->column_count};
	r = text_load(stage->file->path, stage->file->encoding, &text, &length, stage->fault);
	if (r < 0)
		return r;
	document = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
	if (!document)
		return fault_set(stage->fault, -EBADMSG, "line %d: %s", error.line, error.text);
	r = stage->file->format->json(document, stage_json_row, stage);
	if (r)
		return r < 0 ? r
			     : fault_set(stage->fault, -EBADMSG, "has changed while it was read");
	return stage_flush(stage, true);
}

static void stage_finish(struct stage *stage)
{
	text_close(stage->text);
	csv_finish(&stage->csv);
	buffer_finish(&stage->rows);
}

static int stage_open(struct stage *stage)
{
	int r;

	buffer_init(&stage->rows, TEXT_WHOLE_BYTES);
	if (stage->file->format->json)
		return 0;
	r = text_open(stage->file->path, stage->file->encoding, &stage->text, stage->fault);
	return r < 0 ? r : csv_init(&stage->csv, stage_read, stage, stage->fault);
}

int stage_fill(struct copy *copy, const struct load_file *file, struct progress *progress,
	       struct columns *ret_columns, long *ret_count, struct fault *fault)
{
	CLEANUP(stage_finish)
	struct stage stage = {.copy = copy, .file = file, .progress = progress, .fault = fault};
	CLEANUP_BUFFER struct buffer sql;
	int r;

	buffer_init(&sql, LOAD_SCRIPT_BYTES);
	columns_staging(file->format->columns, file->format->column_count, &sql);
	r = copy_execute(copy, sql.data, fault);
	if (r < 0)
		return r;
	sql.length = 0;
	columns_copy_command(file->format->columns, file->format->column_count, &sql);
	r = stage_open(&stage);
	if (r < 0)
		return r;
	r = copy_begin(copy, sql.data, fault);
	if (r < 0)
		return r;
	r = file->format->json ? stage_json(&stage) : stage_csv(&stage);
	if (r < 0)
		return r;
	*ret_columns = stage.columns;
	*ret_count = stage.count;
	return copy_end(copy, fault);
}
