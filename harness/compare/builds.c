/* SPDX-License-Identifier: MIT */
/*
 * compare_builds - two builds in lockstep. It measures case after case, and in a case pair after
 * pair. Each pair runs all rows in a new order, so that a slow minute affects many rows a little
 * and none wholly. At the end, rows that stood out get fresh pairs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/compare/internal.h"
#include "harness/gil/gil.h"

#define LONG_EPOCHS_NS 80000000 /* of one side and pair, if epochs are longer than usual */
#define LAUNCH_NS      6000000.0

struct engine {
	const struct compare_options *options;
	struct compare_report *report;
	struct side base, head;
	struct plan plan;
	struct context context;
	struct profile profile;
	struct random random;
	struct lockstep lockstep;
	struct unit *units;
	size_t unit_count;
};

/* ---- choosing cases ---- */

struct selection {
	const struct engine *engine;
	char *pattern; /* "^(a|b)$" for the cases that both builds have */
	unsigned matched, common;
};

static bool is_selected(const struct engine *engine, const char *name)
{
	const struct bench_case bench = {.name = name};

	return choice_selects(&engine->options->choice, &bench);
}

static void take_head_case(void *context, const char *name)
{
	struct selection *selection = context;
	const struct engine *engine = selection->engine;

	if (!is_selected(engine, name))
		return;
	selection->matched++;
	if (!side_has_case(&engine->base, name)) {
		compare_refuse(compare_add(engine->report, name), VERDICT_NEW, "not in base");
		return;
	}
	if (!registry_find(name)) {
		compare_refuse(compare_add(engine->report, name), VERDICT_SKIPPED,
			       "this program lacks the case: run the compare of head");
		return;
	}
	char *longer = xasprintf("%s%s%s", selection->pattern, selection->common ? "|" : "", name);

	free(selection->pattern);
	selection->pattern = longer;
	selection->common++;
}

static void take_base_case(void *context, const char *name)
{
	struct selection *selection = context;
	const struct engine *engine = selection->engine;

	if (!is_selected(engine, name) || side_has_case(&engine->head, name))
		return;
	selection->matched++;
	compare_refuse(compare_add(engine->report, name), VERDICT_GONE, "not in head");
}

/* The plan of the cases that all three programs have: the choice with one filter that names them. */
static bool make_plan(struct engine *engine, const struct selection *selection, struct reason *why)
{
	static struct choice choice;
	char *pattern = xasprintf("^(%s)$", selection->pattern);

	choice = engine->options->choice;
	choice.profile = &engine->profile;
	choice.filter_count = 1;
	choice.filters[0] = (struct filter){.text = "cases of both builds"};
	if (!choice.modes.count && !mode_list_parse(&choice.modes, "base", why))
		return false;
	if (regcomp(&choice.filters[0].pattern, pattern, REG_EXTENDED | REG_NOSUB) != 0)
		die(EXIT_INTERNAL, "cannot compile the list of cases");
	bool good = plan_make(&engine->plan, &choice, engine->options->topology, why);

	regfree(&choice.filters[0].pattern);
	free(pattern);
	return good;
}

static bool select_cases(struct engine *engine, struct reason *why)
{
	struct selection selection = {.engine = engine, .pattern = xstrdup("")};
	bool good = true;

	side_each_case(&engine->head, take_head_case, &selection);
	side_each_case(&engine->base, take_base_case, &selection);
	if (!selection.matched)
		good = refuse(why, "no case of base or head matches; `tollgate list` shows them");
	else if (selection.common)
		good = make_plan(engine, &selection, why);
	free(selection.pattern);
	return good;
}

/* ---- rows ---- */

static unsigned rounds_of(const struct engine *engine, const struct unit *unit)
{
	const uint64_t epoch_ns = plan_epoch_ns(&engine->profile, unit->session.plan_case->bench,
						&unit->group);
	const unsigned rounds = (unsigned)(LONG_EPOCHS_NS / epoch_ns);

	if (engine->options->rounds)
		return engine->options->rounds;
	return rounds > COMPARE_ROUNDS       ? COMPARE_ROUNDS
	       : rounds < COMPARE_ROUNDS_MIN ? COMPARE_ROUNDS_MIN
					     : rounds;
}

