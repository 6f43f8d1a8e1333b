/* SPDX-License-Identifier: MIT */
#include "harness/report/report.h"
#include "harness/base/language.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/base/format.h"
#include "harness/claims/claims.h"
#include "harness/report/internal.h"
#include "harness/summary/open.h"

/* ---- reading ---- */

/* Read the verdicts, or judge now if the run has none. A report without verdicts is possible. */
static void load_claims(struct report_run *run)
{
	struct reason why = {""};
	char *path = xasprintf("%s/claims.csv", run->directory);

	if (access(path, F_OK) == 0 || claims_write(run->directory, &run->summary, &why))
		run->has_claims = csv_read(&run->claims, path, NULL, &why);
	if (run->has_claims &&
	    (csv_column(&run->claims, "claim") < 0 || csv_column(&run->claims, "verdict") < 0)) {
		refuse(&why, _("claims.csv: the header has no columns claim and verdict"));
		csv_table_free(&run->claims);
		run->has_claims = false;
	}
	if (*why.text)
		run->remark = xasprintf(_("claims left out: %s"), why.text);
	free(path);
}

static bool load_run(struct report_run *run, const struct report_request *request,
		     struct reason *why)
{
	char *path = xasprintf("%s/run.json", run->directory);
	bool ok = summary_check_folder(run->directory, why) && json_read(&run->facts, path, why);

	free(path);
	if (!ok || !summary_open(&run->summary, run->directory, why))
		return false;
	load_claims(run);
	if (request->charts)
		report_load_charts(run, request->scripts);
	return true;
}

struct report *report_load(const struct report_request *request, struct reason *why)
{
	struct report *report = xcalloc(1, sizeof(*report));

	report->count = request->count;
	report->charts = request->charts;
	for (size_t i = 0; i < request->count; i++) {
		struct reason inner = {""};

		report->runs[i].directory = request->directories[i];
		if (!load_run(&report->runs[i], request, &inner)) {
			refuse(why, _("run folder '%.200s': %s"), request->directories[i],
			       inner.text);
			report_free(report);
			return NULL;
		}
	}
	return report;
}

void report_free(struct report *report)
{
	for (size_t i = 0; i < report->count; i++) {
		struct report_run *run = &report->runs[i];

		report_free_charts(run);
		if (run->has_claims)
			csv_table_free(&run->claims);
		summary_free(&run->summary);
		json_tree_free(&run->facts);
		free(run->remark);
	}
	free(report);
}

/* ---- the page ---- */

static void write_head(FILE *out, const struct report *report)
{
	const struct json_tree *facts = &report->runs[0].facts;

	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n", out);
	/* The page may fetch nothing and may run only the script with this hash. */
	html(out,
	     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	     "style-src 'sha256-%s'; script-src 'sha256-%s'; img-src data:; base-uri 'none'; "
	     "form-action 'none'\">\n",
	     report_style_hash, report_script_hash);
	fputs("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	      "<meta name=\"color-scheme\" content=\"light dark\">\n"
	      "<meta name=\"referrer\" content=\"no-referrer\">\n",
	      out);
	html(out, "<title>tollgate: %s%s%s</title>\n<style>",
	     json_find_text(facts, "machine.cpu_model"), report->count > 1 ? ", two runs, " : ", ",
	     json_find_text(facts, "run_id"));
	fputs(report_style, out);
	fputs("</style>\n</head>\n", out);
}

static void write_navigation(FILE *out, const struct report *report)
{
	static const struct {
		const char *id, *title;
	} sections[] = {
		{"machine", "Machine"}, {"claims", "Claims"},   {"charts", "Charts"},
		{"results", "Results"}, {"figures", "Figures"},
	};

	fputs("<nav aria-label=\"Sections\"><ul>", out);
	for (size_t i = 0; i < ARRAY_SIZE(sections); i++)
		if (report->charts || strcmp(sections[i].id, "charts") != 0)
			html(out, "<li><a href=\"#%s\">%s</a></li>", sections[i].id,
			     sections[i].title);
	fputs(_("</ul><button type=\"button\" id=\"theme\" hidden>Theme: auto</button></nav>\n"),
	      out);
}

static void write_title(FILE *out, const struct report *report)
{
	fputs("<header class=\"top\">\n<p class=\"brand\">tollgate</p>\n<h1>", out);
	if (report->count > 1)
		html_text(out, "Two runs side by side");
	else
		html(out, _("What a lock, a GIL and a message cost on %s"),
		     *json_find_text(&report->runs[0].facts, "machine.cpu_model")
			     ? json_find_text(&report->runs[0].facts, "machine.cpu_model")
			     : "this machine");
	fputs("</h1>\n", out);
	for (size_t i = 0; i < report->count; i++) {
		const struct json_tree *facts = &report->runs[i].facts;

		html(out, _("<p class=\"run\">%s%sRun <code>%s</code>, written %s</p>\n"),
		     report_tag(report, i), report->count > 1 ? ": " : "",
		     json_find_text(facts, "run_id"), json_find_text(facts, "written_utc"));
	}
	if (report->count > 1)
		fputs(_("<p class=\"notice\">Two stored runs are the weaker comparison: each met "
			"another hour, load and temperature, which no interval covers. "
			"<code>tollgate compare</code> runs two builds in turn on one machine; "
			"only "
			"that tells a change from a disturbance.</p>\n"),
		      out);
	write_navigation(out, report);
	fputs("</header>\n", out);
}

static void write_foot(FILE *out)
{
	fputs(_("<footer>\n<p>A figure is the median over fresh launches of the medians of their "
		"repetitions. The interval is an order statistic of the launches: it bounds the "
		"median of this run, not that of another day. A ratio to mode none "
		"comes from repetitions that ran side by side, so it need not be the quotient of "
		"two medians.</p>\n<p>Everything here comes from <code>summary.csv</code>, "
		"<code>run.json</code> and <code>charts/</code> of the run folder; "
		"<code>docs/csv.md</code> explains every column.</p>\n</footer>\n<script>"),
	      out);
	fputs(report_script, out);
	fputs("</script>\n</body>\n</html>\n", out);
}

char *report_render(const struct report *report, size_t *size)
{
	char *page = NULL;
	FILE *out = open_memstream(&page, size);

	if (!out)
		die(EXIT_INTERNAL, "out of memory");
	write_head(out, report);
	fputs(report->count > 1 ? "<body class=\"two\">\n" : "<body>\n", out);
	html(out, _("<a class=\"skip\" href=\"#main\">Skip to the content</a>\n"));
	write_title(out, report);
	fputs("<main id=\"main\">\n", out);
	report_machine(out, report);
	report_claims(out, report);
	report_charts(out, report);
	report_results(out, report);
	report_figures(out, report);
	fputs("</main>\n", out);
	write_foot(out);
	if (fclose(out) != 0)
		die(EXIT_INTERNAL, "out of memory");
	return page;
}

void report_talk(const struct report *report)
{
	for (size_t i = 0; i < report->count; i++) {
		const struct report_run *run = &report->runs[i];

		if (run->remark)
			note("%s", run->remark);
		for (size_t chart = 0; chart < run->chart_count; chart++)
			if (!run->charts[chart].drawn)
				note("chart left out: %s", run->charts[chart].refused);
	}
}
