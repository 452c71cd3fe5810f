/* SPDX-License-Identifier: MIT */
#include "load.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "stage.h"

enum {
	LOAD_SETTING_BYTES = 8 * 1024, /* the names of a file's columns */
};

/* One import at a time: two that merge the same rows in different order would wait for each other.
 */
static const char load_begin[] =
	"begin;"
	"set local search_path = postgis;"
	"set local statement_timeout = 0;"
	/* A whole register is joined in memory, by hashes: how many rows tables have that were
	 * filled a moment ago, and how wide they are, the planner does not know. */
	"set local work_mem = '64MB';"
	"set local enable_mergejoin = off;"
	/* Each statement runs once: compiling one takes longer than running it. */
	"set local jit = off;"
	/* Of staging the planner needs the number of rows; nothing else is analyzed here. */
	"set local default_statistics_target = 10;"
	"set local client_min_messages = warning;"
	"select pg_advisory_xact_lock(hashtextextended('accord import', 0));"
	"select set_config('accord_import.writes', accord.reference_writes()::text, true);"
	"create temporary table outcome (inserted boolean not null, rows bigint not null default 1)"
	" on commit drop";

static const char load_tally[] = "select o.*, s.* from ("
				 " select coalesce(sum(rows) filter (where inserted), 0),"
				 " coalesce(sum(rows) filter (where not inserted), 0) from outcome"
				 ") as o cross join ("
				 " select count(*) filter (where reason is not null),"
				 " count(*) filter (where reason is null and skipped) from staging"
				 ") as s";

static const char load_rejected[] =
	"select line, key, reason from staging where reason is not null order by line";

static int load_read_script(const char *scripts, const char *kind, const struct kind_format *format,
			    char **ret_sql, struct fault *fault)
{
	CLEANUP_FREE char *sql = calloc(1, LOAD_SCRIPT_BYTES + 1);
	char path[PATH_MAX];
	size_t length;
	FILE *file;

	if (!sql)
		return fault_set(fault, -ENOMEM, "not enough memory");
	if (format->script)
		snprintf(path, sizeof(path), "%s/%s.sql", scripts, format->script);
	else
		snprintf(path, sizeof(path), "%s/%s/%s.sql", scripts, kind, format->name);
	file = fopen(path, "re");
	if (!file)
		return fault_set(fault, -errno, "cannot be merged: %s: %s", path, strerror(errno));
	length = fread(sql, 1, LOAD_SCRIPT_BYTES + 1, file);
	fclose(file);
	if (!length || length > LOAD_SCRIPT_BYTES)
		return fault_set(fault, -EFBIG, "cannot be merged: %s is empty or too long", path);
	*ret_sql = TAKE_PTR(sql);
	return 0;
}

/* The names of the columns that the file has, as an array's text, for scripts that leave the others
 * alone. */
static int load_set_columns(struct copy *copy, const struct columns *columns, struct fault *fault)
{
	CLEANUP_BUFFER struct buffer names;

	buffer_init(&names, LOAD_SETTING_BYTES);
	buffer_add_byte(&names, '{');
	for (size_t i = 0; i < columns->count; i++)
		if (columns->positions[i] >= 0)
			buffer_add_format(&names, "%s%s", names.length > 1 ? "," : "",
					  columns->list[i].target);
	buffer_add_byte(&names, '}');
	if (names.failed)
		return fault_set(fault, names.failed, "not enough memory");
	return copy_set(copy, "accord_import.columns", names.data, fault);
}

/* The date in a name such as edubasealldata20250422.csv: the last eight digits that are a day; ""
 * when there is none. */
static void load_date(const char *name, char date[11])
{
	static const char days[] = "\x1f\x1c\x1f\x1e\x1f\x1e\x1f\x1f\x1e\x1f\x1e\x1f";

	date[0] = '\0';
	for (const char *at = name; *at; at++) {
		long number = strtol(at, NULL, 10), year = number / 10000;
		long month = number / 100 % 100, day = number % 100;

		if (strspn(at, "0123456789") != 8 || (at > name && strchr("0123456789", at[-1])))
			continue;
		if (year < 1990 || year > 2199 || month < 1 || month > 12 || day < 1)
			continue;
		if (day <= days[month - 1] || (month == 2 && day == 29 && year % 4 == 0))
			snprintf(date, 11, "%.4s-%.2s-%.2s", at, at + 4, at + 6);
	}
}

