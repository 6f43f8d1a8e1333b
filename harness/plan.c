/* SPDX-License-Identifier: MIT */
#include "harness/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Start, set-up and farewell of one runner, for the estimate only. */
#define LAUNCH_NS 6000000.0
/* Calibration and counting cost about one launch each. */
#define OTHER_LAUNCHES 2

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
	const uint64_t ns = turns ? profile->gil_epoch_ns : profile->epoch_ns;

	return ns > bench->epoch_ns_min ? ns : bench->epoch_ns_min;
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

/* VALUES = the case's defaults, the variant, then the user's own --param. */
static bool make_params(const struct choice *choice, const struct bench_case *bench,
			const char *variant, int64_t *values, struct reason *why)
{
	char set[512];
	size_t used = (size_t)snprintf(set, sizeof(set), "%s", variant);

	for (unsigned i = 0; i < choice->param_count; i++) {
		char name[64];

		snprintf(name, sizeof(name), "%.*s", (int)strcspn(choice->params[i], "="),
			 choice->params[i]);
		if (bench_param_index(bench, name) < 0)
			continue;
		used += (size_t)snprintf(set + used, sizeof(set) - used, "%s%s", used ? ";" : "",
					 choice->params[i]);
		if (used >= sizeof(set))
			return refuse(why, "parameters of case %s are too long", bench->name);
	}
	return bench_params_apply(bench, set, values, why);
}

static void add_rows(const struct choice *choice, const struct bench_case *bench,
		     struct plan_group *group)
{
	struct mode_list own = choice->modes;
	struct reason why;

	if (!own.count && !mode_list_parse(&own, bench->modes ? bench->modes : "base", &why))
		die(EXIT_INTERNAL, "case %s: %s", bench->name, why.text);
	group->rows = xcalloc(own.count, sizeof(*group->rows));
	for (unsigned i = 0; i < own.count; i++)
		if (bench->run[own.modes[i]->sync])
			group->rows[group->row_count++].mode = own.modes[i];
}

static void seat_group(struct plan_group *group, const struct topology *topology)
{
	struct reason why = {""};

	group->seating = xcalloc(1, sizeof(*group->seating));
	if (placement_plan(topology, group->placement, (int)group->workers, group->seating, &why))
		return;
	free(group->seating);
	group->seating = NULL;
	snprintf(group->skipped, sizeof(group->skipped), "no-%.80s", group->placement->text);
	note("skipped: %s", why.text);
}

static bool same_group(const struct plan_group *a, const struct plan_group *b)
{
	return a->placement == b->placement && a->workers == b->workers &&
	       strcmp(a->param, b->param) == 0;
}

static void add_group(struct plan_case *plan_case, const struct plan_group *group,
		      const struct choice *choice, const struct topology *topology)
{
	for (unsigned i = 0; i < plan_case->group_count; i++)
		if (same_group(&plan_case->groups[i], group))
			return; /* two variants that the user's --param made equal */
	plan_case->groups = xrealloc(plan_case->groups, plan_case->group_count + 1, sizeof(*group));
	struct plan_group *added = &plan_case->groups[plan_case->group_count++];

	*added = *group;
	add_rows(choice, plan_case->bench, added);
	seat_group(added, topology);
}

struct maker {
	struct plan *plan;
	const struct choice *choice;
	const struct topology *topology;
	int workers[CHOICE_WORKERS_MAX];
	unsigned worker_count;
	const struct placement *placements;
	unsigned placement_count;
};

static void add_seatings(const struct maker *maker, struct plan_case *plan_case,
			 struct plan_group *group)
{
	const unsigned fixed = plan_case->bench->workers;

