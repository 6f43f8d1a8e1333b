/* SPDX-License-Identifier: MIT */
/* scaling.csv for people: the parameters of the scalability law with their intervals, and the peak. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/format.h"
#include "harness/base/table.h"
#include "harness/summary/internal.h"

struct printer {
	FILE *out;
	const struct summary_view *view;
	struct table *table; /* of the block at hand, or NULL */
	size_t fitted, unfitted;
	const char *block[3]; /* its case, placement and parameters */
	const char *reason;   /* of the last row that was not fitted */
};

static bool read_law(const struct csv_table *table, size_t row, struct scaling_row *out,
		     struct reason *why)
{
	struct row_reader reader = {.table = table, .row = row, .why = why};

	return summary_take_schema(&reader) SCALING_COLUMNS(TAKE);
}

bool summary_read_scaling(struct csv_table *table, const char *run_dir, struct reason *why)
{
	char *path = xasprintf("%s/scaling.csv", run_dir);
	struct scaling_row law;
	bool good = csv_read(table, path, SCALING_HEADER, why);

	free(path);
	if (!good)
		return false;
	for (size_t row = 0; good && row < table->rows; row++)
		good = read_law(table, row, &law, why);
	if (!good)
		csv_table_free(table);
	return good;
}

static void end_block(struct printer *printer)
{
	if (!printer->table)
		return;
	table_print(printer->table, printer->out, TEXT_PLAIN, 0);
	table_free(printer->table);
	printer->table = NULL;
}

static void begin_block(struct printer *printer, const struct scaling_row *law)
{
	static const struct table_column columns[] = {
		{.title = "mode"},
		{.title = "workers"},
		{.title = "one worker"},
		{.title = "sigma: contention"},
		{.title = "kappa: coherency"},
		{.title = "residual (worst)"},
		{.title = "peak"},
	};
	const char *const names[] = {law->case_name, law->placement, law->param};
	bool same = printer->table != NULL;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		same = same && strcmp(printer->block[i], names[i]) == 0;
		printer->block[i] = names[i];
	}
	if (same)
		return;
	end_block(printer);
	fprintf(printer->out, "\n%s%s%s, placement %s\n", law->case_name, *law->param ? " " : "",
		law->param, law->placement);
	printer->table = table_new(columns, ARRAY_SIZE(columns));
}

/* "0.0513 (0.0488 to 0.0541)", or the figure alone if there is no interval. */
static void add_parameter(struct table *table, double figure, double lo, double hi)
{
	if (isfinite(lo) && isfinite(hi))
		table_cell(table, "%.3g (%.3g to %.3g)", figure, lo, hi);
	else
		table_cell(table, "%.3g", figure);
}

static void print_law(struct printer *printer, const struct scaling_row *law)
{
	begin_block(printer, law);
	table_cell(printer->table, "%s", law->mode);
	table_cell(printer->table, "%.0f to %.0f (%.0f)", law->workers_min, law->workers_max,
		   law->counts);
	table_cell(printer->table, "%s",
		   format_si(law->one_per_s, "1/s", printer->view->utf8).text);
	add_parameter(printer->table, law->sigma, law->sigma_lo, law->sigma_hi);
	add_parameter(printer->table, law->kappa, law->kappa_lo, law->kappa_hi);
	table_cell(printer->table, "%.2g%% (%+.2g%% at %.0f)", law->residual_pct, law->worst_pct,
		   law->worst_workers);
	if (isfinite(law->peak_workers))
		table_cell(printer->table, "%.3g workers", law->peak_workers);
	else
		table_cell(printer->table, "none inside");
}

size_t summary_print_scaling(FILE *out, const struct csv_table *table,
			     const struct summary_view *view)
{
	struct printer printer = {.out = out, .view = view};
	struct scaling_row law;

	for (size_t row = 0; row < table->rows; row++) {
		if (!read_law(table, row, &law, NULL) ||
		    (view->wants_case && !view->wants_case(view->context, law.case_name)))
			continue;
		if (strcmp(law.status, "ok") == 0) {
			print_law(&printer, &law);
			printer.fitted++;
		} else {
			printer.unfitted++;
			printer.reason = law.status;
		}
	}
	end_block(&printer);
	if (printer.unfitted)
		fprintf(out,
			"%s%zu row%s not fitted, such as: %s (rows with more workers than "
			"processors do not count)\n",
			printer.fitted ? "\n" : "", printer.unfitted,
			printer.unfitted == 1 ? "" : "s", printer.reason);
	return printer.fitted + printer.unfitted;
}