static struct compare_row *row_of(const struct engine *engine, const struct unit *unit)
{
	return &engine->report->rows[unit->index];
}

static void open_unit(struct engine *engine, const struct plan_case *plan_case,
		      const struct plan_group *group, unsigned which)
{
	struct unit *unit = &engine->units[engine->unit_count++];
	struct compare_row *row = compare_add(engine->report, plan_case->bench->name);

	unit->group = *group;
	unit->row = group->rows[which];
	unit->group.rows = &unit->row;
	unit->group.row_count = 1;
	unit->session = (struct session){.context = &engine->context, .plan_case = plan_case};
	unit->session.workers = xcalloc(group->workers, sizeof(*unit->session.workers));
	unit->state = (struct row_state){.row = &unit->row, .group = &unit->group};
	unit->index = engine->report->count - 1;
	unit->rounds = rounds_of(engine, unit);
	snprintf(row->mode, sizeof(row->mode), "%s", unit->row.mode->name);
	snprintf(row->placement, sizeof(row->placement), "%s", group->placement->text);
	snprintf(row->param, sizeof(row->param), "%s", group->param);
	row->workers = group->workers;
	row->rounds = unit->rounds;
	row->injected = strcmp(engine->options->inject.case_name, row->case_name) == 0;
}

/* Verdicts that are known before anything is started. */
static void rule_out(struct engine *engine, struct unit *unit)
{
	struct compare_row *row = row_of(engine, unit);
	const bool in_base = side_has_mode(&engine->base, row->mode);
	const bool in_head = side_has_mode(&engine->head, row->mode);

	unit->ended = true;
	if (!unit->group.seating)
		compare_refuse(row, VERDICT_SKIPPED, "%s", unit->group.skipped);
	else if (!in_base && !in_head)
		compare_refuse(row, VERDICT_SKIPPED, "mode %s is in neither build", row->mode);
	else if (!in_base)
		compare_refuse(row, VERDICT_NEW, "mode %s is not in base", row->mode);
	else if (!in_head)
		compare_refuse(row, VERDICT_GONE, "mode %s is not in head", row->mode);
	else
		unit->ended = false;
}

static void open_units(struct engine *engine)
{
	engine->units = xcalloc(engine->plan.row_count, sizeof(*engine->units));
	for (unsigned c = 0; c < engine->plan.case_count; c++) {
		const struct plan_case *plan_case = &engine->plan.cases[c];

		for (unsigned g = 0; g < plan_case->group_count; g++)
			for (unsigned r = 0; r < plan_case->groups[g].row_count; r++) {
				open_unit(engine, plan_case, &plan_case->groups[g], r);
				rule_out(engine, &engine->units[engine->unit_count - 1]);
			}
	}
}

/* A control that is never run would look like a gate that works. */
static bool injection_is_used(const struct engine *engine, struct reason *why)
{
	const struct inject *inject = &engine->options->inject;
	bool used = !*inject->case_name;

	for (size_t i = 0; i < engine->unit_count && !used; i++)
		used = row_of(engine, &engine->units[i])->injected && !engine->units[i].ended;
	return used || refuse(why, "--inject: case %s is not among the rows that are compared",
			      inject->case_name);
}

/* ---- measuring ---- */

/* A side failed. Probe the other side and set the verdict. */
static void bury(struct engine *engine, struct unit *unit, struct outcome *base,
		 struct outcome *head)
{
	struct compare_row *row = row_of(engine, unit);

	unit->ended = true;
	if (session_interrupted())
		return;
	if (base->status == RUN_OK)
		pair_probe(&engine->lockstep, unit, false, base);
	else
		pair_probe(&engine->lockstep, unit, true, head);
	if (session_interrupted())
		return;
	const bool about_head = head->status != RUN_OK &&
				(head->status != RUN_SKIPPED || base->status == RUN_OK);
	const struct outcome *worst = about_head ? head : base;

