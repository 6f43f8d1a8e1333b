/* SPDX-License-Identifier: MIT */
/* A page while it is made: its variables, its data blocks, its notes. */
#include "harness/chart/internal.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MOST   400 /* characters of any text */
#define REMARK_MOST 70

struct page *page_new(const char *drawing)
{
	struct page *page = xcalloc(1, sizeof(*page));

	page->drawing = drawing;
	page->level = page->launches_low = page->launches_high = NAN;
	page->rows = open_memstream(&page->rows_text, &page->rows_size);
	if (!page->rows)
		die(EXIT_INTERNAL, "out of memory");
	return page;
}

void page_finish(struct page *page)
{
	if (page->cells)
		csv_close(&page->cells_csv, NULL);
	if (fclose(page->rows) != 0 || (page->cells && fclose(page->cells) != 0))
		die(EXIT_INTERNAL, "out of memory");
}

static void *grown(void *items, size_t count, size_t *capacity, size_t size)
{
	if (count < *capacity)
		return items;
	*capacity = *capacity ? 2 * *capacity : 32;
	return xrealloc(items, *capacity, size);
}

static const char *keep(struct page *page, char *text)
{
	page->kept = grown(page->kept, page->kept_count, &page->kept_capacity, sizeof(*page->kept));
	return page->kept[page->kept_count++] = text;
}

static char *formatted(const char *format, va_list arguments) PRINTF_LIKE(1, 0);

static char *formatted(const char *format, va_list arguments)
{
	char *text;

	if (vasprintf(&text, format, arguments) == -1)
		die(EXIT_INTERNAL, "out of memory");
	return text;
}

const char *page_keep(struct page *page, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	char *text = formatted(format, arguments);
	va_end(arguments);
	return keep(page, text);
}

/* Bytes of the UTF-8 character at TEXT; 0 if it is not one. */
static size_t character_bytes(const char *text)
{
	const unsigned char *byte = (const unsigned char *)text;
	const size_t size = byte[0] < 0x80   ? 1
			    : byte[0] < 0xc2 ? 0
			    : byte[0] < 0xe0 ? 2
			    : byte[0] < 0xf0 ? 3
			    : byte[0] < 0xf5 ? 4
					     : 0;

	for (size_t i = 1; i < size; i++)
		if ((byte[i] & 0xc0) != 0x80)
			return 0;
	return size;
}

const char *page_clean(struct page *page, const char *text, size_t most)
{
	char *out = xcalloc(1, strlen(text) + sizeof("…"));
	size_t used = 0;

	for (size_t n = 0; *text; n++) {
		const size_t size = character_bytes(text);

		if (n == most) {
			memcpy(out + used, "…", strlen("…"));
			used += strlen("…");
			break;
		}
		if (size > 1)
			memcpy(out + used, text, size);
		else
			out[used] = !size ? '?' : *text < ' ' || *text == 0x7f ? ' ' : *text;
		used += size ? size : 1;
		text += size ? size : 1;
	}
	out[used] = '\0';
	return keep(page, out);
}

/* ---- variables ---- */

static struct page_variable *variable(struct page *page, const char *name)
{
	struct page_variable *v;

	for (size_t i = 0; i < page->variable_count; i++)
		if (strcmp(page->variables[i].name, name) == 0 && *name) {
			free(page->variables[i].text);
			return &page->variables[i];
		}
	page->variables = grown(page->variables, page->variable_count, &page->variable_capacity,
				sizeof(*page->variables));
	v = &page->variables[page->variable_count++];
	v->name = xstrdup(name);
	return v;
}

static void put_text(struct page *page, const char *name, const char *text)
{
	struct page_variable *v = variable(page, name);

	v->kind = PAGE_TEXT;
	v->text = xstrdup(page_clean(page, text, TEXT_MOST));
}

static void put_formatted(struct page *page, const char *name, const char *format,
			  va_list arguments) PRINTF_LIKE(3, 0);

