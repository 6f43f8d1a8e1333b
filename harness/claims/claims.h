/* SPDX-License-Identifier: MIT */
/*
 * claims - judges the sentences of a lecture on threads and processes by the figures of a run. The
 * rules are a const table (rules.c), and docs/claims.md has them in words. The judge is pure: a
 * summary in memory goes in, verdicts come out.
 */
#ifndef TOLLGATE_CLAIMS_CLAIMS_H
#define TOLLGATE_CLAIMS_CLAIMS_H

#include <stdio.h>

#include "harness/run/plan.h"
#include "harness/summary/summary.h"

#define CLAIM_CONDITIONS_MAX 5
#define CLAIMS_FILE          "claims.csv"
#define CLAIMS_HEADER        "claim,title,verdict,figure,unit,lo,hi,experiment,reason"

/* One row of the plan; PARAM as in bench_case.variants, over the defaults of the case. */
struct claim_figure {
	const char *case_name, *mode, *placement, *param;
	unsigned workers;
};

enum claim_statistic {
	CLAIM_MEDIAN,  /* median over the launches, with its interval */
	CLAIM_WORST,   /* largest value of all epochs: one counter-example is enough */
	CLAIM_TO_NONE, /* the summary's paired ratio to mode none, with its interval */
};

/* The interval [lo, hi] for which a condition holds, and for which it fails. In between it is open. */
enum claim_comparison {
	CLAIM_ABOVE,   /* lo >  threshold, fails if hi <= threshold */
	CLAIM_BELOW,   /* hi <  threshold, fails if lo >= threshold */
	CLAIM_AT_MOST, /* hi <= threshold, fails if lo >  threshold */
};

struct claim_condition {
	const char *missing; /* the missing thing if there is no case yet. The rest is then empty */
	struct claim_figure figure;
	struct claim_figure
		divisor; /* if it has a case, the figure is FIGURE / DIVISOR, unpaired */
	const char *metric;
	enum claim_statistic statistic;
	enum claim_comparison comparison;
	double threshold;
	bool apart;      /* decides nothing if workers outnumber processors */
	const char *why; /* the reason for this figure and this threshold */
};

struct claim {
	const char *id, *title;
	const char *means; /* the meaning of the figure for the sentence, in one line */
	/* All must hold. The list ends at an entry without metric and missing. */
	struct claim_condition conditions[CLAIM_CONDITIONS_MAX];
};
extern const struct claim claim_table[];
extern const size_t claim_count;

enum claim_verdict { CLAIM_HOLDS, CLAIM_INCONCLUSIVE, CLAIM_NOT_MEASURED, CLAIM_DOES_NOT_HOLD };
#define CLAIM_VERDICTS 4
const char *claim_verdict_name(enum claim_verdict verdict);

/* The verdict on one condition. For a claim it is the verdict on the condition that decided. */
struct claim_result {
	enum claim_verdict verdict;
	double figure, lo, hi; /* NAN: there is none */
	const char *unit;
	const struct claim_condition *decided_by;
	char reason[800];
};

unsigned claim_condition_count(const struct claim *claim);
const struct claim *claim_find(const char *id); /* or NULL */

struct claim_result claim_judge_condition(const struct summary *summary,
					  const struct claim_condition *condition);
/* A condition that fails decides, else one that was not measured, else one that is open. */
struct claim_result claim_judge(const struct summary *summary, const struct claim *claim);

/*
 * The rows of a plan for all figures of LIST, "C04,C08" or NULL for all claims, each row once. A
 * ratio to mode none adds the row of none, and a speed-up the row of one worker. The caller frees
 * them. NULL and WHY if LIST names an unknown claim, or only claims without a case.
 */
struct plan_wish *claims_wishes(const char *list, unsigned *count, struct reason *why);

/* "cpu_int gil workers=2 placement=cores steps=256", as `tollgate run --dry-run` names it. */
void claim_figure_text(const struct claim_figure *figure, char *text, size_t size);
/* The figure of a condition, both figures of a quotient, or the missing thing. */
void claim_experiment_text(const struct claim_condition *condition, char *text, size_t size);
/* "speedup below 1.1" */
void claim_rule_text(const struct claim_condition *condition, char *text, size_t size);

/* The printed form of verdicts. */
struct claims_view {
	const struct claim *one; /* this claim alone; NULL: all of them */
	enum claim_format { CLAIM_TABLE, CLAIM_MARKDOWN, CLAIM_CSV } format;
	bool utf8;
	int width; /* columns of the page, 0: no limit */
};

/* False and WHY if OUT cannot be written (only CSV notices this at once). */
bool claims_print(FILE *out, const struct summary *summary, const struct claims_view *view,
		  struct reason *why);
/* Write RUN_DIR/claims.csv, whole or not at all. */
bool claims_write(const char *run_dir, const struct summary *summary, struct reason *why);

#endif
