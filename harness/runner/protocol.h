/* SPDX-License-Identifier: MIT */
/*
 * protocol - the messages between the coordinator and a runner over two pipes. Every message has
 * a fixed size that follows from the messages before, and is plain data. A runner of another
 * build answers the first message with its own version, and the coordinator refuses it.
 *
 *   coordinator                         runner (fresh exec of `tollgate runner`)
 *   struct setup_message          ->
 *                                 <-    struct ready_message
 *   struct epoch_request          ->                             (as often as wanted)
 *                                 <-    struct epoch_record + workers x struct worker_record
 *   struct epoch_request FINISH   ->
 *                                 <-    struct finish_record     (then it exits)
 */
#ifndef TOLLGATE_RUNNER_PROTOCOL_H
#define TOLLGATE_RUNNER_PROTOCOL_H

#include "harness/bench.h"
#include "harness/machine/counters.h"
#include "harness/machine/placement.h"
#include "harness/sync/mode.h"

#define PROTOCOL_VERSION 3
#define PROTOCOL_MAGIC   UINT32_C(0x746f6c6c) /* "toll" */

/* The runner's descriptors. Its standard input is /dev/null, its standard output is standard error. */
#define RUNNER_REQUEST_FD 3
#define RUNNER_REPLY_FD   4

struct setup_message {
	uint32_t magic, version;
	char bench[64], mode[64];
	uint32_t workers;
	uint32_t counting; /* 1: each worker opens its counters. Such times are never of record */
	int64_t mode_params[MODE_PARAMS];
	int32_t cpus[WORKERS_MAX]; /* OS index per worker, -1 unbound */
	int64_t params[BENCH_PARAMS_MAX];
	struct counter_set counters;
	double pace_ns; /* time of a bench_step() when this run's pace was set. 0: set it now */
	char directory[1024];
	char library
		[CPYTHON_FILE_MAX]; /* the libpython of a real GIL. It is in no file of the run */
};

/* The end of an epoch or a launch. The names are the words of the column `status`. */
enum run_status {
	RUN_OK,
	RUN_WRONG,   /* the case's own check failed */
	RUN_SKIPPED, /* cannot be measured here, for the reason given */
	RUN_CRASHED, /* a signal that is a program error (SIGSEGV, SIGABRT ...) */
	RUN_KILLED,  /* another signal, or the runner vanished */
	RUN_TIMEOUT, /* past its deadline, and killed by the coordinator */
	RUN_ERROR,   /* set-up failed, protocol error */
	RUN_STATUSES,
};
const char *protocol_status_name(enum run_status status);

struct ready_message {
	uint32_t magic, version;
	uint32_t status; /* enum run_status */
	uint32_t reserved;
	double pace_ns; /* from the set-up, or measured. 0: the case has no such work */
	struct reason why;
};

enum epoch_request_kind { REQUEST_EPOCH, REQUEST_FINISH };

struct epoch_request {
	uint32_t kind;
	uint32_t reserved;
	uint64_t batch; /* operations per worker */
};

struct epoch_record {
	uint32_t status;
	uint32_t injected; /* 1: more work was done than reported, on purpose (TOLLGATE_INJECT) */
	uint64_t batch;
	uint64_t wall_ns; /* first start to last end */
	double step_ns; /* time of a bench_step() before the epoch. 0: the case has no such work */
	uint64_t tick_steps; /* steps in a tick. 0: the case has no such ticks */
	uint32_t pace_moved; /* 1: step_ns differs from the pace of the run */
	uint32_t reserved;
	double metrics[BENCH_METRICS_MAX];
	uint64_t gil_events[GIL_EVENTS]; /* a real lock reports takes and retakes only */
	struct reason why;
};

/* One worker in one epoch. Times count from the common release. */
struct worker_record {
	int32_t cpu_begin, cpu_end;
	uint64_t ops, start_ns, end_ns, cpu_ns;
	uint64_t nvcsw, nivcsw, minflt, majflt;
	uint64_t wakeups;               /* WAKEUPS_UNKNOWN: this kernel does not tell */
	struct counter_values counters; /* differences, if counting */
};
#define WAKEUPS_UNKNOWN UINT64_MAX

/* The holdings of the GIL in all epochs but the first (warm-up). See timeline.h. */
struct turns_record {
	uint32_t measured; /* 1: workers were under a GIL */
	uint32_t row_count;
	double figures[TURN_FIGURES]; /* NAN without data */
	struct timeline_row rows[TIMELINE_ROWS];
};

/* The usage of the workers of a launch in all epochs but the first. */
enum usage_figure {
	WAKEUPS_PER_S, /* of all workers */
	PU_BUSY_MAX, /* of the PUs that workers are bound to: share of the time that the busiest */
	PU_BUSY_MIN, /* and the least busy of them worked for them */
	USAGE_FIGURES
};

struct finish_record {
	uint32_t has_latency;
	uint32_t reserved;
	double usage[USAGE_FIGURES]; /* NAN: not known, or workers are not bound */
	struct histogram latency;    /* all workers, all epochs except the first (warm-up) */
	struct turns_record turns;
	double canary_before_ns, canary_after_ns; /* NAN: none in this launch. See canary.h */
};

#endif
