/* SPDX-License-Identifier: MIT */
/* From the lines of history.csv to series in the order of time, and their steps. One pass over the
 * file; runs and series are found by hash, so that a long history costs no more per line. */
#include "harness/history/history.h"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/summary/summary.h"

#define POOL_BLOCK_BYTES (1u << 16) /* larger than a line */

/* Texts that live as long as the trend. */
struct trend_pool {
	char **blocks;
	size_t count, used;
};

/* Indices by hash, open addressing; 0 is an empty slot, else index + 1. */
struct table {
	uint32_t *slots;
	size_t size, used; /* size is a power of two */
};

struct loader {
	struct trend *trend;
	struct table runs, series;
	size_t run_capacity, series_capacity;
	uint32_t last_run; /* lines of a run stand together */
};

/* What makes a series, besides the anchor (ratios) or the CPU (medians). */
static const int key_columns[] = {
	HISTORY_CASE,   HISTORY_PARAM, HISTORY_PLACEMENT, HISTORY_WORKERS, HISTORY_MODE,
	HISTORY_METRIC, HISTORY_UNIT,  HISTORY_BETTER,    HISTORY_HOST,
};

static const char *pool_copy(struct trend_pool *pool, const char *text)
{
	size_t bytes = strlen(text) + 1;

	if (!pool->count || pool->used + bytes > POOL_BLOCK_BYTES) {
		pool->blocks = xrealloc(pool->blocks, pool->count + 1, sizeof(*pool->blocks));
		pool->blocks[pool->count++] = xcalloc(POOL_BLOCK_BYTES, 1);
		pool->used = 0;
	}
	char *copy = pool->blocks[pool->count - 1] + pool->used;

	pool->used += bytes;
	return memcpy(copy, text, bytes);
}

/* FNV-1a, the NUL included, so that "ab","c" and "a","bc" differ. */
static uint64_t hash_text(uint64_t hash, const char *text)
{
	do {
		hash ^= (unsigned char)*text;
		hash *= UINT64_C(1099511628211);
	} while (*text++);
	return hash;
}

#define HASH_START UINT64_C(14695981039346656037)

static size_t first_slot(const struct table *table, uint64_t hash)
{
	return (size_t)(hash ^ hash >> 32) & (table->size - 1);
}

static void table_put(struct table *table, uint64_t hash, uint32_t index)
{
	size_t slot = first_slot(table, hash);

	while (table->slots[slot])
		slot = (slot + 1) & (table->size - 1);
	table->slots[slot] = index + 1;
	table->used++;
}

/* Room for one more; HASH_OF tells the hash of an index that is in the table. */
static void table_grow(struct table *table, const struct loader *loader,
		       uint64_t (*hash_of)(const struct loader *loader, uint32_t index))
{
	struct table larger = {.size = table->size ? table->size * 2 : 256};

	if ((table->used + 1) * 2 <= table->size)
		return;
	larger.slots = xcalloc(larger.size, sizeof(*larger.slots));
	for (size_t i = 0; i < table->size; i++)
		if (table->slots[i])
			table_put(&larger, hash_of(loader, table->slots[i] - 1),
				  table->slots[i] - 1);
	free(table->slots);
	*table = larger;
}

static uint64_t hash_of_run(const struct loader *loader, uint32_t index)
{
	return loader->trend->runs[index].hash;
}

static uint64_t hash_of_series(const struct loader *loader, uint32_t index)
{
	return loader->trend->series[index].hash;
}

/* ---- runs ---- */

static uint32_t add_run(struct loader *loader, const struct history_reader *reader, uint64_t hash)
{
	struct trend *trend = loader->trend;

	if (trend->run_count == loader->run_capacity) {
		loader->run_capacity = loader->run_capacity ? loader->run_capacity * 2 : 256;
		trend->runs = xrealloc(trend->runs, loader->run_capacity, sizeof(*trend->runs));
	}
	trend->runs[trend->run_count] = (struct trend_run){
		.ts_utc = pool_copy(trend->pool, reader->cells[HISTORY_TS]),
		.git_sha = pool_copy(trend->pool, reader->cells[HISTORY_SHA]),
		.run_id = pool_copy(trend->pool, reader->cells[HISTORY_RUN]),
		.hash = hash,
	};
	table_put(&loader->runs, hash, (uint32_t)trend->run_count);
	return (uint32_t)trend->run_count++;
}

static uint32_t find_run(struct loader *loader, const struct history_reader *reader)
{
	const struct trend *trend = loader->trend;
	const char *run_id = reader->cells[HISTORY_RUN];

	if (trend->run_count && strcmp(trend->runs[loader->last_run].run_id, run_id) == 0)
		return loader->last_run;
	uint64_t hash = hash_text(HASH_START, run_id);

	table_grow(&loader->runs, loader, hash_of_run);
	for (size_t slot = first_slot(&loader->runs, hash); loader->runs.slots[slot];
	     slot = (slot + 1) & (loader->runs.size - 1)) {
		uint32_t run = loader->runs.slots[slot] - 1;

		if (trend->runs[run].hash == hash && strcmp(trend->runs[run].run_id, run_id) == 0)
			return run;
	}
	return add_run(loader, reader, hash);
}

