/* SPDX-License-Identifier: MIT */
/* A table in Markdown. */
#include <math.h>
#include <string.h>

#include "harness/base/format.h"
#include "harness/base/table.h"
#include "harness/export/internal.h"

static void add_interval(struct table *table, const struct summary_row *row)
{
	if (isnan(row->ci_lo) || isnan(row->ci_hi))
		table_skip(table, 1);
	else
		table_cell(table, "%s .. %s", format_si(row->ci_lo, row->unit, true).text,
			   format_si(row->ci_hi, row->unit, true).text);
}

static void add_row(struct table *table, const struct summary_row *row)
{
	const bool paired = strcmp(row->ratio_to, "mode=none") == 0;

	table_texts(table, row->case_name, row->param, row->placement, NULL);
	table_cell(table, "%ju", (uintmax_t)row->workers);
	table_texts(table, row->mode, row->metric, format_si(row->median, row->unit, true).text,
		    NULL);
	add_interval(table, row);
	table_cell(table, "%s", format_factor(paired ? row->ratio : NAN).text);
}

static bool write_markdown(FILE *out, const struct export_run *run, const struct export_rows *rows,
			   struct reason *why)
{
	static const struct table_column columns[] = {
		{.title = "case"},
		{.title = "param"},
		{.title = "placement"},
		{.title = "workers", .align = TABLE_RIGHT},
		{.title = "mode"},
		{.title = "metric"},
		{.title = "median", .align = TABLE_RIGHT},
		{.title = "interval"},
		{.title = "ratio to no lock", .align = TABLE_RIGHT},
	};
	struct table *table = table_new(columns, ARRAY_SIZE(columns));

	(void)run;
	for (size_t i = 0; i < rows->count; i++)
		add_row(table, rows->rows[i]);
	table_print(table, out, TEXT_MARKDOWN, 0);
	table_free(table);
	return export_finish(out, why);
}

const struct export_format export_md = {
	.write = write_markdown,
	.headline_only = true,
};
