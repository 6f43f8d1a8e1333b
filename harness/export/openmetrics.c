/* SPDX-License-Identifier: MIT */
/* OpenMetrics 1.0 text. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/format.h"
#include "harness/base/language.h"
#include "harness/export/internal.h"

#define RUN_FAMILY "tollgate_run_info" /* is_reserved() keeps this name from metrics */

/* ---- names ---- */

/* The base units of the format. A unit not listed here has none. */
static const struct base_unit {
	const char *unit, *name;
	double per_base; /* UNITs in one NAME. Division makes 18 ns exactly 1.8e-08 */
} base_units[] = {
	{"ns", "seconds", 1e9}, {"us", "seconds", 1e6}, {"ms", "seconds", 1e3}, {"s", "seconds", 1},
	{"B", "bytes", 1},      {"ratio", "ratio", 1},  {"%", "ratio", 1e2},    {"cpus", "cpus", 1},
};

static const struct base_unit *find_unit(const char *unit)
{
	for (size_t i = 0; i < ARRAY_SIZE(base_units); i++)
		if (strcmp(unit, base_units[i].unit) == 0)
			return &base_units[i];
	return NULL;
}

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), tail = strlen(end);

	return length >= tail && strcmp(text + length - tail, end) == 0;
}

/* A name has only letters, digits and '_'. */
static void keep_name_letters(char *text)
{
	for (char *c = text; *c; c++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", *c))
			*c = '_';
}

/* "_per_s" is "_per_second"; "cpu_ns_per_op" is "cpu_per_op", since the unit goes to the end. */
static char *stem_of(const struct summary_row *row, const struct base_unit *unit)
{
	char *stem = xstrdup(row->metric);
	char *tag = xasprintf("_%s", row->unit);
	char *at = unit ? strstr(stem, tag) : NULL;

	if (at && (!at[strlen(tag)] || at[strlen(tag)] == '_'))
		memmove(at, at + strlen(tag), strlen(at + strlen(tag)) + 1);
	if (ends_with(stem, "_per_s")) {
		char *longer = xasprintf("%second", stem);

		free(stem);
		stem = longer;
	}
	keep_name_letters(stem);
	free(tag);
	return stem;
}

/* Endings that mark samples of other types in this format. */
static bool is_reserved(const char *name)
{
	static const char *const endings[] = {"_total",  "_created", "_count", "_sum",
					      "_bucket", "_gcount",  "_gsum",  "_info"};

	for (size_t i = 0; i < ARRAY_SIZE(endings); i++)
		if (ends_with(name, endings[i]))
			return true;
	return false;
}

/* "tollgate_op_seconds", with PART "ci_lo": "tollgate_op_ci_lo_seconds". */
static char *family_name(const struct summary_row *row, const char *part)
{
	const struct base_unit *unit = find_unit(row->unit);
	char *stem = stem_of(row, unit);
	char *name = xasprintf("tollgate_%s%s%s%s%s", stem, *part ? "_" : "", part, unit ? "_" : "",
			       unit ? unit->name : "");

	free(stem);
	if (is_reserved(name)) {
		char *longer = xasprintf("%s_value", name);

		free(name);
		name = longer;
	}
	return name;
}

/* ---- families ---- */

/* Samples of a family must be adjacent, so rows are sorted by their name in the format. */
struct named_row {
	const struct summary_row *row;
	char *family;
	size_t place;
};

static int by_family(const void *a, const void *b)
{
	const struct named_row *x = a, *y = b;
	int order = strcmp(x->family, y->family);

	return order ? order : (x->place > y->place) - (x->place < y->place);
}

static void put_escaped(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\n') {
			fputs("\\n", out);
			continue;
		}
		if (*text == '\\' || *text == '"')
			fputc('\\', out);
		fputc(*text, out);
	}
}

static void put_label(FILE *out, const char *name, const char *text, bool first)
{
	fprintf(out, "%s%s=\"", first ? "{" : ",", name);
	put_escaped(out, text);
	fputc('"', out);
}

static void put_sample(FILE *out, const char *family, const struct summary_row *row, double value)
{
	const struct base_unit *unit = find_unit(row->unit);
	char workers[24];

	snprintf(workers, sizeof(workers), "%ju", (uintmax_t)row->workers);
	fputs(family, out);
	put_label(out, "case", row->case_name, true);
	put_label(out, "mode", row->mode, false);
	put_label(out, "workers", workers, false);
	put_label(out, "placement", row->placement, false);
	put_label(out, "param", row->param, false);
	fputs("} ", out);
	fprintf(out, "%s\n", format_exact(unit ? value / unit->per_base : value).text);
}

