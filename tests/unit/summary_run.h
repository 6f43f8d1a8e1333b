/* SPDX-License-Identifier: MIT */
/* summary_run - a synthetic run folder for the tests of summary: made, filled, summarised, removed. */
#ifndef TOLLGATE_TESTS_SUMMARY_RUN_H
#define TOLLGATE_TESTS_SUMMARY_RUN_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/data/record.h"
#include "harness/summary/summary.h"

static const char *const raw_files[] = {"samples.csv", "workers.csv", "metrics.csv", "counters.csv",
					"histogram.csv"};
static char folder[256];

static inline const char *path_of(const char *name)
{
	static char path[320];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static inline int make_folder(void **state)
{
	const char *base = getenv("TMPDIR");

	(void)state;
	snprintf(folder, sizeof(folder), "%s/test_summary.XXXXXX", base ? base : "/tmp");
	return mkdtemp(folder) ? 0 : -1;
}

static inline int remove_folder(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(raw_files); i++)
		unlink(path_of(raw_files[i]));
	unlink(path_of("summary.csv"));
	unlink(path_of("percentiles.csv"));
	unlink(path_of("scaling.csv"));
	unlink(path_of("ladder.csv"));
	return rmdir(folder); /* fails if a temporary file was left */
}

static inline void put_file(const char *name, const char *text)
{
	FILE *file = fopen(path_of(name), "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* Rows of samples.csv are collected here and written by build(). */
static char *rows;
static size_t rows_size;
static FILE *samples;

static inline void begin(void)
{
	samples = open_memstream(&rows, &rows_size);
	assert_non_null(samples);
	fprintf(samples, "%s\n", SAMPLES_HEADER);
}

#define KEY(case_name, mode, workers) "1,r,b," case_name "," mode "," workers ",compact,"
#define NONE_1                        KEY("c", "none", "1")
#define MUTEX_1                       KEY("c", "mutex", "1")
#define NONE_2                        KEY("c", "none", "2")

/* One good epoch of 1000 operations: wall_ns gives the figure. */
static inline void epoch(const char *key, const char *pass, unsigned launch, unsigned round,
			 unsigned wall_ns, const char *flags)
{
	fprintf(samples, "%s,%s,%u,%u,0,1000,%u,%u,1000,2,1,0,0,%s,ok\n", key, pass, launch, round,
		wall_ns, wall_ns, flags);
}

static inline bool build(struct reason *why)
{
	assert_int_equal(fclose(samples), 0);
	put_file("samples.csv", rows);
	free(rows);
	return summary_build(folder, why);
}

static inline void build_and_read(struct summary *summary)
{
	struct reason why = {""};

	*summary = (struct summary){0};
	if (!build(&why) || !summary_read(summary, folder, &why))
		fail_msg("%s", why.text);
}

static inline const struct summary_row *find(const struct summary *summary, const char *mode,
					     uint64_t workers, const char *metric)
{
	for (size_t i = 0; i < summary->count; i++) {
		const struct summary_row *row = &summary->rows[i];

		if (strcmp(row->mode, mode) == 0 && row->workers == workers &&
		    strcmp(row->metric, metric) == 0)
			return row;
	}
	return NULL;
}

static inline void near(double got, double wanted)
{
	if (!(fabs(got - wanted) <= 1e-9 * fabs(wanted) + 1e-12))
		fail_msg("got %.17g, wanted %.17g", got, wanted);
}

#endif
