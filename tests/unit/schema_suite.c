/* SPDX-License-Identifier: MIT */
/*
 * schema_suite DIR… runs the official JSON Schema test suite. A schema of enforced keywords alone
 * must compile, and all its tests must agree; any other must be refused, by the name of a keyword
 * that is not enforced. What is enforced is listed here a second time, so that a compiler that
 * refuses or accepts too much is caught. The same rules hold for an earlier draft's tests: where
 * its keywords mean something else, they are not enforced.
 */
#include <fts.h>
#include <stdio.h>
#include <string.h>

#include "../../api/schema.h"

enum {
	MAX_FOREIGN = 64,  /* keywords outside the list, of one schema */
	MAX_VISITED = 256, /* targets of $ref, of one schema */
};

enum holds {
	HOLDS_VALUE,     /* no schema inside */
	HOLDS_SCHEMA,    /* one schema */
	HOLDS_SCHEMAS,   /* an array of schemas */
	HOLDS_MEMBERS,   /* an object of schemas */
	HOLDS_REFERENCE, /* the place of a schema in the same document */
	HOLDS_FORMAT,
	HOLDS_DIALECT,
};

struct known {
	const char *keyword;
	enum holds holds;
};

static const struct known known[] = {
	{"type", HOLDS_VALUE},
	{"enum", HOLDS_VALUE},
	{"const", HOLDS_VALUE},
	{"minimum", HOLDS_VALUE},
	{"maximum", HOLDS_VALUE},
	{"exclusiveMinimum", HOLDS_VALUE},
	{"exclusiveMaximum", HOLDS_VALUE},
	{"multipleOf", HOLDS_VALUE},
	{"minLength", HOLDS_VALUE},
	{"maxLength", HOLDS_VALUE},
	{"pattern", HOLDS_VALUE},
	{"format", HOLDS_FORMAT},
	{"properties", HOLDS_MEMBERS},
	{"required", HOLDS_VALUE},
	{"additionalProperties", HOLDS_SCHEMA},
	{"minProperties", HOLDS_VALUE},
	{"maxProperties", HOLDS_VALUE},
	{"propertyNames", HOLDS_SCHEMA},
	{"dependentRequired", HOLDS_VALUE},
	{"items", HOLDS_SCHEMA},
	{"minItems", HOLDS_VALUE},
	{"maxItems", HOLDS_VALUE},
	{"uniqueItems", HOLDS_VALUE},
	{"allOf", HOLDS_SCHEMAS},
	{"anyOf", HOLDS_SCHEMAS},
	{"oneOf", HOLDS_SCHEMAS},
	{"not", HOLDS_SCHEMA},
	{"$ref", HOLDS_REFERENCE},
	{"$defs", HOLDS_MEMBERS},
	{"title", HOLDS_VALUE},
	{"description", HOLDS_VALUE},
	{"default", HOLDS_VALUE},
	{"examples", HOLDS_VALUE},
	{"deprecated", HOLDS_VALUE},
	{"readOnly", HOLDS_VALUE},
	{"writeOnly", HOLDS_VALUE},
	{"$comment", HOLDS_VALUE},
	{"$schema", HOLDS_DIALECT},
};

static const char *const known_formats[] = {"date", "date-time", "uuid"};

struct tally {
	const char *file;
	unsigned flags;
	size_t passed, refused, failed, tests;
};

/* What the independent walk over one schema found. */
struct walk {
	const json_t *root;
	bool formats; /* format is asserted */
	const char *foreign[MAX_FOREIGN];
	size_t foreign_count;
	const json_t *visited[MAX_VISITED];
	size_t visited_count;
};

static void walk_schema(struct walk *walk, const json_t *schema, const char *keyword);

static void add_foreign(struct walk *walk, const char *keyword)
{
	if (walk->foreign_count < MAX_FOREIGN)
		walk->foreign[walk->foreign_count++] = keyword;
}

static void decode(char *text)
{
	char *out = text;

	for (; *text; text++, out++) {
		const char digits[] = {text[1], text[1] ? text[2] : '\0', '\0'};

		*out = *text;
		if (*text == '%' && digits[1]) {
			*out = (char)strtoul(digits, NULL, 16);
			text += 2;
		}
	}
	*out = '\0';
}

