/* SPDX-License-Identifier: MIT */
/* Verdicts for people, for Markdown, and as claims.csv. */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/base/format.h"
#include "harness/base/language.h"
#include "harness/base/table.h"
#include "harness/claims/claims.h"
#include "harness/data/csv.h"

#define TITLE_COLUMN  20 /* of the terminal */
#define REASON_COLUMN 5

/* A claim, its verdict, and the texts that go with it. */
struct line {
	const struct claim *claim;
	struct claim_result result;
	char figure[160], experiment[900], reason[1800];
};

/* "0.989 (0.967 to 1.01)" */
static void figure_text(const struct claim_result *result, bool utf8, char *text, size_t size)
{
	struct format_text figure = format_si(result->figure, result->unit, utf8);

	if (isnan(result->figure))
		snprintf(text, size, "-");
	else if (isnan(result->lo) || isnan(result->hi) ||
		 result->decided_by->statistic == CLAIM_WORST)
		snprintf(text, size, "%s", figure.text);
	else
		snprintf(text, size, "%s (%s to %s)", figure.text,
			 format_si(result->lo, result->unit, utf8).text,
			 format_si(result->hi, result->unit, utf8).text);
}

PRINTF_LIKE(3, 4)
static void append(char *text, size_t size, const char *format, ...)
{
	size_t used = strlen(text);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text + used, size - used, format, arguments);
	va_end(arguments);
}

/* The other conditions of a measured claim. */
static void add_others(struct line *line, const struct summary *summary, bool utf8)
{
	for (unsigned i = 0; i < claim_condition_count(line->claim); i++) {
		const struct claim_condition *condition = &line->claim->conditions[i];
		struct claim_result result = claim_judge_condition(summary, condition);
		char rule[160], figure[160];

		if (condition == line->result.decided_by || isnan(result.figure))
			continue;
		claim_rule_text(condition, rule, sizeof(rule));
		figure_text(&result, utf8, figure, sizeof(figure));
		append(line->reason, sizeof(line->reason), " Also required (%s): %s: %s, %s.",
		       condition->figure.mode, rule, figure, claim_verdict_name(result.verdict));
	}
}

static void add_reason(struct line *line, const struct summary *summary, bool utf8)
{
	const struct claim *claim = line->claim;

	append(line->reason, sizeof(line->reason), "%s", line->result.reason);
	if (line->result.verdict != CLAIM_NOT_MEASURED) {
		append(line->reason, sizeof(line->reason), ". %s", claim->means);
		add_others(line, summary, utf8);
	} else if (!line->result.decided_by->missing) {
		append(line->reason, sizeof(line->reason),
		       ". To measure it: tollgate run --claims=%s", claim->id);
	}
}

static struct line judge_line(const struct summary *summary, const struct claim *claim, bool utf8)
{
	struct line line = {.claim = claim, .result = claim_judge(summary, claim)};
	const struct claim_condition *condition = line.result.decided_by;
	char rule[160];

	figure_text(&line.result, utf8, line.figure, sizeof(line.figure));
	claim_experiment_text(condition, line.experiment, sizeof(line.experiment));
	if (!condition->missing) {
		claim_rule_text(condition, rule, sizeof(rule));
		append(line.experiment, sizeof(line.experiment), ": %s", rule);
	}
	add_reason(&line, summary, utf8);
	return line;
}

/* ---- for people ---- */

/* "C07  holds  The title", with figure and reason in the lines below. */
static void print_line(FILE *out, const struct line *line, int width)
{
	char *text = xasprintf("%s%s%s", isnan(line->result.figure) ? "" : line->figure,
			       isnan(line->result.figure) ? "" : "; ", line->reason);

	fprintf(out, "%s  %-13s  ", line->claim->id, claim_verdict_name(line->result.verdict));
	table_wrap(out, _(line->claim->title), TITLE_COLUMN, TITLE_COLUMN, width);
	fprintf(out, "\n%*s", REASON_COLUMN, "");
	table_wrap(out, text, REASON_COLUMN, REASON_COLUMN, width);
	fputc('\n', out);
	free(text);
}

static void print_tally(FILE *out, const unsigned *tally)
{
	fprintf(out,
		_("\n%u hold here, %u do not, %u are inconclusive, %u were not measured. The "
		  "rules are in docs/claims.md. --claim=C07 shows one claim in full.\n"),
		tally[CLAIM_HOLDS], tally[CLAIM_DOES_NOT_HOLD], tally[CLAIM_INCONCLUSIVE],
		tally[CLAIM_NOT_MEASURED]);
}

