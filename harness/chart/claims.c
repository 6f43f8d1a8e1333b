/* SPDX-License-Identifier: MIT */
/*
 * The last pages of the slides: every claim with its verdict, its figure and its rule, read from
 * claims.csv. The number after the hyphen in the name is the page.
 */
#include "harness/chart/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/claims/claims.h"

#define PAGES          4
#define SENTENCE_WIDTH 47
#define SENTENCE_LINES 3
#define FIGURE_WIDTH   32
#define RULE_WIDTH     31

enum verdict { HOLDS, FAILS, OPEN, UNKNOWN, VERDICTS };
static const char *const verdict_ids[VERDICTS] = {"holds", "fails", "open", "unknown"};

struct sentence {
	const char *id, *title, *verdict, *unit, *experiment, *reason;
	double figure, lo, hi;
};

static enum verdict verdict_of(const char *word)
{
	static const enum claim_verdict verdicts[] = {CLAIM_HOLDS, CLAIM_DOES_NOT_HOLD,
						      CLAIM_INCONCLUSIVE};

	for (size_t i = 0; i < ARRAY_SIZE(verdicts); i++)
		if (strcmp(claim_verdict_name(verdicts[i]), word) == 0)
			return (enum verdict)i;
	return UNKNOWN;
}

static bool read_sentence(const struct csv_table *table, size_t row, struct sentence *s,
			  struct reason *why)
{
	*s = (struct sentence){
		.id = chart_cell(table, row, "claim"),
		.title = chart_cell(table, row, "title"),
		.verdict = chart_cell(table, row, "verdict"),
		.unit = chart_cell(table, row, "unit"),
		.experiment = chart_cell(table, row, "experiment"),
		.reason = chart_cell(table, row, "reason"),
	};
	return chart_number(table, row, "figure", &s->figure, why) &&
	       chart_number(table, row, "lo", &s->lo, why) &&
	       chart_number(table, row, "hi", &s->hi, why);
}

/* "0.989 (0.967 to 1.01)". The worst epoch has no interval. */
static const char *figure_words(struct page *page, const struct sentence *s)
{
	static const char *const plain[] = {"", "ns", "1/s", "ratio", "share"};
	const char *unit = page_clean(page, s->unit, 16);

	if (isnan(s->figure))
		return "";
	if (isnan(s->lo) || isnan(s->hi) || strstr(s->experiment, "of the worst epoch"))
		return page_keep(page, "%s", words_figure(s->figure, unit).text);
	for (size_t i = 0; i < ARRAY_SIZE(plain); i++)
		if (strcmp(plain[i], unit) == 0)
			return page_keep(
				page, _("%s (%s to %s)"), words_figure(s->figure, unit).text,
				words_figure(s->lo, unit).text, words_figure(s->hi, unit).text);
	return page_keep(page, _("%s (%s to %s) %s"), words_count(s->figure).text,
			 words_count(s->lo).text, words_count(s->hi).text, unit);
}

/* The rule is the end of the experiment, "..: speedup below 1.1", in words. */
static const char *rule_words(struct page *page, const struct sentence *s)
{
	const char *colon = NULL;
	char rule[128];

	for (const char *at = s->experiment; (at = strstr(at, ": ")); at += 2)
		colon = at;
	if (!colon)
		return page_clean(page, s->reason, 100);
	if (isnan(s->figure))
		return verdict_of(s->verdict) == UNKNOWN
			       ? page_keep(page, "tollgate run --claims=%s",
					   page_clean(page, s->id, 8))
			       : page_clean(page, s->reason, 100);
	snprintf(rule, sizeof(rule), "%s", colon + 2);
	for (char *c = rule; *c; c++)
		*c = *c == '_' ? ' ' : *c;
	return page_clean(page, page_keep(page, _("must be: %s"), rule), 100);
}

static void write_sentence(struct page *page, size_t place, const struct sentence *s)
{
	const enum verdict verdict = verdict_of(s->verdict);
	const char *lines[1];

	page_words(page, page_keep(page, "verdict_%zu", place), verdict_ids[verdict]);
	page_text_at(page, "word", place, verdict == UNKNOWN ? _("not measured") : _(s->verdict));
	page_text_at(page, "id", place, page_clean(page, s->id, 8));
	page_lines(page, "sentence", place, page_clean(page, language_of(s->title), 300),
		   SENTENCE_WIDTH, SENTENCE_LINES);
	page_wrap(page, figure_words(page, s), FIGURE_WIDTH, 1, lines);
	page_text_at(page, "figure", place, lines[0]);
	page_lines(page, "rule", place, rule_words(page, s), RULE_WIDTH, isnan(s->figure) ? 3 : 2);
}

/* "Of 24 sentences 15 hold here, 8 do not, 1 is open" */
static void title(struct page *page, const struct csv_table *table)
{
	unsigned tally[VERDICTS] = {0};
	const unsigned all = (unsigned)table->rows;
	const char *words;

	for (size_t row = 0; row < table->rows; row++)
		tally[verdict_of(chart_cell(table, row, "verdict"))]++;
	if (!tally[HOLDS] && !tally[FAILS]) {
		page_title(page, _("None of %u sentences could be judged by this run"), all);
		return;
	}
	words = page_keep(page,
			  ngettext("Of %u sentences %u holds here", "Of %u sentences %u hold here",
				   tally[HOLDS]),
			  all, tally[HOLDS]);
	words = page_keep(page, ngettext("%s, %u does not", "%s, %u do not", tally[FAILS]), words,
			  tally[FAILS]);
	if (tally[OPEN])
		words = page_keep(page, ngettext("%s, %u is open", "%s, %u are open", tally[OPEN]),
				  words, tally[OPEN]);
	if (tally[UNKNOWN])
		words = page_keep(page,
				  ngettext("%s, %u was not measured", "%s, %u were not measured",
					   tally[UNKNOWN]),
				  words, tally[UNKNOWN]);
	page_title(page, "%s", words);
}

bool chart_claims(struct page *page, struct reason *why)
{
	const size_t number = strtoul(strchr(page->chart->name, '-') + 1, NULL, 10);
	const struct csv_table *table;
	struct sentence s;

	if (!chart_table(page->run, CLAIMS_FILE, CLAIMS_HEADER, &table, why))
		return false;
	if (!table || !table->rows) {
		page_missing_for(page, _("verdicts on the lecture"), _("no claims.csv"),
				 "tollgate claims --format=csv RUN >RUN/claims.csv");
		return true;
	}
	const size_t first = (number - 1) * table->rows / PAGES,
		     last = number * table->rows / PAGES;

	for (size_t row = first; row < last; row++) {
		if (!read_sentence(table, row, &s, why))
			return false;
		write_sentence(page, row - first + 1, &s);
	}
	page_number(page, "rows", (double)(last - first));
	title(page, table);
	page_subtitle(
		page,
		_("Sentences of the lecture, %s to %s: figure with interval, and what its whole "
		  "interval must be"),
		page_clean(page, chart_cell(table, first < table->rows ? first : 0, "claim"), 12),
		page_clean(page, chart_cell(table, last ? last - 1 : 0, "claim"), 12));
	page_remark(page, _("rules: docs/claims.md"));
	return true;
}
