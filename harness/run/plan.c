/* SPDX-License-Identifier: MIT */
#include "harness/run/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/suggest.h"

/* Start, set-up and farewell of one runner, for the estimate only. */
#define LAUNCH_NS 6000000.0
/* Calibration and counting cost about one launch each. */
#define OTHER_LAUNCHES 2

/* The profile's epoch under a GIL holds some turns of the usual length. Longer turns need a longer epoch. */
static uint64_t gil_epoch_ns(const struct profile *profile, const struct plan_group *group)
{
	uint64_t turn_ns = 0;

	for (unsigned r = 0; r < group->row_count; r++) {
		uint64_t ns = mode_turn_ns(group->rows[r].mode, group->mode_params);

		turn_ns = ns > turn_ns ? ns : turn_ns;
	}
	if (turn_ns <= GIL_INTERVAL_NS_DEFAULT)
		return profile->gil_epoch_ns;
	return profile->gil_epoch_ns / 1000 * (turn_ns / (GIL_INTERVAL_NS_DEFAULT / 1000));
}

static bool takes_turns(const struct plan_group *group)
{
	for (unsigned r = 0; group->workers > 1 && r < group->row_count; r++)
		if (sync_is_gil(group->rows[r].mode->sync))
			return true;
	return false;
}

uint64_t plan_epoch_ns(const struct profile *profile, const struct bench_case *bench,
		       const struct plan_group *group)
{
	const bool turns = bench->family != BENCH_HARNESS && takes_turns(group);
	const uint64_t ns = turns ? gil_epoch_ns(profile, group) : profile->epoch_ns;

	const uint64_t least_ns = bench->epoch_ns ? bench->epoch_ns(group->params)
						  : bench->epoch_ns_min;

	return ns > least_ns ? ns : least_ns;
}

/* The worker counts of a run: the user's, or 1, 2, 4 .. up to all PUs, and twice as many. */
static unsigned worker_counts(const struct choice *choice, int pu_count, int *counts)
{
	unsigned n = 0;

	if (choice->worker_count) {
		memcpy(counts, choice->workers, choice->worker_count * sizeof(*counts));
		return choice->worker_count;
	}
	counts[n++] = 1;
	for (int w = 2; w < pu_count && !choice->profile->few_workers && n < CHOICE_WORKERS_MAX - 2;
	     w *= 2)
		counts[n++] = w;
	if (pu_count > 1)
		counts[n++] = pu_count;
	if (!choice->profile->few_workers)
		counts[n++] = 2 * pu_count;
	return n;
}

static bool lists_mode(const struct mode_list *list, const struct mode *mode)
{
	for (unsigned i = 0; i < list->count; i++)
		if (list->modes[i] == mode)
			return true;
	return false;
}

static void add_rows(const struct choice *choice, const struct bench_case *bench,
		     struct plan_group *group)
{
	struct mode_list own = choice->modes;
	struct reason why;

	struct mode_list usual = {0};

	if (!mode_list_parse(&usual, bench->modes ? bench->modes : "base", &why))
		die(EXIT_INTERNAL, "case %s: %s", bench->name, why.text);
	if (!own.count)
		own = usual;
	group->rows = xcalloc(own.count, sizeof(*group->rows));
	group->row_count = 0;
	for (unsigned i = 0; i < own.count; i++)
		if (bench->run[own.modes[i]->sync] &&
		    (!bench->modes_only || lists_mode(&usual, own.modes[i])))
			group->rows[group->row_count++].mode = own.modes[i];
}

static bool same_group(const struct plan_group *a, const struct plan_group *b)
{
	return a->placement == b->placement && a->workers == b->workers &&
	       strcmp(a->param, b->param) == 0;
}

struct maker {
	struct plan *plan;
	const struct choice *choice;
	const struct topology *topology;
	int workers[CHOICE_WORKERS_MAX];
	unsigned worker_count;
	const struct placement *placements;
	unsigned placement_count;
	char *told; /* PLAN_TOLD_MAX bytes */
};

static void add_group(const struct maker *maker, struct plan_case *plan_case,
		      const struct plan_group *group)
{
	for (unsigned i = 0; i < plan_case->group_count; i++)
		if (same_group(&plan_case->groups[i], group))
			return; /* two variants that the user's --param made equal */
	plan_case->groups = xrealloc(plan_case->groups, plan_case->group_count + 1, sizeof(*group));
	struct plan_group *added = &plan_case->groups[plan_case->group_count++];

	*added = *group;
	add_rows(maker->choice, plan_case->bench, added);
	plan_seat_group(added, maker->topology, maker->told);
}

