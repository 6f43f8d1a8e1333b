/* SPDX-License-Identifier: MIT */
/*
 * bench.h - the case API: the one door for a file in bench/. A case includes this header and the
 * kits that it uses (harness/kit/, harness/python/). docs/adding-a-case.md walks through one.
 *
 * A case is one file with one const struct bench_case. Its body is written once, as `static void
 * body(struct worker *w, const enum sync_kind kind)`. It does w->batch operations and marks shared
 * access, interpreter steps and blocking calls with the five sync verbs. BENCH_SPECIALISE makes one
 * copy per sync kind, in which KIND is a constant. The harness calls a copy once per epoch. A case
 * never prints, forks, pins or picks a clock by itself.
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

/* An integer parameter, set by --param name=value. Hot loops read w->params[i] in table order. */
struct bench_param {
	const char *name;
	int64_t value; /* default */
	int64_t min, max;
	const char *help;
};

/*
 * The row of the parameter that tick_param names, with its default. The column param shows it only
 * if it is not the default.
 */
#define BENCH_TICK_PARAM(default_ns)                                                        \
	{                                                                                   \
		"tick_ns", (default_ns), 1, 1000000000,                                     \
			"nanoseconds of work between two check points, in calibrated steps" \
	}

/* A metric that only this case has. better: "lower", "higher", "zero" or "info". */
struct bench_metric {
	const char *name, *unit, *better, *help;
};

/* The kind of work. Charts and `list` group by it. */
enum bench_family {
	BENCH_HARNESS,
	BENCH_CPU,
	BENCH_MEMORY,
	BENCH_IO,
	BENCH_MIXED,
	BENCH_SHARED,
	BENCH_FLOOR,   /* the floor under everything else: a system call, a copy */
	BENCH_PROCESS, /* making and ending threads and processes, switching between them */
	BENCH_IPC,     /* talking to another thread or process */
	BENCH_FAMILIES
};

/* The least thorough profile with this case. A case that --filter names runs in any profile. */
enum bench_profile { BENCH_FROM_QUICK, BENCH_FROM_STANDARD, BENCH_FROM_FULL };

/*
 * Whether a case without a time of its own (see metrics below) has a rung on the cost ladder with
 * op_ns. LOCKS: only in the modes that take a lock.
 */
enum bench_ladder { BENCH_LADDER_NO, BENCH_LADDER_OP, BENCH_LADDER_LOCKS };

/* One case, set up in one mode. The hooks on the parent's side see it. */
struct trial {
	const struct bench_case *bench;
	unsigned workers;
	enum sync_kind sync;
	bool processes; /* workers are processes */
	bool unlocked;  /* the real interpreter that was loaded has no GIL: nothing is protected */
	bool same_pu;   /* all workers share one PU, by placement or because there is only one */
	bool crowded;   /* a worker may have to share its PU, so spinning could starve another */
	const int64_t *params;
	uint64_t tick_steps; /* of every worker, see tick_param. 0: the case has none */
	void *shared;
	struct worker *slots;  /* `workers` of them. slots[i].local is the block of worker i */
	const char *directory; /* --dir: a case may make files there and unlinks each at once */
};

/* The result of one epoch, for check(). */
struct epoch {
	uint64_t batch; /* operations asked of each worker */
	uint64_t ops;   /* operations done by all */
	uint64_t wall_ns;
	uint64_t nvcsw; /* voluntary context switches of the workers */
};

struct bench_case {
	const char *name;    /* the file's name without .c */
	const char *summary; /* one line for `tollgate list` */
	const char *op;      /* one operation, in the singular */
	enum bench_family family;

