/* SPDX-License-Identifier: MIT */
/* The deck, in page order: one row per chart. docs/adding-a-chart.md explains how to add one. */
#include "harness/chart/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/claims/claims.h"

#define ROW(name, make, drawing) {name, chart_##make, drawing},
static const struct chart deck[] = {CHART_DECK(ROW)};

/* The slides begin and end with pages of text. */
static const struct chart cover = {"cover", chart_cover, "cover"};
static const struct chart claims[] = {
	{"claims-1", chart_claims, "claims-table"},
	{"claims-2", chart_claims, "claims-table"},
	{"claims-3", chart_claims, "claims-table"},
	{"claims-4", chart_claims, "claims-table"},
};

const char *chart_name(size_t index)
{
	return index < ARRAY_SIZE(deck) ? deck[index].name : NULL;
}

const char *chart_slide(const char *directory, size_t index)
{
	const size_t behind = 1 + ARRAY_SIZE(deck); /* the first page of claims */
	char *path = xasprintf("%s/%s", directory, CLAIMS_FILE);
	/* without verdicts, one page says so */
	const size_t count = access(path, F_OK) == 0 ? ARRAY_SIZE(claims) : 1;

	free(path);
	if (index < behind)
		return index ? deck[index - 1].name : cover.name;
	return index - behind < count ? claims[index - behind].name : NULL;
}

static const struct chart *find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(deck); i++)
		if (strcmp(deck[i].name, name) == 0)
			return &deck[i];
	for (size_t i = 0; i < ARRAY_SIZE(claims); i++)
		if (strcmp(claims[i].name, name) == 0)
			return &claims[i];
	return strcmp(cover.name, name) == 0 ? &cover : NULL;
}

bool chart_exists(const char *name)
{
	return find(name) != NULL;
}

struct page *chart_page(struct chart_run *run, const char *name, struct reason *why)
{
	const struct chart *chart = find(name);
	struct page *page = page_new(chart->drawing);

	page->chart = chart;
	page->run = run;
	page->modes = look_deck();
	page->new_gil = "gil";
	const bool good = chart->make(page, why);

	page_caption(page);
	page_finish(page);
	if (good)
		return page;
	chart_page_free(page);
	return NULL;
}

void chart_page_free(struct page *page)
{
	for (size_t i = 0; i < page->variable_count; i++) {
		free(page->variables[i].name);
		free(page->variables[i].text);
	}
	for (size_t i = 0; i < page->kept_count; i++)
		free(page->kept[i]);
	for (size_t i = 0; i < page->remark_count; i++)
		free(page->remarks[i]);
	free(page->variables);
	free(page->kept);
	free(page->used);
	free(page->cells_text);
	free(page->tics);
	free(page->rows_text);
	free(page);
}

bool chart_is_missing(const struct page *page)
{
	return strcmp(page->drawing, "missing") == 0;
}