static void put_head(FILE *out, const char *family, const struct summary_row *row, const char *what)
{
	const struct base_unit *unit = find_unit(row->unit);

	fprintf(out, "# TYPE %s gauge\n", family);
	if (unit && !is_reserved(family) && ends_with(family, unit->name))
		fprintf(out, "# UNIT %s %s\n", family, unit->name);
	fprintf(out, "# HELP %s ", family);
	put_escaped(out, what);
	fputs(" of ", out);
	put_escaped(out, row->metric);
	if (!unit) {
		fputs(" in ", out);
		put_escaped(out, row->unit);
	}
	fputs("; better: ", out);
	put_escaped(out, row->better);
	fputc('\n', out);
}

enum part { PART_MEDIAN, PART_LO, PART_HI, PARTS };

static double value_of(const struct summary_row *row, enum part part)
{
	return part == PART_MEDIAN ? row->median : part == PART_LO ? row->ci_lo : row->ci_hi;
}

/* Write COUNT rows of one family, for the median and for both ends of its interval. */
static void put_family(FILE *out, const struct named_row *rows, size_t count, enum part part)
{
	static const char *const names[PARTS] = {"", "ci_lo", "ci_hi"};
	static const char *const words[PARTS] = {"median over the launches",
						 "lower end of the interval of the median",
						 "upper end of the interval of the median"};
	char *family = family_name(rows[0].row, names[part]);
	bool begun = false;

	for (size_t i = 0; i < count; i++) {
		if (isnan(value_of(rows[i].row, part)))
			continue;
		if (!begun)
			put_head(out, family, rows[0].row, words[part]);
		begun = true;
		put_sample(out, family, rows[i].row, value_of(rows[i].row, part));
	}
	free(family);
}

/* Rows of one family must be of one metric, or two figures would look like one. */
static bool check_family(const struct named_row *rows, size_t count, struct reason *why)
{
	if (strstr(rows[0].family, "_ci_lo") || strstr(rows[0].family, "_ci_hi"))
		return refuse(why,
			      _("summary.csv: the metric '%.60s' would look like the end of an "
				"interval in OpenMetrics"),
			      rows[0].row->metric);
	for (size_t i = 1; i < count; i++)
		if (strcmp(rows[0].row->metric, rows[i].row->metric) != 0 ||
		    strcmp(rows[0].row->unit, rows[i].row->unit) != 0)
			return refuse(
				why,
				_("summary.csv: '%.60s' in %.20s and '%.60s' in %.20s are both "
				  "%.60s in OpenMetrics; choose one with --metric"),
				rows[0].row->metric, rows[0].row->unit, rows[i].row->metric,
				rows[i].row->unit, rows[0].family);
	return true;
}

static bool put_families(FILE *out, const struct named_row *rows, size_t count, struct reason *why)
{
	for (size_t i = 0, next; i < count; i = next) {
		for (next = i + 1; next < count; next++)
			if (strcmp(rows[i].family, rows[next].family) != 0)
				break;
		if (!check_family(&rows[i], next - i, why))
			return false;
		for (enum part part = PART_MEDIAN; part < PARTS; part++)
			put_family(out, &rows[i], next - i, part);
	}
	return true;
}

/*
 * The run in one sample, so that its id is no label of every series. It is a gauge, although the
 * format has a type "info": the older text format, which many collectors still read, lacks it.
 */
static void put_info(FILE *out, const struct summary_row *row)
{
	fputs("# TYPE " RUN_FAMILY " gauge\n# HELP " RUN_FAMILY
	      " which run and build was measured\n" RUN_FAMILY,
	      out);
	put_label(out, "run_id", row->run_id, true);
	put_label(out, "git_sha", row->git_sha, false);
	put_label(out, "build", row->build, false);
	fputs("} 1\n", out);
}

static bool write_openmetrics(FILE *out, const struct export_run *run,
			      const struct export_rows *rows, struct reason *why)
{
	struct named_row *named = xcalloc(rows->count, sizeof(*named));

	(void)run;
	for (size_t i = 0; i < rows->count; i++)
		named[i] = (struct named_row){rows->rows[i], family_name(rows->rows[i], ""), i};
	qsort(named, rows->count, sizeof(*named), by_family);
	put_info(out, rows->rows[0]);
	bool good = put_families(out, named, rows->count, why);

	for (size_t i = 0; i < rows->count; i++)
		free(named[i].family);
	free(named);
	if (!good)
		return false;
	fputs("# EOF\n", out);
	return export_finish(out, why);
}

const struct export_format export_openmetrics = {.write = write_openmetrics};
