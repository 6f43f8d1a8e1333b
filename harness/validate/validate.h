/* SPDX-License-Identifier: MIT */
/*
 * validate - emulated GIL against the real one: the same C work under both locks, runners of both
 * alive together and used in turn, and a bound for each figure. docs/gil.md explains figures,
 * bounds and rules. validate.c judges, without I/O. figures.c lists the experiments and figures,
 * run.c measures through launches, print.c prints.
 */
#ifndef TOLLGATE_VALIDATE_VALIDATE_H
#define TOLLGATE_VALIDATE_VALIDATE_H

#include <stdio.h>

#include "harness/machine/topology.h"
#include "harness/sync/mode.h"

#define VALIDATE_HEADER \
	"figure,emulated,real,ratio,ratio_lo,ratio_hi,bound_lo,bound_hi,unit,verdict,reason"
#define VALIDATE_LAUNCHES_MAX 16
#define VALIDATE_FINDINGS_MAX 96

/* ---- deciding ---- */

/*
 * Against a real lock (BOUND_RATIO) the ratio may differ from 1 by SHARE, or by LEAST in the unit of
 * the figure if that is more. A stated bound (BOUND_STATED) is on the emulated value itself.
 */
enum bound_kind { BOUND_RATIO, BOUND_STATED };
/* The upper bound of a figure that has none. */
#define NO_LIMIT 1e18
struct bound {
	enum bound_kind kind;
	double share, least; /* BOUND_RATIO */
	double lo, hi;       /* BOUND_STATED */
	bool worst; /* no run may leave the bound, so the largest value counts, not the median */
};

enum judgement { JUDGED_INSIDE, JUDGED_OUTSIDE, NOT_JUDGED, JUDGEMENTS };
const char *judgement_name(enum judgement judgement); /* "inside", "outside", "not-judged" */

/* One figure, judged or not; NAN where something was not measured. */
struct judged_figure {
	char name[80];
	const char *unit;
	enum bound_kind kind;
	double emulated, real;            /* medians */
	double ratio, ratio_lo, ratio_hi; /* BOUND_RATIO only */
	double bound_lo, bound_hi;        /* of the ratio, or of `emulated` if BOUND_STATED */
	enum judgement judgement;
	char reason[200];
};

/*
 * Fill FIGURE from COUNT launches, NAN where one gave nothing; REAL may be all NAN under a stated
 * bound. DISTURBED is "", or the reason why this machine could not tell; then nothing is judged.
 *
 * inside: the median is in the bound, and its interval does not leave it on both sides. outside: the
 * whole interval is out of the bound. Anything else is not judged and needs longer measuring. A stated
 * bound is not used if the real lock leaves it too, on the same side and as far (its interval reaches
 * that of the emulation). The interval is the order-statistic one at 95 %, or the range of all with
 * fewer than six launches.
 */
void figure_judge(struct judged_figure *figure, const struct bound *bound, const double *emulated,
		  const double *real, unsigned count, const char *disturbed);

/* The disturbance just before or after a measurement, seen by one worker per core without a lock. */
struct calm {
	double utilisation;  /* of worker 0: CPU time / wall time */
	unsigned cores_free; /* workers with UTILISATION_MIN or more */
	double ops_per_s;    /* of worker 0: the speed of its core */
};

#define UTILISATION_MIN 0.97
#define CPUS_MIN        0.95 /* of all workers together, if one worker always computes */
#define SPEED_CHANGE    0.10
#define STEAL_SHARE     0.01

/*
 * False and WHY if the machine could not tell: it was too busy, too few cores were free, too much time
 * was stolen or, where SPEED_MATTERS, its speed had changed afterwards. STEAL_SHARE may be NAN.
 */
bool calm_enough(const struct calm *before, const struct calm *after, double steal_share,
		 unsigned cores, bool speed_matters, struct reason *why);

/* ---- the experiments ---- */

/* The side that a runner of an experiment belongs to. */
enum side_mode { SIDE_EMULATED, SIDE_REAL, SIDE_NONE, SIDE_PROCESS };
#define SIDES_MAX 4
struct side {
	enum side_mode mode;
	unsigned workers;
};