static void put_formatted(struct page *page, const char *name, const char *format,
			  va_list arguments)
{
	char *text = formatted(format, arguments);

	put_text(page, name, text);
	free(text);
}

void page_text(struct page *page, const char *name, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	put_formatted(page, name, format, arguments);
	va_end(arguments);
}

void page_title(struct page *page, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	put_formatted(page, "title", format, arguments);
	va_end(arguments);
}

void page_subtitle(struct page *page, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	put_formatted(page, "subtitle", format, arguments);
	va_end(arguments);
}

void page_number(struct page *page, const char *name, double number)
{
	struct page_variable *v = variable(page, name);

	v->kind = PAGE_NUMBER;
	v->text = NULL;
	v->number = number;
}

void page_words(struct page *page, const char *name, const char *words)
{
	struct page_variable *v = variable(page, name);

	v->kind = PAGE_WORDS;
	v->text = xstrdup(words);
}

void page_text_at(struct page *page, const char *name, size_t index, const char *text)
{
	put_text(page, page_keep(page, "%s_%zu", name, index), text);
}

void page_number_at(struct page *page, const char *name, size_t index, double number)
{
	page_number(page, page_keep(page, "%s_%zu", name, index), number);
}

void page_command(struct page *page, const char *format, ...)
{
	struct page_variable *v = variable(page, "");
	va_list arguments;

	va_start(arguments, format);
	v->kind = PAGE_COMMAND;
	v->text = formatted(format, arguments);
	va_end(arguments);
}

/* ---- data blocks ---- */

void page_block(struct page *page, const char *format, ...)
{
	va_list arguments;

	/* gnuplot matches the beginning of a name; the end mark keeps "gil" apart from "gil27" */
	fprintf(page->rows, "%s# ", page->block_count++ ? "\n\n" : "");
	va_start(arguments, format);
	vfprintf(page->rows, format, arguments);
	va_end(arguments);
	fputs(";\n", page->rows);
}

void page_row(struct page *page, const double *numbers, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (isnan(numbers[i]))
			fprintf(page->rows, "%s?", i ? " " : "");
		else
			fprintf(page->rows, "%s%.9g", i ? " " : "", numbers[i]);
	}
	fputc('\n', page->rows);
}

/* ---- notes ---- */

void page_remark(struct page *page, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	char *text = formatted(format, arguments);
	va_end(arguments);
	char *remark = xstrdup(page_clean(page, text, REMARK_MOST));

	free(text);
	for (size_t i = 0; i < page->remark_count; i++)
		if (strcmp(page->remarks[i], remark) == 0) {
			free(remark);
			return;
		}
	if (page->remark_count == ARRAY_SIZE(page->remarks))
		free(remark);
	else
		page->remarks[page->remark_count++] = remark;
}

void page_use(struct page *page, const struct summary_row *row)
{
	for (size_t i = 0; i < page->used_count; i++)
		if (page->used[i] == row)
			return;
	page->used = grown(page->used, page->used_count, &page->used_capacity, sizeof(*page->used));
	page->used[page->used_count++] = row;
}

void page_use_cells(struct page *page, const struct csv_table *table, size_t row,
		    const char *columns)
{
	struct reason
		ignored; /* no error here: the close of open_memstream() would report full memory */
	char *copy = xstrdup(columns), *rest = copy;

	if (!page->cells) {
		page->cells = open_memstream(&page->cells_text, &page->cells_size);
		if (!page->cells)
			die(EXIT_INTERNAL, "out of memory");
		csv_attach(&page->cells_csv, page->cells, columns);
	}
	for (char *name; (name = strsep(&rest, ","));)
		csv_text(&page->cells_csv, chart_cell(table, row, name));
	csv_end_row(&page->cells_csv, &ignored);
	free(copy);
}