/* The academic year in a name such as 2022-2023_england_census.csv: 202223; "" when there is none.
 */
static void load_academic_year(const char *name, char year[7])
{
	year[0] = '\0';
	for (const char *at = name; *at; at++) {
		if (strspn(at, "0123456789") != 4 || at[4] != '-' ||
		    strspn(at + 5, "0123456789") != 4)
			continue;
		if (at > name && strchr("0123456789-", at[-1]))
			continue;
		if (strtol(at + 5, NULL, 10) == strtol(at, NULL, 10) + 1)
			snprintf(year, 7, "%.4s%.2s", at, at + 7);
	}
}

static int load_take_tally(void *context, const char *const *fields)
{
	struct load_counts *counts = context;

	counts->inserted = strtol(fields[0], NULL, 10);
	counts->updated = strtol(fields[1], NULL, 10);
	counts->rejected = strtol(fields[2], NULL, 10);
	counts->skipped = strtol(fields[3], NULL, 10);
	counts->unchanged = counts->rows - counts->inserted - counts->updated - counts->rejected -
			    counts->skipped;
	return 0;
}

/* What follows from a change is changed in the same transaction: nobody sees one without the other.
 */
static const char load_refresh[] =
	"with refreshed as materialized ("
	" select accord.refresh_reference()"
	" where accord.reference_writes() <> current_setting('accord_import.writes')::jsonb"
	") select count(*) from refreshed";

static int load_take_changed(void *context, const char *const *fields)
{
	struct load_counts *counts = context;

	counts->changed = strcmp(fields[0], "0") != 0;
	return 0;
}

struct load_rejection {
	struct rejects *rejects;
	const struct load_file *file;
	unsigned long count;
};

static int load_take_rejected(void *context, const char *const *fields)
{
	struct load_rejection *rejection = context;

	rejects_add(rejection->rejects, rejection->count++, rejection->file->name, fields[0],
		    fields[1], fields[2]);
	return 0;
}

static int load_merge(struct copy *copy, const struct load_file *file, const char *script,
		      const struct columns *columns, struct fault *fault)
{
	char date[11], year[7];
	int r;

	load_date(file->name, date);
	load_academic_year(file->name, year);
	/* The planner must know how many rows there are and how many are rejected; the rest would
	 * cost more than it saves. */
	r = copy_execute(copy, "analyze staging (line, reason)", fault);
	if (r < 0)
		return r;
	r = load_set_columns(copy, columns, fault);
	if (r < 0)
		return r;
	r = copy_set(copy, "accord_import.source_date", date, fault);
	if (r < 0)
		return r;
	r = copy_set(copy, "accord_import.academic_year", year, fault);
	return r < 0 ? r : copy_execute(copy, script, fault);
}

static int load_transaction(const struct load_target *target, const struct load_file *file,
			    const char *script, struct load_counts *counts, struct fault *fault)
{
	struct load_rejection rejection = {.rejects = target->rejects, .file = file};
	struct copy *copy = target->copy;
	struct columns columns;
	int r;

	r = copy_execute(copy, load_begin, fault);
	if (r < 0)
		return r;
	r = stage_fill(copy, file, target->progress, &columns, &counts->rows, fault);
	if (r < 0)
		return r;
	progress_show(target->progress, 1);
	r = load_merge(copy, file, script, &columns, fault);
	if (r < 0)
		return r;
	r = copy_select(copy, load_tally, 4, load_take_tally, counts, fault);
	if (r < 0)
		return r;
	r = copy_select(copy, load_rejected, 3, load_take_rejected, &rejection, fault);
	if (r < 0)
		return r;
	r = copy_select(copy, load_refresh, 1, load_take_changed, counts, fault);
	if (r == 0 && target->finish)
		r = target->finish(target->context, copy, counts, fault);
	return r < 0 ? r : copy_execute(copy, "commit", fault);
}

int load_run(const struct load_target *target, const struct kind *kind,
	     const struct load_file *file, struct load_counts *ret_counts, struct fault *fault)
{
	CLEANUP_FREE char *script = NULL;
	struct load_counts counts = {0};
	int r;

	r = load_read_script(target->scripts, kind->name, file->format, &script, fault);
	if (r < 0)
		return r;
	r = load_transaction(target, file, script, &counts, fault);
	if (r < 0)
		return r;
	*ret_counts = counts;
	return 0;
}
