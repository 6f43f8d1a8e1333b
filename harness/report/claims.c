/* SPDX-License-Identifier: MIT */
/* The verdicts on the sentences of the lecture, from claims.csv of the run folder. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/format.h"
#include "harness/base/language.h"
#include "harness/report/internal.h"

#define CLAIM_ROWS_MAX 500u

/* "" if the file has no such column. */
static const char *cell(const struct report_run *run, size_t row, const char *column)
{
	int at = csv_column(&run->claims, column);

	return at < 0 ? "" : csv_cell(&run->claims, row, (unsigned)at);
}

/* Only words known here become a class, so that the file cannot style the page. */
static const char *verdict_class(const char *verdict)
{
	if (strcmp(verdict, "holds") == 0)
		return "good";
	if (strcmp(verdict, "does not hold") == 0)
		return "bad";
	return strcmp(verdict, "inconclusive") == 0 ? "open" : "none";
}

static void write_number(FILE *out, const char *text, const char *unit)
{
	double value;

	if (parse_double(text, &value))
		html_text(out, format_si(value, unit, true).text);
	else
		html_text(out, text);
}

static void write_figure(FILE *out, const struct report_run *run, size_t row)
{
	const char *unit = cell(run, row, "unit");

	write_number(out, cell(run, row, "figure"), unit);
	if (!*cell(run, row, "lo") || !*cell(run, row, "hi"))
		return;
	fputs("<br><span class=\"interval\">", out);
	write_number(out, cell(run, row, "lo"), unit);
	fputs(" to ", out);
	write_number(out, cell(run, row, "hi"), unit);
	fputs("</span>", out);
}

/* The row of the same claim in another run, or -1. */
static long find_claim(const struct report_run *run, const char *claim)
{
	for (size_t row = 0; run->has_claims && row < run->claims.rows; row++)
		if (strcmp(cell(run, row, "claim"), claim) == 0)
			return (long)row;
	return -1;
}

static void write_verdict(FILE *out, const struct report_run *run, long row)
{
	if (row < 0) {
		fputs(_("<td>no verdict</td><td></td>"), out);
		return;
	}
	const char *verdict = cell(run, (size_t)row, "verdict");

	html(out, "<td><span class=\"verdict %s\">%s</span></td><td class=\"number\">",
	     verdict_class(verdict), verdict);
	write_figure(out, run, (size_t)row);
	fputs("</td>", out);
}

/* The figure that decided. A click shows the experiment and the rest. */
static void write_reason(FILE *out, const char *reason, const char *experiment)
{
	const char *end = strstr(reason, ". ");
	char *first = xstrdup(reason);

	if (end)
		first[end - reason] = '\0';
	html(out, "<td>%s", first);
	if (strcmp(experiment, "none") != 0)
		html(out,
		     "<details><summary>experiment</summary><p><code>%s</code></p><p>%s</p>"
		     "</details>",
		     experiment, end ? end + 2 : "");
	fputs("</td>", out);
	free(first);
}

static void write_claim(FILE *out, const struct report *report, size_t owner, size_t row)
{
	const struct report_run *run = &report->runs[owner];

	html(out, "<tr><th scope=\"row\"><span class=\"claim-id\">%s</span> %s</th>",
	     cell(run, row, "claim"), language_of(cell(run, row, "title")));
	for (size_t i = 0; i < report->count; i++)
		write_verdict(out, &report->runs[i],
			      i == owner ? (long)row
					 : find_claim(&report->runs[i], cell(run, row, "claim")));
	write_reason(out, cell(run, row, "reason"), cell(run, row, "experiment"));
	fputs("</tr>\n", out);
}

static void write_heads(FILE *out, const struct report *report)
{
	fputs("<thead><tr><th scope=\"col\">Claim</th>", out);
	for (size_t i = 0; i < report->count; i++)
		html(out,
		     _("<th scope=\"col\">Verdict%s%s</th>"
		       "<th scope=\"col\" class=\"number\">Figure%s%s</th>"),
		     report->count > 1 ? " " : "", report_tag(report, i),
		     report->count > 1 ? " " : "", report_tag(report, i));
	fputs(_("<th scope=\"col\">What decided</th></tr></thead>\n"), out);
}

static void write_tally(FILE *out, const struct report *report, size_t index)
{
	const struct report_run *run = &report->runs[index];
	size_t good = 0, bad = 0, unsure = 0;

	for (size_t row = 0; row < run->claims.rows; row++) {
		const char *class = verdict_class(cell(run, row, "verdict"));

		good += strcmp(class, "good") == 0;
		bad += strcmp(class, "bad") == 0;
		unsure += strcmp(class, "open") == 0;
	}
	html(out,
	     _("<p>%s%s%zu of %zu claims hold here, %zu do not, %zu are inconclusive, %zu were not "
	       "measured.</p>\n"),
	     report_tag(report, index), report->count > 1 ? ": " : "", good, run->claims.rows, bad,
	     unsure, run->claims.rows - good - bad - unsure);
}

static void write_table(FILE *out, const struct report *report)
{
	fputs("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Claims\">"
	      "<table class=\"claims\">\n",
	      out);
	write_heads(out, report);
	fputs("<tbody>\n", out);
	for (size_t i = 0; i < report->count; i++) {
		const struct report_run *run = &report->runs[i];

		for (size_t row = 0;
		     run->has_claims && row < run->claims.rows && row < CLAIM_ROWS_MAX; row++)
			if (i == 0 || find_claim(&report->runs[0], cell(run, row, "claim")) < 0)
				write_claim(out, report, i, row);
	}
	fputs("</tbody></table></div>\n", out);
}

void report_claims(FILE *out, const struct report *report)
{
	bool any = false;

	fputs(_("<section id=\"claims\" aria-labelledby=\"claims-title\">\n"
		"<h2 id=\"claims-title\">What the lecture says</h2>\n"),
	      out);
	for (size_t i = 0; i < report->count; i++) {
		if (!report->runs[i].has_claims)
			continue;
		write_tally(out, report, i);
		any = true;
	}
	if (any)
		write_table(out, report);
	else
		fputs(_("<p class=\"quiet\">No verdicts in this run folder. "
			"<code>tollgate claims --format=csv RUN &gt; RUN/claims.csv</code> writes "
			"them.</p>\n"),
		      out);
	fputs("</section>\n", out);
}