static void print_condition(FILE *out, const struct summary *summary,
			    const struct claim_condition *condition, bool utf8)
{
	struct claim_result result = claim_judge_condition(summary, condition);
	char figure[160], experiment[900], rule[160];

	figure_text(&result, utf8, figure, sizeof(figure));
	claim_experiment_text(condition, experiment, sizeof(experiment));
	claim_rule_text(condition, rule, sizeof(rule));
	fprintf(out, "\n  %-13s  %s\n", claim_verdict_name(result.verdict), rule);
	if (condition->missing)
		return;
	fprintf(out,
		_("    experiment   %s\n    figure       %s\n    why          %s\n    verdict      "
		  "%s\n"),
		experiment, figure, _(condition->why), result.reason);
}

static void print_in_full(FILE *out, const struct summary *summary, const struct claim *claim,
			  bool utf8)
{
	struct claim_result result = claim_judge(summary, claim);

	fprintf(out, "%s: %s\n%s. %s\n", claim->id, _(claim->title),
		claim_verdict_name(result.verdict), _(claim->means));
	for (unsigned i = 0; i < claim_condition_count(claim); i++)
		print_condition(out, summary, &claim->conditions[i], utf8);
	for (unsigned i = 0; i < claim_condition_count(claim); i++)
		if (!claim->conditions[i].missing) {
			fprintf(out, _("\nmeasured by: tollgate run --claims=%s\n"), claim->id);
			break;
		}
}

/* ---- Markdown ---- */

static const struct table_column columns[] = {
	{.title = "claim"},  {.title = "sentence"},   {.title = "verdict"},
	{.title = "figure"}, {.title = "experiment"}, {.title = "why"},
};

static void add_line(struct table *table, const struct line *line)
{
	table_texts(table, line->claim->id, _(line->claim->title),
		    claim_verdict_name(line->result.verdict), line->figure, line->experiment,
		    line->reason, NULL);
}

/* ---- CSV ---- */

static bool write_csv_line(struct csv_writer *csv, const struct line *line, struct reason *why)
{
	csv_text(csv, line->claim->id);
	csv_text(csv, line->claim->title);
	csv_text(csv, claim_verdict_name(line->result.verdict));
	csv_double(csv, line->result.figure);
	csv_text(csv, line->result.unit);
	csv_double(csv, line->result.lo);
	csv_double(csv, line->result.hi);
	csv_text(csv, line->experiment);
	csv_text(csv, line->reason);
	return csv_end_row(csv, why);
}

static bool write_csv(struct csv_writer *csv, const struct summary *summary,
		      const struct claim *one, struct reason *why)
{
	for (size_t i = 0; i < claim_count; i++) {
		if (one && one != &claim_table[i])
			continue;
		struct line line = judge_line(summary, &claim_table[i], false);

		if (!write_csv_line(csv, &line, why))
			return false;
	}
	return true;
}

static bool print_csv(FILE *out, const struct summary *summary, const struct claim *one,
		      struct reason *why)
{
	struct csv_writer csv;

	csv_attach(&csv, out, CLAIMS_HEADER);
	return write_csv(&csv, summary, one, why) && csv_close(&csv, why);
}

static void print_all(FILE *out, const struct summary *summary, const struct claims_view *view)
{
	const bool markdown = view->format == CLAIM_MARKDOWN;
	struct table *table = table_new(columns, ARRAY_SIZE(columns));
	unsigned tally[CLAIM_VERDICTS] = {0};

	for (size_t i = 0; i < claim_count; i++) {
		if (view->one && view->one != &claim_table[i])
			continue;
		struct line line = judge_line(summary, &claim_table[i], view->utf8);

		tally[line.result.verdict]++;
		if (markdown)
			add_line(table, &line);
		else
			print_line(out, &line, view->width);
	}
	if (markdown)
		table_print(table, out, TEXT_MARKDOWN, 0);
	else
		print_tally(out, tally);
	table_free(table);
}

bool claims_print(FILE *out, const struct summary *summary, const struct claims_view *view,
		  struct reason *why)
{
	if (view->format == CLAIM_CSV)
		return print_csv(out, summary, view->one, why);
	if (view->format == CLAIM_TABLE && view->one)
		print_in_full(out, summary, view->one, view->utf8);
	else
		print_all(out, summary, view);
	return true;
}

/* Write under a temporary name first, so that no reader sees half a file. */
bool claims_write(const char *run_dir, const struct summary *summary, struct reason *why)
{
	char *path = xasprintf("%s/%s", run_dir, CLAIMS_FILE);
	char *temporary = xasprintf("%s.%ld.tmp", path, (long)getpid());
	struct csv_writer csv;
	bool made = csv_create(&csv, temporary, CLAIMS_HEADER, why);
	bool good = made && write_csv(&csv, summary, NULL, why);

	if (made)
		good = csv_close(&csv, good ? why : NULL) && good;
	if (good && rename(temporary, path) == -1)
		good = refuse(why, _("%s: cannot rename: %s"), CLAIMS_FILE, strerror(errno));
	if (made && !good)
		unlink(temporary);
	free(temporary);
	free(path);
	return good;
}
