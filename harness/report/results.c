/* SPDX-License-Identifier: MIT */
/* The main figures of each case as small tables: workers down, modes across. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/format.h"
#include "harness/base/language.h"
#include "harness/report/internal.h"
#include "harness/summary/grid.h"

static const char *direction(const char *better)
{
	if (strcmp(better, "higher") == 0)
		return _("higher is better");
	if (strcmp(better, "lower") == 0)
		return _("lower is better");
	return strcmp(better, "zero") == 0 ? _("zero is right") : _("neither way is better");
}

/* The same figure of the other run, or NULL. */
static const struct summary_row *find_row(const struct summary *summary,
					  const struct summary_row *like)
{
	for (size_t i = 0; i < summary->count; i++) {
		const struct summary_row *row = &summary->rows[i];

		if (row->workers == like->workers && strcmp(row->mode, like->mode) == 0 &&
		    strcmp(row->metric, like->metric) == 0 && grid_same_block(row, like))
			return row;
	}
	return NULL;
}

/* A usable figure of METRIC. */
static bool is_good(const struct summary_row *row, const char *metric)
{
	return row && strcmp(row->metric, metric) == 0 && !isnan(row->median) &&
	       strncmp(row->status, "wrong", 5) != 0;
}

static void write_mark(FILE *out, const struct summary_row *row)
{
	if (strcmp(row->status, "ok") != 0 || summary_has_flag(row, 'v') ||
	    summary_has_flag(row, 'i'))
		fputs("<abbr title=\"failed in part, or not comparable\">!</abbr>", out);
	else if (summary_has_flag(row, 'b'))
		fputs("<abbr title=\"the machine was too busy to tell\">?</abbr>", out);
}

static void write_value(FILE *out, const struct summary_row *row, const char *metric,
			const char *tag)
{
	char sentence[600];
	bool good = is_good(row, metric);

	html(out, "<span class=\"value%s\"", row && !good ? " failed" : "");
	if (good) {
		report_sentence(row, sentence, sizeof(sentence));
		html(out, " title=\"%s\"", sentence);
	}
	putc('>', out);
	if (*tag)
		html(out, "<span class=\"tag\">%s</span> ", tag);
	if (good) {
		html_text(out, report_value(row).text);
		write_mark(out, row);
	} else {
		html_text(out, row ? row->status : "-");
	}
	fputs("</span>", out);
	if (good)
		html(out, " <span class=\"spread\">%s</span>",
		     format_plus_minus(row->ci_reached, true).text);
}

/* ROW is of run OWNER. The same figure of the other run is shown below it. */
static void write_cell(FILE *out, const struct report *report, size_t owner, const char *metric,
		       const struct summary_row *row)
{
	const struct summary_row *rows[2] = {NULL, NULL};

	rows[owner] = row;
	if (is_good(row, metric) && report->count > 1)
		rows[1 - owner] = find_row(&report->runs[1 - owner].summary, row);
	fputs("<td>", out);
	for (size_t i = 0; i < report->count && i < 2; i++)
		write_value(out, rows[i], metric, report_tag(report, i));
	if (rows[0] && rows[1] && is_good(rows[0], metric) && is_good(rows[1], metric) &&
	    rows[0]->median > 0)
		html(out, " <span class=\"ratio\">B/A %s</span>",
		     format_factor(rows[1]->median / rows[0]->median).text);
	else if (report->count == 1 && row && is_good(row, metric))
		html(out, " <span class=\"ratio\">%s</span>", format_factor(row->ratio).text);
	fputs("</td>", out);
}