/* The number of workers that the case itself requires, or 0. */
static unsigned fixed_workers(const struct bench_case *bench, const struct plan_group *group,
			      int pu_count)
{
	if (!bench->workers_param)
		return bench->workers;
	const int64_t asked = group->params[bench_param_index(bench, bench->workers_param)];
	const int64_t workers = bench->workers_per_pu ? asked * pu_count : asked;

	return workers < WORKERS_MAX ? (unsigned)workers : WORKERS_MAX;
}

/* Tell the user that some pairs are not measured. */
static void tell_left_out(const struct maker *maker, const struct placement_pairs *pairs)
{
	const int pus = maker->topology->pu_count;
	char text[200];

	if (pairs->pus == pus)
		return;
	snprintf(text, sizeof(text),
		 "pair:each: %u pairs among %d of %d PUs, %d PUs are left out; profile full takes "
		 "up "
		 "to %d PUs, and taskset says which",
		 pairs->count, pairs->pus, pus, pus - pairs->pus, PAIR_PUS_MAX);
	plan_tell_once(maker->told, text);
}

/* COUNT placements, with pair:each replaced by the pairs of this machine, if it has any. */
static struct placement *spell_out(const struct maker *maker, const struct placement *placements,
				   unsigned *count)
{
	struct placement *all = NULL;
	unsigned n = 0;

	for (unsigned i = 0; i < *count; i++) {
		struct placement_pairs pairs = {0};

		if (placements[i].policy == PLACEMENT_EACH_PAIR) {
			pairs = placement_pairs(maker->topology, maker->choice->profile->pair_pus);
			tell_left_out(maker, &pairs);
		}
		const struct placement *items = pairs.count ? pairs.items : &placements[i];
		const unsigned added = pairs.count ? pairs.count : 1;

		all = xrealloc(all, n + added, sizeof(*all));
		memcpy(&all[n], items, added * sizeof(*all));
		n += added;
		free(pairs.items);
	}
	*count = n;
	return all;
}

static bool machine_has(const struct maker *maker, const struct placement *placement,
			unsigned workers)
{
	if (placement->policy == PLACEMENT_EACH_PAIR)
		return maker->topology->pu_count > 1;
	struct seating *seating = xcalloc(1, sizeof(*seating));
	const bool good = placement_plan(maker->topology, placement, (int)workers, seating, NULL);

	free(seating);
	return good;
}

/* The placements that the case asks for. Only profile full keeps those that this machine lacks. */
static unsigned own_placements(const struct maker *maker, struct plan_case *plan_case)
{
	const struct bench_case *bench = plan_case->bench;
	const unsigned limit = maker->choice->profile->placements;
	const unsigned workers = bench->workers ? bench->workers : 2;
	struct placement *own = xcalloc(CHOICE_PLACEMENTS_MAX, sizeof(*own));
	char *copy = xstrdup(bench->placements), *rest = copy, *word;
	struct reason why;
	unsigned count = 0;

	while ((word = strsep(&rest, " ")) && count < limit) {
		if (!placement_parse(word, &own[count], &why))
			die(EXIT_INTERNAL, "case %s: %s", bench->name, why.text);
		count += limit == CHOICE_PLACEMENTS_MAX || machine_has(maker, &own[count], workers);
	}
	count = count ? count : 1; /* none is here: the last one becomes a row that says so */
	plan_case->placements = spell_out(maker, own, &count);
	free(own);
	free(copy);
	return count;
}

static void add_seatings(const struct maker *maker, struct plan_case *plan_case,
			 struct plan_group *group)
{
	const unsigned fixed = fixed_workers(plan_case->bench, group, maker->topology->pu_count);
	const bool own = plan_case->bench->placements && !maker->choice->placement_count;
	const struct placement *placements = maker->placements;
	unsigned placement_count = maker->placement_count;

	if (own) {
		if (!plan_case->placements)
			plan_case->placement_count = own_placements(maker, plan_case);
		placements = plan_case->placements;
		placement_count = plan_case->placement_count;
	}
	for (unsigned p = 0; p < placement_count; p++) {
		group->placement = &placements[p];
		for (unsigned w = 0; w < (fixed ? 1 : maker->worker_count); w++) {
			group->workers = fixed ? fixed : (unsigned)maker->workers[w];
			add_group(maker, plan_case, group);
		}
	}
}

static void free_case(struct plan_case *plan_case)
{
	for (unsigned g = 0; g < plan_case->group_count; g++) {
		free(plan_case->groups[g].rows);
		free(plan_case->groups[g].seating);
	}
	free(plan_case->groups);
	free(plan_case->placements);
}

