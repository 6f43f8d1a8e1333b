/* SPDX-License-Identifier: MIT */
/* google-benchmark JSON, with one entry per row of the plan. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/language.h"
#include "harness/base/version.h"
#include "harness/data/json.h"
#include "harness/export/internal.h"

/* "20260102t030405z-..." as RFC 3339. A text of another form is not changed. */
static void write_date(struct json_writer *json, const char *run_id)
{
	char text[32];

	if (strlen(run_id) < 16 || run_id[8] != 't' || run_id[15] != 'z') {
		json_text(json, "date", run_id);
		return;
	}
	snprintf(text, sizeof(text),
		 "%.4s-%.2s-%.2s"
		 "T%.2s:%.2s:%.2s+00:00",
		 run_id, run_id + 4, run_id + 6, run_id + 9, run_id + 11, run_id + 13);
	json_text(json, "date", text);
}

/* Write the field only if it is a number, since consumers read it as one. */
static void write_number(struct json_writer *json, const char *key, const char *text, double scale)
{
	double value;

	if (parse_double(text, &value))
		json_double(json, key, value * scale);
}

static void write_context(struct json_writer *json, const struct export_run *run)
{
	const char *governor = export_fact(run, "machine.governor");
	const char *aslr = export_fact(run, "machine.aslr");

	json_open(json, "context", '{');
	write_date(json, run->summary.rows[0].run_id);
	json_text(json, "host_name", "redacted");
	json_text(json, "executable", "tollgate");
	write_number(json, "num_cpus", export_fact(run, "machine.topology.pus"), 1);
	write_number(json, "mhz_per_cpu", export_fact(run, "machine.frequency_max_khz"), 1e-3);
	if (*governor)
		json_bool(json, "cpu_scaling_enabled", strcmp(governor, "performance") != 0);
	if (*aslr)
		json_bool(json, "aslr_enabled", strcmp(aslr, "0") != 0);
	json_open(json, "caches", '[');
	json_close(json, ']');
	json_open(json, "load_avg", '[');
	write_number(json, NULL, export_fact(run, "machine.load1"), 1);
	json_close(json, ']');
	json_text(json, "library_version", "tollgate " TOLLGATE_VERSION);
	json_text(json, "library_build_type",
		  strcmp(export_fact(run, "machine.build_optimised"), "no") == 0 ? "debug"
										 : "release");
	json_u64(json, "json_schema_version", 1);
	json_text(json, "cpu_model", export_fact(run, "machine.cpu_model"));
	json_text(json, "run_id", run->summary.rows[0].run_id);
	json_text(json, "git_sha", run->summary.rows[0].git_sha);
	json_close(json, '}');
}

static const struct summary_row *find_metric(const struct export_rows *rows, size_t from,
					     size_t count, const char *metric)
{
	for (size_t i = from; i < from + count; i++)
		if (strcmp(rows->rows[i]->metric, metric) == 0)
			return rows->rows[i];
	return NULL;
}

/* Fields of the format itself. No metric may use such a name. */
static bool is_field_name(const char *metric)
{
	static const char *const fields[] = {
		"name",        "family_index",   "per_family_instance_index",
		"run_name",    "run_type",       "repetitions",
		"threads",     "aggregate_name", "aggregate_unit",
		"iterations",  "real_time",      "cpu_time",
		"time_unit",   "label",          "items_per_second",
		"op_ci_lo_ns", "op_ci_hi_ns",    "op_ci_level",
	};

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		if (strcmp(metric, fields[i]) == 0)
			return true;
	return false;
}

/* All other metrics of this row of the plan, as user counters. */
static void write_counters(struct json_writer *json, const struct export_rows *rows, size_t from,
			   size_t count)
{
	for (size_t i = from; i < from + count; i++) {
		const struct summary_row *row = rows->rows[i];

		if (strcmp(row->metric, "op_ns") == 0 || strcmp(row->metric, "cpu_ns_per_op") == 0)
			continue;
		if (strcmp(row->metric, "ops_per_s") == 0)
			json_double(json, "items_per_second", row->median);
		else if (!is_field_name(row->metric))
			json_double(json, row->metric, row->median);
	}
}

static void write_interval(struct json_writer *json, const struct summary_row *row)
{
	if (isnan(row->ci_lo) || isnan(row->ci_hi) || isnan(row->ci_level))
		return;
	json_double(json, "op_ci_lo_ns", row->ci_lo);
	json_double(json, "op_ci_hi_ns", row->ci_hi);
	json_double(json, "op_ci_level", row->ci_level);
}

/* Index of an entry among the entries of its case, as the format counts them. */
struct family {
	size_t index, instance;
	const char *case_name;
};

/* Write COUNT rows of one row of the plan, from FROM on. Its time was measured. */
static bool write_benchmark(struct json_writer *json, const struct export_rows *rows, size_t from,
			    size_t count, const struct family *family, struct reason *why)
{
	const struct summary_row *time = find_metric(rows, from, count, "op_ns");
	const struct summary_row *cpu = find_metric(rows, from, count, "cpu_ns_per_op");
	char *name;

	if (!export_name(&name, time, why))
		return false;
	char *full = xasprintf("%s_median", name);

	json_open(json, NULL, '{');
	json_text(json, "name", full);
	json_u64(json, "family_index", family->index);
	json_u64(json, "per_family_instance_index", family->instance);
	json_text(json, "run_name", name);
	json_text(json, "run_type", "aggregate");
	json_u64(json, "repetitions", time->n_launch);
	json_u64(json, "threads", time->workers);
	json_text(json, "aggregate_name", "median");
	json_text(json, "aggregate_unit", "time");
	json_double(json, "iterations", isnan(time->iters) ? (double)time->n_round : time->iters);
	json_double(json, "real_time", time->median);
	/* readers skip an entry without this field, and an invented value would be wrong */
	if (cpu)
		json_double(json, "cpu_time", cpu->median);
	json_text(json, "time_unit", "ns");
	write_interval(json, time);
	write_counters(json, rows, from, count);
	json_close(json, '}');
	free(full);
	free(name);
	return true;
}

static bool write_benchmarks(struct json_writer *json, const struct export_rows *rows,
			     struct reason *why)
{
	struct family family = {0};
	bool good = true;

	for (size_t i = 0, count; good && i < rows->count; i += count) {
		for (count = 1; i + count < rows->count; count++)
			if (!export_same_plan_row(rows->rows[i], rows->rows[i + count]))
				break;
		if (!find_metric(rows, i, count, "op_ns"))
			continue;
		if (family.case_name && strcmp(family.case_name, rows->rows[i]->case_name) != 0) {
			family.index++;
			family.instance = 0;
		}
		family.case_name = rows->rows[i]->case_name;
		good = write_benchmark(json, rows, i, count, &family, why);
		family.instance++;
	}
	return good;
}

static bool write_google(FILE *out, const struct export_run *run, const struct export_rows *rows,
			 struct reason *why)
{
	struct json_writer json;

	if (!*export_fact(run, "machine.topology.pus"))
		return refuse(why, _("run.json: machine.topology.pus is missing; google-benchmark "
				     "JSON cannot do without the number of CPUs"));
	json_start(&json, out);
	json_open(&json, NULL, '{');
	write_context(&json, run);
	json_open(&json, "benchmarks", '[');
	if (!write_benchmarks(&json, rows, why))
		return false;
	json_close(&json, ']');
	json_close(&json, '}');
	return export_finish_json(&json, why);
}

const struct export_format export_google = {
	.write = write_google,
	.whole_rows = true,
	.needs_all = true,
};
