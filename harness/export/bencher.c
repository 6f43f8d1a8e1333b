/* SPDX-License-Identifier: MIT */
/* Bencher Metric Format. */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/language.h"
#include "harness/data/json.h"
#include "harness/export/internal.h"

#define SLUG_BYTES_MAX 64u /* Bencher's limit for names of measures */

/* Bencher's own two measures have our units. Others become slugs: "lost_updates" is "lost-updates". */
static bool make_slug(char *slug, size_t size, const struct summary_row *row, struct reason *why)
{
	size_t n = 0;

	if (strcmp(row->metric, "op_ns") == 0 || strcmp(row->metric, "ops_per_s") == 0) {
		snprintf(slug, size, "%s",
			 strcmp(row->metric, "op_ns") == 0 ? "latency" : "throughput");
		return true;
	}
	for (const char *c = row->metric; *c && n + 1 < size; c++) {
		if (isalnum((unsigned char)*c))
			slug[n++] = (char)tolower((unsigned char)*c);
		else if (n && slug[n - 1] != '-')
			slug[n++] = '-';
	}
	while (n && slug[n - 1] == '-')
		n--;
	slug[n] = '\0';
	if (n && strlen(row->metric) <= SLUG_BYTES_MAX)
		return true;
	return refuse(
		why,
		_("summary.csv: the metric '%.80s' has no name of 1 to 64 letters, digits and "
		  "'-' in Bencher"),
		row->metric);
}

static bool write_measure(struct json_writer *json, const struct summary_row *row,
			  struct reason *why)
{
	char slug[SLUG_BYTES_MAX + 1];

	if (!make_slug(slug, sizeof(slug), row, why))
		return false;
	json_open(json, slug, '{');
	json_double(json, "value", row->median);
	if (!isnan(row->ci_lo) && !isnan(row->ci_hi)) {
		json_double(json, "lower_value", row->ci_lo);
		json_double(json, "upper_value", row->ci_hi);
	}
	json_close(json, '}');
	return true;
}

/* Two metrics with the same slug would become one measure. */
static bool check_slugs(const struct export_rows *rows, size_t from, size_t count,
			struct reason *why)
{
	char one[SLUG_BYTES_MAX + 1], other[SLUG_BYTES_MAX + 1];

	for (size_t i = from; i < from + count; i++)
		for (size_t j = from; j < i; j++) {
			if (!make_slug(one, sizeof(one), rows->rows[i], why) ||
			    !make_slug(other, sizeof(other), rows->rows[j], why))
				return false;
			if (strcmp(one, other) == 0)
				return refuse(why,
					      _("summary.csv: the metrics '%.60s' and '%.60s' are "
						"both '%s' in Bencher; choose one with --metric"),
					      rows->rows[j]->metric, rows->rows[i]->metric, one);
		}
	return true;
}

static bool write_measures(struct json_writer *json, const struct export_rows *rows, size_t from,
			   size_t count, struct reason *why)
{
	char *name;

	if (!check_slugs(rows, from, count, why) || !export_name(&name, rows->rows[from], why))
		return false;
	bool good = true;

	json_open(json, name, '{');
	for (size_t i = from; good && i < from + count; i++)
		good = write_measure(json, rows->rows[i], why);
	json_close(json, '}');
	free(name);
	return good;
}

static bool write_bencher(FILE *out, const struct export_run *run, const struct export_rows *rows,
			  struct reason *why)
{
	struct json_writer json;

	(void)run;
	json_start(&json, out);
	json_open(&json, NULL, '{');
	for (size_t i = 0, count; i < rows->count; i += count) {
		for (count = 1; i + count < rows->count; count++)
			if (!export_same_plan_row(rows->rows[i], rows->rows[i + count]))
				break;
		if (!write_measures(&json, rows, i, count, why))
			return false;
	}
	json_close(&json, '}');
	return export_finish_json(&json, why);
}

const struct export_format export_bencher = {
	.write = write_bencher,
	.whole_rows = true,
	.directed_only = true,
};
