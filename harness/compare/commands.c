/* SPDX-License-Identifier: MIT */
/*
 * compare_commands - two commands of any project, timed as whole processes. Each run is a fresh
 * process anyway. A pair is a few runs of each in turn, so that a slow minute affects few pairs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/compare/compare.h"
#include "harness/run/child.h"
#include "harness/run/progress.h"
#include "harness/stats/stats.h"

struct contest {
	const struct compare_options *options;
	struct compare_report *report;
	struct progress progress;
	unsigned rounds;
	double run_ns; /* one run of each, from the warm-up */
};

static struct compare_row *row_of(const struct contest *contest)
{
	return &contest->report->rows[0];
}

/* One run. False and a verdict if it failed. */
static bool run_once(struct contest *contest, bool head, double *wall_ns)
{
	const struct compare_options *options = contest->options;
	struct reason why = {""};
	uint64_t ns = 0;
	enum child_result result = child_time(head ? options->head : options->base, options->loud,
					      options->deadline_ns, &ns, &why);

	*wall_ns = (double)ns;
	if (result == CHILD_FAILED)
		compare_refuse(row_of(contest), VERDICT_FAILED, "%s command %.150s%s",
			       head ? "head" : "base", why.text,
			       options->loud ? "" : "; -v shows its output");
	return result == CHILD_OK;
}

/* Base head, head base, base head ...; the other way round if HEAD_FIRST. */
static bool run_rounds(struct contest *contest, unsigned rounds, bool head_first, double *base,
		       double *head)
{
	for (unsigned round = 0; round < rounds; round++) {
		const bool first = (round & 1) ^ head_first;

		for (int turn = 0; turn < 2; turn++) {
			const bool is_head = first ^ (turn == 1);

			if (!run_once(contest, is_head, is_head ? &head[round] : &base[round]))
				return false;
		}
	}
	return true;
}

/* Fills the page cache, finds a command that fails at once, and estimates the total time. */
static bool warm_up(struct contest *contest)
{
	double base, head;

	if (!run_rounds(contest, 1, false, &base, &head))
		return false;
	contest->run_ns = base + head;
	note("%u pairs of %u runs of each command, about %.0f s", contest->options->pairs,
	     contest->rounds, contest->options->pairs * contest->rounds * contest->run_ns / 1e9);
	progress_begin(&contest->progress,
		       contest->options->pairs * contest->rounds * contest->run_ns);
	return true;
}

static bool run_stage(struct contest *contest, struct compare_stage *stage, bool confirming)
{
	double *base = xcalloc(contest->rounds, sizeof(*base));
	double *head = xcalloc(contest->rounds, sizeof(*head));
	bool good = true;

	for (unsigned pair = 0; good && pair < contest->options->pairs; pair++) {
		char detail[64];

		good = run_rounds(contest, contest->rounds, (pair & 1) ^ confirming, base, head);
		if (good)
			compare_add_pair(stage, base, head, contest->rounds);
		snprintf(detail, sizeof(detail), "pair %u %s", pair + 1,
			 confirming ? "confirm" : "screen");
		progress_step(&contest->progress, contest->rounds * contest->run_ns,
			      row_of(contest)->case_name, detail);
	}
	progress_clear(&contest->progress);
	free(base);
	free(head);
	return good;
}

static void measure(struct contest *contest)
{
	struct compare_row *row = row_of(contest);

	if (!warm_up(contest) || !run_stage(contest, &row->screen, false))
		return;
	compare_settle(contest->report, row, contest->options->floors);
	if (!compare_is_flagged(row))
		return;
	note("the commands differ; confirming with fresh pairs");
	contest->progress.total *= 2;
	if (run_stage(contest, &row->confirmation, true))
		compare_settle(contest->report, row, contest->options->floors);
	else if (launch_interrupted)
		compare_refuse(row, VERDICT_UNCONFIRMED, "interrupted before it was confirmed");
}

bool compare_commands(const struct compare_options *options, struct compare_report *report,
		      struct reason *why)
{
	struct contest contest = {
		.options = options,
		.report = report,
		.rounds = options->rounds ? options->rounds : COMPARE_COMMAND_ROUNDS,
	};

	(void)why;
	report->kind = "commands";
	snprintf(report->base, sizeof(report->base), "%s", options->base);
	snprintf(report->head, sizeof(report->head), "%s", options->head);
	struct compare_row *row = compare_add(report, options->name);

	row->metric = "wall_ns";
	row->rounds = contest.rounds;
	measure(&contest);
	row = row_of(&contest);
	if (launch_interrupted && !*row->reason && row->screen.logs.count < options->pairs)
		compare_refuse(row, VERDICT_INCONCLUSIVE, "interrupted after %u of %u pairs",
			       row->screen.logs.count, options->pairs);
	report->interrupted = launch_interrupted;
	return true;
}