static bool add_case(const struct maker *maker, const struct bench_case *bench, struct reason *why)
{
	struct plan_case plan_case = {.bench = bench};
	const unsigned limit = maker->choice->profile->variants;

	for (unsigned v = 0; v < limit && v < BENCH_VARIANTS_MAX && (!v || bench->variants[v]);
	     v++) {
		const char *variant = bench->variants[v] ? bench->variants[v] : "";
		struct plan_group group = {0};

		add_rows(maker->choice, bench, &group);
		const bool good = plan_group_params(&group, maker->choice, bench, variant, why);

		free(group.rows);
		if (!good) {
			free_case(&plan_case);
			return false;
		}
		add_seatings(maker, &plan_case, &group);
	}
	struct plan *plan = maker->plan;

	plan->cases = xrealloc(plan->cases, plan->case_count + 1, sizeof(plan_case));
	plan->cases[plan->case_count++] = plan_case;
	for (unsigned i = 0; i < plan_case.group_count; i++)
		plan->row_count += plan_case.groups[i].row_count;
	return true;
}

/* Refuse a filter that matches nothing, and suggest a case. */
static bool unknown_case(const char *text, struct reason *why)
{
	size_t count;
	const struct bench_case *const *cases = registry_cases(&count);
	struct suggestion nearest = {.word = text};

	for (size_t i = 0; i < count; i++)
		suggest_name(&nearest, cases[i]->name);
	return refuse(why, "filter '%.60s' matches no case%s; `tollgate list` shows all %zu", text,
		      suggest_text(&nearest), count);
}

/* A mistyped filter must not go unnoticed beside a correct one. */
static bool filters_are_known(const struct choice *choice, struct reason *why)
{
	size_t count;
	const struct bench_case *const *cases = registry_cases(&count);

	for (unsigned f = 0; f < choice->filter_count; f++) {
		const struct filter *filter = &choice->filters[f];
		bool known = filter->exclude;

		for (size_t i = 0; i < count && !known; i++)
			known = regexec(&filter->pattern, cases[i]->name, 0, NULL, 0) == 0;
		if (!known)
			return unknown_case(filter->text, why);
	}
	return true;
}

static bool add_cases(const struct maker *maker, struct reason *why)
{
	size_t count;
	const struct bench_case *const *cases = registry_cases(&count);

	if (!filters_are_known(maker->choice, why))
		return false;
	for (size_t i = 0; i < count; i++)
		if (choice_selects(maker->choice, cases[i]) && !add_case(maker, cases[i], why))
			return false;
	if (!maker->plan->case_count)
		return refuse(why, "the filters leave no case; `tollgate list` shows all %zu",
			      count);
	if (!plan_params_are_known(maker->plan, maker->choice, why))
		return false;
	if (!maker->plan->row_count)
		return refuse(why, "none of the selected cases has one of the selected modes");
	return true;
}

bool plan_make(struct plan *plan, const struct choice *choice, const struct topology *topology,
	       struct reason *why)
{
	char told[PLAN_TOLD_MAX] = "";
	struct maker maker = {.plan = plan, .choice = choice, .topology = topology, .told = told};
	struct placement cores;
	struct random random;

	*plan = (struct plan){0};
	if (!placement_parse("cores", &cores, why))
		return false;
	plan->placement_count = choice->placement_count ? choice->placement_count : 1;
	plan->placements = spell_out(&maker, choice->placement_count ? choice->placements : &cores,
				     &plan->placement_count);
	maker.placements = plan->placements;
	maker.placement_count = plan->placement_count;
	maker.worker_count = worker_counts(choice, topology->pu_count, maker.workers);
	if (choice->wish_count ? !plan_add_wishes(plan, choice, topology, told, why)
			       : !add_cases(&maker, why)) {
		plan_free(plan);
		return false;
	}
	random_seed(&random, choice->seed);
	random_shuffle(&random, plan->cases, plan->case_count, sizeof(*plan->cases));
	return true;
}

void plan_free(struct plan *plan)
{
	for (unsigned c = 0; c < plan->case_count; c++)
		free_case(&plan->cases[c]);
	free(plan->cases);
	free(plan->placements);
	plan->cases = NULL;
	plan->placements = NULL;
	plan->case_count = 0;
}

double plan_case_ns(const struct profile *profile, const struct plan_case *plan_case)
{
	double ns = 0;

	for (unsigned g = 0; g < plan_case->group_count; g++)
		ns += plan_group_ns(profile, plan_case->bench, &plan_case->groups[g]);
	return ns * (profile->launches_min + OTHER_LAUNCHES);
}

double plan_estimate_s(const struct plan *plan, const struct profile *profile)
{
	double ns = 0;

	for (unsigned c = 0; c < plan->case_count; c++)
		ns += plan_case_ns(profile, &plan->cases[c]);
	return ns / 1e9;
}

double plan_group_ns(const struct profile *profile, const struct bench_case *bench,
		     const struct plan_group *group)
{
	const double epochs_ns = (profile->rounds + 1) *
				 (double)plan_epoch_ns(profile, bench, group);

	unsigned rows = 0;

	for (unsigned r = 0; r < group->row_count; r++)
		rows += !group->rows[r].skipped;
	return rows * (LAUNCH_NS + epochs_ns);
}