/* ---- series ---- */

static bool is_ratio(const struct history_reader *reader)
{
	return !isnan(reader->number[HISTORY_RATIO]);
}

/* Ratios to one anchor may be compared; medians only on one kind of processor. */
static int basis_column(bool ratio)
{
	return ratio ? HISTORY_ANCHOR : HISTORY_CPU;
}

static uint64_t hash_of_line(const struct history_reader *reader)
{
	uint64_t hash = HASH_START ^ is_ratio(reader);

	for (size_t i = 0; i < ARRAY_SIZE(key_columns); i++)
		hash = hash_text(hash, reader->cells[key_columns[i]]);
	return hash_text(hash, reader->cells[basis_column(is_ratio(reader))]);
}

static bool is_of_series(const struct history_reader *reader, const struct trend_series *series)
{
	int basis = basis_column(series->is_ratio);

	if (is_ratio(reader) != series->is_ratio ||
	    strcmp(reader->cells[basis], series->cells[basis]) != 0)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(key_columns); i++)
		if (strcmp(reader->cells[key_columns[i]], series->cells[key_columns[i]]) != 0)
			return false;
	return true;
}

static struct trend_series *add_series(struct loader *loader, const struct history_reader *reader,
				       uint64_t hash)
{
	struct trend *trend = loader->trend;
	struct trend_series series = {.is_ratio = is_ratio(reader), .hash = hash};
	int basis = basis_column(series.is_ratio);

	if (trend->series_count == loader->series_capacity) {
		loader->series_capacity = loader->series_capacity ? loader->series_capacity * 2
								  : 64;
		trend->series = xrealloc(trend->series, loader->series_capacity,
					 sizeof(*trend->series));
	}
	for (size_t i = 0; i < ARRAY_SIZE(key_columns); i++)
		series.cells[key_columns[i]] = pool_copy(trend->pool,
							 reader->cells[key_columns[i]]);
	series.cells[basis] = pool_copy(trend->pool, reader->cells[basis]);
	trend->series[trend->series_count] = series;
	table_put(&loader->series, hash, (uint32_t)trend->series_count);
	return &trend->series[trend->series_count++];
}

static struct trend_series *find_series(struct loader *loader, const struct history_reader *reader)
{
	uint64_t hash = hash_of_line(reader);

	table_grow(&loader->series, loader, hash_of_series);
	for (size_t slot = first_slot(&loader->series, hash); loader->series.slots[slot];
	     slot = (slot + 1) & (loader->series.size - 1)) {
		struct trend_series *series =
			&loader->trend->series[loader->series.slots[slot] - 1];

		if (series->hash == hash && is_of_series(reader, series))
			return series;
	}
	return add_series(loader, reader, hash);
}

static void take_line(struct loader *loader, const struct history_reader *reader)
{
	uint32_t run = find_run(loader, reader);
	struct trend_series *series = find_series(loader, reader);

	loader->last_run = run;
	loader->trend->lines++;
	if (series->count == series->capacity) {
		series->capacity = series->capacity ? series->capacity * 2 : 64;
		series->points = xrealloc(series->points, series->capacity,
					  sizeof(*series->points));
	}
	series->points[series->count++] = (struct trend_point){
		.run = run,
		.value = reader->number[series->is_ratio ? HISTORY_RATIO : HISTORY_MEDIAN],
	};
}

/* ---- the order of time ---- */

/* A run and where it stands in the file, which decides between equal times. */
struct ranking {
	const char *ts_utc;
	uint32_t run;
};

static int by_time(const void *a, const void *b)
{
	const struct ranking *x = a, *y = b;
	int order = strcmp(x->ts_utc, y->ts_utc);

	return order ? order : (x->run > y->run) - (x->run < y->run);
}

static void rank_runs(struct trend *trend)
{
	struct ranking *order = xcalloc(trend->run_count, sizeof(*order));
	struct trend_run *sorted = xcalloc(trend->run_count, sizeof(*sorted));

	for (size_t i = 0; i < trend->run_count; i++)
		order[i] = (struct ranking){trend->runs[i].ts_utc, (uint32_t)i};
	if (trend->run_count)
		qsort(order, trend->run_count, sizeof(*order), by_time);
	for (size_t i = 0; i < trend->run_count; i++) {
		trend->runs[order[i].run].rank = (uint32_t)i;
		sorted[i] = trend->runs[order[i].run];
	}
	/* points still hold the place in the file: `rank` of the old array tells the new one */
	for (size_t s = 0; s < trend->series_count; s++)
		for (size_t p = 0; p < trend->series[s].count; p++)
			trend->series[s].points[p].run =
				trend->runs[trend->series[s].points[p].run].rank;
	free(trend->runs);
	free(order);
	trend->runs = sorted;
}