static void write_grid(FILE *out, const struct report *report, size_t owner,
		       const struct block *block, const char *metric)
{
	struct grid *grid = grid_new(block, metric);
	const struct summary_row *any = grid->any ? grid->any : block->rows;

	html(out, "<div class=\"case\"><h3>%s%s<span class=\"param\">%s</span></h3>",
	     any->case_name, *any->param ? " " : "", any->param);
	html(out, "<p class=\"subtitle\">%s, %s, placement %s</p>\n", metric,
	     direction(any->better), any->placement);
	html(out,
	     "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s %s\">"
	     "<table class=\"grid\"><thead><tr><th scope=\"col\">workers</th>",
	     any->case_name, metric);
	for (size_t mode = 0; mode < grid->mode_count; mode++)
		html(out, "<th scope=\"col\">%s</th>", grid->modes[mode]);
	fputs("</tr></thead><tbody>\n", out);
	for (size_t i = 0; i < grid->worker_count; i++) {
		html(out, "<tr><th scope=\"row\">%zu", (size_t)grid->workers[i]);
		if (grid->oversubscribed[i])
			fputs("<abbr title=\"more workers than processors\">*</abbr>", out);
		fputs("</th>", out);
		for (size_t mode = 0; mode < grid->mode_count; mode++)
			write_cell(out, report, owner, metric, grid->cells[i][mode]);
		fputs("</tr>\n", out);
	}
	fputs("</tbody></table></div></div>\n", out);
	free(grid);
}

/* Throughput, else the first figure that has a direction, else the first figure. */
static const char *main_metric(const struct block *block)
{
	if (grid_has_metric(block, "ops_per_s"))
		return "ops_per_s";
	for (size_t i = 0; i < block->count; i++)
		if (strcmp(block->rows[i].better, "info") != 0 &&
		    strcmp(block->rows[i].metric, "lost_updates") != 0)
			return block->rows[i].metric;
	return block->rows[0].metric;
}

static void write_block(FILE *out, const struct report *report, size_t owner,
			const struct block *block)
{
	if (grid_has_metric(block, "lost_updates"))
		write_grid(out, report, owner, block, "lost_updates");
	if (strcmp(main_metric(block), "lost_updates") != 0)
		write_grid(out, report, owner, block, main_metric(block));
}

static bool has_block(const struct summary *summary, const struct summary_row *like)
{
	for (size_t i = 0; i < summary->count; i++)
		if (grid_same_block(&summary->rows[i], like))
			return true;
	return false;
}

/* Write the tables of run OWNER; for B only those that A lacks. Returns the number without room. */
static size_t write_blocks(FILE *out, const struct report *report, size_t owner, size_t limit)
{
	const struct summary *summary = &report->runs[owner].summary;
	size_t left = 0;

	for (size_t i = 0; i < summary->count;) {
		struct block block = {.rows = &summary->rows[i]};

		while (i < summary->count && grid_same_block(block.rows, &summary->rows[i])) {
			block.count++;
			i++;
		}
		if (owner == 1 && has_block(&report->runs[0].summary, block.rows))
			continue;
		if (report_written(out) < limit)
			write_block(out, report, owner, &block);
		else
			left++;
	}
	return left;
}

void report_results(FILE *out, const struct report *report)
{
	size_t limit = report_written(out) + REPORT_RESULT_BYTES, left = 0;

	fputs(_("<section id=\"results\" aria-labelledby=\"results-title\">\n"
		"<h2 id=\"results-title\">The main result of each case</h2>\n"),
	      out);
	fputs(report->count > 1
		      ? _("<p>Median of A and of B with half the width of its interval, and B over "
			  "A.</p>\n")
		      : _("<p>Median, half the width of its interval, and the ratio to mode none "
			  "with as many workers. Point at a figure for its interval.</p>\n"),
	      out);
	fputs("<div class=\"cases\">\n", out);
	for (size_t run = 0; run < report->count; run++)
		left += write_blocks(out, report, run, limit);
	fputs("</div>\n", out);
	if (left)
		html(out,
		     _("<p class=\"alarm\">%zu more tables would make the page too large; the "
		       "table "
		       "of all figures and summary.csv have them.</p>\n"),
		     left);
	fputs("</section>\n", out);
}
