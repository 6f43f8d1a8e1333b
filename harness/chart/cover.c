/* SPDX-License-Identifier: MIT */
/* The first page of the slides: the machine, the run, and possible disturbances of its figures. */
#include "harness/chart/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LINES         11 /* of the page, for facts and warnings together */
#define VALUE_WIDTH   78
#define WARNING_WIDTH 92
#define WARNING_LINES 2
#define KIB_PER_GB    976562.5

static double number(const struct page *page, const char *path)
{
	const char *text = chart_fact(page->run, path);
	double value;

	return parse_double(text, &value) ? value : NAN;
}

static void put_fact(struct page *page, size_t *count, const char *name, const char *words)
{
	if (!*words)
		return;
	page_text_at(page, "name", ++*count, name);
	page_lines(page, "value", *count, page_clean(page, words, 200), VALUE_WIDTH, 1);
}

static const char *topology_words(struct page *page)
{
	const double cores = number(page, "machine.topology.cores"),
		     packages = number(page, "machine.topology.packages");
	const unsigned pus = page->run->pus;
	const char *words =
		pus ? page_keep(page, ngettext("%u processing unit", "%u processing units", pus),
				pus)
		    : "";

	if (cores > 0)
		words = page_keep(page, ngettext("%s, %u core", "%s, %u cores", (unsigned)cores),
				  words, (unsigned)cores);
	if (packages > 0)
		words = page_keep(page,
				  ngettext("%s, %u package", "%s, %u packages", (unsigned)packages),
				  words, (unsigned)packages);
	if (strcmp(chart_fact(page->run, "machine.hypervisor"), "yes") == 0)
		words = page_keep(page, _("%s, virtual machine"), words);
	return words;
}

static size_t write_facts(struct page *page)
{
	const struct chart_run *run = page->run;
	const double memory_kib = number(page, "machine.memory_total");
	const char *model = chart_fact(run, "machine.cpu_model"),
		   *governor = chart_fact(run, "machine.governor");
	const char *kernel = chart_fact(run, "machine.kernel_release"),
		   *turbo = chart_fact(run, "machine.turbo");
	const char *commit = chart_fact(run, "build.git");
	size_t count = 0;

	put_fact(page, &count, _("processor"), *model ? model : _("unknown"));
	put_fact(page, &count, _("topology"), topology_words(page));
	put_fact(page, &count, _("memory"),
		 memory_kib > 0
			 ? page_keep(page, "%s GB", words_digits(memory_kib / KIB_PER_GB).text)
			 : "");
	put_fact(page, &count, _("system"),
		 *kernel ? page_keep(page, _("%s, kernel %s"), chart_fact(run, "machine.os_name"),
				     kernel)
			 : chart_fact(run, "machine.os_name"));
	if (*governor)
		put_fact(page, &count, _("clock"),
			 *turbo ? page_keep(page, _("governor %s, turbo %s"), governor, turbo)
				: page_keep(page, _("governor %s"), governor));
	put_fact(page, &count, _("build"),
		 *commit ? page_keep(page, _("%s, commit %s"), chart_fact(run, "build.compiler"),
				     commit)
			 : chart_fact(run, "build.compiler"));
	page_number(page, "rows", (double)count);
	return count;
}

/* ---- warnings ---- */

static void put_line(struct page *page, size_t *used, const char *text, bool first)
{
	page_text_at(page, "line", ++*used, text);
	page_number_at(page, "mark", *used, first);
}

/* At most PLACES lines, and the number of further warnings. */
static void write_warnings(struct page *page, size_t places)
{
	const struct json_tree *facts = &page->run->facts;
	const json_t *list = json_find(facts, "warnings");
	const unsigned count = (unsigned)json_array_size(list);
	size_t used = 0;

	if (count)
		page_text(page, "warnings_head",
			  ngettext("%u thing may disturb these figures:",
				   "%u things may disturb these figures:", count),
			  count);
	else
		page_text(page, "warnings_head", "%s",
			  _("Nothing was found that disturbs measurements"));
	for (unsigned seen = 0; seen < count; seen++) {
		const json_t *text = json_object_get(json_array_get(list, seen), "text");
		const char *lines[WARNING_LINES];
		const size_t n = page_wrap(page,
					   page_clean(page, json_value_text(facts, text), 240),
					   WARNING_WIDTH, WARNING_LINES, lines);

		if (used + n > places - (seen + 1 < count)) {
			put_line(page, &used,
				 page_keep(page, _("and %u more: tollgate doctor"), count - seen),
				 false);
			break;
		}
		for (size_t i = 0; i < n; i++)
			put_line(page, &used, lines[i], i == 0);
	}
	page_number(page, "warning_lines", (double)used);
}

bool chart_cover(struct page *page, struct reason *why)
{
	const char *model = chart_fact(page->run, "machine.cpu_model"),
		   *profile = chart_fact(page->run, "options.profile");
	const char *state = chart_fact(page->run, "state");
	const double elapsed_s = number(page, "elapsed_s");
	const unsigned figures = (unsigned)page->run->summary.count;
	const char *words;

	(void)why;
	page_title(page, _("What a lock, a GIL and a message cost on %s"),
		   *model ? page_clean(page, model, 60) : _("this machine"));
	words = page_keep(
		page, ngettext("%s: %u figure, profile %s", "%s: %u figures, profile %s", figures),
		page_clean(page, chart_fact(page->run, "run_id"), 60), figures,
		*profile ? page_clean(page, profile, 20) : _("unknown"));
	if (elapsed_s > 0)
		words = page_keep(page, _("%s, measured in %s"), words,
				  words_ns(elapsed_s * 1e9).text);
	if (*state && strcmp(state, "complete") != 0)
		words = page_keep(page, "%s, %s", words, page_clean(page, state, 20));
	page_subtitle(page, "%s", words);
	write_warnings(page, LINES - write_facts(page));
	return true;
}
