/* SPDX-License-Identifier: MIT */
/*
 * recorder - writes a run folder: one open CSV per file of record.h, one row at a time. Each row is
 * flushed, so the folder is valid whenever the run ends. It never overwrites an older run.
 */
#ifndef TOLLGATE_RUN_RECORDER_H
#define TOLLGATE_RUN_RECORDER_H

#include "harness/data/csv.h"
#include "harness/data/record.h"
#include "harness/run/plan.h"
#include "harness/runner/protocol.h"

enum record_file {
	FILE_SAMPLES,
	FILE_WORKERS,
	FILE_COUNTERS,
	FILE_METRICS,
	FILE_HISTOGRAM,
	FILE_TIMELINE,
	RECORD_FILES
};

struct recorder {
	char *directory;
	char run_id[96];
	char build[64]; /* git describe reduced to [a-z0-9_.-] */
	struct csv_writer files[RECORD_FILES];
};

/* The place in the run that a row comes from. */
struct record_key {
	const struct bench_case *bench;
	const struct plan_group *group;
	const struct mode *mode;
	bool counting;
	unsigned launch, round, slot;
};

/*
 * Make DIRECTORY (NULL: results/<UTC>-<git>, and results/latest points to it) and its files. False
 * and WHY if it holds a run already or cannot be written.
 */
bool recorder_open(struct recorder *recorder, const char *directory, struct reason *why);
bool recorder_close(struct recorder *recorder, struct reason *why);
/* Let results/latest point to the run in DIRECTORY, if that lies in results/. */
bool recorder_publish(const char *directory, struct reason *why);

/* All rows of one epoch: samples, workers, metrics or counters. A warm-up is flagged, not left out.
 */
bool recorder_epoch(struct recorder *recorder, const struct record_key *key, bool warm_up,
		    enum run_status status, const struct epoch_record *record,
		    const struct worker_record *workers, const struct counter_set *counters,
		    struct reason *why);
/* A row without numbers: STATUS and, after a colon, DETAIL (may be ""). */
bool recorder_failure(struct recorder *recorder, const struct record_key *key,
		      enum run_status status, const char *detail, struct reason *why);
/* Percentiles of one launch, as metrics without a round. */
bool recorder_latency(struct recorder *recorder, const struct record_key *key,
		      const struct histogram *latency, struct reason *why);
/* The wake-ups of its workers and the load of their PUs, as metrics of the launch. */
bool recorder_usage(struct recorder *recorder, const struct record_key *key, const double *usage,
		    struct reason *why);
/*
 * The timeline of the GIL: figures of one launch, as metrics without a round, and the holdings of
 * the first launch.
 */
bool recorder_turns(struct recorder *recorder, const struct record_key *key,
		    const struct turns_record *turns, struct reason *why);
/* The time of a cache line before and after the launch, if it was measured, as metrics without a round. */
bool recorder_canary(struct recorder *recorder, const struct record_key *key, double before_ns,
		     double after_ns, struct reason *why);
/* The buckets of all launches of a row together. */
bool recorder_histogram(struct recorder *recorder, const struct record_key *key,
			const struct histogram *latency, struct reason *why);

#endif
