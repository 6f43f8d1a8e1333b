/* SPDX-License-Identifier: MIT */
/* scaling.csv for people: the parameters of the scalability law, how well they are known, the peak. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/format.h"
#include "harness/summary/internal.h"

struct printer {
	FILE *out;
	const struct summary_view *view;
	size_t fitted, unfitted;
	const char *block[3]; /* case, placement and parameters of the table at hand */
	const char *reason;   /* of the last one that was not fitted */
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

static void begin_block(struct printer *printer, const struct scaling_row *law)
{
	const char *const names[] = {law->case_name, law->placement, law->param};
	bool same = printer->block[0] != NULL;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		same = same && strcmp(printer->block[i], names[i]) == 0;
		printer->block[i] = names[i];
	}
	if (same)
		return;
	fprintf(printer->out, "\n%s%s%s, placement %s\n", law->case_name, *law->param ? " " : "",
		law->param, law->placement);
	fprintf(printer->out, "%-18s %-12s %-11s %-25s %-28s %-18s %s\n", "mode", "workers",
		"one worker", "sigma: contention", "kappa: coherency", "residual (worst)", "peak");
}

/* "0.0513 (0.0488 to 0.0541)", or the figure alone if there is no interval. */
static void parameter_text(double figure, double lo, double hi, char *text, size_t size)
{
	const int used = snprintf(text, size, "%.3g", figure);

	if (isfinite(lo) && isfinite(hi))
		snprintf(text + used, size - (size_t)used, " (%.3g to %.3g)", lo, hi);
}

static void print_law(struct printer *printer, const struct scaling_row *law)
{
	char workers[40], sigma[64], kappa[64], residual[64];

	begin_block(printer, law);
	snprintf(workers, sizeof(workers), "%.0f to %.0f (%.0f)", law->workers_min,
		 law->workers_max, law->counts);
	parameter_text(law->sigma, law->sigma_lo, law->sigma_hi, sigma, sizeof(sigma));
	parameter_text(law->kappa, law->kappa_lo, law->kappa_hi, kappa, sizeof(kappa));
	snprintf(residual, sizeof(residual), "%.2g%% (%+.2g%% at %.0f)", law->residual_pct,
		 law->worst_pct, law->worst_workers);
	fprintf(printer->out, "%-18s %-12s %-11s %-25s %-28s %-18s ", law->mode, workers,
		format_si(law->one_per_s, "1/s", printer->view->utf8).text, sigma, kappa, residual);
	if (isfinite(law->peak_workers))
		fprintf(printer->out, "%.3g workers\n", law->peak_workers);
	else
		fprintf(printer->out, "none inside\n");
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
	if (printer.unfitted)
		fprintf(out,
			"%s%zu row%s not fitted, such as: %s (more workers than processors do "
			"not count)\n",
			printer.fitted ? "\n" : "", printer.unfitted,
			printer.unfitted == 1 ? "" : "s", printer.reason);
	return printer.fitted + printer.unfitted;
}