void page_note(struct page *page, const struct summary_row *row)
{
	const double launches = (double)row->n_launch;

	if (summary_has_flag(row, 'b'))
		page_remark(
			page,
			_("busy machine: workers were preempted in most epochs of some figures"));
	page->launches_low = fmin(page->launches_low, launches); /* fmin() ignores NAN */
	page->launches_high = fmax(page->launches_high, launches);
	if (!isnan(row->ci_lo) && isnan(page->level))
		page->level = row->ci_level;
	page_use(page, row);
}

const char *page_interval_words(struct page *page, const char *what)
{
	if (isnan(page->level) || page->level == 0)
		return _("no interval: fewer than 6 launches");
	return page_keep(page, _("%s = %s %% confidence interval of the median"), what,
			 words_digits(page->level).text);
}

void page_missing_for(struct page *page, const char *what, const char *lacking, const char *command)
{
	page->drawing = "missing";
	page_title(page, _("Not measured in this run: %s"), what);
	page_subtitle(page, _("The run folder holds %s."), lacking);
	page_text(page, "missing_command", "%s", command);
}

void page_missing(struct page *page, const char *what, const char *cases, const char *options)
{
	const char *lacking = page_keep(page, _("no usable figures of %s"), cases);
	char *filters = xstrdup(""), *copy = xstrdup(cases), *rest = copy;

	for (char *name; (name = strsep(&rest, " "));) {
		char *longer = xasprintf("%s --filter %s", filters, name);

		free(filters);
		filters = longer;
	}
	page_missing_for(page, what, lacking,
			 page_keep(page, "tollgate run%s%s%s", filters, options ? " " : "",
				   options ? options : ""));
	free(filters);
	free(copy);
}

/* ---- the foot ---- */

/* "2026-01-02", from the time of the run or from its name. */
static const char *day_of(struct page *page)
{
	static const char *const paths[] = {"started_utc", "written_utc", "run_id"};
	const char *day = "";

	for (size_t i = 0; i < ARRAY_SIZE(paths) && !*day; i++)
		day = chart_fact(page->run, paths[i]);
	if (!*day)
		day = page->run->summary.rows[0].run_id;
	if (strspn(day, "0123456789") >= 8)
		day = page_keep(page, "%.4s-%.2s-%.2s", day, day + 4, day + 6);
	return page_clean(page, page_keep(page, "%.10s", day), 10);
}

static const char *launch_words(struct page *page)
{
	const unsigned high = isnan(page->launches_high) ? 0 : (unsigned)page->launches_high;

	if (isnan(page->launches_high))
		return "";
	if (page->launches_low == page->launches_high)
		return page_keep(page, ngettext(" · %u launch", " · %u launches", high), high);
	return page_keep(page, _(" · %u to %u launches"), (unsigned)page->launches_low, high);
}

static const char *machine_words(struct page *page)
{
	const char *model = chart_fact(page->run, "machine.cpu_model");
	const char *kernel = chart_fact(page->run, "machine.kernel_release");
	const unsigned pus = page->run->pus;

	model = *model ? page_clean(page, model, 70) : _("CPU model unknown");
	if (pus)
		model = page_keep(
			page, ngettext("%s · %u processing unit", "%s · %u processing units", pus),
			model, pus);
	return *kernel ? page_keep(page, _("%s · kernel %s"), model, page_clean(page, kernel, 40))
		       : model;
}

const char *page_remarks(struct page *page)
{
	const char *remarks = "";

	for (size_t i = 0; i < page->remark_count; i++)
		remarks = page_keep(page, "%s · %s", remarks, page->remarks[i]);
	return remarks;
}

void page_caption(struct page *page)
{
	const char *commit = chart_fact(page->run, "build.git");

	if (!*commit)
		commit = page->run->summary.rows[0].git_sha;
	commit = !*commit || strcmp(commit, "unknown") == 0 ? _("of an unknown commit")
							    : page_clean(page, commit, 24);
	page_text(page, "caption_machine", "%s", machine_words(page));
	page_text(page, "caption_run", _("tollgate %s · measured %s%s%s"), commit, day_of(page),
		  launch_words(page), page_remarks(page));
}