static const json_t *step_into(const json_t *value, const char *segment)
{
	char name[256];
	size_t length = 0;

	for (; *segment && length + 1 < sizeof(name); segment++) {
		bool escaped = *segment == '~' && segment[1];

		name[length++] = !escaped ? *segment : segment[1] == '0' ? '~' : '/';
		segment += escaped;
	}
	name[length] = '\0';
	return json_is_array(value) ? json_array_get(value, strtoul(name, NULL, 10))
				    : json_object_get(value, name);
}

static const json_t *follow(const json_t *value, const char *reference)
{
	CLEANUP_FREE char *copy = strdup(reference);
	char *rest = copy, *segment;

	if (!copy)
		abort();
	decode(copy);
	strsep(&rest, "/");
	while (value && (segment = strsep(&rest, "/")))
		value = step_into(value, segment);
	return value;
}

static void walk_reference(struct walk *walk, const char *reference)
{
	const json_t *target;

	if (!reference || (strcmp(reference, "#") != 0 && strncmp(reference, "#/", 2) != 0)) {
		add_foreign(walk, "$ref");
		return;
	}
	target = follow(walk->root, reference);
	for (size_t i = 0; i < walk->visited_count; i++) {
		if (walk->visited[i] == target)
			return;
	}
	if (walk->visited_count < MAX_VISITED)
		walk->visited[walk->visited_count++] = target;
	walk_schema(walk, target, "$ref");
}

static void walk_format(struct walk *walk, const char *format)
{
	if (!walk->formats)
		return;
	for (size_t i = 0; format && i < ARRAY_LENGTH(known_formats); i++) {
		if (strcmp(known_formats[i], format) == 0)
			return;
	}
	add_foreign(walk, "format");
}

static void walk_members(struct walk *walk, const json_t *members, const char *keyword)
{
	const char *name;
	json_t *member;

	json_object_foreach((json_t *)members, name, member) walk_schema(walk, member, keyword);
}

static void walk_schemas(struct walk *walk, const json_t *schemas, const char *keyword)
{
	size_t index;
	json_t *schema;

	json_array_foreach(schemas, index, schema) walk_schema(walk, schema, keyword);
}

static void walk_value(struct walk *walk, const struct known *entry, const json_t *value)
{
	const char *text = json_string_value(value);

	switch (entry->holds) {
	case HOLDS_SCHEMA: walk_schema(walk, value, entry->keyword); break;
	case HOLDS_SCHEMAS: walk_schemas(walk, value, entry->keyword); break;
	case HOLDS_MEMBERS: walk_members(walk, value, entry->keyword); break;
	case HOLDS_REFERENCE: walk_reference(walk, text); break;
	case HOLDS_FORMAT: walk_format(walk, text); break;
	case HOLDS_DIALECT:
		if (!text || strcmp(text, "https://json-schema.org/draft/2020-12/schema") != 0)
			add_foreign(walk, entry->keyword);
		break;
	case HOLDS_VALUE: break;
	}
}

static const struct known *find_known(const char *keyword)
{
	for (size_t i = 0; i < ARRAY_LENGTH(known); i++) {
		if (strcmp(known[i].keyword, keyword) == 0)
			return &known[i];
	}
	return NULL;
}

/* Collects the keywords outside the list; keyword is the one that the schema is the value of. */
static void walk_schema(struct walk *walk, const json_t *schema, const char *keyword)
{
	const char *name;
	json_t *value;

	if (json_is_boolean(schema))
		return;
	if (!json_is_object(schema))
		add_foreign(walk, keyword);
	json_object_foreach((json_t *)schema, name, value)
	{
		const struct known *entry = find_known(name);

		if (entry)
			walk_value(walk, entry, value);
		else
			add_foreign(walk, name);
	}
}

