/* SPDX-License-Identifier: MIT */
/* The report for programs: compare.csv and compare.json. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/compare/compare.h"
#include "harness/data/csv.h"
#include "harness/data/json.h"
#include "harness/data/record.h"

/* ---- CSV ---- */

static const struct compare_stage *last_stage(const struct compare_row *row)
{
	return row->confirmation.logs.count ? &row->confirmation : &row->screen;
}

static void put_count(struct csv_writer *csv, uint64_t count)
{
	if (count)
		csv_u64(csv, count);
	else
		csv_empty(csv);
}

static void put_estimate(struct csv_writer *csv, const struct compare_row *row)
{
	const struct estimate *estimate = &last_stage(row)->estimate;

	put_count(csv, estimate->pairs);
	put_count(csv, estimate->pairs ? row->rounds : 0);
	csv_double(csv, row->base_median);
	csv_double(csv, row->head_median);
	csv_double(csv, estimate->pairs ? estimate->ratio : NAN);
	csv_double(csv, estimate->pairs ? estimate->lo : NAN);
	csv_double(csv, estimate->pairs ? estimate->hi : NAN);
	csv_double(csv, estimate->pairs && !isnan(estimate->lo) ? estimate->level : NAN);
	if (last_stage(row)->logs.count)
		csv_u64(csv, estimate->slower);
	else
		csv_empty(csv);
}

static void put_row(struct csv_writer *csv, const struct compare_report *report,
		    const struct compare_row *row)
{
	char flags[4];

	snprintf(flags, sizeof(flags), "%s%s", row->injected ? "i" : "",
		 row->report_only ? "r" : "");
	csv_u64(csv, RECORD_SCHEMA);
	csv_text(csv, report->base_sha);
	csv_text(csv, report->head_sha);
	csv_text(csv, row->case_name);
	csv_text(csv, row->mode);
	put_count(csv, row->workers);
	csv_text(csv, row->placement);
	csv_text(csv, row->param);
	csv_text(csv, row->metric);
	csv_text(csv, row->unit);
	csv_text(csv, "lower");
	put_estimate(csv, row);
	csv_double(csv, report->min_effect);
	csv_double(csv, row->floor);
	csv_text(csv, row->stage);
	csv_text(csv, verdict_name(row->verdict));
	csv_text(csv, flags);
	csv_text(csv, row->reason);
}

static bool put_rows(struct csv_writer *csv, const struct compare_report *report,
		     struct reason *why)
{
	for (size_t i = 0; i < report->count; i++) {
		put_row(csv, report, &report->rows[i]);
		if (!csv_end_row(csv, why)) {
			csv_close(csv, NULL);
			return false;
		}
	}
	return csv_close(csv, why);
}

bool compare_write_csv(const struct compare_report *report, FILE *file, struct reason *why)
{
	struct csv_writer csv;

	csv_attach(&csv, file, COMPARE_HEADER);
	return put_rows(&csv, report, why);
}

/* ---- JSON ---- */

static void write_machine(struct json_writer *json, const struct compare_report *report)
{
	json_open(json, "machine", '{');
	json_text(json, "id", report->machine);
	json_text(json, "cpu_model", report->cpu_model);
	json_text(json, "kernel_release", report->kernel);
	json_i64(json, "pus", report->pu_count);
	json_close(json, '}');
}

static void write_counts(struct json_writer *json, const struct compare_report *report)
{
	const struct verdict_counts counts = compare_count(report);

	json_open(json, "counts", '{');
	for (int verdict = 0; verdict < VERDICTS; verdict++)
		json_u64(json, verdict_name(verdict), counts.of[verdict]);
	json_u64(json, "report_only", counts.report_only);
	json_close(json, '}');
}

static void write_stage(struct json_writer *json, const char *key,
			const struct compare_stage *stage)
{
	const struct estimate *estimate = &stage->estimate;

	if (!estimate->pairs) {
		json_text(json, key, NULL);
		return;
	}
	json_open(json, key, '{');
	json_u64(json, "n_pairs", estimate->pairs);
	json_double(json, "ratio", estimate->ratio);
	json_double(json, "ratio_lo", estimate->lo);
	json_double(json, "ratio_hi", estimate->hi);
	json_double(json, "ci_level", isnan(estimate->lo) ? NAN : estimate->level);
	json_u64(json, "pairs_slower", estimate->slower);
	json_double(json, "total_ratio", estimate->total_ratio);
	json_double(json, "total_ratio_lo", estimate->total_lo);
	json_double(json, "total_ratio_hi", estimate->total_hi);
	json_open(json, "pairs", '[');
	for (unsigned i = 0; i < stage->logs.count; i++)
		json_double(json, NULL, exp(stage->logs.median[i]));
	json_close(json, ']');
	json_close(json, '}');
}

