/* SPDX-License-Identifier: MIT */
#include "rowjson.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

enum { ROWJSON_PATH_BYTES = 64 /* what PostgreSQL keeps of a name */ };

enum rowjson_kind { ROWJSON_TEXT, ROWJSON_NUMBER, ROWJSON_BOOLEAN, ROWJSON_JSON };

struct rowjson_part {
	int column;
	unsigned type; /* OID */
	enum rowjson_kind kind;
	bool optional;  /* the object that begins here is null when all its members are */
	size_t members; /* of that object; 0 when none begins here */
	size_t open;    /* where in leads the text before the object ends */
	size_t lead;    /* where in leads the text before the value ends, behind open */
};

struct rowjson {
	int whole; /* the column that has it whole, or -1 */
	size_t count;
	struct rowjson_part *parts;
	struct buffer leads; /* {"urn": ,"address": {"street": ,"town": one behind the other */
};

/* The path of a part, in the name of its column. */
struct rowjson_path {
	const char *object; /* NULL: the record itself */
	size_t object_length;
	bool optional;
	const char *member;
	size_t member_length;
};

/* Columns on their way to parts: the path of the part that came last, and the part with which the
 * object that it is in began. */
struct rowjson_maker {
	struct rowjson *json;
	const struct db_reply *described;
	struct rowjson_path last;
	struct rowjson_part *first;
	const char *fault;
};

/* What may be a part, by the OID of its type (pg_type.dat, which never changes them); others are
 * cast to text, or made JSON, in the statement. */
static const struct {
	unsigned type;
	enum rowjson_kind kind;
} rowjson_types[] = {
	{16, ROWJSON_BOOLEAN},  /* boolean */
	{20, ROWJSON_NUMBER},   /* bigint */
	{21, ROWJSON_NUMBER},   /* smallint */
	{23, ROWJSON_NUMBER},   /* integer */
	{25, ROWJSON_TEXT},     /* text */
	{114, ROWJSON_JSON},    /* json */
	{700, ROWJSON_NUMBER},  /* real */
	{701, ROWJSON_NUMBER},  /* double precision */
	{1043, ROWJSON_TEXT},   /* character varying */
	{1082, ROWJSON_TEXT},   /* date */
	{1700, ROWJSON_NUMBER}, /* numeric */
	{2950, ROWJSON_TEXT},   /* uuid */
	{3802, ROWJSON_JSON},   /* jsonb */
};

static bool rowjson_find_kind(unsigned type, enum rowjson_kind *ret_kind)
{
	for (size_t i = 0; i < ARRAY_LENGTH(rowjson_types); i++)
		if (rowjson_types[i].type == type) {
			*ret_kind = rowjson_types[i].kind;
			return true;
		}
	return false;
}

struct rowjson *rowjson_free(struct rowjson *json)
{
	if (!json)
		return NULL;
	free(json->parts);
	buffer_finish(&json->leads);
	free(json);
	return NULL;
}

static int rowjson_refuse(struct rowjson_maker *maker, const char *fault)
{
	maker->fault = fault;
	return ROWJSON_UNFIT;
}

/* The length of a member's name at the beginning of the text; 0 when there is none. */
static size_t rowjson_name_length(const char *text)
{
	size_t length = 0;

	while (isalnum((unsigned char)text[length]))
		length++;
	return length;
}

/* ".member", ".object.member" or ".object?.member". */
static bool rowjson_read_path(const char *text, struct rowjson_path *ret_path)
{
	struct rowjson_path path = {.member = text + 1};

	path.member_length = rowjson_name_length(path.member);
	text = path.member + path.member_length;
	path.optional = *text == '?';
	text += path.optional;
	if (*text == '.' && path.member_length) {
		path.object = path.member;
		path.object_length = path.member_length;
		path.member = text + 1;
		path.member_length = rowjson_name_length(path.member);
		text = path.member + path.member_length;
	}
	*ret_path = path;
	return !*text && path.member_length && (path.object || !path.optional);
}

