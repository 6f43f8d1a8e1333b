/* SPDX-License-Identifier: MIT */
#include "harness/run/recorder.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "harness/base/version.h"
#include "harness/machine/binding.h"

/* A worker that got less than this share of its own window was preempted. */
#define PREEMPTED_BELOW 0.95
/* The largest difference of the switches per operation from those that the case expects. */
#define SWITCHES_MARGIN 0.05

static const struct {
	const char *name, *header;
} file_table[RECORD_FILES] = {
	[FILE_SAMPLES] = {"samples.csv", SAMPLES_HEADER},
	[FILE_WORKERS] = {"workers.csv", WORKERS_HEADER},
	[FILE_COUNTERS] = {"counters.csv", COUNTERS_HEADER},
	[FILE_METRICS] = {"metrics.csv", METRICS_HEADER},
	[FILE_HISTOGRAM] = {"histogram.csv", HISTOGRAM_HEADER},
	[FILE_TIMELINE] = {"timeline.csv", TIMELINE_HEADER},
};

static void name_run(struct recorder *recorder)
{
	char stamp[32];
	time_t now = time(NULL);
	struct tm utc;

	snprintf(recorder->build, sizeof(recorder->build), "%s", version_git());
	for (char *c = recorder->build; *c; c++)
		*c = isalnum((unsigned char)*c) || strchr("._-", *c) ? (char)tolower(*c) : '-';
	gmtime_r(&now, &utc);
	strftime(stamp, sizeof(stamp), "%Y%m%dt%H%M%Sz", &utc);
	for (char *c = stamp; *c; c++)
		*c = (char)tolower(*c);
	snprintf(recorder->run_id, sizeof(recorder->run_id), "%s-%s", stamp, recorder->build);
}

/* mkdir -p */
static bool make_directory(char *path, struct reason *why)
{
	for (char *slash = strchr(path + 1, '/');; slash = strchr(slash + 1, '/')) {
		if (slash)
			*slash = '\0';
		bool good = mkdir(path, 0777) == 0 || errno == EEXIST;

		if (!good)
			refuse(why, "cannot make folder '%.200s': %s", path, strerror(errno));
		if (slash)
			*slash = '/';
		if (!good)
			return false;
		if (!slash)
			return true;
	}
}

/* A new folder below results/. Two runs may begin in the same second. */
static bool make_own_directory(struct recorder *recorder, struct reason *why)
{
	const size_t length = strlen(recorder->run_id);

	if (mkdir("results", 0777) != 0 && errno != EEXIST)
		return refuse(why, "cannot make folder 'results': %s", strerror(errno));
	for (unsigned n = 2; n < 100; n++) {
		free(recorder->directory);
		recorder->directory = xasprintf("results/%s", recorder->run_id);
		if (mkdir(recorder->directory, 0777) == 0)
			return true;
		if (errno != EEXIST)
			break;
		snprintf(recorder->run_id + length, sizeof(recorder->run_id) - length, "-%u", n);
	}
	return refuse(why, "cannot make folder '%s': %s", recorder->directory, strerror(errno));
}

bool recorder_open(struct recorder *recorder, const char *directory, struct reason *why)
{
	*recorder = (struct recorder){0};
	name_run(recorder);
	recorder->directory = directory ? xstrdup(directory) : NULL;
	if (!(directory ? make_directory(recorder->directory, why)
			: make_own_directory(recorder, why)))
		return false;
	for (int i = 0; i < RECORD_FILES; i++) {
		char *path = xasprintf("%s/%s", recorder->directory, file_table[i].name);
		bool good = csv_create(&recorder->files[i], path, file_table[i].header, why);

		free(path);
		if (!good)
			return false;
	}
	return true;
}

bool recorder_publish(const char *directory, struct reason *why)
{
	static const char home[] = "results/";
	char temporary[64];

	if (strncmp(directory, home, strlen(home)) != 0)
		return true;
	const char *name = directory + strlen(home);

	if (!*name || *name == '.' || strchr(name, '/') || strcmp(name, "latest") == 0)
		return true;
	snprintf(temporary, sizeof(temporary), "results/.latest-%ld", (long)getpid());
	if (symlink(name, temporary) != 0 || rename(temporary, "results/latest") != 0) {
		refuse(why, "results/latest: %s", strerror(errno));
		unlink(temporary);
		return false;
	}
	return true;
}

bool recorder_close(struct recorder *recorder, struct reason *why)
{
	bool good = true;

	for (int i = 0; i < RECORD_FILES; i++)
		if (recorder->files[i].file)
			good &= csv_close(&recorder->files[i], why);
	free(recorder->directory);
	recorder->directory = NULL;
	return good;
}

