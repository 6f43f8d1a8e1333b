/* SPDX-License-Identifier: MIT */
#include "harness/validate/validate.h"

#include <math.h>
#include <string.h>

#include "harness/base/format.h"
#include "harness/base/table.h"
#include "harness/base/version.h"
#include "harness/data/csv.h"
#include "harness/data/json.h"

/* ---- for people ---- */

struct cell {
	char text[64];
};

static struct cell bounds(const struct judged_figure *figure, bool utf8)
{
	const struct format_text lo = format_si(figure->bound_lo, figure->unit, utf8);
	const struct format_text hi = format_si(figure->bound_hi, figure->unit, utf8);
	struct cell cell = {"-"};

	if (!isfinite(figure->bound_lo))
		return cell;
	if (figure->kind == BOUND_RATIO)
		snprintf(cell.text, sizeof(cell.text), "%.3f..%.3f of real", figure->bound_lo,
			 figure->bound_hi);
	else if (figure->bound_hi >= NO_LIMIT)
		snprintf(cell.text, sizeof(cell.text), "at least %.30s", lo.text);
	else if (figure->bound_lo == figure->bound_hi)
		snprintf(cell.text, sizeof(cell.text), "exactly %.30s", lo.text);
	else
		snprintf(cell.text, sizeof(cell.text), "%.25s..%.25s", lo.text, hi.text);
	return cell;
}

static struct cell ratio(const struct judged_figure *figure)
{
	struct cell cell = {""};

	if (isfinite(figure->ratio))
		snprintf(cell.text, sizeof(cell.text), "%.3f [%.3f..%.3f]", figure->ratio,
			 figure->ratio_lo, figure->ratio_hi);
	return cell;
}

static void print_contest(FILE *file, const struct contest *contest)
{
	if (contest->family == FAMILY_NO_GIL)
		return;
	fprintf(file, "%s: mode %s against %s\n", contest->policy,
		contest->emulated ? contest->emulated->name : "-",
		contest->real ? contest->real->name : "nothing (no-libpython)");
}

static void add_figure(struct table *table, const struct judged_figure *figure, bool utf8)
{
	table_texts(table, figure->name, format_si(figure->emulated, figure->unit, utf8).text,
		    format_si(figure->real, figure->unit, utf8).text, ratio(figure).text,
		    bounds(figure, utf8).text, NULL);
	table_cell(table, "%s%s%s", judgement_name(figure->judgement), *figure->reason ? ": " : "",
		   figure->reason);
}

void validate_print_table(FILE *file, const struct validation *v, const struct contest *contests,
			  unsigned count)
{
	static const struct table_column columns[] = {
		{.title = "figure"},
		{.title = "emulated", .align = TABLE_RIGHT},
		{.title = "real", .align = TABLE_RIGHT},
		{.title = "ratio"},
		{.title = "bound"},
		{.title = "verdict"},
	};
	struct table *table = table_new(columns, ARRAY_SIZE(columns));
	const bool utf8 = format_locale_is_utf8();
	unsigned counts[JUDGEMENTS] = {0};

	for (unsigned i = 0; i < count; i++)
		print_contest(file, &contests[i]);
	for (unsigned i = 0; i < v->figure_count; i++) {
		counts[v->figures[i].judgement]++;
		add_figure(table, &v->figures[i], utf8);
	}
	fputc('\n', file);
	table_print(table, file, TEXT_PLAIN, table_page_width(0));
	table_free(table);
	fprintf(file, "\n%u inside, %u outside, %u not judged\n", counts[JUDGED_INSIDE],
		counts[JUDGED_OUTSIDE], counts[NOT_JUDGED]);
}

/* ---- for programs ---- */

static double upper_bound(const struct judged_figure *figure)
{
	return figure->bound_hi < NO_LIMIT ? figure->bound_hi : NAN;
}

bool validate_print_csv(FILE *file, const struct validation *v, struct reason *why)
{
	struct csv_writer csv;
	bool good = true;

	csv_attach(&csv, file, VALIDATE_HEADER);
	for (unsigned i = 0; good && i < v->figure_count; i++) {
		const struct judged_figure *figure = &v->figures[i];

		csv_text(&csv, figure->name);
		csv_double(&csv, figure->emulated);
		csv_double(&csv, figure->real);
		csv_double(&csv, figure->ratio);
		csv_double(&csv, figure->ratio_lo);
		csv_double(&csv, figure->ratio_hi);
		csv_double(&csv, figure->bound_lo);
		csv_double(&csv, upper_bound(figure));
		csv_text(&csv, figure->unit);
		csv_text(&csv, judgement_name(figure->judgement));
		csv_text(&csv, figure->reason);
		good = csv_end_row(&csv, why);
	}
	return csv_close(&csv, good ? why : NULL) && good;
}

static void json_contests(struct json_writer *json, const struct contest *contests, unsigned count)
{
	json_open(json, "contests", '[');
	for (unsigned i = 0; i < count; i++) {
		if (contests[i].family == FAMILY_NO_GIL)
			continue;
		json_open(json, NULL, '{');
		json_text(json, "policy", contests[i].policy);
		json_text(json, "emulated",
			  contests[i].emulated ? contests[i].emulated->name : NULL);
		json_text(json, "real", contests[i].real ? contests[i].real->name : NULL);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void json_figure(struct json_writer *json, const struct judged_figure *figure)
{
	json_open(json, NULL, '{');
	json_text(json, "figure", figure->name);
	json_text(json, "unit", figure->unit);
	json_double(json, "emulated", figure->emulated);
	json_double(json, "real", figure->real);
	json_double(json, "ratio", figure->ratio);
	json_double(json, "ratio_lo", figure->ratio_lo);
	json_double(json, "ratio_hi", figure->ratio_hi);
	json_double(json, "bound_lo", figure->bound_lo);
	json_double(json, "bound_hi", upper_bound(figure));
	json_text(json, "verdict", judgement_name(figure->judgement));
	json_text(json, "reason", *figure->reason ? figure->reason : NULL);
	json_close(json, '}');
}

bool validate_print_json(FILE *file, const struct validation *v, const struct contest *contests,
			 unsigned count)
{
	struct json_writer json;

	json_start(&json, file);
	json_open(&json, NULL, '{');
	json_text(&json, "version", TOLLGATE_VERSION);
	json_bool(&json, "quick", v->quick);
	json_u64(&json, "launches", v->launches);
	json_contests(&json, contests, count);
	json_open(&json, "figures", '[');
	for (unsigned i = 0; i < v->figure_count; i++)
		json_figure(&json, &v->figures[i]);
	json_close(&json, ']');
	json_close(&json, '}');
	return json_finish(&json);
}
