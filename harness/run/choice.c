/* SPDX-License-Identifier: MIT */
/* choice - the user's words, checked one by one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/suggest.h"
#include "harness/run/plan.h"

static const struct profile profiles[] = {
	{
		.name = "quick",
		.summary = "1 and all PUs, one parameter set; under a minute on 2 cores",
		.launches_min = 6, /* fewer give no 95 % interval */
		.launches_max = 6,
		.rounds = 3,
		.variants = 1,
		.placements = 1,
		.pair_pus = 4,
		.epoch_ns = 2000000,
		.gil_epoch_ns = 20000000,
		.budget_s = 40,
		.few_workers = true,
	},
	{
		.name = "standard",
		.summary = "1, 2, 4 .. all PUs and twice as many workers; two to three minutes on "
			   "2 cores",
		.launches_min = 10,
		.launches_max = 22,
		.rounds = 3,
		.variants = 2,
		.placements = 2,
		.pair_pus = 4,
		.epoch_ns = 3000000,
		.gil_epoch_ns = 20000000,
		.budget_s = 100,
	},
	{
		.name = "full",
		.summary = "every parameter set, up to 50 launches, until the intervals are within "
			   "2 %",
		.launches_min = 15,
		.launches_max = 50,
		.rounds = 10,
		.variants = BENCH_VARIANTS_MAX,
		.placements = CHOICE_PLACEMENTS_MAX,
		.pair_pus = PAIR_PUS_MAX,
		.epoch_ns = 5000000,
		.gil_epoch_ns = 40000000,
		.budget_s = 1800,
	},
};

const struct profile *profile_table(size_t *count)
{
	*count = ARRAY_SIZE(profiles);
	return profiles;
}

const struct profile *profile_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(profiles); i++)
		if (strcmp(profiles[i].name, name) == 0)
			return &profiles[i];
	return NULL;
}

bool profile_includes(const struct profile *profile, const struct bench_case *bench)
{
	size_t rank = 0;

	if (!profile)
		return true;
	while (rank < ARRAY_SIZE(profiles) && strcmp(profiles[rank].name, profile->name) != 0)
		rank++;
	return rank >= (size_t)bench->profile_min;
}

bool choice_add_filter(struct choice *choice, const char *text, struct reason *why)
{
	char message[128];

	if (choice->filter_count == CHOICE_FILTERS_MAX)
		return refuse(why, "at most %d filters", CHOICE_FILTERS_MAX);
	struct filter *filter = &choice->filters[choice->filter_count];

	filter->exclude = *text == '!';
	text += filter->exclude;
	if (strlen(text) >
	    CHOICE_FILTER_LENGTH_MAX) /* deep nesting would overflow regcomp()'s stack */
		return refuse(why, "a filter of more than %d characters", CHOICE_FILTER_LENGTH_MAX);
	if (!*text)
		return refuse(why, "an empty filter; expected a regular expression on case names");
	int error = regcomp(&filter->pattern, text, REG_EXTENDED | REG_NOSUB);

	if (error) {
		regerror(error, &filter->pattern, message, sizeof(message));
		return refuse(why, "'%.100s' is not a POSIX extended regular expression: %s", text,
			      message);
	}
	filter->text = text;
	choice->filter_count++;
	return true;
}

bool choice_selects(const struct choice *choice, const struct bench_case *bench)
{
	bool wanted = profile_includes(choice->profile, bench), named = false;

	for (unsigned i = 0; i < choice->filter_count; i++)
		if (!choice->filters[i].exclude)
			wanted = false; /* a positive filter replaces the default selection */
	for (unsigned i = 0; i < choice->filter_count; i++) {
		const struct filter *filter = &choice->filters[i];

		if (regexec(&filter->pattern, bench->name, 0, NULL, 0) != 0)
			continue;
		if (filter->exclude)
			return false;
		named = true;
	}
	return wanted || named;
}

bool choice_wants_case(const void *context, const char *case_name)
{
	const struct bench_case bench = {.name = case_name};

	return choice_selects(context, &bench);
}

static bool unknown_mode(const char *name, struct reason *why)
{
	struct suggestion nearest = {.word = name};
	size_t count;
	const struct mode *modes = mode_table(&count);

	for (size_t i = 0; i < count; i++)
		suggest_name(&nearest, modes[i].name);
	for (int group = 0; group < MODE_GROUPS; group++)
		suggest_name(&nearest, mode_group_name(group));
	suggest_name(&nearest, "all");
	return refuse(why, "unknown mode '%.40s'%s; `tollgate list --modes` shows all", name,
		      suggest_text(&nearest));
}