	compare_refuse(row, pair_verdict(base->status, head->status), "%s: %s: %.150s",
		       about_head ? "head" : "base", protocol_status_name(worst->status),
		       worst->why.text);
	progress_clear(&engine->context.progress);
	note("%s %s, %u workers: %s", row->case_name, row->mode, row->workers, row->reason);
}

static void measure_pair(struct engine *engine, struct unit *unit, bool confirming, bool head_first)
{
	struct compare_row *row = row_of(engine, unit);
	struct outcome base, head;
	char detail[80];
	const double epoch_ns = (double)plan_epoch_ns(&engine->profile,
						      unit->session.plan_case->bench, &unit->group);

	if (!pair_run(&engine->lockstep, unit, confirming ? &row->confirmation : &row->screen,
		      head_first, &base, &head))
		bury(engine, unit, &base, &head);
	snprintf(detail, sizeof(detail), "%.40s w=%u %s", row->mode, row->workers,
		 confirming ? "confirm" : "screen");
	progress_step(&engine->context.progress, 2 * (LAUNCH_NS + (unit->rounds + 1) * epoch_ns),
		      row->case_name, detail);
}

/* Run PAIRS pairs of each of these units, in a new order each time. */
static void measure_units(struct engine *engine, struct unit **units, size_t count, bool confirming)
{
	for (unsigned pair = 0; pair < engine->options->pairs && !session_interrupted(); pair++) {
		random_shuffle(&engine->random, units, count, sizeof(*units));
		for (size_t i = 0; i < count && !session_interrupted(); i++)
			if (!units[i]->ended)
				measure_pair(engine, units[i], confirming, (pair & 1) ^ confirming);
	}
}

static void calibrate(struct engine *engine, struct unit *unit)
{
	struct outcome base, head = {.status = RUN_OK};

	if (unit->ended || session_interrupted())
		return;
	pair_calibrate(&engine->lockstep, unit, &base);
	if (base.status != RUN_OK)
		bury(engine, unit, &base, &head);
}

/* Units of one case are adjacent. */
static size_t case_end(const struct engine *engine, size_t from)
{
	size_t end = from;

	while (end < engine->unit_count &&
	       engine->units[end].session.plan_case == engine->units[from].session.plan_case)
		end++;
	return end;
}

static void settle(struct engine *engine, struct unit *unit)
{
	struct compare_row *row = row_of(engine, unit);

	if (!*row->reason) /* else the row failed, and that is its verdict */
		compare_settle(engine->report, row, engine->options->floors);
}

static void screen(struct engine *engine, struct unit **order)
{
	for (size_t from = 0, to; from < engine->unit_count && !session_interrupted(); from = to) {
		to = case_end(engine, from);
		for (size_t i = from; i < to; i++) {
			calibrate(engine, &engine->units[i]);
			order[i - from] = &engine->units[i];
		}
		measure_units(engine, order, to - from, false);
	}
	for (size_t i = 0; i < engine->unit_count; i++)
		settle(engine, &engine->units[i]);
}

static void confirm(struct engine *engine, struct unit **order)
{
	size_t count = 0;

	for (size_t i = 0; i < engine->unit_count; i++)
		if (!engine->units[i].ended &&
		    compare_is_flagged(row_of(engine, &engine->units[i])))
			order[count++] = &engine->units[i];
	if (!count || session_interrupted())
		return;
	progress_clear(&engine->context.progress);
	note("%zu of %zu rows stand out; confirming with fresh pairs", count, engine->unit_count);
	engine->context.progress.total *= 1 + (double)count / (double)engine->unit_count;
	measure_units(engine, order, count, true);
	for (size_t i = 0; i < count; i++)
		settle(engine, order[i]);
}

