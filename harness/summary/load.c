/* SPDX-License-Identifier: MIT */
/* samples.csv and workers.csv into epochs, histogram.csv into latencies. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/base/language.h"
#include "harness/data/record.h"
#include "harness/summary/internal.h"

int summary_open_file(struct csv_reader *reader, const struct run_data *data, const char *file,
		      const char *header, struct reason *why)
{
	char *path = xasprintf("%s/%s", data->dir, file);
	bool absent = access(path, F_OK) == -1 && errno == ENOENT;
	bool opened = !absent && csv_open(reader, path, header, why);

	free(path);
	if (absent)
		refuse(why, _("%s: there is no such file in the run folder"), file);
	return opened ? 1 : (absent ? 0 : -1);
}

bool summary_each_row(struct run_data *data, const char *file, const char *header, bool required,
		      take_row_fn *take, void *context, struct reason *why)
{
	struct csv_reader reader;
	int got = summary_open_file(&reader, data, file, header, why);

	if (got <= 0)
		return got == 0 && !required;
	while ((got = csv_next(&reader, why)) > 0)
		if (!take(data, &reader, context, why)) {
			got = -1;
			break;
		}
	csv_reader_close(&reader);
	return got == 0;
}

#define SAMPLE_NUMBER(TYPE, name) SAMPLE_##name,
enum sample_column { SAMPLE_KEY = KEY_COUNT - 1, SAMPLES_COLUMNS(SAMPLE_NUMBER) };

static bool take_pass(const struct csv_reader *reader, unsigned column, enum pass *pass,
		      struct reason *why)
{
	const char *cell = reader->cells[column];

	*pass = strcmp(cell, "count") == 0 ? PASS_COUNT : PASS_TIME;
	if (*pass == PASS_COUNT || strcmp(cell, "time") == 0)
		return true;
	return csv_refuse(reader, column, "neither 'time' nor 'count'", why);
}

/* The rank of a status: 0 for ok, -1 for an unknown word. A wrong answer is worse than none. */
static int severity(const char *status)
{
	static const char *const words[] = {"ok",     "skipped", "error", "timeout",
					    "killed", "crashed", "wrong"};
	size_t length = strcspn(status, ":");

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strlen(words[i]) == length && memcmp(words[i], status, length) == 0)
			return (int)i;
	return -1;
}

static bool is_printable(const char *text)
{
	for (size_t i = 0; text[i]; i++)
		if (text[i] < ' ' || text[i] > '~' || i >= 200)
			return false;
	return true;
}

static bool take_status(struct run_data *data, const struct csv_reader *reader, const char **worst,
			struct reason *why)
{
	const char *status = reader->cells[SAMPLE_status];
	int rank = severity(status);
	char word[16];

	if (rank < 0)
		return csv_refuse(reader, SAMPLE_status,
				  "none of ok, wrong, crashed, killed, timeout, error, skipped "
				  "(with ':reason')",
				  why);
	if (!is_printable(status)) { /* the reason comes from elsewhere, so a bad one is dropped */
		snprintf(word, sizeof(word), "%.*s", (int)strcspn(status, ":"), status);
		status = word;
	}
	if (!*worst || rank > severity(*worst))
		*worst = summary_keep_text(data, status);
	return true;
}

/* A raw count: a whole number, or NAN for an empty cell where that is allowed. */
static bool take_amount(const struct csv_reader *reader, unsigned column, bool may_be_empty,
			double *out, struct reason *why)
{
	uint64_t value;

	*out = NAN;
	if (may_be_empty && !reader->cells[column][0])
		return true;
	if (!csv_cell_u64(reader, column, 0, UINT64_MAX, &value, why))
		return false;
	*out = (double)value;
	return true;
}

