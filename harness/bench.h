/* SPDX-License-Identifier: MIT */
/*
 * bench.h - the case API: everything that a file in bench/ needs. docs/adding-a-case.md walks
 * through one.
 *
 * A case is one file with one const struct bench_case. Its body is written once, as
 * `static void body(struct worker *w, const enum sync_kind kind)`, does w->batch operations, and
 * marks with the five sync verbs what shared access, interpreter steps and blocking calls it
 * contains. BENCH_SPECIALISE makes one copy per sync kind in which KIND is a constant; the harness
 * calls a copy once per epoch. A case never prints, forks, pins or picks a clock by itself.
 */
#ifndef TOLLGATE_BENCH_H
#define TOLLGATE_BENCH_H

#include <math.h>
#include <stdatomic.h>

#include "harness/base/clock.h"
#include "harness/sync/step.h"
#include "harness/sync/sync.h"

#define BENCH_PARAMS_MAX   8
#define BENCH_METRICS_MAX  24
#define BENCH_VARIANTS_MAX 8

typedef void bench_run_fn(struct worker *w);

/* An integer knob, set by --param name=value; hot loops read w->params[i] in table order. */
struct bench_param {
	const char *name;
	int64_t value; /* default */
	int64_t min, max;
	const char *help;
};

/*
 * The row of a case that has a tick_param: its name, and what it is by default. It stands in the column
 * param only where it is something else.
 */
#define BENCH_TICK_PARAM(default_ns)                                                        \
	{                                                                                   \
		"tick_ns", (default_ns), 1, 1000000000,                                     \
			"nanoseconds of work between two check points, in calibrated steps" \
	}

/* A figure that only this case has. better: "lower", "higher", "zero" or "info". */
struct bench_metric {
	const char *name, *unit, *better, *help;
};

/* What the kind of work is: charts and `list` group by it. */
enum bench_family {
	BENCH_HARNESS,
	BENCH_CPU,
	BENCH_MEMORY,
	BENCH_IO,
	BENCH_MIXED,
	BENCH_SHARED,
	BENCH_FLOOR,   /* what everything else stands on: a system call, a copy */
	BENCH_PROCESS, /* making and ending threads and processes, switching between them */
	BENCH_IPC,     /* talking to another thread or process */
	BENCH_FAMILIES
};

/* The least thorough profile in which a case runs by itself; named by --filter it runs in any. */
enum bench_profile { BENCH_FROM_QUICK, BENCH_FROM_STANDARD, BENCH_FROM_FULL };

/*
 * Does a case without a time of its own (see metrics below) stand on the cost ladder with op_ns?
 * LOCKS: in the modes that take a lock.
 */
enum bench_ladder { BENCH_LADDER_NO, BENCH_LADDER_OP, BENCH_LADDER_LOCKS };

/* One case being set up in one mode; what the hooks on the parent's side see. */
struct trial {
	const struct bench_case *bench;
	unsigned workers;
	enum sync_kind sync;
	bool processes; /* workers are processes, not threads */
	bool unlocked;  /* the real interpreter that was loaded has no GIL: nothing is protected */
	bool same_pu;   /* all workers share one PU, by placement or because there is no other */
	bool crowded;   /* some worker may have to share its PU: spinning could starve somebody */
	const int64_t *params;
	uint64_t tick_steps; /* of every worker, see tick_param; 0: the case has none */
	void *shared;
	struct worker *slots;  /* `workers` of them; slots[i].local is worker i's block */
	const char *directory; /* --dir: where a case may make files, each unlinked at once */
};

/* What one epoch did, for check(). */
struct epoch {
	uint64_t batch; /* operations asked of each worker */
	uint64_t ops;   /* operations done by all */
	uint64_t wall_ns;
	uint64_t nvcsw; /* how often workers went to sleep: voluntary context switches */
};

struct bench_case {
	const char *name;    /* the file's name without .c */
	const char *summary; /* one line for `tollgate list` */
	const char *op;      /* what one operation is, singular */
	enum bench_family family;