/* Mark the rows that an interruption left without a verdict. */
static void mark_unfinished(struct engine *engine)
{
	for (size_t i = 0; i < engine->unit_count && session_interrupted(); i++) {
		struct compare_row *row = row_of(engine, &engine->units[i]);

		if (*row->reason)
			continue;
		if (compare_is_flagged(row) &&
		    row->confirmation.logs.count < engine->options->pairs)
			compare_refuse(row, VERDICT_UNCONFIRMED,
				       "interrupted before it was confirmed");
		else if (row->screen.logs.count < engine->options->pairs)
			compare_refuse(row, VERDICT_INCONCLUSIVE,
				       "interrupted after %u of %u pairs", row->screen.logs.count,
				       engine->options->pairs);
	}
	engine->report->interrupted = session_interrupted();
}

static double estimate_ns(const struct engine *engine)
{
	double ns = 0;

	for (size_t i = 0; i < engine->unit_count; i++) {
		const struct unit *unit = &engine->units[i];

		if (!unit->ended)
			ns += 2 * (LAUNCH_NS +
				   (unit->rounds + 1) *
					   (double)plan_epoch_ns(&engine->profile,
								 unit->session.plan_case->bench,
								 &unit->group));
	}
	return ns * engine->options->pairs;
}

static void measure(struct engine *engine)
{
	struct unit **order = xcalloc(engine->unit_count + 1, sizeof(struct unit *));

	note("%zu rows, %u pairs each, about %.0f s", engine->unit_count, engine->options->pairs,
	     estimate_ns(engine) / 1e9);
	progress_begin(&engine->context.progress, estimate_ns(engine));
	screen(engine, order);
	confirm(engine, order);
	mark_unfinished(engine);
	progress_clear(&engine->context.progress);
	free(order);
}

/* ---- the whole comparison ---- */

static void set_up(struct engine *engine)
{
	static const struct counter_set no_counters;
	const struct compare_options *options = engine->options;

	random_seed(&engine->random, options->choice.seed);
	engine->profile = (struct profile){
		.name = "compare",
		.summary = "",
		.launches_min = options->pairs,
		.launches_max = options->pairs,
		.rounds = options->rounds ? options->rounds : COMPARE_ROUNDS,
		.variants = 1,
		.placements = 1,
		.pair_pus = 4,
		.epoch_ns = COMPARE_EPOCH_NS,
		.gil_epoch_ns = 20000000,
		.few_workers = true,
	};
	engine->context = (struct context){
		.profile = &engine->profile,
		.counters = &no_counters,
		.directory = options->directory,
		.deadline_ns = options->deadline_ns,
	};
	engine->lockstep = (struct lockstep){
		.base = options->base,
		.head = options->head,
		.inject = &options->inject,
		.deadline_ns = options->deadline_ns,
		.random = &engine->random,
	};
}

static void describe(struct engine *engine)
{
	struct compare_report *report = engine->report;
	const struct inject *inject = &engine->options->inject;

	report->kind = "builds";
	snprintf(report->base, sizeof(report->base), "%s", engine->base.git);
	snprintf(report->head, sizeof(report->head), "%s", engine->head.git);
	snprintf(report->base_sha, sizeof(report->base_sha), "%s", engine->base.git);
	snprintf(report->head_sha, sizeof(report->head_sha), "%s", engine->head.git);
	if (*inject->case_name)
		snprintf(report->injected, sizeof(report->injected), "%s:%.9g", inject->case_name,
			 inject->factor);
}

bool compare_builds(const struct compare_options *options, struct compare_report *report,
		    struct reason *why)
{
	static struct engine engine;
	bool good;

	engine = (struct engine){.options = options, .report = report};
	set_up(&engine);
	good = side_ask(&engine.base, "base", options->base, why) &&
	       side_ask(&engine.head, "head", options->head, why);
	if (good) {
		describe(&engine);
		good = select_cases(&engine, why);
	}
	if (good) {
		open_units(&engine);
		good = injection_is_used(&engine, why);
	}
	if (good)
		measure(&engine);
	for (size_t i = 0; i < engine.unit_count; i++)
		free(engine.units[i].session.workers);
	free(engine.units);
	plan_free(&engine.plan);
	side_free(&engine.base);
	side_free(&engine.head);
	return good;
}