static bool take_epoch(struct run_data *data, const struct csv_reader *reader,
		       struct epoch_row epoch, struct reason *why)
{
	epoch.line = reader->line;
	if (!summary_take_u32(reader, SAMPLE_launch, &epoch.launch, why) ||
	    !summary_take_u32(reader, SAMPLE_round, &epoch.round, why) ||
	    !take_amount(reader, SAMPLE_iters, true, &epoch.iters, why) ||
	    !take_amount(reader, SAMPLE_wall_ns, false, &epoch.wall_ns, why) ||
	    !take_amount(reader, SAMPLE_cpu_ns, true, &epoch.cpu_ns, why) ||
	    !take_amount(reader, SAMPLE_ops, false, &epoch.ops, why) ||
	    !take_amount(reader, SAMPLE_nvcsw, true, &epoch.nvcsw, why) ||
	    !take_amount(reader, SAMPLE_nivcsw, true, &epoch.nivcsw, why))
		return false;
	data->epochs = summary_grown(data->epochs, data->epoch_count, &data->epoch_capacity,
				     sizeof(*data->epochs));
	data->epochs[data->epoch_count++] = epoch;
	return true;
}

static bool take_sample(struct run_data *data, const struct csv_reader *reader, void *context,
			struct reason *why)
{
	const char *flags = reader->cells[SAMPLE_flags], *status = reader->cells[SAMPLE_status];
	bool is_ok = strcmp(status, "ok") == 0;
	enum pass pass = PASS_TIME;
	uint32_t id;

	(void)context;
	if (!summary_take_key(data, reader, &id, why))
		return false;
	/* the pass may be empty in the row of a combination that never ran */
	if ((is_ok || reader->cells[SAMPLE_pass][0]) && !take_pass(reader, SAMPLE_pass, &pass, why))
		return false;
	if (flags[strspn(flags, "wpoivc")])
		return csv_refuse(reader, SAMPLE_flags, "not made of the flags w, p, o, i, v and c",
				  why);
	if (!take_status(data, reader, &data->combinations[id].status[pass], why))
		return false;
	if (!is_ok || strchr(flags, 'w'))
		return true;
	data->combinations[id].oversubscribed |= strchr(flags, 'o') != NULL;
	data->combinations[id].injected |= strchr(flags, 'i') != NULL;
	return take_epoch(data, reader,
			  (struct epoch_row){.combination = id,
					     .pass = (uint8_t)pass,
					     .preempted = strchr(flags, 'p') != NULL,
					     .invalid = strchr(flags, 'v') != NULL},
			  why);
}