/* Begin a row of FILE with its key. The caller writes the other cells and ends the row. */
static struct csv_writer *begin_row(struct recorder *recorder, enum record_file file,
				    const struct record_key *key)
{
	struct csv_writer *csv = &recorder->files[file];
	const struct key_cells *row = &(struct key_cells){
		.run_id = recorder->run_id,
		.build = recorder->build,
		.case_name = key->bench->name,
		.mode = key->mode->name,
		.workers = key->group->workers,
		.placement = key->group->placement->text,
		.param = key->group->param,
	};

	csv_u64(csv, RECORD_SCHEMA);
	KEY_COLUMNS(RECORD_PUT);
	return csv;
}

static struct worker_record sum_of(const struct worker_record *workers, unsigned count)
{
	struct worker_record sum = {0};

	for (unsigned i = 0; i < count; i++) {
		sum.ops += workers[i].ops;
		sum.cpu_ns += workers[i].cpu_ns;
		sum.nvcsw += workers[i].nvcsw;
		sum.nivcsw += workers[i].nivcsw;
		sum.minflt += workers[i].minflt;
		sum.majflt += workers[i].majflt;
	}
	return sum;
}

/*
 * True if another program took the PU from a worker that only computed. A worker that sleeps by
 * itself (I/O, a contended lock) switches all the time and cannot tell.
 */
static bool was_preempted(const struct worker_record *workers, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		const double window_ns = (double)(workers[i].end_ns - workers[i].start_ns);

		if (workers[i].nvcsw == 0 &&
		    (double)workers[i].cpu_ns < PREEMPTED_BELOW * window_ns)
			return true;
	}
	return false;
}

/* Context switches of all workers per operation of each; NAN for a case that does not judge them. */
static double switches_per_op(const struct record_key *key, const struct worker_record *sum)
{
	if (!key->bench->switches || !sum->ops)
		return NAN;
	return (double)(sum->nvcsw + sum->nivcsw) * key->group->workers / (double)sum->ops;
}

/* True if the epoch switched more or less often than the case must. It then did other work. */
static bool switched_wrongly(const struct record_key *key, const struct worker_record *sum)
{
	const struct plan_group *group = key->group;
	const double got = switches_per_op(key, sum);

	if (isnan(got))
		return false;
	const double expected = key->bench->switches(
		group->params, group->workers, binding_same_pu(group->seating->os, group->workers));
	const double margin = SWITCHES_MARGIN * (expected > 1 ? expected : 1);

	return !isnan(expected) && fabs(got - expected) > margin;
}

/* Without AMOUNTS the row has no numbers. */
static bool put_sample(struct recorder *recorder, const struct record_key *key,
		       struct samples_cells amounts, const char *status, struct reason *why)
{
	const struct samples_cells *row = &amounts;

	amounts.pass = key->counting ? "count" : "time";
	amounts.launch = key->launch;
	amounts.round = key->round;
	amounts.slot = key->slot;
	amounts.status = status;
	struct csv_writer *csv = begin_row(recorder, FILE_SAMPLES, key);

	SAMPLES_COLUMNS(RECORD_PUT);
	return csv_end_row(csv, why);
}

static bool put_epoch(struct recorder *recorder, const struct record_key *key, bool warm_up,
		      enum run_status status, const struct epoch_record *record,
		      const struct worker_record *workers, struct reason *why)
{
	const struct worker_record sum = sum_of(workers, key->group->workers);
	char flags[8];

	snprintf(flags, sizeof(flags), "%s%s%s%s%s%s", warm_up ? "w" : "",
		 was_preempted(workers, key->group->workers) ? "p" : "",
		 key->group->seating->oversubscribed ? "o" : "", record->injected ? "i" : "",
		 switched_wrongly(key, &sum) ? "v" : "", record->pace_moved ? "c" : "");
	const struct samples_cells amounts = {
		.iters = &record->batch,
		.wall_ns = &record->wall_ns,
		.cpu_ns = &sum.cpu_ns,
		.ops = &sum.ops,
		.nvcsw = &sum.nvcsw,
		.nivcsw = &sum.nivcsw,
		.minflt = &sum.minflt,
		.majflt = &sum.majflt,
		.flags = flags,
	};

	return put_sample(recorder, key, amounts, protocol_status_name(status), why);
}

