/* SPDX-License-Identifier: MIT */
/* Makes the lines of a history from the rows of summary.csv. */
#include "harness/history/run.h"
#include "harness/base/language.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* "20260102t030405z-ab12cd34ef56" is "2026-01-02T03:04:05Z". */
static bool take_time(char *out, size_t size, const char *run_id, struct reason *why)
{
	static const char form[] = "00000000t000000z-";
	const char *r = run_id;

	for (size_t i = 0; form[i]; i++)
		if (form[i] == '0' ? !isdigit((unsigned char)r[i]) : r[i] != form[i])
			return refuse(
				why,
				_("summary.csv: column run_id: '%.40s' does not begin with the "
				  "UTC time of the run, such as 20260102t030405z-"),
				run_id);
	snprintf(out, size, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", r, r + 4, r + 6, r + 9, r + 11,
		 r + 13);
	return true;
}

/* A history keeps the time per operation and every metric that must be zero. ops_per_s is the
 * reciprocal of op_ns. */
static bool is_of_record(const struct summary_row *row)
{
	return strcmp(row->metric, "op_ns") == 0 || strcmp(row->better, "zero") == 0;
}

/* No cell of history.csv has a comma or quote, and the key of a line joins its cells by commas. */
static bool check_row(const struct summary *summary, const struct summary_row *row,
		      struct reason *why)
{
	const size_t line = summary->table.line[row - summary->rows];
	const struct {
		const char *column, *text;
	} cells[] = {
		{"run_id", row->run_id}, {"git_sha", row->git_sha},     {"case", row->case_name},
		{"mode", row->mode},     {"placement", row->placement}, {"param", row->param},
		{"metric", row->metric}, {"unit", row->unit},
	};

	if (strcmp(row->run_id, summary->rows[0].run_id) != 0)
		return refuse(why,
			      _("summary.csv:%zu: column run_id: '%.40s' is another run than the "
				"first row's"),
			      line, row->run_id);
	for (size_t i = 0; i < ARRAY_SIZE(cells); i++)
		if (strpbrk(cells[i].text, ",\""))
			return refuse(why,
				      _("summary.csv:%zu: column %s: '%.40s' has a comma or quote, "
					"which a history cannot hold"),
				      line, cells[i].column, cells[i].text);
	return true;
}

static int by_key(const void *a, const void *b)
{
	const struct history_line *x = a, *y = b;

	return strcmp(x->key, y->key);
}

static void add_line(struct history_lines *lines, const struct summary_row *row,
		     const struct history_anchor *anchor, struct history_added *added)
{
	struct history_line *line = &lines->lines[lines->count++];

	line->row = row;
	line->key = history_key(row);
	line->ratio = history_anchor_ratio(anchor, row, line->key);
	added->without += *anchor->git_sha && isnan(line->ratio.value);
}

static bool take_rows(struct history_lines *lines, const struct history_anchor *anchor,
		      struct history_added *added, struct reason *why)
{
	const struct summary *summary = &lines->summary;

	lines->lines = xcalloc(summary->count, sizeof(*lines->lines));
	for (size_t i = 0; i < summary->count; i++) {
		const struct summary_row *row = &summary->rows[i];

		if (!is_of_record(row))
			continue;
		if (!check_row(summary, row, why))
			return false;
		if (isnan(row->median) || strcmp(row->status, "ok") != 0)
			added->unmeasured++;
		else
			add_line(lines, row, anchor, added);
	}
	if (!lines->count)
		return refuse(
			why,
			_("summary.csv: none of its %zu rows has a figure that a history keeps "
			  "(op_ns, or one that must be zero) with status ok"),
			summary->count);
	qsort(lines->lines, lines->count, sizeof(*lines->lines), by_key);
	for (size_t i = 1; i < lines->count; i++)
		if (by_key(&lines->lines[i - 1], &lines->lines[i]) == 0)
			return refuse(why, _("summary.csv: two rows have the key %s"),
				      lines->lines[i].key);
	return true;
}

static bool make(struct history_lines *lines, const struct history_addition *addition,
		 struct history_added *added, struct reason *why)
{
	const struct summary_row *first = lines->summary.rows;
	struct history_machine *machine = &lines->machine;
	struct history_anchor anchor;

	if (!lines->summary.count)
		return refuse(why, _("summary.csv: no rows: nothing was measured in this run"));
	lines->run_id = first->run_id;
	if (!take_time(lines->ts_utc, sizeof(lines->ts_utc), first->run_id, why) ||
	    !history_machine_read(machine, addition->run_dir, why) ||
	    !history_anchor_read(&anchor, addition->anchor_dir, first->git_sha, machine->cpu_model,
				 why))
		return false;
	if (addition->host_class)
		snprintf(machine->host_class, sizeof(machine->host_class), "%s",
			 addition->host_class);
	added->anchor_paired = anchor.is_paired;
	lines->anchor_sha = xstrdup(anchor.git_sha);
	bool good = take_rows(lines, &anchor, added, why);

	history_anchor_free(&anchor);
	return good;
}

bool history_lines_make(struct history_lines *lines, const struct history_addition *addition,
			struct history_added *added, struct reason *why)
{
	*lines = (struct history_lines){0};
	if (!summary_read(&lines->summary, addition->run_dir, why))
		return false;
	if (make(lines, addition, added, why))
		return true;
	history_lines_free(lines);
	return false;
}

static int find_key(const void *key, const void *line)
{
	return strcmp(key, ((const struct history_line *)line)->key);
}

struct history_line *history_lines_find(const struct history_lines *lines, const char *key)
{
	return bsearch(key, lines->lines, lines->count, sizeof(*lines->lines), find_key);
}

bool history_lines_write(struct csv_writer *csv, const struct history_lines *lines,
			 const struct history_line *line, struct reason *why)
{
	const struct summary_row *row = line->row;

	csv_text(csv, lines->ts_utc);
	csv_text(csv, row->git_sha);
	csv_text(csv, isnan(line->ratio.value) ? "" : lines->anchor_sha);
	csv_text(csv, row->run_id);
	csv_text(csv, lines->machine.host_class);
	csv_text(csv, lines->machine.cpu_model);
	csv_text(csv, row->case_name);
	csv_text(csv, row->mode);
	csv_u64(csv, row->workers);
	csv_text(csv, row->placement);
	csv_text(csv, row->param);
	csv_text(csv, row->metric);
	csv_text(csv, row->unit);
	csv_text(csv, row->better);
	csv_double(csv, row->median);
	csv_double(csv, row->ci_lo);
	csv_double(csv, row->ci_hi);
	csv_double(csv, line->ratio.value);
	csv_double(csv, line->ratio.lo);
	csv_double(csv, line->ratio.hi);
	return csv_end_row(csv, why);
}

void history_lines_free(struct history_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		free(lines->lines[i].key);
	free(lines->lines);
	free(lines->anchor_sha);
	summary_free(&lines->summary);
	*lines = (struct history_lines){0};
}
