/* SPDX-License-Identifier: MIT */
/* plan_wishes - a plan of rows that were asked for one by one, as the rules of the claims do. */
#include <stdlib.h>
#include <string.h>

#include "harness/run/plan.h"

static struct plan_case *case_of(struct plan *plan, const struct bench_case *bench)
{
	for (unsigned i = 0; i < plan->case_count; i++)
		if (plan->cases[i].bench == bench)
			return &plan->cases[i];
	plan->cases = xrealloc(plan->cases, plan->case_count + 1, sizeof(*plan->cases));
	struct plan_case *added = &plan->cases[plan->case_count++];

	*added = (struct plan_case){
		.bench = bench,
		.placements = xcalloc(CHOICE_PLACEMENTS_MAX, sizeof(*added->placements)),
	};
	return added;
}

static const struct placement *placement_of(struct plan_case *plan_case, const char *text,
					    struct reason *why)
{
	for (unsigned i = 0; i < plan_case->placement_count; i++)
		if (strcmp(plan_case->placements[i].text, text) == 0)
			return &plan_case->placements[i];
	if (plan_case->placement_count == CHOICE_PLACEMENTS_MAX) {
		refuse(why, "at most %d placements of one case", CHOICE_PLACEMENTS_MAX);
		return NULL;
	}
	struct placement *added = &plan_case->placements[plan_case->placement_count];

	if (!placement_parse(text, added, why))
		return NULL;
	plan_case->placement_count++;
	return added;
}

/* The group of the wish, made if it is new; NULL and WHY if it cannot be. */
static struct plan_group *group_of(struct plan_case *plan_case, const struct choice *choice,
				   const struct plan_wish *wish, struct reason *why)
{
	struct plan_group wanted = {.workers = wish->workers};

	wanted.placement = placement_of(plan_case, wish->placement, why);
	if (!wanted.placement ||
	    !plan_group_params(&wanted, choice, plan_case->bench, wish->param, why))
		return NULL;
	for (unsigned i = 0; i < plan_case->group_count; i++) {
		struct plan_group *group = &plan_case->groups[i];

		if (group->placement == wanted.placement && group->workers == wanted.workers &&
		    strcmp(group->param, wanted.param) == 0)
			return group;
	}
	plan_case->groups = xrealloc(plan_case->groups, plan_case->group_count + 1, sizeof(wanted));
	plan_case->groups[plan_case->group_count] = wanted;
	return &plan_case->groups[plan_case->group_count++];
}

static void add_row(struct plan_group *group, const struct mode *mode)
{
	for (unsigned i = 0; i < group->row_count; i++)
		if (group->rows[i].mode == mode)
			return;
	group->rows = xrealloc(group->rows, group->row_count + 1, sizeof(*group->rows));
	group->rows[group->row_count++] = (struct plan_row){.mode = mode};
}

static bool add_wish(struct plan *plan, const struct choice *choice, const struct plan_wish *wish,
		     struct reason *why)
{
	const struct bench_case *bench = registry_find(wish->case_name);
	struct mode_list list = {0};

	if (!bench)
		return refuse(why, "no case '%s'", wish->case_name);
	if (!mode_list_parse(&list, wish->mode, why))
		return false;
	/* a group of modes may be empty here: no real interpreter is installed */
	struct plan_group *group = group_of(case_of(plan, bench), choice, wish, why);

	for (unsigned i = 0; group && i < list.count; i++)
		if (bench->run[list.modes[i]->sync])
			add_row(group, list.modes[i]);
	return group != NULL;
}

/* Groups whose modes are all absent here measure nothing. Returns the number of remaining rows. */
static unsigned drop_empty_groups(struct plan_case *plan_case)
{
	unsigned kept = 0, rows = 0;

	for (unsigned i = 0; i < plan_case->group_count; i++) {
		rows += plan_case->groups[i].row_count;
		if (plan_case->groups[i].row_count)
			plan_case->groups[kept++] = plan_case->groups[i];
	}
	plan_case->group_count = kept;
	return rows;
}

static void drop_empty_cases(struct plan *plan)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < plan->case_count; i++) {
		struct plan_case *plan_case = &plan->cases[i];
		unsigned rows = drop_empty_groups(plan_case);

		plan->row_count += rows;
		if (rows) {
			plan->cases[kept++] = *plan_case;
			continue;
		}
		free(plan_case->groups);
		free(plan_case->placements);
	}
	plan->case_count = kept;
}

bool plan_add_wishes(struct plan *plan, const struct choice *choice,
		     const struct topology *topology, char told[PLAN_TOLD_MAX], struct reason *why)
{
	for (unsigned i = 0; i < choice->wish_count; i++)
		if (!add_wish(plan, choice, &choice->wishes[i], why))
			return false;
	drop_empty_cases(plan);
	for (unsigned c = 0; c < plan->case_count; c++)
		for (unsigned g = 0; g < plan->cases[c].group_count; g++)
			/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): those before case_count are not freed */
			plan_seat_group(&plan->cases[c].groups[g], topology, told);
	return plan->row_count || refuse(why, "no requested mode is available here");
}