static bool put_worker(struct recorder *recorder, const struct record_key *key, unsigned worker,
		       const struct worker_record *record, struct reason *why)
{
	const int planned = key->group->seating->os[worker];
	const struct workers_cells *row = &(struct workers_cells){
		.pass = key->counting ? "count" : "time",
		.launch = key->launch,
		.round = key->round,
		.worker = worker,
		.cpu_planned = planned < 0 ? NULL : &(uint64_t){(uint64_t)planned},
		.cpu_begin = record->cpu_begin,
		.cpu_end = record->cpu_end,
		.ops = record->ops,
		.start_ns = record->start_ns,
		.end_ns = record->end_ns,
		.cpu_ns = record->cpu_ns,
		.nvcsw = record->nvcsw,
		.nivcsw = record->nivcsw,
	};
	struct csv_writer *csv = begin_row(recorder, FILE_WORKERS, key);

	WORKERS_COLUMNS(RECORD_PUT);
	return csv_end_row(csv, why);
}

static bool put_metric(struct recorder *recorder, const struct record_key *key, bool per_launch,
		       const char *name, const char *unit, const char *better, double value,
		       struct reason *why)
{
	const struct metrics_cells *row = &(struct metrics_cells){
		.launch = key->launch,
		.round = per_launch ? NULL : &(uint64_t){key->round},
		.metric = name,
		.unit = unit,
		.better = better,
		.value = value,
	};
	struct csv_writer *csv = begin_row(recorder, FILE_METRICS, key);

	METRICS_COLUMNS(RECORD_PUT);
	return csv_end_row(csv, why);
}

/* A real lock cannot count some of the events of an emulated one. They are left out. */
static bool put_gil(struct recorder *recorder, const struct record_key *key,
		    const struct epoch_record *record, struct reason *why)
{
	const bool emulated = key->mode->sync != SYNC_CPYTHON;
	bool good = true;

	for (int i = 0; good && i < GIL_EVENTS; i++)
		if (emulated || i == GIL_TAKES || i == GIL_RETAKES || i == GIL_HANDOFFS)
			good = put_metric(recorder, key, false, gil_event_name(i), "1/epoch",
					  "info", (double)record->gil_events[i], why);
	return good;
}

/* The time of a step before the epoch, and the time of a tick that follows from it. */
static bool put_pace(struct recorder *recorder, const struct record_key *key,
		     const struct epoch_record *record, struct reason *why)
{
	if (record->step_ns <= 0)
		return true;
	if (!put_metric(recorder, key, false, "step_ns", "ns", "info", record->step_ns, why))
		return false;
	return !record->tick_steps ||
	       (put_metric(recorder, key, false, "tick_steps", "1", "info",
			   (double)record->tick_steps, why) &&
		put_metric(recorder, key, false, "tick_ns", "ns", "info",
			   record->step_ns * (double)record->tick_steps, why));
}

static bool put_metrics(struct recorder *recorder, const struct record_key *key,
			const struct epoch_record *record, double switches, struct reason *why)
{
	const struct bench_case *bench = key->bench;
	bool good = true;

	for (unsigned i = 0; good && i < bench_metric_count(bench); i++)
		if (isfinite(record->metrics[i]))
			good = put_metric(recorder, key, false, bench->metrics[i].name,
					  bench->metrics[i].unit, bench->metrics[i].better,
					  record->metrics[i], why);
	if (good && !isnan(switches))
		good = put_metric(recorder, key, false, "switches_per_op", "1/op", "info", switches,
				  why);
	good = good && put_pace(recorder, key, record, why);
	return good && (!sync_is_gil(key->mode->sync) || put_gil(recorder, key, record, why));
}

static bool put_counters(struct recorder *recorder, const struct record_key *key, unsigned worker,
			 const struct counter_values *values, const struct counter_set *set,
			 struct reason *why)
{
	bool good = true;

	for (unsigned i = 0; good && i < set->count; i++) {
		const struct counters_cells *row = &(struct counters_cells){
			.launch = key->launch,
			.round = key->round,
			.worker = worker,
			.event = set->events[i].name,
			.scope = set->events[i].kernel ? "uk" : "u",
			.value = values->status[i] == COUNTER_OK ? &values->value[i] : NULL,
			.time_enabled_ns = values->time_enabled_ns,
			.time_running_ns = values->time_running_ns,
			.status = counter_status_name(values->status[i]),
		};
		struct csv_writer *csv = begin_row(recorder, FILE_COUNTERS, key);

		COUNTERS_COLUMNS(RECORD_PUT);
		good = csv_end_row(csv, why);
	}
	return good;
}

bool recorder_epoch(struct recorder *recorder, const struct record_key *key, bool warm_up,
		    enum run_status status, const struct epoch_record *record,
		    const struct worker_record *workers, const struct counter_set *counters,
		    struct reason *why)
{
	const struct worker_record sum = sum_of(workers, key->group->workers);
	bool good = put_epoch(recorder, key, warm_up, status, record, workers, why);

