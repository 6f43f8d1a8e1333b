/* SPDX-License-Identifier: MIT */
/* The rows that the claims need. They come from the rules, so that no list can be out of date. */
#include <stdlib.h>
#include <string.h>

#include "harness/base/language.h"
#include "harness/base/suggest.h"
#include "harness/claims/claims.h"
#include "harness/registry.h"

struct wish_list {
	struct plan_wish *wishes;
	unsigned count;
};

static bool same_wish(const struct plan_wish *a, const struct plan_wish *b)
{
	return strcmp(a->case_name, b->case_name) == 0 && strcmp(a->mode, b->mode) == 0 &&
	       strcmp(a->placement, b->placement) == 0 && strcmp(a->param, b->param) == 0 &&
	       a->workers == b->workers;
}

static void add_wish(struct wish_list *list, const struct claim_figure *figure, const char *mode,
		     unsigned workers)
{
	const struct plan_wish wish = {
		.case_name = figure->case_name,
		.mode = mode,
		.placement = figure->placement,
		.param = figure->param,
		.workers = workers,
	};

	for (unsigned i = 0; i < list->count; i++)
		if (same_wish(&list->wishes[i], &wish))
			return;
	list->wishes = xrealloc(list->wishes, list->count + 1, sizeof(wish));
	list->wishes[list->count++] = wish;
}

/* FIGURE, and the rows that its metric or its ratio needs. */
static void add_figure(struct wish_list *list, const struct claim_condition *condition,
		       const struct claim_figure *figure)
{
	const bool speedup = strcmp(condition->metric, "speedup") == 0;

	for (unsigned step = speedup ? 0 : 1; step < 2; step++) {
		unsigned workers = step ? figure->workers : 1;

		if (condition->statistic == CLAIM_TO_NONE)
			add_wish(list, figure, "none", workers);
		add_wish(list, figure, figure->mode, workers);
	}
}

/* Returns whether anything of CLAIM can be measured. */
static bool add_claim(struct wish_list *list, const struct claim *claim)
{
	bool any = false;

	for (unsigned i = 0; i < claim_condition_count(claim); i++) {
		const struct claim_condition *condition = &claim->conditions[i];

		if (condition->missing)
			continue;
		add_figure(list, condition, &condition->figure);
		if (condition->divisor.case_name)
			add_figure(list, condition, &condition->divisor);
		any = true;
	}
	return any;
}

static bool unknown_claim(const char *id, struct reason *why)
{
	struct suggestion nearest = {.word = id};

	for (size_t i = 0; i < claim_count; i++)
		suggest_name(&nearest, claim_table[i].id);
	return refuse(why, _("'%.40s' is no claim%s; use %s to %s, separated by commas"), id,
		      suggest_text(&nearest), claim_table[0].id, claim_table[claim_count - 1].id);
}

/* Tell the user if a named claim cannot be measured. */
static bool add_named(struct wish_list *list, const char *id, struct reason *why)
{
	const struct claim *claim = claim_find(id);

	if (!claim)
		return unknown_claim(id, why);
	if (!add_claim(list, claim))
		note("%s cannot be measured, no case yet: %s", id, claim->conditions[0].missing);
	return true;
}

static bool add_list(struct wish_list *list, const char *text, struct reason *why)
{
	char *copy = xstrdup(text), *rest = copy, *id;
	bool good = true;

	while (good && (id = strsep(&rest, ",")))
		good = add_named(list, id, why);
	free(copy);
	return good &&
	       (list->count || refuse(why, _("there is no case yet for any of these claims")));
}

struct plan_wish *claims_wishes(const char *list, unsigned *count, struct reason *why)
{
	struct wish_list wishes = {0};

	if (list && !add_list(&wishes, list, why)) {
		free(wishes.wishes);
		return NULL;
	}
	for (size_t i = 0; !list && i < claim_count; i++)
		add_claim(&wishes, &claim_table[i]);
	*count = wishes.count;
	return wishes.wishes;
}