static const char *text_at(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

static void complain(struct tally *tally, const json_t *group, const json_t *test, const char *why)
{
	printf("%s: %s: %s%s%s\n", tally->file, text_at(group, "description"),
	       test ? text_at(test, "description") : "", test ? ": " : "", why);
	tally->failed++;
}

static void run_test(struct tally *tally, const struct schema *schema, const json_t *group,
		     const json_t *test)
{
	bool valid = json_is_true(json_object_get(test, "valid"));
	CLEANUP(violations_finish) struct violations list = {0};
	int r = schema_validate(schema, json_object_get(test, "data"), "", &list);

	if (r < 0)
		complain(tally, group, test, "out of memory");
	else if ((r == 0) != valid)
		complain(tally, group, test, valid ? list.items[0].detail : "is accepted");
	else if ((r == 0) != (list.count == 0))
		complain(tally, group, test, "the answer and the list of violations disagree");
	else
		tally->passed++;
}

static bool names_one(const struct walk *walk, const char *error)
{
	for (size_t i = 0; i < walk->foreign_count; i++) {
		if (strstr(error, walk->foreign[i]))
			return true;
	}
	return false;
}

static void judge_refusal(struct tally *tally, const struct walk *walk, const json_t *group,
			  const char *error)
{
	if (walk->foreign_count == 0)
		complain(tally, group, NULL, error);
	else if (!names_one(walk, error))
		complain(tally, group, NULL, error);
	else
		tally->refused++;
}

static void judge_group(struct tally *tally, struct schema_set *set, const struct walk *walk,
			const json_t *group)
{
	CLEANUP_FREE char *error = NULL;
	const struct schema *schema;
	size_t index;
	json_t *test;
	int r = schema_compile(set, "", &schema, &error);

	if (r < 0) {
		judge_refusal(tally, walk, group, error ? error : "out of memory");
		return;
	}
	if (walk->foreign_count > 0) {
		complain(tally, group, NULL, "compiles in spite of a keyword that is not enforced");
		return;
	}
	json_array_foreach(json_object_get(group, "tests"), index, test)
		run_test(tally, schema, group, test);
}

static void run_group(struct tally *tally, const json_t *group)
{
	struct walk walk = {.root = json_object_get(group, "schema"),
			    .formats = tally->flags & SCHEMA_ASSERT_FORMAT};
	struct schema_set *set;

	tally->tests += json_array_size(json_object_get(group, "tests"));
	walk_schema(&walk, walk.root, "schema");
	if (schema_set_new(walk.root, tally->flags, &set) < 0) {
		complain(tally, group, NULL, "out of memory");
		return;
	}
	judge_group(tally, set, &walk, group);
	schema_set_free(set);
}

/* A file with integers beyond 64 bits is read with every number as a real, which is how such
 * numbers look to a schema. */
static json_t *read_file(struct tally *tally, const char *path)
{
	json_error_t error;
	json_t *groups = json_load_file(path, JSON_ALLOW_NUL, &error);

	if (!groups) {
		groups = json_load_file(path, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, &error);
		printf("%s: %s\n", path, groups ? "read with all numbers as reals" : error.text);
	}
	tally->failed += groups == NULL;
	return groups;
}

static void run_file(struct tally *tally, const char *path)
{
	CLEANUP_JSON json_t *groups = read_file(tally, path);
	size_t index;
	json_t *group;

	tally->file = path;
	tally->flags = strstr(path, "/optional/") ? SCHEMA_ASSERT_FORMAT : 0;
	json_array_foreach(groups, index, group) run_group(tally, group);
}

static int by_name(const FTSENT **left, const FTSENT **right)
{
	return strcmp((*left)->fts_name, (*right)->fts_name);
}

static void run_directory(struct tally *tally, char *directory)
{
	char *paths[] = {directory, NULL};
	FTS *walk = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	FTSENT *entry;

	while (walk && (entry = fts_read(walk))) {
		if (entry->fts_info == FTS_F && entry->fts_namelen > 5 &&
		    strcmp(entry->fts_name + entry->fts_namelen - 5, ".json") == 0)
			run_file(tally, entry->fts_path);
	}
	if (walk)
		fts_close(walk);
}

int main(int argc, char **argv)
{
	int status = argc > 1 ? 0 : 1;

	for (int i = 1; i < argc; i++) {
		struct tally tally = {0};

		run_directory(&tally, argv[i]);
		if (tally.tests == 0) {
			printf("%s: no tests are there\n", argv[i]);
			tally.failed++;
		}
		printf("schema suite %s: %zu passed, %zu refused, %zu failed\n", argv[i],
		       tally.passed, tally.refused, tally.failed);
		status |= tally.failed > 0;
	}
	return status;
}
