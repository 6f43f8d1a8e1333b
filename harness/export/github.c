/* SPDX-License-Identifier: MIT */
/* github-action-benchmark JSON, customSmallerIsBetter and customBiggerIsBetter. */
#include <math.h>
#include <stdlib.h>

#include "harness/data/json.h"
#include "harness/export/internal.h"

static void write_extra(struct json_writer *json, const struct summary_row *row)
{
	char *interval = isnan(row->ci_lo) || isnan(row->ci_hi)
				 ? xstrdup("no interval: fewer than 6 launches")
				 : xasprintf("%.1f %% interval of the median: %.6g .. %.6g",
					     row->ci_level, row->ci_lo, row->ci_hi);
	char *extra = xasprintf("%s\nlaunches: %ju\nbuild: %s", interval, (uintmax_t)row->n_launch,
				row->build);

	json_text(json, "extra", extra);
	free(extra);
	free(interval);
}

static bool write_point(struct json_writer *json, const struct summary_row *row, struct reason *why)
{
	char *name, range[64];

	if (!export_name(&name, row, why))
		return false;
	char *full = xasprintf("%s/%s", name, row->metric);

	json_open(json, NULL, '{');
	json_text(json, "name", full);
	json_text(json, "unit", row->unit);
	json_double(json, "value", row->median);
	if (!isnan(row->ci_lo) && !isnan(row->ci_hi)) {
		snprintf(range, sizeof(range), "\302\261 %.4g", (row->ci_hi - row->ci_lo) / 2);
		json_text(json, "range", range);
	}
	write_extra(json, row);
	json_close(json, '}');
	free(full);
	free(name);
	return true;
}

static bool write_github(FILE *out, const struct export_run *run, const struct export_rows *rows,
			 struct reason *why)
{
	struct json_writer json;

	(void)run;
	json_start(&json, out);
	json_open(&json, NULL, '[');
	for (size_t i = 0; i < rows->count; i++)
		if (!write_point(&json, rows->rows[i], why))
			return false;
	json_close(&json, ']');
	return export_finish_json(&json, why);
}

const struct export_format export_github = {
	.write = write_github,
	.one_direction = true,
	.headline_only = true,
};
