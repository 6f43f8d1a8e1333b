/* SPDX-License-Identifier: MIT */
/*
 * compare - is HEAD slower than BASE? There are three kinds of comparison with one report: two
 * builds with runners in lockstep, two commands timed in lockstep, or two stored runs. verdict.h
 * decides. docs/compare.md explains.
 */
#ifndef TOLLGATE_COMPARE_COMPARE_H
#define TOLLGATE_COMPARE_COMPARE_H

#include <stdio.h>

#include "harness/compare/floor.h"
#include "harness/machine/environment.h"
#include "harness/run/plan.h"
#include "harness/runner/inject.h"
#include "harness/stats/verdict.h"

#define COMPARE_PAIRS          10 /* fresh runners of each side, per stage */
#define COMPARE_ROUNDS         40 /* epochs of each side per pair, while epochs are short */
#define COMPARE_ROUNDS_MIN     10 /* ... and if they are long */
#define COMPARE_ROUNDS_MAX     1000
#define COMPARE_COMMAND_ROUNDS 4
#define COMPARE_EPOCH_NS       1000000

/* ln(head / base) of some pairs, and the cost of each side by itself. */
struct compare_stage {
	struct pair_logs logs;
	double base[VERDICT_PAIRS_MAX], head[VERDICT_PAIRS_MAX]; /* median of each pair's rounds */
	struct estimate estimate;
};

/* One line of the report. Texts that do not apply are "", workers 0. */
struct compare_row {
	char case_name[64], mode[64], placement[128], param[256];
	unsigned workers;
	const char *metric, *unit;
	unsigned rounds;
	struct compare_stage screen, confirmation;
	double base_median, head_median;
	double floor; /* NAN: none known */
	double delta; /* the smallest change that counts as an effect; NAN: nothing was measured */
	bool injected, report_only;
	const char *stage; /* "screen", "confirm", "stored", or "" */
	enum verdict verdict;
	char reason[200];
};

struct compare_report {
	const char *kind; /* "builds", "commands", "runs" */
	struct compare_row *rows;
	size_t count;
	char base[300], head[300]; /* names of builds, commands or runs */
	char base_sha[64], head_sha[64];
	char machine[17], cpu_model[128], kernel[128];
	int pu_count;
	unsigned pairs;
	double min_effect;
	uint64_t seed;
	char caveat[300];   /* the reason why the whole is weaker, or "" */
	char repeat[1000];  /* the command that repeats the comparison */
	char injected[100]; /* "cpu_int:1.10", or "" */
	bool interrupted;
};

/* Add an empty row for CASE_NAME. It is valid until the next one is added. */
struct compare_row *compare_add(struct compare_report *report, const char *case_name);
/* Set verdict, stage and medians from the pairs of both stages. FLOORS may be NULL. */
void compare_settle(struct compare_report *report, struct compare_row *row,
		    const struct floor_table *floors);
/* Set verdict and reason of a row that could not be measured. */
void compare_refuse(struct compare_row *row, enum verdict verdict, const char *format, ...)
	PRINTF_LIKE(3, 4);
/* Sort by verdict, gravest first, then by key. */
void compare_sort(struct compare_report *report);
struct verdict_counts compare_count(const struct compare_report *report);
/* The exit code of the command. Stored runs confirm nothing, so for them only STRICT gives 3 or 4. */
enum exit_code compare_exit_code(const struct compare_report *report, bool strict);
/* The word for the whole report: slower, failed, unconfirmed, inconclusive, faster or same. */
const char *compare_headline_word(const struct verdict_counts *counts);
void compare_free(struct compare_report *report);
/* Put the machine into REPORT. */
void compare_note_machine(struct compare_report *report, const struct environment *environment,
			  int pu_count);
/* Does the row need a confirmation? */
bool compare_is_flagged(const struct compare_row *row);
/* Add both sides of one pair to the stage. */
void compare_add_pair(struct compare_stage *stage, const double *base, const double *head,
		      unsigned rounds);

/* ---- measuring ---- */

struct compare_options {
	const char *base, *head; /* programs, commands or run folders */
	const char *name;        /* the name of a comparison of commands */
	struct choice choice;
	const struct topology *topology;
	const struct floor_table *floors;
	unsigned pairs, rounds; /* rounds 0: from the length of an epoch */
	double min_effect;
	struct inject inject; /* into head */
	uint64_t deadline_ns;
	const char *directory; /* the folder for files of cases */
	bool loud;             /* commands may write to standard error */
	bool force;            /* also compare runs of different machines */
};

/* False and WHY if no comparison is possible (exit 64). A signal ends it early, see interrupted. */
bool compare_builds(const struct compare_options *options, struct compare_report *report,
		    struct reason *why);
bool compare_commands(const struct compare_options *options, struct compare_report *report,
		      struct reason *why);
/* The same for two run folders; *REFUSED: they are of different machines (exit 6). */
bool compare_runs(const struct compare_options *options, struct compare_report *report,
		  bool *refused, struct reason *why);

/* The result of several suites of one build against itself. */
struct self_result {
	struct floor_table measured; /* one row per case, mode ...; free it */
	unsigned suites, screens;    /* completed suites; rows judged in all of them */
	unsigned red_screens, red;   /* of these: needed confirmation; were confirmed */
	unsigned failed;
};

/*
 * SUITES comparisons of options->base with options->head, the same build. MACHINE is a report with
 * the machine and the budget filled in. The new floors replace those of FLOORS with the same key.
 */
bool compare_self(const struct compare_options *options, const struct compare_report *machine,
		  unsigned suites, struct floor_table *floors, struct self_result *result,
		  struct reason *why);

/* ---- output ---- */

/* Refuse DIRECTORY before anything is measured if it already holds compare.csv or compare.json. */
bool compare_check_folder(const char *directory, struct reason *why);
bool compare_write_files(const struct compare_report *report, const char *directory, bool strict,
			 struct reason *why);
bool compare_write_csv(const struct compare_report *report, FILE *file, struct reason *why);
bool compare_write_json(const struct compare_report *report, FILE *file, bool strict);
/* For people: the verdict, then the cases, gravest first. WIDTH of the page, 0: no limit. */
void compare_show_text(const struct compare_report *report, FILE *file, bool utf8, int width);
void compare_show_markdown(const struct compare_report *report, FILE *file);

#endif
