/* SPDX-License-Identifier: MIT */
/* From observations to judged figures: the side that each value is taken from. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "harness/run/launch.h"
#include "harness/validate/validate.h"

/* The figure of each launch, for the emulation and for the real lock. */
static void compare(const struct figure_spec *spec, const struct observations *seen,
		    double *emulated, double *real)
{
	for (unsigned i = 0; i < seen->launches; i++) {
		const double values[SIDES_MAX] = {
			seen->values[0][spec->quantity][i], seen->values[1][spec->quantity][i],
			seen->values[2][spec->quantity][i], seen->values[3][spec->quantity][i]};

		if (spec->comparison == COMPARE_SPEEDUPS) {
			emulated[i] = values[1] / values[0];
			real[i] = values[3] / values[2];
		} else if (spec->comparison == COMPARE_TOGETHER) {
			emulated[i] = values[1];
			real[i] = values[3];
		} else {
			emulated[i] = values[0];
			real[i] = values[1];
		}
	}
}

/* The reason why a figure cannot be judged on any machine, or "". */
static void missing(const struct figure_spec *spec, const struct contest *contest,
		    struct reason *why)
{
	const bool under_gil = contest->family != FAMILY_NO_GIL;

	if (under_gil && !contest->emulated)
		refuse(why, "no policy %s in this build", contest->policy);
	else if (under_gil && spec->bound.kind == BOUND_RATIO && !contest->real)
		refuse(why, "no-libpython: no interpreter with this lock was found");
}

static void judge_one(struct validation *v, const struct figure_spec *spec,
		      const struct contest *contest, const struct observations *seen)
{
	double emulated[VALIDATE_LAUNCHES_MAX], real[VALIDATE_LAUNCHES_MAX];
	struct reason why = seen->disturbed;

	if (v->figure_count == VALIDATE_FINDINGS_MAX)
		die(EXIT_INTERNAL, "validate: more than %d figures", VALIDATE_FINDINGS_MAX);
	struct judged_figure *figure = &v->figures[v->figure_count++];

	*figure = (struct judged_figure){.unit = spec->unit};
	snprintf(figure->name, sizeof(figure->name), "%s%s%s", contest->policy,
		 *contest->policy ? ":" : "", spec->name);
	missing(spec, contest, &why);
	compare(spec, seen, emulated, real);
	figure_judge(figure, &spec->bound, emulated, real, seen->launches, why.text);
}

static bool belongs(const struct validation *v, const struct experiment *e,
		    const struct contest *contest)
{
	return e->family == contest->family && (e->quick || !v->quick);
}

void validate_contest(struct validation *v, const struct contest *contest)
{
	static struct observations seen;

	for (size_t e = 0; e < validate_experiment_count && !launch_interrupted; e++) {
		const struct experiment *experiment = &validate_experiments[e];

		if (!belongs(v, experiment, contest))
			continue;
		note("%s%s%s ...", contest->policy, *contest->policy ? ": " : "", experiment->name);
		validate_measure(v, experiment, contest, &seen);
		for (size_t f = 0; f < validate_figure_count && !launch_interrupted; f++)
			if (strcmp(validate_figures[f].experiment, experiment->name) == 0)
				judge_one(v, &validate_figures[f], contest, &seen);
	}
}
