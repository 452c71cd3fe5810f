/* SPDX-License-Identifier: MIT */
#include "import.h"

#include <errno.h>
#include <time.h>

#include "load.h"
#include "settle.h"

const char *import_kind_name(size_t index)
{
	return kind_name(index);
}

/* Formats come in the order of their dependence, whatever the command line says. */
static int import_compare(const void *left, const void *right)
{
	const struct load_file *a = left, *b = right;

	if (a->format != b->format)
		return a->format < b->format ? -1 : 1;
	/* Files of one format keep the order of the command line. */
	return a->order < b->order ? -1 : a->order > b->order;
}

/* Looks at every file before any is imported: a wrong name at the end of a long command should cost
 * nothing. */
static int import_recognise(const struct import_options *options, const struct kind *kind,
			    struct load_file *files)
{
	for (size_t i = 0; i < options->path_count; i++) {
		struct fault fault = {""};
		int r = load_recognise(kind, options->paths[i], &files[i], &fault);

		if (r < 0) {
			fprintf(options->errors, "%s: %s\n", options->paths[i], fault.text);
			return r;
		}
		files[i].order = i;
	}
	qsort(files, options->path_count, sizeof(*files), import_compare);
	return 0;
}

static double import_seconds(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - start->tv_sec) + (double)(now.tv_nsec - start->tv_nsec) / 1e9;
}

static void import_report(FILE *output, const struct load_file *file,
			  const struct load_counts *counts, double seconds)
{
	fprintf(output, "%s: %s, %ld rows: %ld inserted, %ld updated, %ld unchanged, ", file->name,
		file->format->name, counts->rows, counts->inserted, counts->updated,
		counts->unchanged);
	fprintf(output, "%ld rejected, %ld skipped", counts->rejected, counts->skipped);
	fprintf(output, " (%s, ", encoding_name(file->encoding));
	if (!file->format->json)
		fprintf(output, "%zu of %zu columns not used, ", file->unknown_count,
			file->header_count);
	fprintf(output, "%.1f s)\n", seconds);
	fflush(output);
}

/* 1 when the file has changed the data, 0 when not. */
static int import_file(const struct import_options *options, struct copy *copy,
		       const struct kind *kind, const struct load_file *file,
		       struct rejects *rejects)
{
	struct progress progress;
	const struct load_target target = {.copy = copy,
					   .scripts = options->scripts,
					   .progress = &progress,
					   .rejects = rejects};
	struct load_counts counts;
	struct fault fault = {""};
	struct timespec start;
	int r;

	clock_gettime(CLOCK_MONOTONIC, &start);
	progress_init(&progress, options->errors, options->terminal, file->name);
	r = load_run(&target, kind, file, &counts, &fault);
	progress_finish(&progress);
	if (r < 0) {
		fprintf(options->errors, "%s: %s; nothing of it was imported\n", file->path,
			fault.text);
		return r;
	}
	if (counts.changed)
		settle_wait(copy);
	import_report(options->output, file, &counts, import_seconds(&start));
	return counts.changed;
}

/* Two sessions share the tables. What the second could not do, the first does. */
static int import_analyze(const struct import_options *options, struct copy *copy,
			  struct fault *fault)
{
	static const char sql[] = "select accord.analyze_reference()";
	CLEANUP(copy_cleanup) struct copy *second = NULL;
	struct fault unheard = {""};
	int r, helped;

	r = copy_send(copy, sql, fault);
	if (r < 0)
		return r;
	helped = copy_open(options->database, &second, &unheard);
	if (helped == 0)
		helped = copy_execute(second, sql, &unheard);
	r = copy_await(copy, fault);
	return r < 0 || helped == 0 ? r : copy_execute(copy, sql, fault);
}

static int import_files(const struct import_options *options, struct copy *copy,
			const struct kind *kind, const struct load_file *files,
			struct rejects *rejects, struct fault *fault)
{
	bool changed = false;
	int r;

	for (size_t i = 0; i < options->path_count; i++) {
		r = import_file(options, copy, kind, &files[i], rejects);
		if (r < 0)
			return r;
		changed |= r > 0;
	}
	return changed ? import_analyze(options, copy, fault) : 0;
}

static int import_usage(const struct import_options *options, const char *what)
{
	fprintf(options->errors, "accord import: %s\nkinds:", what);
	for (size_t i = 0; kind_name(i); i++)
		fprintf(options->errors, " %s", kind_name(i));
	fputc('\n', options->errors);
	return IMPORT_USAGE;
}

int import_run(const struct import_options *options)
{
	const struct kind *kind = kind_find(options->kind);
	CLEANUP(copy_cleanup) struct copy *copy = NULL;
	CLEANUP_FREE struct load_file *files = NULL;
	struct rejects rejects = {0};
	struct fault fault = {""};
	int r;

	if (!kind)
		return import_usage(options, "no such kind of import");
	if (!options->path_count || options->path_count > IMPORT_FILES)
		return import_usage(options,
				    options->path_count ? "too many files" : "which file?");
	files = calloc(options->path_count, sizeof(*files));
	if (!files)
		return IMPORT_FAILED;
	/* The session gets ready while the files are looked at. */
	r = copy_open(options->database, &copy, &fault);
	if (r == 0)
		r = copy_warm(copy, &fault);
	if (import_recognise(options, kind, files) < 0)
		return IMPORT_FAILED;
	if (r == 0)
		r = rejects_open(&rejects, options->rejects, options->errors, &fault);
	if (r == 0)
		r = import_files(options, copy, kind, files, &rejects, &fault);
	if (rejects_close(&rejects, &fault) < 0 || fault.text[0])
		fprintf(options->errors, "accord import: %s\n", fault.text);
	return r < 0 || fault.text[0] ? IMPORT_FAILED : IMPORT_DONE;
}