/* Adds ,"name": to the leads and returns where it ends. */
static size_t rowjson_add_lead(struct rowjson *json, char before, const char *name, size_t length)
{
	buffer_add_byte(&json->leads, before);
	buffer_add_byte(&json->leads, '"');
	buffer_add(&json->leads, name, length);
	buffer_add(&json->leads, "\":", 2);
	return json->leads.length;
}

static bool rowjson_same_object(const struct rowjson_path *left, const struct rowjson_path *right)
{
	return left->object && right->object && left->optional == right->optional &&
	       left->object_length == right->object_length &&
	       memcmp(left->object, right->object, left->object_length) == 0;
}

/* Whether a part is the same as one before it, or goes on with an object that had ended. */
static bool rowjson_repeats(const struct rowjson_maker *maker, const char *path)
{
	size_t length = 1 + strcspn(path + 1, ".?");
	bool ended = false;

	for (size_t i = maker->json->count; i-- > 0;) {
		const char *other =
			db_column_name(maker->described, 0, maker->json->parts[i].column);

		if (1 + strcspn(other + 1, ".?") != length || memcmp(other, path, length) != 0)
			ended = true;
		else if (ended || other[length] != path[length] || strcmp(other, path) == 0)
			return true;
	}
	return false;
}

static int rowjson_add_part(struct rowjson_maker *maker, int column)
{
	const char *name = db_column_name(maker->described, 0, column);
	unsigned type = db_column_type(maker->described, 0, column);
	struct rowjson *json = maker->json;
	struct rowjson_part *part = &json->parts[json->count];
	struct rowjson_path path;
	enum rowjson_kind kind;

	if (!rowjson_find_kind(type, &kind))
		return rowjson_refuse(maker, "is of a type that no part has: cast it to text, or "
					     "make it JSON");
	if (strlen(name) >= ROWJSON_PATH_BYTES - 1)
		return rowjson_refuse(maker, "is as long as what PostgreSQL has cut");
	if (!rowjson_read_path(name, &path))
		return rowjson_refuse(maker, "is not the path of a part");
	if (rowjson_repeats(maker, name))
		return rowjson_refuse(maker, "is a part that was there before");
	*part = (struct rowjson_part){
		.column = column, .type = type, .kind = kind, .optional = path.optional};
	if (path.object && rowjson_same_object(&path, &maker->last)) {
		maker->first->members++;
	} else if (path.object) {
		maker->first = part;
		part->members = 1;
		part->open = rowjson_add_lead(json, json->count ? ',' : '{', path.object,
					      path.object_length);
	}
	part->lead = rowjson_add_lead(json, part->members || !json->count ? '{' : ',', path.member,
				      path.member_length);
	json->count++;
	maker->last = path;
	return json->leads.failed;
}

static int rowjson_add_columns(struct rowjson_maker *maker, const char *whole, char **ret_fault)
{
	struct rowjson *json = maker->json;
	size_t columns = db_columns(maker->described, 0);
	const char *name = whole;
	int r = 0;

	json->parts = calloc(columns + 1, sizeof(*json->parts));
	if (!json->parts)
		return -ENOMEM;
	buffer_init(&json->leads, (columns + 1) * 2 * ROWJSON_PATH_BYTES);
	for (size_t i = 0; i < columns && r == 0; i++) {
		name = db_column_name(maker->described, 0, (int)i);
		if (name[0] == '.')
			r = rowjson_add_part(maker, (int)i);
	}
	if (r == 0 && json->whole >= 0 && json->count) {
		name = whole;
		r = rowjson_refuse(maker, "is there whole and in parts");
	}
	if (r == ROWJSON_UNFIT && asprintf(ret_fault, "column %s %s", name, maker->fault) < 0) {
		*ret_fault = NULL;
		r = -ENOMEM;
	}
	return r;
}

int rowjson_new(const struct db_reply *described, const char *name, struct rowjson **ret_json,
		char **ret_fault)
{
	struct rowjson_maker maker = {.described = described};
	int r;

	*ret_json = NULL;
	*ret_fault = NULL;
	maker.json = calloc(1, sizeof(*maker.json));
	if (!maker.json)
		return -ENOMEM;
	maker.json->whole = db_column(described, 0, name);
	r = rowjson_add_columns(&maker, name, ret_fault);
	if (r != 0 || (maker.json->whole < 0 && !maker.json->count))
		maker.json = rowjson_free(maker.json);
	*ret_json = maker.json;
	return r;
}

