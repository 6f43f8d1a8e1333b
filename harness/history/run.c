/* SPDX-License-Identifier: MIT */
#include "harness/history/run.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/data/json_read.h"
#include "harness/summary/summary.h"

/* ---- the machine ---- */

/* ---- from rows to lines ---- */

struct maker {
	struct csv_writer csv;
	struct history_machine machine;
	struct history_anchor anchor;
	const char *host_class;
	char ts_utc[32];
	struct history_added *added;
};

/* "20260102t030405z-ab12cd34ef56" is "2026-01-02T03:04:05Z". */
static bool take_time(char *out, size_t size, const char *run_id, struct reason *why)
{
	static const char form[] = "00000000t000000z-";
	const char *r = run_id;

	for (size_t i = 0; form[i]; i++)
		if (form[i] == '0' ? !isdigit((unsigned char)r[i]) : r[i] != form[i])
			return refuse(why,
				      "summary.csv: column run_id: '%.40s' does not begin with the "
				      "UTC time of the run, such as 20260102t030405z-",
				      run_id);
	snprintf(out, size,
		 "%.4s-%.2s-%.2s"
		 "T%.2s:%.2s:%.2sZ",
		 r, r + 4, r + 6, r + 9, r + 11, r + 13);
	return true;
}

/* One figure per row of the plan, and what must be zero. ops_per_s is op_ns the other way round. */
static bool is_of_record(const struct summary_row *row)
{
	return strcmp(row->metric, "op_ns") == 0 || strcmp(row->better, "zero") == 0;
}

static bool check_cell(const struct summary *summary, const struct summary_row *row,
		       const char *column, const char *text, struct reason *why)
{
	if (!strpbrk(text, ",\""))
		return true;
	return refuse(why,
		      "summary.csv:%zu: column %s: '%.40s' has a comma or quote, which a "
		      "history cannot hold",
		      summary->table.line[row - summary->rows], column, text);
}

static bool check_row(const struct summary *summary, const struct summary_row *row,
		      struct reason *why)
{
	if (strcmp(row->run_id, summary->rows[0].run_id) != 0)
		return refuse(why,
			      "summary.csv:%zu: column run_id: '%.40s' is another run than the "
			      "first row's",
			      summary->table.line[row - summary->rows], row->run_id);
	return check_cell(summary, row, "run_id", row->run_id, why) &&
	       check_cell(summary, row, "git_sha", row->git_sha, why) &&
	       check_cell(summary, row, "case", row->case_name, why) &&
	       check_cell(summary, row, "mode", row->mode, why) &&
	       check_cell(summary, row, "placement", row->placement, why) &&
	       check_cell(summary, row, "param", row->param, why) &&
	       check_cell(summary, row, "metric", row->metric, why) &&
	       check_cell(summary, row, "unit", row->unit, why);
}

struct anchor_ratio {
	double ratio, lo, hi;
};

/*
 * Against a comparison: what it measured in lockstep. Against a run: the quotient of the medians,
 * with the widest interval that the two allow.
 */
static struct anchor_ratio find_ratio(const struct maker *maker, const struct summary_row *row,
				      const char *key)
{
	const struct history_anchor_row *anchor = history_anchor_find(&maker->anchor, key);
	const struct anchor_ratio none = {NAN, NAN, NAN};

	if (!anchor)
		return none;
	if (maker->anchor.is_ratio)
		return (struct anchor_ratio){anchor->value, anchor->lo, anchor->hi};
	if (!(anchor->value > 0 && row->median > 0))
		return none;
	struct anchor_ratio ratio = {row->median / anchor->value, NAN, NAN};

	if (anchor->lo > 0 && anchor->hi > 0 && row->ci_lo > 0 && row->ci_hi > 0) {
		ratio.lo = row->ci_lo / anchor->hi;
		ratio.hi = row->ci_hi / anchor->lo;
	}
	return ratio;
}

static bool write_line(struct maker *maker, const struct summary_row *row, struct reason *why)
{
	struct csv_writer *csv = &maker->csv;
	char workers[24];

	snprintf(workers, sizeof(workers), "%ju", (uintmax_t)row->workers);
	char *key = history_key(row->case_name, row->mode, workers, row->placement, row->param,
				row->metric);
	const struct anchor_ratio ratio = find_ratio(maker, row, key);

	free(key);
	maker->added->without += *maker->anchor.git_sha && isnan(ratio.ratio);
	csv_text(csv, maker->ts_utc);
	csv_text(csv, row->git_sha);
	csv_text(csv, isnan(ratio.ratio) ? "" : maker->anchor.git_sha);
	csv_text(csv, row->run_id);
	csv_text(csv, maker->host_class);
	csv_text(csv, maker->machine.cpu_model);
	csv_text(csv, row->case_name);
	csv_text(csv, row->mode);
	csv_text(csv, workers);
	csv_text(csv, row->placement);
	csv_text(csv, row->param);
	csv_text(csv, row->metric);
	csv_text(csv, row->unit);
	csv_text(csv, row->better);
	csv_double(csv, row->median);
	csv_double(csv, row->ci_lo);
	csv_double(csv, row->ci_hi);
	csv_double(csv, ratio.ratio);
	csv_double(csv, ratio.lo);
	csv_double(csv, ratio.hi);
	return csv_end_row(csv, why);
}