/* Each mode once, however often it was named. */
static bool add_mode(struct mode_list *list, const struct mode *mode, struct reason *why)
{
	for (unsigned i = 0; i < list->count; i++)
		if (list->modes[i] == mode)
			return true;
	if (list->count == CHOICE_MODES_MAX)
		return refuse(why, "at most %d modes", CHOICE_MODES_MAX);
	list->modes[list->count++] = mode;
	return true;
}

static bool add_real_mode(struct mode_list *list, const char *file, struct reason *why)
{
	const struct mode *mode = mode_real_of(file, why);

	return mode && add_mode(list, mode, why);
}

/* One row per libpython of this machine. */
static bool add_real_modes(struct mode_list *list, struct reason *why)
{
	const struct mode *mode;

	for (size_t i = 0; (mode = mode_real(i)); i++)
		if (!add_mode(list, mode, why))
			return false;
	return true;
}

/* NAME is a mode, a group of modes, or "all". */
static bool add_modes(struct mode_list *list, const char *name, struct reason *why)
{
	size_t count;
	const struct mode *modes = mode_table(&count);
	bool any = false, good = true;

	if (strncmp(name, "cpython:", 8) == 0)
		return add_real_mode(list, name + 8, why);
	for (size_t i = 0; good && i < count; i++) {
		if (strcmp(name, modes[i].name) != 0 &&
		    strcmp(name, mode_group_name(modes[i].group)) != 0 &&
		    /* the rows of `all` must not depend on the installed interpreters */
		    (strcmp(name, "all") != 0 || modes[i].group == MODE_REAL))
			continue;
		any = true;
		good = modes[i].group == MODE_REAL ? add_real_modes(list, why)
						   : add_mode(list, &modes[i], why);
	}
	return any ? good : unknown_mode(name, why);
}

bool mode_list_parse(struct mode_list *list, const char *text, struct reason *why)
{
	char *copy = xstrdup(text), *rest = copy, *part;
	bool good = true;

	while (good && (part = strsep(&rest, ",")))
		good = add_modes(list, part, why);
	free(copy);
	return good;
}

/* Call TAKE for each part of a comma list. False at the first refusal. */
static bool each_of_list(const char *list, struct choice *choice, int pu_count, struct reason *why,
			 bool (*take)(struct choice *, const char *, int, struct reason *))
{
	char *copy = xstrdup(list), *rest = copy, *part;
	bool good = true;

	while (good && (part = strsep(&rest, ",")))
		good = take(choice, part, pu_count, why);
	free(copy);
	return good;
}

static bool take_workers(struct choice *choice, const char *part, int pu_count, struct reason *why)
{
	uint64_t workers = 0;

	if (strcmp(part, "N") == 0)
		workers = (uint64_t)pu_count;
	else if (strcmp(part, "2N") == 0)
		workers = 2 * (uint64_t)pu_count;
	else if (!parse_u64(part, 1, WORKERS_MAX, &workers))
		return refuse(why, "workers '%.40s': expected a number from 1 to %d, N or 2N", part,
			      WORKERS_MAX);
	if (workers > WORKERS_MAX)
		return refuse(why, "workers '%s': more than %d", part, WORKERS_MAX);
	for (unsigned i = 0; i < choice->worker_count; i++)
		if (choice->workers[i] == (int)workers)
			return true;
	if (choice->worker_count == CHOICE_WORKERS_MAX)
		return refuse(why, "at most %d worker counts", CHOICE_WORKERS_MAX);
	choice->workers[choice->worker_count++] = (int)workers;
	return true;
}

bool choice_set_workers(struct choice *choice, const char *list, int pu_count, struct reason *why)
{
	return each_of_list(list, choice, pu_count, why, take_workers);
}

bool choice_add_placement(struct choice *choice, const char *text, struct reason *why)
{
	if (choice->placement_count == CHOICE_PLACEMENTS_MAX)
		return refuse(why, "at most %d placements", CHOICE_PLACEMENTS_MAX);
	if (!placement_parse(text, &choice->placements[choice->placement_count], why))
		return false;
	choice->placement_count++;
	return true;
}

/* Some case must have the parameter. The value is checked against the selected cases. */
bool choice_add_param(struct choice *choice, const char *text, struct reason *why)
{
	if (!strchr(text, '=') || strchr(text, ';'))
		return refuse(why, "'%.80s': expected name=value", text);
	if (choice->param_count == CHOICE_PARAMS_MAX)
		return refuse(why, "at most %d parameters", CHOICE_PARAMS_MAX);
	choice->params[choice->param_count++] = text;
	return true;
}
