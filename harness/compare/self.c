/* SPDX-License-Identifier: MIT */
/*
 * compare_self - one build against itself, several suites. Every difference is noise, and its 95th
 * percentile is the noise floor of a case on this machine.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/compare/compare.h"
#include "harness/run/launch.h"

/* The suites' ratios of one row. */
struct noise {
	struct floor_row key;
	double *ratios;
	size_t count;
};

struct survey {
	struct noise *noises;
	size_t count;
	unsigned suites;
};

static void make_key(const struct compare_report *report, const struct compare_row *row,
		     struct floor_row *key)
{
	*key = (struct floor_row){
		.workers = row->workers, .pairs = report->pairs, .rounds = row->rounds};
	memcpy(key->machine, report->machine, sizeof(key->machine));
	memcpy(key->case_name, row->case_name, sizeof(key->case_name));
	memcpy(key->mode, row->mode, sizeof(key->mode));
	memcpy(key->placement, row->placement, sizeof(key->placement));
	memcpy(key->param, row->param, sizeof(key->param));
	memcpy(key->metric, row->metric, strlen(row->metric) + 1);
}

static struct noise *noise_of(struct survey *survey, const struct floor_row *key)
{
	for (size_t i = 0; i < survey->count; i++) {
		const struct floor_row *old = &survey->noises[i].key;

		if (strcmp(old->case_name, key->case_name) == 0 &&
		    strcmp(old->mode, key->mode) == 0 && old->workers == key->workers &&
		    strcmp(old->placement, key->placement) == 0 &&
		    strcmp(old->param, key->param) == 0)
			return &survey->noises[i];
	}
	survey->noises = xrealloc(survey->noises, survey->count + 1, sizeof(*survey->noises));
	struct noise *noise = &survey->noises[survey->count++];

	*noise = (struct noise){.key = *key, .ratios = xcalloc(survey->suites, sizeof(double))};
	return noise;
}

/* A suite counts as a whole or not at all. A gate would have seen the last stage of a row. */
static void take_suite(struct survey *survey, const struct compare_report *report,
		       struct self_result *result)
{
	for (size_t i = 0; i < report->count; i++) {
		const struct compare_row *row = &report->rows[i];
		struct floor_row key;

		result->failed += row->verdict == VERDICT_FAILED;
		result->screens += row->screen.logs.count > 0;
		result->red_screens += row->confirmation.logs.count > 0;
		result->red += row->verdict == VERDICT_SLOWER || row->verdict == VERDICT_FASTER;
		if (!row->screen.logs.count || isnan(row->screen.estimate.ratio) ||
		    row->verdict == VERDICT_FAILED)
			continue;
		make_key(report, row, &key);
		struct noise *noise = noise_of(survey, &key);

		noise->ratios[noise->count++] = row->screen.estimate.ratio;
	}
	result->suites++;
}

static void settle(struct survey *survey, struct floor_table *floors, struct floor_table *measured)
{
	for (size_t i = 0; i < survey->count; i++) {
		struct noise *noise = &survey->noises[i];

		noise->key.suites = noise->count;
		noise->key.floor = verdict_floor(noise->ratios, noise->count);
		floor_set(floors, &noise->key);
		floor_set(measured, &noise->key);
		free(noise->ratios);
	}
	free(survey->noises);
}

bool compare_self(const struct compare_options *options, const struct compare_report *machine,
		  unsigned suites, struct floor_table *floors, struct self_result *result,
		  struct reason *why)
{
	struct survey survey = {.suites = suites};
	struct compare_options suite = *options;
	bool good = true;

	*result = (struct self_result){0};
	for (unsigned i = 0; good && i < suites && !launch_interrupted; i++) {
		struct compare_report report = *machine;

		suite.choice.seed = options->choice.seed + i;
		suite.floors = NULL;
		note("suite %u of %u", i + 1, suites);
		good = compare_builds(&suite, &report, why);
		if (good && !launch_interrupted)
			take_suite(&survey, &report, result);
		compare_free(&report);
	}
	settle(&survey, floors, &result->measured);
	return good;
}