bool rowjson_in_parts(const struct rowjson *json)
{
	return json->count > 0;
}

bool rowjson_present(const struct rowjson *json, const struct db_reply *rows, size_t step,
		     size_t row)
{
	return json->count || db_value(rows, step, row, json->whole);
}

/* The kind of a part's values in these rows: a migration may have changed the type since. Text is
 * right for any. */
static enum rowjson_kind rowjson_kind_now(const struct rowjson_part *part,
					  const struct db_reply *rows, size_t step)
{
	unsigned type = db_column_type(rows, step, part->column);
	enum rowjson_kind kind;

	if (type == part->type)
		return part->kind;
	return rowjson_find_kind(type, &kind) ? kind : ROWJSON_TEXT;
}

static void rowjson_write_value(enum rowjson_kind kind, const char *value, size_t length,
				struct buffer *buffer)
{
	/* NaN and the infinities are no numbers of JSON. */
	if (kind == ROWJSON_NUMBER && length && !isdigit((unsigned char)value[length - 1]))
		kind = ROWJSON_TEXT;
	if (!value)
		buffer_add(buffer, "null", 4);
	else if (kind == ROWJSON_TEXT)
		buffer_add_json_string(buffer, value, length);
	else if (kind == ROWJSON_BOOLEAN)
		buffer_add_string(buffer, value[0] == 't' ? "true" : "false");
	else
		buffer_add(buffer, value, length);
}

/* Whether all members of an object are null, from its first part on. */
static bool rowjson_all_null(const struct rowjson_part *first, const struct db_reply *rows,
			     size_t step, size_t row)
{
	for (size_t i = 0; i < first->members; i++)
		if (db_value(rows, step, row, first[i].column))
			return false;
	return true;
}

/* Writes the part, or the object that begins with it, and returns how many parts that were. */
static size_t rowjson_write_part(const struct rowjson *json, size_t number,
				 const struct db_reply *rows, size_t step, size_t row,
				 struct buffer *buffer)
{
	const struct rowjson_part *part = &json->parts[number];
	const char *leads = json->leads.data;
	size_t at = number ? part[-1].lead : 0, count = part->members ? part->members : 1;

	if (part->members) {
		buffer_add(buffer, leads + at, part->open - at);
		at = part->open;
	}
	if (part->members && part->optional && rowjson_all_null(part, rows, step, row)) {
		buffer_add(buffer, "null", 4);
		return count;
	}
	for (size_t i = 0; i < count; i++) {
		size_t length;
		const char *value = db_text(rows, step, row, part[i].column, &length);

		buffer_add(buffer, leads + at, part[i].lead - at);
		rowjson_write_value(rowjson_kind_now(&part[i], rows, step), value, length, buffer);
		at = part[i].lead;
	}
	if (part->members)
		buffer_add_byte(buffer, '}');
	return count;
}

int rowjson_write(const struct rowjson *json, const struct db_reply *rows, size_t step, size_t row,
		  struct buffer *buffer)
{
	size_t length;
	const char *whole = db_text(rows, step, row, json->whole, &length);

	if (!json->count)
		return whole ? buffer_add(buffer, whole, length) : buffer_add(buffer, "null", 4);
	for (size_t i = 0; i < json->count;)
		i += rowjson_write_part(json, i, rows, step, row, buffer);
	return buffer_add_byte(buffer, '}');
}

int rowjson_take(const struct rowjson *json, const struct db_reply *rows, size_t step, size_t row,
		 char **ret_text)
{
	CLEANUP_BUFFER struct buffer buffer;

	*ret_text = NULL;
	buffer_init(&buffer, LIMIT_REPLY_BYTES);
	if (!json || !rowjson_present(json, rows, step, row))
		return 0;
	if (rowjson_write(json, rows, step, row, &buffer) < 0)
		return buffer.failed;
	*ret_text = buffer_take(&buffer, NULL);
	return *ret_text ? 0 : -ENOMEM;
}