static bool write_lines(struct maker *maker, const struct summary *summary, struct reason *why)
{
	for (size_t i = 0; i < summary->count; i++) {
		const struct summary_row *row = &summary->rows[i];

		if (!is_of_record(row))
			continue;
		if (!check_row(summary, row, why))
			return false;
		if (isnan(row->median) || strcmp(row->status, "ok") != 0)
			maker->added->unmeasured++;
		else if (!write_line(maker, row, why))
			return false;
	}
	return true;
}

/* ---- the lines ---- */

/* What stands between comma number FIRST and comma number LAST of a line without quotes. */
static void find_key(struct history_line *line)
{
	const char *at = line->text;
	int commas = 0;

	for (; *at != '\n' && commas <= HISTORY_METRIC; at++) {
		if (*at != ',')
			continue;
		commas++;
		if (commas == HISTORY_CASE)
			line->key = at + 1;
		if (commas == HISTORY_METRIC + 1)
			line->key_length = (size_t)(at - line->key);
	}
}

static int by_key(const void *a, const void *b)
{
	const struct history_line *x = a, *y = b;
	size_t shorter = x->key_length < y->key_length ? x->key_length : y->key_length;
	int order = memcmp(x->key, y->key, shorter);

	return order ? order : (x->key_length > y->key_length) - (x->key_length < y->key_length);
}

static bool split_lines(struct history_lines *lines, struct reason *why)
{
	const char *end = lines->text + lines->length;
	const char *at = strchr(lines->text, '\n') + 1;

	for (const char *c = at; c < end; c++)
		lines->count += *c == '\n';
	lines->lines = xcalloc(lines->count, sizeof(*lines->lines));
	for (size_t i = 0; i < lines->count; i++) {
		const char *next = strchr(at, '\n') + 1;

		lines->lines[i] = (struct history_line){
			.text = at,
			.length = (size_t)(next - at),
		};
		find_key(&lines->lines[i]);
		at = next;
	}
	if (lines->count)
		qsort(lines->lines, lines->count, sizeof(*lines->lines), by_key);
	for (size_t i = 1; i < lines->count; i++)
		if (by_key(&lines->lines[i - 1], &lines->lines[i]) == 0)
			return refuse(why, "summary.csv: two rows have the key %.*s",
				      (int)lines->lines[i].key_length, lines->lines[i].key);
	return true;
}

struct history_line *history_lines_find(const struct history_lines *lines, const char *key)
{
	const struct history_line wanted = {.key = key, .key_length = strlen(key)};

	if (!lines->count)
		return NULL;
	return bsearch(&wanted, lines->lines, lines->count, sizeof(*lines->lines), by_key);
}

/* All lines into memory, where they are found again and written from at once. */
static bool fill(struct history_lines *lines, struct maker *maker, const struct summary *summary,
		 struct reason *why)
{
	FILE *memory = open_memstream(&lines->text, &lines->length);
	struct reason ignored;

	if (!memory)
		die(EXIT_INTERNAL, "open_memstream: %s", strerror(errno));
	csv_attach(&maker->csv, memory, HISTORY_HEADER);
	bool good = write_lines(maker, summary, why);

	good = csv_close(&maker->csv, good ? why : &ignored) && good;
	if (fclose(memory) != 0)
		die(EXIT_INTERNAL, "open_memstream: %s", strerror(errno));
	if (!good || !split_lines(lines, why))
		return false;
	if (lines->count)
		return true;
	return refuse(why,
		      "summary.csv: none of its %zu rows has a figure that a history keeps "
		      "(op_ns, or one that must be zero) with status ok",
		      summary->count);
}

static bool make(struct history_lines *lines, const struct history_addition *addition,
		 const struct summary *summary, struct history_added *added, struct reason *why)
{
	struct maker maker = {.added = added};
	const struct summary_row *first = summary->rows;

	if (!summary->count)
		return refuse(why, "summary.csv: no rows: nothing was measured in this run");
	if (!take_time(maker.ts_utc, sizeof(maker.ts_utc), first->run_id, why) ||
	    !history_machine_read(&maker.machine, addition->run_dir, why) ||
	    !history_anchor_read(&maker.anchor, addition->anchor_dir, first->git_sha,
				 maker.machine.cpu_model, why))
		return false;
	maker.host_class = addition->host_class ? addition->host_class : maker.machine.host_class;
	added->anchor_paired = maker.anchor.paired;
	lines->run_id = xstrdup(first->run_id);
	bool good = fill(lines, &maker, summary, why);

	history_anchor_free(&maker.anchor);
	return good;
}

bool history_lines_make(struct history_lines *lines, const struct history_addition *addition,
			struct history_added *added, struct reason *why)
{
	struct summary summary;

	*lines = (struct history_lines){0};
	if (!summary_read(&summary, addition->run_dir, why))
		return false;
	bool good = make(lines, addition, &summary, added, why);

	summary_free(&summary);
	if (!good)
		history_lines_free(lines);
	return good;
}

void history_lines_free(struct history_lines *lines)
{
	free(lines->text);
	free(lines->lines);
	free(lines->run_id);
	*lines = (struct history_lines){0};
}