	/*
	 * Sizes of zeroed blocks in the arena, on lines of their own: for all, and for each worker.
	 */
	size_t shared_size, local_size;
	size_t shared_size_per_worker; /* grows the shared block by so much per worker */
	struct bench_param params[BENCH_PARAMS_MAX]; /* ends at a NULL name */
	/*
	 * Ends at a NULL name. If the first one is a time (ns, lower) or a throughput (B/s,
	 * higher), it is the figure of record: tables show it, and a time has a rung on the cost
	 * ladder.
	 */
	struct bench_metric metrics[BENCH_METRICS_MAX];
	enum bench_ladder ladder;
	/*
	 * Parameter sets that a run visits, "name=value;name=value" over the defaults. None: the
	 * defaults alone. quick visits the first, standard the first two, full all.
	 */
	const char *variants[BENCH_VARIANTS_MAX];
	/* Parameter that fixes the operations per worker and epoch. NULL: calibrated. */
	const char *batch_param;
	/*
	 * Its work consists of bench_step()s. The time of one is measured before each epoch (metric
	 * step_ns). tick_param, if not NULL, names the parameter that sets the duration of the work
	 * of a tick: w->tick_steps is that number of steps, the same in all epochs of a run.
	 */
	bool steps;
	const char *tick_param;
	const char
		*modes;   /* the modes that run without --modes, "none,gil" or groups. NULL: base */
	bool modes_only;  /* it has only these modes, whatever --modes says */
	unsigned workers; /* exactly this number, whatever --workers says. 0: any number */
	/* Parameter that sets the number of workers, whatever --workers says, or NULL. */
	const char *workers_param;
	bool workers_per_pu; /* that parameter counts per processing unit */
	/*
	 * The placements without --placement, separated by blanks. NULL: cores. quick takes the
	 * first that this machine has, standard the first two, and full takes all and writes a
	 * skipped row for one that this machine lacks.
	 */
	const char *placements;
	enum bench_profile profile_min;
	uint64_t epoch_ns_min; /* the least duration of an epoch. 0: the profile decides */
	/* The same as a function of the parameters, or NULL. */
	uint64_t (*epoch_ns)(const int64_t *params);
	bool latency; /* fills w->latency */

	/*
	 * The number of context switches of all workers that one operation of each must make, or
	 * NAN if it depends on circumstances. With this hook the count is a metric, and epochs more
	 * than 5 % off have flag v.
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
	/* Workers, one copy per sync kind. A NULL slot means that the case has no such mode. */
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
	 * same PU and outside of every lock: the other end of a pipe or socket. It runs until it is
	 * killed or returns.
	 */
	void (*partner)(struct worker *w);
	unsigned partners;
	bool partner_roams; /* it is bound to no PU, as a client on another machine would be */
};

/* Without flatten both gcc and clang stop specialising once a body has about 100 instructions. */
#define BENCH_COPY_(KIND, kind, body)                                        \
	static __attribute__((flatten)) void body##_##kind(struct worker *w) \
	{                                                                    \
		body(w, SYNC_##KIND);                                        \
	}
#define BENCH_SLOT_(KIND, kind, body) [SYNC_##KIND] = body##_##kind,
/* For cases whose state belongs to each worker alone: the base kinds. */
#define BENCH_SPECIALISE(body) SYNC_FOR_EACH_BASE(BENCH_COPY_, body)
#define BENCH_RUN(body)                               \
	{                                             \
		SYNC_FOR_EACH_BASE(BENCH_SLOT_, body) \
	}
/*
 * For cases with state that workers share between sync_enter and sync_leave: every lock kind too. The
 * static analyser walks through each copy for a second or more, and finds in a hundred what it finds in five.
 */
#ifdef __clang_analyzer__
#define BENCH_SPECIALISE_SHARED(body) BENCH_SPECIALISE(body)
#define BENCH_RUN_SHARED(body)        BENCH_RUN(body)
#else
#define BENCH_SPECIALISE_SHARED(body) SYNC_FOR_EACH(BENCH_COPY_, body)
#define BENCH_RUN_SHARED(body)                   \
	{                                        \
		SYNC_FOR_EACH(BENCH_SLOT_, body) \
	}
#endif
/* For cases about the abilities of a lock: only the kinds that are a lock. */
#define BENCH_SPECIALISE_LOCKS(body) SYNC_FOR_EACH_LOCK(BENCH_COPY_, body)
#define BENCH_RUN_LOCKS(body)                         \
	{                                             \
		SYNC_FOR_EACH_LOCK(BENCH_SLOT_, body) \
	}

/* The registry is a linker section of pointers, so a new file in bench/ needs no other edit. */
#define BENCH_REGISTER(id)                                        \
	static const struct bench_case *const bench_register_##id \
		__attribute__((used, section("bench_cases"))) = &(id)

/* The clock for w->latency, nanoseconds. */
#define bench_now_ns() clock_now_ns()
/* Sleep. Call it between sync_block and sync_unblock. */
#define bench_sleep_us(us) clock_sleep_us(us)

#endif