	/* Zeroed blocks in the arena, on lines of their own: one for all, and one for each worker.
	 */
	size_t shared_size, local_size;
	size_t shared_size_per_worker; /* the shared block is longer by so much per worker */
	struct bench_param params[BENCH_PARAMS_MAX]; /* ends at a NULL name */
	/*
	 * Ends at a NULL name. If the first one is a time (ns, lower) or a throughput (B/s, higher),
	 * that is the figure of record: tables show it, and a time has a rung on the cost ladder.
	 */
	struct bench_metric metrics[BENCH_METRICS_MAX];
	enum bench_ladder ladder;
	/*
	 * Parameter sets that a run visits, "name=value;name=value" over the defaults. None: the
	 * defaults alone. quick visits the first, standard the first two, full all.
	 */
	const char *variants[BENCH_VARIANTS_MAX];
	/* Name of the parameter that fixes the operations per worker and epoch; NULL: calibrated.
	 */
	const char *batch_param;
	/*
	 * Its work is bench_step()s: what one takes is measured before each epoch (metric step_ns).
	 * tick_param, if any, names the parameter that says how long a tick's work is to be:
	 * w->tick_steps is so many steps, the same in all epochs of a run.
	 */
	bool steps;
	const char *tick_param;
	const char *modes; /* what runs without --modes, "none,gil" or groups; NULL: base */
	bool modes_only;   /* there are no other modes, whatever --modes says */
	unsigned workers;  /* exactly so many whatever --workers says; 0: any number */
	/* Name of the parameter that says how many workers, whatever --workers says; or NULL. */
	const char *workers_param;
	bool workers_per_pu; /* it says how many per processing unit */
	/*
	 * Where workers sit without --placement, separated by blanks; NULL: cores. quick takes the
	 * first that this machine has, standard the first two; full takes all, and writes a skipped
	 * row for one that this machine lacks.
	 */
	const char *placements;
	enum bench_profile profile_min;
	uint64_t epoch_ns_min; /* an epoch lasts at least so long; 0: the profile decides */
	/* The same where it depends on the parameters, or NULL. */
	uint64_t (*epoch_ns)(const int64_t *params);
	bool latency; /* fills w->latency */

	/*
	 * How many context switches of all workers one operation of each must make, or NAN where it
	 * depends. Then the count is a metric, and epochs more than 5 % off have flag v.
	 */
	double (*switches)(const int64_t *params, unsigned workers, bool same_pu);

	/* Parent, before any worker exists. False and WHY: the case is skipped here. */
	bool (*setup)(struct trial *t, struct reason *why);
	/* Parent, after the last worker is gone. */
	void (*teardown)(struct trial *t);
	/* Worker, once, bound to its PU, before its first epoch: first touch, own resources. */
	void (*prepare)(struct worker *w);
	/* Parent, before each epoch, while the workers sleep. */
	void (*reset)(struct trial *t);
	/* Workers, one copy per sync kind; a NULL slot means the case has no such mode. */
	bench_run_fn *run[SYNC_KINDS];
	/*
	 * Parent, after each epoch: is the result right? Fills METRICS in table order (preset to
	 * NAN = not measured). False and WHY fails the epoch: status `wrong`, exit 5. Every case
	 * has one.
	 */
	bool (*check)(struct trial *t, const struct epoch *epoch, double *metrics,
		      struct reason *why);
	/*
	 * A process of its own beside each of the first `partners` workers (0: all), bound to the
	 * same PU, outside of every lock: the other end of a pipe or socket. Runs until it is
	 * killed or returns.
	 */
	void (*partner)(struct worker *w);
	unsigned partners;
	bool partner_roams; /* it is bound to no PU: who asks from elsewhere */
};

/* Flatten: without it both gcc and clang stop specialising once a body has about 100 instructions.
 */
#define BENCH_COPY_(KIND, kind, body)                                        \
	static __attribute__((flatten)) void body##_##kind(struct worker *w) \
	{                                                                    \
		body(w, SYNC_##KIND);                                        \
	}
#define BENCH_SLOT_(KIND, kind, body) [SYNC_##KIND] = body##_##kind,
/* For cases whose state is each worker's own: the base kinds. */
#define BENCH_SPECIALISE(body) SYNC_FOR_EACH_BASE(BENCH_COPY_, body)
#define BENCH_RUN(body)                               \
	{                                             \
		SYNC_FOR_EACH_BASE(BENCH_SLOT_, body) \
	}
/* For cases with state that workers share between sync_enter and sync_leave: every lock kind too. */
#define BENCH_SPECIALISE_SHARED(body) SYNC_FOR_EACH(BENCH_COPY_, body)
#define BENCH_RUN_SHARED(body)                   \
	{                                        \
		SYNC_FOR_EACH(BENCH_SLOT_, body) \
	}
/* For cases about what can be asked of a lock: the kinds that are one. */
#define BENCH_SPECIALISE_LOCKS(body) SYNC_FOR_EACH_LOCK(BENCH_COPY_, body)
#define BENCH_RUN_LOCKS(body)                         \
	{                                             \
		SYNC_FOR_EACH_LOCK(BENCH_SLOT_, body) \
	}

/* The registry is a linker section of pointers: a new file in bench/ is a new case, no other edit.
 */
#define BENCH_REGISTER(id)                                        \
	static const struct bench_case *const bench_register_##id \
		__attribute__((used, section("bench_cases"))) = &(id)

/* The clock for w->latency, nanoseconds. */
#define bench_now_ns() clock_now_ns()
/* Sleep; between sync_block and sync_unblock. */
#define bench_sleep_us(us) clock_sleep_us(us)

#endif
