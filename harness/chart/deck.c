/* SPDX-License-Identifier: MIT */
/* The deck, in page order: one row per chart. docs/adding-a-chart.md adds one. */
#include "harness/chart/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct chart deck[] = {
	{"cpu-scaling", chart_scaling, "scaling"},
	{"io-scaling", chart_scaling, "scaling"},
	{"sharing", chart_sharing, "sharing"},
	{"gil-scaling", chart_scaling, "scaling"},
};

const char *chart_name(size_t index)
{
	return index < ARRAY_SIZE(deck) ? deck[index].name : NULL;
}

static const struct chart *find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(deck); i++)
		if (strcmp(deck[i].name, name) == 0)
			return &deck[i];
	return NULL;
}

bool chart_exists(const char *name)
{
	return find(name) != NULL;
}

struct page *chart_page(struct chart_run *run, const char *name, struct reason *why)
{
	struct page *page = xcalloc(1, sizeof(*page));
	const struct chart *chart = find(name);

	page->chart = chart;
	page->run = run;
	page->drawing = chart->drawing;
	page->level = page->launches_low = page->launches_high = NAN;
	page->modes = look_deck();
	page->new_gil = "gil";
	page->rows = open_memstream(&page->rows_text, &page->rows_size);
	if (!page->rows)
		die(EXIT_INTERNAL, "out of memory");
	const bool good = chart->make(page, why);

	page_caption(page);
	if (fclose(page->rows) != 0)
		die(EXIT_INTERNAL, "out of memory");
	page->rows = NULL;
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
	free(page->figures);
	free(page->tics);
	free(page->rows_text);
	free(page);
}

bool chart_is_missing(const struct page *page)
{
	return strcmp(page->drawing, "missing") == 0;
}