static int by_number(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int compare_epochs(const void *left, const void *right)
{
	const struct epoch_row *a = left, *b = right;
	int order = by_number(a->combination, b->combination);

	if (!order)
		order = by_number(a->pass, b->pass);
	if (!order)
		order = by_number(a->launch, b->launch);
	return order ? order : by_number(a->round, b->round);
}

static bool index_epochs(struct run_data *data, struct reason *why)
{
	for (size_t i = 0; i < data->epoch_count; i++) {
		const struct epoch_row *e = &data->epochs[i];
		struct combination *c = &data->combinations[e->combination];

		if (i > 0 && compare_epochs(e, e - 1) == 0)
			return refuse(why,
				      _("samples.csv:%zu: repeats the epoch of line %zu (case %s, "
					"launch %u, round %u)"),
				      e->line > e[-1].line ? e->line : e[-1].line,
				      e->line > e[-1].line ? e[-1].line : e->line, c->key[KEY_case],
				      e->launch, e->round);
		if (c->epochs[e->pass]++ == 0)
			c->first[e->pass] = i;
		c->preempted[e->pass] += e->preempted;
		c->invalid[e->pass] += e->invalid;
	}
	return true;
}

bool summary_load_samples(struct run_data *data, struct reason *why)
{
	if (!summary_each_row(data, "samples.csv", SAMPLES_HEADER, true, take_sample, NULL, why))
		return false;
	if (data->epoch_count)
		qsort(data->epochs, data->epoch_count, sizeof(*data->epochs), compare_epochs);
	return index_epochs(data, why);
}

size_t summary_find_epoch(struct run_data *data, uint32_t combination, enum pass pass,
			  uint32_t launch, uint32_t round)
{
	struct epoch_row key = {.combination = combination,
				.pass = (uint8_t)pass,
				.launch = launch,
				.round = round};

	if (data->hint < data->epoch_count && compare_epochs(&key, &data->epochs[data->hint]) == 0)
		return data->hint;
	if (!data->epoch_count)
		return SIZE_MAX;
	struct epoch_row *found = bsearch(&key, data->epochs, data->epoch_count,
					  sizeof(*data->epochs), compare_epochs);

	if (!found)
		return SIZE_MAX;
	data->hint = (size_t)(found - data->epochs);
	return data->hint;
}

#define WORKER_NUMBER(TYPE, name) WORKER_##name,
enum worker_column { WORKER_KEY = KEY_COUNT - 1, WORKERS_COLUMNS(WORKER_NUMBER) };

/*
 * A worker's share is its speed from the common release to its own end. Each worker does the same
 * number of operations, so their number would always look fair.
 */
static bool take_worker(struct run_data *data, const struct csv_reader *reader, void *context,
			struct reason *why)
{
	uint32_t id, launch, round;
	double ops, end_ns;
	enum pass pass;

	(void)context;
	if (!summary_take_key(data, reader, &id, why) ||
	    !take_pass(reader, WORKER_pass, &pass, why) ||
	    !summary_take_u32(reader, WORKER_launch, &launch, why) ||
	    !summary_take_u32(reader, WORKER_round, &round, why) ||
	    !take_amount(reader, WORKER_ops, true, &ops, why) ||
	    !take_amount(reader, WORKER_end_ns, true, &end_ns, why))
		return false;
	size_t found = summary_find_epoch(data, id, pass, launch, round);

	if (found == SIZE_MAX)
		return true; /* a warm-up, or an epoch that failed */
	struct epoch_row *epoch = &data->epochs[found];
	double share = end_ns > 0 ? ops / end_ns : NAN;

	if (!epoch->shares || share < epoch->share_least)
		epoch->share_least = share;
	if (!epoch->shares || share > epoch->share_most)
		epoch->share_most = share;
	epoch->shares++;
	epoch->share_sum += share;
	epoch->share_squares += share * share;
	return true;
}

bool summary_load_workers(struct run_data *data, struct reason *why)
{
	return summary_each_row(data, "workers.csv", WORKERS_HEADER, false, take_worker, NULL, why);
}

#define LATENCY_NUMBER(TYPE, name) LATENCY_##name,
enum latency_column { LATENCY_KEY = KEY_COUNT - 1, HISTOGRAM_COLUMNS(LATENCY_NUMBER) };

#define LATENCY_COUNT_MAX UINT64_C(1000000000000000) /* sums of all buckets stay far below 2^64 */

static bool take_latency(struct run_data *data, const struct csv_reader *reader, void *context,
			 struct reason *why)
{
	struct latency latency;
	uint64_t lo_ns, hi_ns;

	(void)context;
	if (!summary_take_key(data, reader, &latency.combination, why))
		return false;
	if (strcmp(reader->cells[LATENCY_unit], "ns") != 0)
		return csv_refuse(reader, LATENCY_unit, "not 'ns'", why);
	if (!csv_cell_u64(reader, LATENCY_lo_ns, 0, UINT64_MAX, &lo_ns, why) ||
	    !csv_cell_u64(reader, LATENCY_hi_ns, 0, UINT64_MAX, &hi_ns, why) ||
	    !csv_cell_u64(reader, LATENCY_count, 0, LATENCY_COUNT_MAX, &latency.count, why))
		return false;
	latency.bucket = histogram_index(lo_ns);
	if (histogram_lo_ns(latency.bucket) != lo_ns)
		return csv_refuse(reader, LATENCY_lo_ns, "not a lower bound of a bucket", why);
	if (histogram_hi_ns(latency.bucket) != hi_ns)
		return csv_refuse(reader, LATENCY_hi_ns, "not the upper bound of that bucket", why);
	data->latencies = summary_grown(data->latencies, data->latency_count,
					&data->latency_capacity, sizeof(*data->latencies));
	data->latencies[data->latency_count++] = latency;
	return true;
}

static int compare_latencies(const void *left, const void *right)
{
	const struct latency *a = left, *b = right;

	return by_number(a->combination, b->combination);
}

bool summary_load_histogram(struct run_data *data, struct reason *why)
{
	if (!summary_each_row(data, "histogram.csv", HISTOGRAM_HEADER, false, take_latency, NULL,
			      why))
		return false;
	if (data->latency_count)
		qsort(data->latencies, data->latency_count, sizeof(*data->latencies),
		      compare_latencies);
	return true;
}
