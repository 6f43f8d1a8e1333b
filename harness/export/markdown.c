/* SPDX-License-Identifier: MIT */
/* A table in Markdown. */
#include <math.h>
#include <string.h>

#include "harness/base/format.h"
#include "harness/export/internal.h"

static void put_markdown(FILE *out, const char *text)
{
	fputs(" ", out);
	for (; *text; text++) {
		if (strchr("|\\`*_<>[]&~", *text))
			fputc('\\', out);
		fputc(*text, out);
	}
	fputs(" |", out);
}

static void put_interval(FILE *out, const struct summary_row *row)
{
	if (isnan(row->ci_lo) || isnan(row->ci_hi)) {
		fputs("  |", out);
		return;
	}
	fprintf(out, " %s .. %s |", format_si(row->ci_lo, row->unit, true).text,
		format_si(row->ci_hi, row->unit, true).text);
}

static bool write_markdown(FILE *out, const struct export_run *run, const struct export_rows *rows,
			   struct reason *why)
{
	(void)run;
	fputs("| case | param | placement | workers | mode | metric | median | interval | "
	      "ratio to no lock |\n| --- | --- | --- | ---: | --- | --- | ---: | --- | ---: |\n",
	      out);
	for (size_t i = 0; i < rows->count; i++) {
		const struct summary_row *row = rows->rows[i];
		bool paired = strcmp(row->ratio_to, "mode=none") == 0;

		fputs("|", out);
		put_markdown(out, row->case_name);
		put_markdown(out, row->param);
		put_markdown(out, row->placement);
		fprintf(out, " %ju |", (uintmax_t)row->workers);
		put_markdown(out, row->mode);
		put_markdown(out, row->metric);
		fprintf(out, " %s |", format_si(row->median, row->unit, true).text);
		put_interval(out, row);
		fprintf(out, " %s |\n", format_factor(paired ? row->ratio : NAN).text);
	}
	return export_finish(out, why);
}

const struct export_format export_markdown = {
	.write = write_markdown,
	.headline_only = true,
};
