/* SPDX-License-Identifier: MIT */
/* history_run - a made-up run folder of a few rows, for the tests of history and export. */
#ifndef TOLLGATE_TESTS_HISTORY_RUN_H
#define TOLLGATE_TESTS_HISTORY_RUN_H

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/data/record.h"

static char folder[256];

static inline const char *path_of(const char *name)
{
	static char paths[4][700];
	static unsigned next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
	return path;
}

static inline int make_folder(void **state)
{
	const char *base = getenv("TMPDIR");

	(void)state;
	snprintf(folder, sizeof(folder), "%s/tollgate-test.XXXXXX", base ? base : "/tmp");
	return mkdtemp(folder) ? 0 : -1;
}

static inline int remove_entry(const char *path, const struct stat *status, int type,
			       struct FTW *at)
{
	(void)status;
	(void)type;
	(void)at;
	return remove(path);
}

static inline int remove_folder(void **state)
{
	(void)state;
	return nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static inline void put_file(const char *name, const char *text, size_t length)
{
	FILE *file = fopen(path_of(name), "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
}

/* The caller frees it. It ends with a NUL that is not counted. */
static inline char *get_file(const char *name, size_t *length)
{
	FILE *file = fopen(path_of(name), "r");
	char *text = NULL;
	size_t capacity = 0;

	assert_non_null(file);
	ssize_t got = getdelim(&text, &capacity, EOF, file);

	assert_int_equal(fclose(file), 0);
	if (got < 0) {
		text = xrealloc(text, 1, 1);
		text[0] = '\0';
		got = 0;
	}
	if (length)
		*length = (size_t)got;
	return text;
}

/* One row of summary.csv. PLAN is "case,mode,workers,placement,param". */
static inline void put_row(FILE *file, const char *run_id, const char *git_sha, const char *plan,
			   const char *metric_unit_better, const char *median_lo_hi,
			   const char *status)
{
	fprintf(file,
		"1,%s,b-%s,%s,%s,%s,10,40,1000,%s,97.9,1.5,1,2,3,4,5,6,3.5,0.1,0.2,0,,,,,,%s\n",
		run_id, git_sha, plan, git_sha, metric_unit_better, median_lo_hi, status);
}

static inline FILE *begin_summary(const char *run_dir)
{
	char name[300];

	(void)mkdir(path_of(run_dir), 0777);
	snprintf(name, sizeof(name), "%s/summary.csv", run_dir);
	FILE *file = fopen(path_of(name), "w");

	assert_non_null(file);
	fprintf(file, "%s\n", SUMMARY_HEADER);
	return file;
}

static inline void put_run_json(const char *run_dir, const char *cpu_model)
{
	char name[300], text[400];

	snprintf(name, sizeof(name), "%s/run.json", run_dir);
	snprintf(text, sizeof(text),
		 "{\"schema\": 1, \"machine\": {\"cpu_model\": \"%s\", \"hypervisor\": \"yes\", "
		 "\"machine\": \"x86_64\", \"governor\": \"performance\", \"aslr\": \"2\", "
		 "\"load1\": \"0.25\", \"frequency_max_khz\": \"3500000\", \"topology\": "
		 "{\"pus\": 4}}}\n",
		 cpu_model);
	put_file(name, text, strlen(text));
}

#endif