enum quantity {
	Q_TENURE_P50,
	Q_TENURE_P90,
	Q_OPS_PER_S,
	Q_CPUS,
	Q_SWITCHES_PER_S,
	Q_SWITCHES_PER_HANDOFF, /* voluntary switches of all workers */
	Q_WAITS_PER_HANDOFF,    /* timed waits; this and the next two of an emulation only */
	Q_TIMEOUTS_PER_HANDOFF,
	Q_FORCED_PER_HANDOFF,
	Q_LATENCY_P50,
	Q_LATENCY_P90,
	Q_LATENCY_P99,
	Q_LOST_SHARE,   /* largest share of the swipes that an epoch lost */
	Q_LOST_MEDIAN,  /* the same, median epoch */
	Q_LOSING_SHARE, /* epochs that lost anything */
	QUANTITIES
};

/* The lock that is emulated, or none. The figures of each are judged separately. */
enum family { FAMILY_OLD, FAMILY_NEW, FAMILY_NO_GIL };

/* Sides that run interleaved. A round runs one epoch of each, in rotating order. */
struct experiment {
	const char *name;
	enum family family;
	bool quick; /* also part of --quick */
	const char *bench, *params, *placement;
	struct side sides[SIDES_MAX]; /* a side with 0 workers ends the list */
	uint64_t interval_ns;
	uint64_t epoch_ns; /* length of an epoch if one core works all the time, or */
	uint64_t batch;    /* operations per worker */
	unsigned rounds;
	unsigned cores;     /* it needs as many for itself; with fewer nothing is judged */
	bool speed_matters; /* false: the clock of the lock sets its time */
	bool never_idle;    /* one worker computes all the time: less is a disturbance */
};
extern const struct experiment validate_experiments[];
extern const size_t validate_experiment_count;

/* The way in which the sides make a figure. */
enum comparison {
	COMPARE_SIDES,    /* side 0 against side 1 */
	COMPARE_TOGETHER, /* side 1 against side 3, where sides are alone and together */
	COMPARE_SPEEDUPS, /* side 1 / side 0 against side 3 / side 2 */
};
struct figure_spec {
	const char *experiment, *name, *unit;
	enum quantity quantity;
	enum comparison comparison;
	struct bound bound;
};
extern const struct figure_spec validate_figures[];
extern const size_t validate_figure_count;

/* The values of an experiment: NAN where a launch, a side or a quantity is missing. */
struct observations {
	double values[SIDES_MAX][QUANTITIES][VALIDATE_LAUNCHES_MAX];
	unsigned launches;
	struct reason disturbed; /* "", or the reason why nothing can be judged */
};

/* An emulated lock and the interpreter that it is judged against. */
struct contest {
	const char *policy; /* "gil32": the name in the figures; "" without a GIL */
	enum family family;
	const struct mode *emulated; /* NULL: not in this build */
	const struct mode *real;     /* NULL: no such interpreter here */
};

struct validation {
	bool quick;
	unsigned launches;
	uint64_t
		until_ns; /* an experiment that has not begun by then is not judged. Repeats end earlier */
	uint64_t repeat_until_ns;
	uint64_t deadline_ns; /* of one epoch */
	const struct topology *topology;
	const char *program, *directory;
	struct random random;
	double pace_ns; /* of all runners, set by the first; see protocol.h */
	struct judged_figure figures[VALIDATE_FINDINGS_MAX];
	unsigned figure_count;
};

/* Measure and judge all figures of CONTEST. A signal ends it early (launch_interrupted). */
void validate_contest(struct validation *v, const struct contest *contest);
/* Run E. If it cannot be run, or the machine is too busy, OUT->disturbed says so. */
void validate_measure(struct validation *v, const struct experiment *e,
		      const struct contest *contest, struct observations *out);

/* ---- printing ---- */

void validate_print_table(FILE *file, const struct validation *v, const struct contest *contests,
			  unsigned count);
bool validate_print_csv(FILE *file, const struct validation *v, struct reason *why);
bool validate_print_json(FILE *file, const struct validation *v, const struct contest *contests,
			 unsigned count);
/* 5 if a figure is outside, 77 if none could be judged, else 0. */
enum exit_code validate_verdict(const struct validation *v);

#endif
