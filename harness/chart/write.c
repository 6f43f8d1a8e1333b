/* SPDX-License-Identifier: MIT */
/* Writes a finished page for gnuplot, for people, and for programs. */
#include "harness/base/language.h"
#include "harness/chart/internal.h"

#include <math.h>
#include <string.h>

#include "harness/data/json.h"

/* A single-quoted gnuplot string in which the markup of enhanced text is plain text. */
static void write_quoted(FILE *out, const char *text)
{
	fputc('\'', out);
	for (; *text; text++) {
		if (strchr("\\_^{}@&~", *text))
			fputc('\\', out);
		if (*text == '\'')
			fputc('\'', out);
		fputc(*text, out);
	}
	fputc('\'', out);
}

static void write_variable(FILE *out, const struct page_variable *variable)
{
	switch (variable->kind) {
	case PAGE_TEXT:
		fprintf(out, "%s = ", variable->name);
		write_quoted(out, variable->text);
		break;
	case PAGE_NUMBER:
		fprintf(out, "%s = %.9g", variable->name, variable->number);
		break;
	case PAGE_WORDS:
		fprintf(out, "%s = \"%s\"", variable->name, variable->text);
		break;
	case PAGE_COMMAND:
		fputs(variable->text, out);
		break;
	}
	fputc('\n', out);
}

void chart_write_gnuplot(FILE *out, const struct page *page)
{
	fputs("load \"style.gp\"\n", out);
	for (size_t i = 0; i < page->variable_count; i++)
		write_variable(out, &page->variables[i]);
	if (page->rows_size)
		fprintf(out, "$DATA << end_of_data\n%send_of_data\n", page->rows_text);
	fprintf(out, "load \"%s.gp\"\n", page->drawing);
}

#define FIGURE_HEADER                                                                         \
	"case,mode,workers,placement,param,metric,unit,median,ci_lo,ci_hi,ci_level,n_launch," \
	"ratio_to,ratio,ratio_lo,ratio_hi,flags,status"

static bool write_row(struct csv_writer *csv, const struct summary_row *row, struct reason *why)
{
	csv_text(csv, row->case_name);
	csv_text(csv, row->mode);
	csv_u64(csv, row->workers);
	csv_text(csv, row->placement);
	csv_text(csv, row->param);
	csv_text(csv, row->metric);
	csv_text(csv, row->unit);
	csv_double(csv, row->median);
	csv_double(csv, row->ci_lo);
	csv_double(csv, row->ci_hi);
	csv_double(csv, row->ci_level);
	csv_u64(csv, row->n_launch);
	csv_text(csv, row->ratio_to);
	csv_double(csv, row->ratio);
	csv_double(csv, row->ratio_lo);
	csv_double(csv, row->ratio_hi);
	csv_text(csv, row->flags);
	csv_text(csv, row->status);
	return csv_end_row(csv, why);
}

bool chart_write_csv(FILE *out, const struct page *page, struct reason *why)
{
	struct csv_writer csv;
	bool good = true;

	if (chart_is_missing(page))
		return true;
	if (page->cells_text)
		return fputs(page->cells_text, out) >= 0 || refuse(why, _("cannot write"));
	if (!page->used_count)
		return true;
	csv_attach(&csv, out, FIGURE_HEADER);
	for (size_t i = 0; good && i < page->used_count; i++)
		good = write_row(&csv, page->used[i], why);
	return csv_close(&csv, good ? why : NULL) && good;
}

/* The texts at the head and the foot of a page come first, once. */
static const char *const frame[] = {"title", "subtitle", "missing_command", "caption_machine",
				    "caption_run"};

static bool is_frame(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(frame); i++)
		if (strcmp(frame[i], name) == 0)
			return true;
	return false;
}

static const char *text_of(const struct page *page, const char *name)
{
	for (size_t i = 0; i < page->variable_count; i++)
		if (page->variables[i].kind == PAGE_TEXT &&
		    strcmp(page->variables[i].name, name) == 0)
			return page->variables[i].text;
	return NULL;
}

void chart_write_text(FILE *out, const struct page *page)
{
	for (size_t i = 0; i < ARRAY_SIZE(frame); i++)
		if (text_of(page, frame[i]))
			fprintf(out, "%s\n", text_of(page, frame[i]));
	for (size_t i = 0; i < page->variable_count; i++) {
		const struct page_variable *variable = &page->variables[i];

		if (variable->kind == PAGE_TEXT && *variable->text && !is_frame(variable->name))
			fprintf(out, "  %-20s %s\n", variable->name, variable->text);
	}
}

static void write_json_row(struct json_writer *json, const struct summary_row *row)
{
	json_open(json, NULL, '{');
	json_text(json, "case", row->case_name);
	json_text(json, "mode", row->mode);
	json_u64(json, "workers", row->workers);
	json_text(json, "placement", row->placement);
	json_text(json, "param", row->param);
	json_text(json, "metric", row->metric);
	json_text(json, "unit", row->unit);
	json_double(json, "median", row->median);
	json_double(json, "ci_lo", row->ci_lo);
	json_double(json, "ci_hi", row->ci_hi);
	json_text(json, "status", row->status);
	json_close(json, '}');
}

void chart_write_json(FILE *out, const struct page *page)
{
	struct json_writer json;

	json_start(&json, out);
	json_open(&json, NULL, '{');
	json_text(&json, "chart", page->chart->name);
	json_bool(&json, "measured", !chart_is_missing(page));
	json_open(&json, "words", '{');
	for (size_t i = 0; i < page->variable_count; i++)
		if (page->variables[i].kind == PAGE_TEXT)
			json_text(&json, page->variables[i].name, page->variables[i].text);
	json_close(&json, '}');
	json_open(&json, "rows", '[');
	for (size_t i = 0; i < page->used_count; i++)
		write_json_row(&json, page->used[i]);
	json_close(&json, ']');
	json_close(&json, '}');
	json_finish(&json);
}