	for (unsigned p = 0; p < maker->placement_count; p++) {
		group->placement = &maker->placements[p];
		for (unsigned w = 0; w < (fixed ? 1 : maker->worker_count); w++) {
			group->workers = fixed ? fixed : (unsigned)maker->workers[w];
			add_group(plan_case, group, maker->choice, maker->topology);
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
}

static bool add_case(const struct maker *maker, const struct bench_case *bench, struct reason *why)
{
	struct plan_case plan_case = {.bench = bench};
	const unsigned limit = maker->choice->profile->variants;

	for (unsigned v = 0; v < limit && v < BENCH_VARIANTS_MAX && (!v || bench->variants[v]);
	     v++) {
		const char *variant = bench->variants[v] ? bench->variants[v] : "";
		struct plan_group group = {0};

		if (!make_params(maker->choice, bench, variant, group.params, why)) {
			free_case(&plan_case);
			return false;
		}
		bench_params_text(bench, group.params, group.param, sizeof(group.param));
		add_seatings(maker, &plan_case, &group);
	}
	struct plan *plan = maker->plan;

	plan->cases = xrealloc(plan->cases, plan->case_count + 1, sizeof(plan_case));
	plan->cases[plan->case_count++] = plan_case;
	for (unsigned i = 0; i < plan_case.group_count; i++)
		plan->row_count += plan_case.groups[i].row_count;
	return true;
}

static bool unknown_param(const struct plan *plan, const char *name, struct reason *why)
{
	const char **names = xcalloc((size_t)plan->case_count * BENCH_PARAMS_MAX, sizeof(*names));
	size_t count = 0;

	for (unsigned c = 0; c < plan->case_count; c++)
		for (unsigned p = 0; p < bench_param_count(plan->cases[c].bench); p++)
			names[count++] = plan->cases[c].bench->params[p].name;
	const char *nearest = nearest_word(name, names, count);

	free(names);
	return refuse(why,
		      "no selected case has a parameter '%s'%s%s%s; `tollgate list --params` shows "
		      "them",
		      name, nearest ? "; did you mean '" : "", nearest ? nearest : "",
		      nearest ? "'?" : "");
}

/* Every --param must mean something to some selected case. */
static bool params_are_known(const struct plan *plan, const struct choice *choice,
			     struct reason *why)
{
	for (unsigned i = 0; i < choice->param_count; i++) {
		char name[64];
		bool known = false;

		snprintf(name, sizeof(name), "%.*s", (int)strcspn(choice->params[i], "="),
			 choice->params[i]);
		for (unsigned c = 0; c < plan->case_count; c++)
			known |= bench_param_index(plan->cases[c].bench, name) >= 0;
		if (!known)
			return unknown_param(plan, name, why);
	}
	return true;
}

/* A filter that matches nothing, and the case it may have meant. */
static bool unknown_case(const char *text, struct reason *why)
{
	size_t count;
	const struct bench_case *const *cases = registry_cases(&count);
	const char **names = xcalloc(count, sizeof(*names));

	for (size_t i = 0; i < count; i++)
		names[i] = cases[i]->name;
	const char *nearest = nearest_word(text, names, count);

	free(names);
	return refuse(why, "no case matches '%.60s'%s%s%s; `tollgate list` shows all %zu", text,
		      nearest ? "; did you mean '" : "", nearest ? nearest : "",
		      nearest ? "'?" : "", count);
}

/* A filter that was mistyped must not pass unseen beside one that was not. */
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
	if (!params_are_known(maker->plan, maker->choice, why))
		return false;
	if (!maker->plan->row_count)
		return refuse(why, "none of the selected cases has one of the selected modes");
	return true;
}

bool plan_make(struct plan *plan, const struct choice *choice, const struct topology *topology,
	       struct reason *why)
{
	struct maker maker = {.plan = plan, .choice = choice, .topology = topology};
	struct random random;

	*plan = (struct plan){0};
	if (!placement_parse("cores", &plan->default_placement, why))
		return false;
	maker.placements = choice->placement_count ? choice->placements : &plan->default_placement;
	maker.placement_count = choice->placement_count ? choice->placement_count : 1;
	maker.worker_count = worker_counts(choice, topology->pu_count, maker.workers);
	if (!add_cases(&maker, why)) {
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
	plan->cases = NULL;
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

	return group->row_count * (LAUNCH_NS + epochs_ns);
}