	for (unsigned i = 0; good && !warm_up && i < key->group->workers; i++) {
		good = put_worker(recorder, key, i, &workers[i], why);
		if (good && key->counting)
			good = put_counters(recorder, key, i, &workers[i].counters, counters, why);
	}
	if (good && !warm_up && !key->counting)
		good = put_metrics(recorder, key, record, switches_per_op(key, &sum), why);
	return good;
}

bool recorder_failure(struct recorder *recorder, const struct record_key *key,
		      enum run_status status, const char *detail, struct reason *why)
{
	char token[128];

	snprintf(token, sizeof(token), "%s%s%s", protocol_status_name(status), *detail ? ":" : "",
		 detail);
	return put_sample(recorder, key, (struct samples_cells){0}, token, why);
}

bool recorder_latency(struct recorder *recorder, const struct record_key *key,
		      const struct histogram *latency, struct reason *why)
{
	static const struct {
		const char *name;
		double percent;
	} percentiles[] = {
		{"latency_p50_ns", 50},    {"latency_p90_ns", 90},  {"latency_p99_ns", 99},
		{"latency_p999_ns", 99.9}, {"latency_max_ns", 100},
	};
	bool good = true;

	for (size_t i = 0; good && latency->total && i < ARRAY_SIZE(percentiles); i++)
		good = put_metric(recorder, key, true, percentiles[i].name, "ns", "lower",
				  histogram_percentile(latency, percentiles[i].percent), why);
	return good;
}

bool recorder_usage(struct recorder *recorder, const struct record_key *key, const double *usage,
		    struct reason *why)
{
	static const struct {
		const char *name, *unit;
	} names[USAGE_FIGURES] = {
		[WAKEUPS_PER_S] = {"wakeups_per_s", "1/s"},
		[PU_BUSY_MAX] = {"pu_busy_max", "ratio"},
		[PU_BUSY_MIN] = {"pu_busy_min", "ratio"},
	};
	bool good = true;

	for (int i = 0; good && i < USAGE_FIGURES; i++)
		if (isfinite(usage[i]))
			good = put_metric(recorder, key, true, names[i].name, names[i].unit, "info",
					  usage[i], why);
	return good;
}

static bool put_timeline(struct recorder *recorder, const struct record_key *key,
			 const struct turns_record *turns, struct reason *why)
{
	const unsigned count = turns->row_count < TIMELINE_ROWS ? turns->row_count : TIMELINE_ROWS;
	bool good = true;

	for (unsigned i = 0; good && i < count; i++) {
		const struct timeline_cells *row = &(struct timeline_cells){
			.launch = key->launch,
			.worker = turns->rows[i].worker,
			.take_ns = turns->rows[i].take_ns,
			.drop_ns = turns->rows[i].drop_ns,
		};
		struct csv_writer *csv = begin_row(recorder, FILE_TIMELINE, key);

		TIMELINE_COLUMNS(RECORD_PUT);
		good = csv_end_row(csv, why);
	}
	return good;
}

bool recorder_turns(struct recorder *recorder, const struct record_key *key,
		    const struct turns_record *turns, struct reason *why)
{
	bool good = true;

	for (int i = 0; good && turns->measured && i < TURN_FIGURES; i++)
		if (isfinite(turns->figures[i]))
			good = put_metric(recorder, key, true, turn_figure_names[i].name,
					  turn_figure_names[i].unit, turn_figure_names[i].better,
					  turns->figures[i], why);
	if (good && key->launch == 0)
		good = put_timeline(recorder, key, turns, why);
	return good;
}

bool recorder_canary(struct recorder *recorder, const struct record_key *key, double before_ns,
		     double after_ns, struct reason *why)
{
	if (!isfinite(before_ns) || !isfinite(after_ns))
		return true;
	return put_metric(recorder, key, true, CANARY_BEFORE, "ns", "info", before_ns, why) &&
	       put_metric(recorder, key, true, CANARY_AFTER, "ns", "info", after_ns, why);
}

bool recorder_histogram(struct recorder *recorder, const struct record_key *key,
			const struct histogram *latency, struct reason *why)
{
	bool good = true;

	for (unsigned i = 0; good && i < HISTOGRAM_BUCKETS; i++) {
		if (!latency->count[i])
			continue;
		const struct histogram_cells *row = &(struct histogram_cells){
			.unit = "ns",
			.lo_ns = histogram_lo_ns(i),
			.hi_ns = histogram_hi_ns(i),
			.count = latency->count[i],
		};
		struct csv_writer *csv = begin_row(recorder, FILE_HISTOGRAM, key);

		HISTOGRAM_COLUMNS(RECORD_PUT);
		good = csv_end_row(csv, why);
	}
	return good;
}
