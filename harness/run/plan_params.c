/* SPDX-License-Identifier: MIT */
/* plan_params - the parameters of a group: of its case, and of the modes that run it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/suggest.h"
#include "harness/run/plan.h"

static void name_of(const char *assignment, char *name, size_t size)
{
	snprintf(name, size, "%.*s", (int)strcspn(assignment, "="), assignment);
}

static bool rows_take(const struct plan_group *group, int mode_param)
{
	for (unsigned r = 0; r < group->row_count; r++)
		if (mode_takes_param(group->rows[r].mode, mode_param))
			return true;
	return false;
}

/* A parameter that no mode of the group reads keeps its default, and so stays out of the key. */
static void forget_what_no_mode_takes(struct plan_group *group)
{
	for (int i = 0; i < MODE_PARAMS; i++)
		if (!rows_take(group, i))
			group->mode_params[i] = mode_params[i].value;
}

bool plan_group_params(struct plan_group *group, const struct choice *choice,
		       const struct bench_case *bench, const char *variant, struct reason *why)
{
	char set[512], name[64];
	size_t used = (size_t)snprintf(set, sizeof(set), "%s", variant);

	for (unsigned i = 0; i < choice->param_count; i++) {
		name_of(choice->params[i], name, sizeof(name));
		if (bench_param_index(bench, name) < 0 && mode_param_index(name) < 0)
			continue;
		used += (size_t)snprintf(set + used, sizeof(set) - used, "%s%s", used ? ";" : "",
					 choice->params[i]);
		if (used >= sizeof(set))
			return refuse(why, "parameters of case %s are too long", bench->name);
	}
	mode_params_default(group->mode_params);
	if (!bench_params_apply(bench, set, group->params, why) ||
	    !mode_params_apply(set, group->mode_params, why))
		return false;
	forget_what_no_mode_takes(group);
	bench_params_text(bench, group->params, group->param, sizeof(group->param));
	mode_params_text(group->mode_params, group->param, sizeof(group->param));
	return true;
}

/* All parameters that --param could have meant. */
static bool unknown_param(const struct plan *plan, const char *name, struct reason *why)
{
	struct suggestion nearest = {.word = name};

	for (unsigned c = 0; c < plan->case_count; c++)
		for (unsigned p = 0; p < bench_param_count(plan->cases[c].bench); p++)
			suggest_name(&nearest, plan->cases[c].bench->params[p].name);
	for (int i = 0; i < MODE_PARAMS; i++)
		suggest_name(&nearest, mode_params[i].name);
	return refuse(why,
		      "no selected case or mode has a parameter '%s'%s; `tollgate list --params` "
		      "shows them",
		      name, suggest_text(&nearest));
}

static bool useless_param(const char *name, int index, struct reason *why)
{
	char takers[256] = "";
	size_t count, used = 0;
	const struct mode *modes = mode_table(&count);

	for (size_t i = 0; i < count && used < sizeof(takers); i++)
		if (mode_takes_param(&modes[i], index))
			used += (size_t)snprintf(takers + used, sizeof(takers) - used, "%s%s",
						 used ? ", " : "", modes[i].name);
	return refuse(why, "parameter '%s' applies to none of the selected modes, only to %s", name,
		      takers);
}

static bool some_mode_takes(const struct plan *plan, int index)
{
	for (unsigned c = 0; c < plan->case_count; c++)
		for (unsigned g = 0; g < plan->cases[c].group_count; g++)
			if (rows_take(&plan->cases[c].groups[g], index))
				return true;
	return false;
}

bool plan_params_are_known(const struct plan *plan, const struct choice *choice, struct reason *why)
{
	for (unsigned i = 0; i < choice->param_count; i++) {
		char name[64];
		bool known = false;

		name_of(choice->params[i], name, sizeof(name));
		const int index = mode_param_index(name);

		for (unsigned c = 0; c < plan->case_count; c++)
			known |= bench_param_index(plan->cases[c].bench, name) >= 0;
		if (known || (index >= 0 && some_mode_takes(plan, index)))
			continue;
		return index >= 0 ? useless_param(name, index, why)
				  : unknown_param(plan, name, why);
	}
	return true;
}
