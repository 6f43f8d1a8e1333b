/* SPDX-License-Identifier: MIT */
/*
 * plan - turns the user's choice into a list of cases, each with groups (parameters, placement,
 * workers), each with one row per mode. The modes of a group are alternatives and are interleaved
 * epoch by epoch. The seed shuffles the order, which can be printed. Nothing is run here.
 */
#ifndef TOLLGATE_RUN_PLAN_H
#define TOLLGATE_RUN_PLAN_H

#include <regex.h>

#include "harness/machine/placement.h"
#include "harness/registry.h"
#include "harness/sync/mode.h"

#define CHOICE_FILTERS_MAX       32
#define CHOICE_FILTER_LENGTH_MAX 200
#define CHOICE_MODES_MAX         MODES_MAX
#define CHOICE_WORKERS_MAX       32
#define CHOICE_PLACEMENTS_MAX    16
#define CHOICE_PARAMS_MAX        16

/* The thoroughness of a run. */
#define LAUNCHES_MAX 64 /* of a row */

struct profile {
	const char *name, *summary;
	unsigned launches_min, launches_max; /* fresh runners per row */
	unsigned rounds;                     /* measured epochs per launch, after one of warm-up */
	unsigned variants;                   /* parameter sets visited per case */
	unsigned placements;                 /* visited, of those that a case asks for */
	int pair_pus;                        /* pair:each visits every pair of this many PUs */
	uint64_t epoch_ns;                   /* length of an epoch */
	uint64_t gil_epoch_ns; /* the same where workers share a GIL: some turns each */
	unsigned budget_s;     /* no more launches than the minimum after that */
	bool few_workers;      /* 1 and all PUs only */
};
const struct profile *profile_table(size_t *count);
const struct profile *profile_find(const char *name); /* or NULL */
/* True if BENCH runs in PROFILE (NULL: the most thorough one) without being named. */
bool profile_includes(const struct profile *profile, const struct bench_case *bench);

struct filter {
	regex_t pattern;
	const char *text; /* for messages */
	bool exclude;     /* given with a leading '!' */
};

struct mode_list {
	const struct mode *modes[CHOICE_MODES_MAX];
	unsigned count;
};

/* A single row that a caller asks for. */
struct plan_wish {
	const char *case_name, *mode; /* MODE as mode_list_parse() takes it */
	const char *placement;
	const char *param; /* over the defaults of the case, as in bench_case.variants */
	unsigned workers;
};

/* The user's choice. All zero means every default. */
struct choice {
	struct filter filters[CHOICE_FILTERS_MAX];
	unsigned filter_count;
	struct mode_list modes; /* empty: what each case asks for */
	int workers[CHOICE_WORKERS_MAX];
	unsigned worker_count;
	struct placement placements[CHOICE_PLACEMENTS_MAX];
	unsigned placement_count;
	const char *params[CHOICE_PARAMS_MAX]; /* "name=value" */
	unsigned param_count;
	/* If there are any, the plan holds these rows and no others, and nothing above may be set. */
	const struct plan_wish *wishes;
	unsigned wish_count;
	const char *wished_for; /* the claims in the user's words, or "all"; NULL without wishes */
	const struct profile *profile;
	uint64_t seed;
};

/* A regular expression (POSIX extended) on case names. A leading '!' excludes them. */
bool choice_add_filter(struct choice *choice, const char *text, struct reason *why);
/* Add "none,gil,..." to LIST: modes, groups of modes (base, gils, locks, real) or all. */
bool mode_list_parse(struct mode_list *list, const char *text, struct reason *why);
/* "1,2,4", also N for all PUs and 2N for twice as many; PU_COUNT is the value of N. */
bool choice_set_workers(struct choice *choice, const char *list, int pu_count, struct reason *why);
bool choice_add_placement(struct choice *choice, const char *text, struct reason *why);
bool choice_add_param(struct choice *choice, const char *text, struct reason *why);
bool choice_selects(const struct choice *choice, const struct bench_case *bench);
/* The same by name, for rows of a file. CONTEXT is a struct choice that has only filters. */
bool choice_wants_case(const void *context, const char *case_name);

/* One case in one mode with one number of workers: one line of the summary. */
struct plan_row {
	const struct mode *mode;
	const char *skipped; /* NULL, or the reason (a token) why it cannot run in this group */
};

struct plan_group {
	int64_t params[BENCH_PARAMS_MAX];
	int64_t mode_params[MODE_PARAMS];
	char param[256]; /* as in the CSV */
	const struct placement *placement;
	unsigned workers;
	struct seating *seating; /* shared by groups with equal seats; NULL if they have none */
	char skipped[96];        /* "", or the reason (a token) why this machine cannot seat it */
	struct plan_row *rows;
	unsigned row_count;
};

struct plan_case {
	const struct bench_case *bench;
	struct plan_group *groups;
	unsigned group_count;
	struct placement *placements; /* the case's own, or NULL */
	unsigned placement_count;
};

struct plan {
	struct plan_case *cases; /* in the order of running */
	unsigned case_count;
	unsigned row_count;
	struct placement *placements; /* the user's, spelled out, or the default */
	unsigned placement_count;
};

/* False and WHY if the choice is wrong or selects nothing. Free with plan_free(). */
bool plan_make(struct plan *plan, const struct choice *choice, const struct topology *topology,
	       struct reason *why);
void plan_free(struct plan *plan);
/* The estimated duration, seconds. */
double plan_estimate_s(const struct plan *plan, const struct profile *profile);

/* The same, in ns, for all launches of a case, and for one launch of all rows of a group. */
double plan_case_ns(const struct profile *profile, const struct plan_case *plan_case);
double plan_group_ns(const struct profile *profile, const struct bench_case *bench,
		     const struct plan_group *group);

/*
 * The length of an epoch of every row of this group. It is the same for all modes, because modes
 * are compared with each other and on a busy machine a long epoch is preempted more often than a
 * short one.
 */
uint64_t plan_epoch_ns(const struct profile *profile, const struct bench_case *bench,
		       const struct plan_group *group);

/* For the files of this module: VARIANT over the defaults, then the user's own --param. */
bool plan_group_params(struct plan_group *group, const struct choice *choice,
		       const struct bench_case *bench, const char *variant, struct reason *why);
/* Complaints that the user has seen. Each is printed once. */
#define PLAN_TOLD_MAX 8192
/* Tell the user COMPLAINT once in a plan, not once per group. */
void plan_tell_once(char told[PLAN_TOLD_MAX], const char *complaint);
/* A group with its rows: seat its workers, mark the rows that cannot run here. */
void plan_seat_group(struct plan_group *group, const struct topology *topology,
		     char told[PLAN_TOLD_MAX]);
/* The cases of choice->wishes, in the order in which they are first named. */
bool plan_add_wishes(struct plan *plan, const struct choice *choice,
		     const struct topology *topology, char told[PLAN_TOLD_MAX], struct reason *why);
/* Every --param must apply to a selected case or mode. */
bool plan_params_are_known(const struct plan *plan, const struct choice *choice,
			   struct reason *why);

#endif
