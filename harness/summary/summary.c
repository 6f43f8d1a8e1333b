/* SPDX-License-Identifier: MIT */
#include "harness/summary/summary.h"
#include "harness/base/language.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/summary/internal.h"
#include "harness/summary/ladder.h"

bool summary_write_row(struct csv_writer *csv, const struct summary_row *row, struct reason *why)
{
	csv_u64(csv, RECORD_SCHEMA);
	SUMMARY_COLUMNS(RECORD_PUT);
	return csv_end_row(csv, why);
}

bool summary_print_csv(FILE *out, const struct summary_row *const *rows, size_t count,
		       struct reason *why)
{
	struct csv_writer csv;
	bool good = true;

	csv_attach(&csv, out, SUMMARY_HEADER);
	for (size_t i = 0; good && i < count; i++)
		good = summary_write_row(&csv, rows[i], why);
	return csv_close(&csv, good ? why : NULL) && good;
}

/* ---- building ---- */

static bool load_run(struct run_data *data, struct reason *why)
{
	if (!summary_load_samples(data, why) || !summary_load_workers(data, why) ||
	    !summary_load_metrics(data, why) || !summary_load_counters(data, why) ||
	    !summary_sort_observations(data, why))
		return false;
	summary_judge_canaries(data);
	return summary_load_histogram(data, why);
}

static bool write_rows(struct csv_writer *csv, const struct run_data *data, struct reason *why)
{
	size_t count;
	struct summary_row *rows = summary_make_rows(data, &count);
	bool ok = true;

	for (size_t i = 0; ok && i < count; i++)
		ok = summary_write_row(csv, &rows[i], why);
	free(rows);
	return ok;
}

static bool write_ladder(struct csv_writer *csv, const struct run_data *data, struct reason *why)
{
	size_t count;
	struct summary_row *rows = summary_make_rows(data, &count);
	struct ladder ladder;
	bool ok = true;

	ladder_make(&ladder, rows, count);
	for (size_t i = 0; ok && i < ladder.all; i++)
		ok = summary_write_row(csv, &ladder.rungs[i], why);
	ladder_free(&ladder);
	free(rows);
	return ok;
}

/* Dense towards 100 %, the interesting part. Each decade of the remainder has the same steps. */
static const double percentiles[] = {
	0,      5,      10,     20,     25,      30,     40,     50,    60,     70,
	75,     80,     85,     90,     92,      94,     95,     96,    97,     98,
	98.5,   99,     99.2,   99.4,   99.5,    99.6,   99.7,   99.8,  99.85,  99.9,
	99.92,  99.94,  99.95,  99.96,  99.97,   99.98,  99.985, 99.99, 99.992, 99.994,
	99.995, 99.996, 99.997, 99.998, 99.9985, 99.999, 100,
};

static void fill_histogram(struct histogram *h, const struct latency *latencies, size_t count)
{
	*h = (struct histogram){0};
	for (size_t i = 0; i < count; i++) {
		unsigned bucket = latencies[i].bucket;

		if (!latencies[i].count)
			continue;
		h->count[bucket] += latencies[i].count;
		h->total += latencies[i].count;
		if (histogram_hi_ns(bucket) - 1 > h->max_ns)
			h->max_ns = histogram_hi_ns(bucket) - 1;
	}
}

/* The number of values at or below VALUE_NS, to the bucket. */
static uint64_t count_up_to(const struct histogram *h, double value_ns)
{
	uint64_t count = 0;

	for (unsigned i = 0; i <= histogram_index((uint64_t)value_ns); i++)
		count += h->count[i];
	return count;
}

static bool write_histogram(struct csv_writer *csv, const struct combination *c,
			    const struct histogram *h, struct reason *why)
{
	for (size_t i = 0; i < ARRAY_SIZE(percentiles); i++) {
		double percentile = percentiles[i];

		/* no values lie beyond the largest one */
		if (percentile < 100 && (double)h->total * (100 - percentile) < 100 * (1 - 1e-9))
			continue;
		double value_ns = histogram_percentile(h, percentile);

		const struct percentiles_cells *row = &(struct percentiles_cells){
			"ns", percentile, value_ns, count_up_to(h, value_ns)};

		for (unsigned column = 0; column < KEY_COUNT; column++)
			csv_text(csv, c->key[column]);
		PERCENTILES_COLUMNS(RECORD_PUT);
		if (!csv_end_row(csv, why))
			return false;
	}
	return true;
}

static bool write_percentiles(struct csv_writer *csv, const struct run_data *data,
			      struct reason *why)
{
	const struct latency *latencies = data->latencies;
	struct histogram h;

	for (size_t i = 0, n; i < data->latency_count; i += n) {
		for (n = 1; i + n < data->latency_count; n++)
			if (latencies[i + n].combination != latencies[i].combination)
				break;
		fill_histogram(&h, &latencies[i], n);
		if (h.total &&
		    !write_histogram(csv, &data->combinations[latencies[i].combination], &h, why))
			return false;
	}
	return true;
}

/* A file of the run folder. It is written under another name and renamed when it is complete. */
struct new_file {
	const char *name, *header;
	bool (*write)(struct csv_writer *csv, const struct run_data *data, struct reason *why);
	char *path, *temporary;
};

static bool write_new(struct new_file *file, const struct run_data *data, struct reason *why)
{
	struct csv_writer csv;

	file->path = xasprintf("%s/%s", data->dir, file->name);
	file->temporary = xasprintf("%s/.%s.%ld", data->dir, file->name, (long)getpid());
	unlink(file->temporary); /* of an earlier process with this number */
	if (!csv_create(&csv, file->temporary, file->header, why))
		return refuse(why, _("%s: cannot write: %s"), file->name, strerror(errno));
	if (file->write(&csv, data, why))
		return csv_close(&csv, why);
	csv_close(&csv, NULL);
	return false;
}

static bool move_into_place(const struct new_file *file, struct reason *why)
{
	if (rename(file->temporary, file->path) == 0)
		return true;
	return refuse(why, _("%s: cannot rename: %s"), file->name, strerror(errno));
}

static bool write_files(const struct run_data *data, struct reason *why)
{
	struct new_file files[] = {
		{"summary.csv", SUMMARY_HEADER, write_rows, NULL, NULL},
		{"percentiles.csv", PERCENTILES_HEADER, write_percentiles, NULL, NULL},
		{"scaling.csv", SCALING_HEADER, summary_write_scaling, NULL, NULL},
		{"ladder.csv", SUMMARY_HEADER, write_ladder, NULL, NULL},
	};
	bool ok = true;

	for (size_t i = 0; ok && i < ARRAY_SIZE(files); i++)
		ok = write_new(&files[i], data, why);
	for (size_t i = 0; ok && i < ARRAY_SIZE(files); i++)
		ok = move_into_place(&files[i], why);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		if (files[i].temporary && !ok)
			unlink(files[i].temporary);
		free(files[i].temporary);
		free(files[i].path);
	}
	return ok;
}

bool summary_build(const char *run_dir, struct reason *why)
{
	struct run_data data = {.dir = run_dir};
	bool ok = load_run(&data, why) && write_files(&data, why);

	run_data_free(&data);
	return ok;
}