static int by_run(const void *a, const void *b)
{
	const struct trend_point *x = a, *y = b;

	return (x->run > y->run) - (x->run < y->run);
}

static bool is_in_order(const struct trend_series *series)
{
	for (size_t i = 1; i < series->count; i++)
		if (series->points[i - 1].run >= series->points[i].run)
			return false;
	return true;
}

/* A merge of two branches can leave a run twice: its first value counts. Returns how many went. */
static size_t put_in_order(struct trend_series *series)
{
	size_t kept = 0;

	if (is_in_order(series))
		return 0;
	qsort(series->points, series->count, sizeof(*series->points), by_run);
	for (size_t i = 0; i < series->count; i++)
		if (!kept || series->points[kept - 1].run != series->points[i].run)
			series->points[kept++] = series->points[i];
	size_t repeated = series->count - kept;

	series->count = kept;
	return repeated;
}

static void find_changes(struct trend_series *series)
{
	double *values = xcalloc(series->count, sizeof(*values));

	for (size_t i = 0; i < series->count; i++)
		values[i] = series->points[i].value;
	series->changes = xcalloc(series->count / CHANGE_RECENT + 1, sizeof(*series->changes));
	series->change_count = change_points(values, series->count, series->changes);
	free(values);
}

static int by_workers(const char *a, const char *b)
{
	uint64_t x = 0, y = 0;

	(void)parse_u64(a, 0, UINT32_MAX, &x); /* was checked when it was read */
	(void)parse_u64(b, 0, UINT32_MAX, &y);
	return (x > y) - (x < y);
}

static int compare_column(const struct trend_series *x, const struct trend_series *y, int column)
{
	const char *a = x->cells[column], *b = y->cells[column];

	if (column == HISTORY_WORKERS)
		return by_workers(a, b);
	if (column == HISTORY_MODE && summary_mode_rank(a) != summary_mode_rank(b))
		return summary_mode_rank(a) > summary_mode_rank(b) ? 1 : -1;
	return strcmp(a ? a : "", b ? b : "");
}

static int by_key(const void *a, const void *b)
{
	const struct trend_series *x = a, *y = b;
	int order = 0;

	for (size_t i = 0; !order && i < ARRAY_SIZE(key_columns); i++)
		order = compare_column(x, y, key_columns[i]);
	if (!order)
		order = x->is_ratio - y->is_ratio;
	if (!order)
		order = compare_column(x, y, HISTORY_ANCHOR);
	return order ? order : compare_column(x, y, HISTORY_CPU);
}

static void finish(struct trend *trend)
{
	rank_runs(trend);
	for (size_t i = 0; i < trend->series_count; i++) {
		trend->repeated += put_in_order(&trend->series[i]);
		find_changes(&trend->series[i]);
	}
	if (trend->series_count)
		qsort(trend->series, trend->series_count, sizeof(*trend->series), by_key);
}

/* ---- reading ---- */

static bool read_lines(struct loader *loader, struct history_reader *reader,
		       bool (*wants_case)(const void *, const char *), const void *context,
		       struct reason *why)
{
	for (;;) {
		switch (history_next(reader, why)) {
		case HISTORY_END:
			return true;
		case HISTORY_FAILED:
			return false;
		case HISTORY_BAD:
			if (loader->trend->bad_lines++ < HISTORY_NOTES_MAX)
				note("left out: %s", why->text);
			break;
		case HISTORY_GOOD:
			if (!wants_case || wants_case(context, reader->cells[HISTORY_CASE]))
				take_line(loader, reader);
			break;
		}
	}
}

bool trend_read(struct trend *trend, const char *path,
		bool (*wants_case)(const void *context, const char *case_name), const void *context,
		struct reason *why)
{
	struct loader loader = {.trend = trend};
	struct history_reader reader;

	*trend = (struct trend){0};
	FILE *file = history_open(path, O_RDONLY, why);

	if (!file)
		return false;
	if (!history_start(&reader, file, path, why)) {
		(void)fclose(file); /* was only read */
		return false;
	}
	trend->pool = xcalloc(1, sizeof(*trend->pool));
	bool good = read_lines(&loader, &reader, wants_case, context, why);

	history_finish(&reader);
	(void)fclose(file);
	free(loader.runs.slots);
	free(loader.series.slots);
	if (good)
		finish(trend);
	else
		trend_free(trend);
	return good;
}

void trend_free(struct trend *trend)
{
	for (size_t i = 0; i < trend->series_count; i++) {
		free(trend->series[i].points);
		free(trend->series[i].changes);
	}
	free(trend->series);
	free(trend->runs);
	for (size_t i = 0; trend->pool && i < trend->pool->count; i++)
		free(trend->pool->blocks[i]);
	if (trend->pool)
		free(trend->pool->blocks);
	free(trend->pool);
	*trend = (struct trend){0};
}