static void write_row(struct json_writer *json, const struct compare_row *row)
{
	json_open(json, NULL, '{');
	json_text(json, "case", row->case_name);
	json_text(json, "mode", row->mode);
	json_u64(json, "workers", row->workers);
	json_text(json, "placement", row->placement);
	json_text(json, "param", row->param);
	json_text(json, "metric", row->metric);
	json_text(json, "unit", row->unit);
	json_text(json, "better", "lower");
	json_text(json, "verdict", verdict_name(row->verdict));
	json_text(json, "reason", row->reason);
	json_text(json, "stage", row->stage);
	json_bool(json, "injected", row->injected);
	json_bool(json, "report_only", row->report_only);
	json_u64(json, "n_rounds", row->rounds);
	json_double(json, "base_median", row->base_median);
	json_double(json, "head_median", row->head_median);
	json_double(json, "noise_floor", row->floor);
	json_double(json, "smallest_effect", row->delta);
	write_stage(json, "screen", &row->screen);
	write_stage(json, "confirm", &row->confirmation);
	json_close(json, '}');
}

bool compare_write_json(const struct compare_report *report, FILE *file, bool strict)
{
	const struct verdict_counts counts = compare_count(report);
	const int code = compare_exit_code(report, strict);
	struct json_writer json;

	json_start(&json, file);
	json_open(&json, NULL, '{');
	json_u64(&json, "schema", RECORD_SCHEMA);
	json_text(&json, "kind", report->kind);
	json_text(&json, "verdict", compare_headline_word(&counts));
	json_i64(&json, "exit_code", code);
	json_bool(&json, "interrupted", report->interrupted);
	json_text(&json, "base", report->base);
	json_text(&json, "head", report->head);
	json_text(&json, "base_sha", report->base_sha);
	json_text(&json, "head_sha", report->head_sha);
	json_text(&json, "injected", *report->injected ? report->injected : NULL);
	json_text(&json, "caveat", *report->caveat ? report->caveat : NULL);
	write_machine(&json, report);
	json_u64(&json, "pairs", report->pairs);
	json_double(&json, "min_effect", report->min_effect);
	json_u64(&json, "seed", report->seed);
	json_text(&json, "repeat", report->repeat);
	write_counts(&json, report);
	json_open(&json, "rows", '[');
	for (size_t i = 0; i < report->count; i++)
		write_row(&json, &report->rows[i]);
	json_close(&json, ']');
	json_close(&json, '}');
	return json_finish(&json);
}

/* ---- the folder ---- */

static bool make_folder(const char *directory, struct reason *why)
{
	char *path = xstrdup(directory);
	bool good = true;

	for (char *slash = path; good && slash;) {
		slash = strchr(slash + 1, '/');
		if (slash)
			*slash = '\0';
		if (mkdir(path, 0777) != 0 && errno != EEXIST)
			good = refuse(why, "cannot make folder '%.200s': %s", path,
				      strerror(errno));
		if (slash)
			*slash = '/';
	}
	free(path);
	return good;
}

bool compare_check_folder(const char *directory, struct reason *why)
{
	static const char *const names[] = {"compare.csv", "compare.json"};
	bool good = make_folder(directory, why);

	for (size_t i = 0; good && i < ARRAY_SIZE(names); i++) {
		char *path = xasprintf("%s/%s", directory, names[i]);

		if (access(path, F_OK) == 0)
			good = refuse(why, "'%.200s' holds a %s already, which is not overwritten",
				      directory, names[i]);
		free(path);
	}
	if (good && access(directory, W_OK) != 0)
		good = refuse(why, "'%.200s': %s", directory, strerror(errno));
	return good;
}

/* Write under a temporary name first, so that the file is whole or missing. */
static bool write_json_file(const struct compare_report *report, const char *directory, bool strict,
			    struct reason *why)
{
	char *path = xasprintf("%s/compare.json", directory);
	char *temporary = xasprintf("%s/.compare.json.tmp", directory);
	FILE *file = fopen(temporary, "we");
	bool good = file != NULL;

	if (good) {
		good = compare_write_json(report, file, strict);
		good = fclose(file) == 0 && good;
	}
	good = good && rename(temporary, path) == 0;
	if (!good) {
		refuse(why, "compare.json: %s", strerror(errno));
		unlink(temporary);
	}
	free(temporary);
	free(path);
	return good;
}

bool compare_write_files(const struct compare_report *report, const char *directory, bool strict,
			 struct reason *why)
{
	char *path = xasprintf("%s/compare.csv", directory);
	struct csv_writer csv;
	bool good = csv_create(&csv, path, COMPARE_HEADER, why) && put_rows(&csv, report, why);

	free(path);
	return good && write_json_file(report, directory, strict, why);
}
