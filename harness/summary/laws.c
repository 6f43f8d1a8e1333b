/* SPDX-License-Identifier: MIT */
/* scaling.csv for people: the parameters of the scalability law, how well they are known, the peak. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/format.h"
#include "harness/data/record.h"
#include "harness/stats/scaling.h"
#include "harness/summary/summary.h"

enum column {
	LAW_CASE = 3,
	LAW_MODE,
	LAW_PLACEMENT,
	LAW_PARAM,
	LAW_COUNTS,
	LAW_MIN,
	LAW_MAX,
	LAW_LAUNCHES,
	LAW_ONE,
	LAW_SIGMA,
	LAW_SIGMA_LO,
	LAW_SIGMA_HI,
	LAW_KAPPA,
	LAW_KAPPA_LO,
	LAW_KAPPA_HI,
	LAW_LEVEL,
	LAW_RESIDUAL,
	LAW_WORST,
	LAW_WORST_AT,
	LAW_PEAK,
	LAW_REMARK,
	LAW_STATUS,
	LAW_COLUMNS,
};

struct printer {
	FILE *out;
	const struct summary_view *view;
	const struct csv_table *table;
	size_t fitted, unfitted;
	const char *block[3]; /* case, placement and parameters of the table at hand */
	const char *reason;   /* of the last one that was not fitted */
};

/* Texts go to a terminal. */
static bool is_printable(const char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			return false;
	return true;
}

static bool check_row(const struct csv_table *table, size_t row, struct reason *why)
{
	double number;

	for (unsigned column = 0; column < LAW_COLUMNS; column++) {
		const bool is_number = column >= LAW_COUNTS && column <= LAW_PEAK;

		if (is_number && !csv_number(table, row, column, &number, why))
			return false;
		if (!is_number && !is_printable(csv_cell(table, row, column)))
			return refuse(why, "%s:%zu: column %s: no printable ASCII text",
				      table->name, table->line[row], table->header[column]);
	}
	return true;
}

bool summary_read_scaling(struct csv_table *table, const char *run_dir, struct reason *why)
{
	char *path = xasprintf("%s/scaling.csv", run_dir);
	bool good = csv_read(table, path, SCALING_HEADER, why);

	free(path);
	if (!good)
		return false;
	for (size_t row = 0; good && row < table->rows; row++)
		good = check_row(table, row, why);
	if (!good)
		csv_table_free(table);
	return good;
}

static const char *text_of(const struct printer *printer, size_t row, enum column column)
{
	return csv_cell(printer->table, row, column);
}

/* Checked when it was read; NAN where the cell is empty. */
static double number_of(const struct printer *printer, size_t row, enum column column)
{
	double number = NAN;

	csv_number(printer->table, row, column, &number, NULL);
	return number;
}

static bool is_fitted(const struct printer *printer, size_t row)
{
	return strcmp(text_of(printer, row, LAW_STATUS), "ok") == 0;
}

static void begin_block(struct printer *printer, size_t row)
{
	static const enum column columns[] = {LAW_CASE, LAW_PLACEMENT, LAW_PARAM};
	bool same = printer->block[0] != NULL;

	for (size_t i = 0; i < ARRAY_SIZE(columns); i++) {
		const char *text = text_of(printer, row, columns[i]);

		same = same && strcmp(printer->block[i], text) == 0;
		printer->block[i] = text;
	}
	if (same)
		return;
	fprintf(printer->out, "\n%s%s%s, placement %s\n", printer->block[0],
		*printer->block[2] ? " " : "", printer->block[2], printer->block[1]);
	fprintf(printer->out, "%-18s %-12s %-11s %-25s %-28s %-18s %s\n", "mode", "workers",
		"one worker", "sigma: contention", "kappa: coherency", "residual (worst)", "peak");
}

/* "0.0513 (0.0488 to 0.0541)", or the figure alone if there is no interval. */
static void parameter_text(const struct printer *printer, size_t row, enum column first, char *text,
			   size_t size)
{
	const double lo = number_of(printer, row, first + 1);
	const double hi = number_of(printer, row, first + 2);
	const int used = snprintf(text, size, "%.3g", number_of(printer, row, first));

	if (isfinite(lo) && isfinite(hi))
		snprintf(text + used, size - (size_t)used, " (%.3g to %.3g)", lo, hi);
}

static void print_law(struct printer *printer, size_t row)
{
	char workers[40], sigma[64], kappa[64], residual[64];
	const double peak = number_of(printer, row, LAW_PEAK);

	begin_block(printer, row);
	snprintf(workers, sizeof(workers), "%.0f to %.0f (%.0f)", number_of(printer, row, LAW_MIN),
		 number_of(printer, row, LAW_MAX), number_of(printer, row, LAW_COUNTS));
	parameter_text(printer, row, LAW_SIGMA, sigma, sizeof(sigma));
	parameter_text(printer, row, LAW_KAPPA, kappa, sizeof(kappa));
	snprintf(residual, sizeof(residual), "%.2g%% (%+.2g%% at %.0f)",
		 number_of(printer, row, LAW_RESIDUAL), number_of(printer, row, LAW_WORST),
		 number_of(printer, row, LAW_WORST_AT));
	fprintf(printer->out, "%-18s %-12s %-11s %-25s %-28s %-18s ",
		text_of(printer, row, LAW_MODE), workers,
		format_si(number_of(printer, row, LAW_ONE), "1/s", printer->view->utf8).text, sigma,
		kappa, residual);
	if (isfinite(peak))
		fprintf(printer->out, "%.3g workers\n", peak);
	else
		fprintf(printer->out, "none inside\n");
}

size_t summary_print_scaling(FILE *out, const struct csv_table *table,
			     const struct summary_view *view)
{
	struct printer printer = {.out = out, .view = view, .table = table};

	for (size_t row = 0; row < table->rows; row++) {
		const char *case_name = text_of(&printer, row, LAW_CASE);

		if (view->wants_case && !view->wants_case(view->context, case_name))
			continue;
		if (is_fitted(&printer, row)) {
			print_law(&printer, row);
			printer.fitted++;
		} else {
			printer.unfitted++;
			printer.reason = text_of(&printer, row, LAW_STATUS);
		}
	}
	if (printer.unfitted)
		fprintf(out,
			"%s%zu row%s not fitted, such as: %s (more workers than processors do "
			"not count)\n",
			printer.fitted ? "\n" : "", printer.unfitted,
			printer.unfitted == 1 ? "" : "s", printer.reason);
	return printer.fitted + printer.unfitted;
}
