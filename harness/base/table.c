/* SPDX-License-Identifier: MIT */
#include "harness/base/table.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define COLUMN_GAP 2
#define WRAP_MIN   20 /* columns: a narrower text would be harder to read than a long line */

struct cell {
	char *text;
	bool spans;
};

struct table {
	struct table_column *columns;
	size_t column_count;
	struct cell *cells;
	size_t count, capacity;
	int *width; /* per column; 0: it is not printed */
};

/* ---- filling ---- */

struct table *table_new(const struct table_column *columns, size_t count)
{
	struct table *table = xcalloc(1, sizeof(*table));

	table->columns = xcalloc(count, sizeof(*columns));
	memcpy(table->columns, columns, count * sizeof(*columns));
	table->column_count = count;
	table->width = xcalloc(count, sizeof(*table->width));
	return table;
}

static void add(struct table *table, char *text, bool spans)
{
	if (table->count == table->capacity) {
		table->capacity = table->capacity ? table->capacity * 2 : 64;
		table->cells = xrealloc(table->cells, table->capacity, sizeof(*table->cells));
	}
	table->cells[table->count++] = (struct cell){text, spans};
}

void table_cell(struct table *table, const char *format, ...)
{
	va_list arguments;
	char *text = NULL;

	va_start(arguments, format);
	int length = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (length < 0)
		die(EXIT_INTERNAL, "out of memory (text)");
	add(table, text, false);
}

void table_add_texts(struct table *table, const char *const *texts)
{
	for (; *texts; texts++)
		add(table, xstrdup(*texts), false);
}

static size_t column_at_hand(const struct table *table)
{
	return table->count % table->column_count;
}

void table_span(struct table *table, const char *text)
{
	add(table, xstrdup(text), true);
	while (column_at_hand(table) && table->columns[column_at_hand(table)].part)
		table_skip(table, 1);
}

void table_skip(struct table *table, size_t count)
{
	while (count--)
		add(table, xstrdup(""), false);
}

void table_end_row(struct table *table)
{
	table_skip(table, table->column_count - column_at_hand(table));
}

size_t table_rows(const struct table *table)
{
	return table->count / table->column_count;
}

void table_free(struct table *table)
{
	for (size_t i = 0; i < table->count; i++)
		free(table->cells[i].text);
	free(table->cells);
	free(table->columns);
	free(table->width);
	free(table);
}

/* ---- measuring ---- */

static const struct cell *cell_at(const struct table *table, size_t row, size_t column)
{
	return &table->cells[row * table->column_count + column];
}

/* A column and its parts are a group. It starts at FIRST and ends before the returned column. */
static size_t group_end(const struct table *table, size_t first)
{
	size_t end = first + 1;

	while (end < table->column_count && table->columns[end].part)
		end++;
	return end;
}

static int group_width(const struct table *table, size_t first)
{
	int width = table->width[first];

	for (size_t i = first + 1; i < group_end(table, first); i++)
		if (table->width[i])
			width += table->columns[i].gap + table->width[i];
	return width;
}

/* Set the widths of column FIRST and its parts. WIDEST_SPAN is that of texts across all of them. */
static void measure_group(struct table *table, size_t first)
{
	const char *title = table->columns[first].title;
	bool used = !table->columns[first].optional;
	int widest_span = title ? text_width(title) : 0;

	for (size_t column = first; column < group_end(table, first); column++) {
		int *width = &table->width[column];

		*width = 0;
		for (size_t row = 0; row < table_rows(table); row++) {
			const struct cell *cell = cell_at(table, row, column);
			int *widest = cell->spans ? &widest_span : width;
			int needed = text_width(cell->text);

			used |= needed > 0;
			if (needed > *widest)
				*widest = needed;
		}
	}
	if (used && widest_span > group_width(table, first))
		table->width[first] += widest_span - group_width(table, first);
}

static void measure(struct table *table)
{
	for (size_t first = 0; first < table->column_count; first = group_end(table, first))
		measure_group(table, first);
}

/* The width of the groups from column FROM up to TO, without the gap before the first. */
static int width_between(const struct table *table, size_t from, size_t to)
{
	int width = 0;

	for (size_t first = from; first < to; first = group_end(table, first))
		if (group_width(table, first))
			width += (width ? COLUMN_GAP : 0) + group_width(table, first);
	return width;
}

int table_width(struct table *table)
{
	measure(table);
	return width_between(table, 0, table->column_count);
}

/* ---- text ---- */

void table_wrap(FILE *out, const char *text, int at, int indent, int width)
{
	bool is_first = true;

	while (*(text += strspn(text, " "))) {
		const int length = (int)strcspn(text, " ");
		char *word = xasprintf("%.*s", length, text);
		const int needed = text_width(word);

		if (!is_first && width && at + 1 + needed > width) {
			fprintf(out, "\n%*s", indent, "");
			at = indent;
		} else if (!is_first) {
			fputc(' ', out);
			at++;
		}
		text_put(out, word, TEXT_PLAIN);
		at += needed;
		is_first = false;
		free(word);
		text += length;
	}
}

/* The position in a line. Blanks are written only before other text. */
struct pen {
	FILE *out;
	int blanks;
	int at;   /* column, blanks included */
	int wrap; /* the last text is broken before this column; 0: it is not broken */
};

static void put_blanks(struct pen *pen, int count)
{
	pen->blanks += count;
	pen->at += count;
}

static void put_text(struct pen *pen, const char *text, bool is_last)
{
	if (!*text)
		return;
	fprintf(pen->out, "%*s", pen->blanks, "");
	pen->blanks = 0;
	if (is_last && pen->wrap >= pen->at + WRAP_MIN)
		table_wrap(pen->out, text, pen->at, pen->at, pen->wrap);
	else
		text_put(pen->out, text, TEXT_PLAIN);
	pen->at += text_width(text);
}

static void put_aligned(struct pen *pen, const char *text, int width, enum table_align align,
			bool is_last)
{
	const int blanks = width - text_width(text);

	if (align == TABLE_RIGHT)
		put_blanks(pen, blanks);
	put_text(pen, text, is_last);
	if (align == TABLE_LEFT)
		put_blanks(pen, blanks);
}

static void put_title(struct pen *pen, const struct table *table, size_t first)
{
	bool has_parts = group_end(table, first) > first + 1;

	put_aligned(pen, table->columns[first].title, group_width(table, first),
		    has_parts ? TABLE_LEFT : table->columns[first].align, false);
}

static void put_group(struct pen *pen, const struct table *table, size_t row, size_t first)
{
	const size_t end = group_end(table, first);
	const struct cell *cell = cell_at(table, row, first);

	if (cell->spans) {
		put_aligned(pen, cell->text, group_width(table, first), TABLE_LEFT, false);
		return;
	}
	for (size_t i = first; i < end; i++) {
		if (!table->width[i])
			continue;
		put_blanks(pen, i > first ? table->columns[i].gap : 0);
		put_aligned(pen, cell_at(table, row, i)->text, table->width[i],
			    table->columns[i].align, i + 1 == table->column_count);
	}
}

#define TITLES SIZE_MAX /* in place of a row */

/* Print the first group and those from column FROM up to TO. */
static void print_line(const struct table *table, FILE *out, size_t row, size_t from, size_t to,
		       int wrap)
{
	struct pen pen = {.out = out, .wrap = wrap};

	for (size_t first = 0; first < to; first = first ? group_end(table, first) : from) {
		if (!group_width(table, first))
			continue;
		put_blanks(&pen, first ? COLUMN_GAP : 0);
		if (row == TITLES)
			put_title(&pen, table, first);
		else
			put_group(&pen, table, row, first);
	}
	fputc('\n', out);
}

static void print_between(const struct table *table, FILE *out, size_t from, size_t to, int wrap)
{
	if (table->columns[0].title)
		print_line(table, out, TITLES, from, to, 0);
	for (size_t row = 0; row < table_rows(table); row++)
		print_line(table, out, row, from, to, wrap);
}

void table_print_split(struct table *table, FILE *out, int width)
{
	const size_t second = group_end(table, 0);

	measure(table);
	for (size_t from = second, to; from < table->column_count; from = to) {
		int used = group_width(table, 0);

		for (to = from; to < table->column_count; to = group_end(table, to)) {
			used += COLUMN_GAP + group_width(table, to);
			if (width && used > width && to > from)
				break;
		}
		print_between(table, out, from, to, 0);
	}
}

/* ---- Markdown ---- */

static void put_markdown_group(const struct table *table, FILE *out, size_t row, size_t first)
{
	fputc(' ', out);
	for (size_t i = first; i < group_end(table, first); i++) {
		const char *text = cell_at(table, row, i)->text;

		if (*text)
			fprintf(out, "%*s", i > first ? table->columns[i].gap : 0, "");
		text_put(out, text, TEXT_MARKDOWN);
	}
	fputs(" |", out);
}

static void print_markdown_row(const struct table *table, FILE *out, size_t row)
{
	fputc('|', out);
	for (size_t first = 0; first < table->column_count; first = group_end(table, first))
		if (group_width(table, first))
			put_markdown_group(table, out, row, first);
	fputc('\n', out);
}

static void print_markdown(const struct table *table, FILE *out)
{
	fputc('|', out);
	for (size_t i = 0; i < table->column_count; i = group_end(table, i))
		if (group_width(table, i)) {
			fputc(' ', out);
			text_put(out, table->columns[i].title, TEXT_MARKDOWN);
			fputs(" |", out);
		}
	fputs("\n|", out);
	for (size_t i = 0; i < table->column_count; i = group_end(table, i))
		if (group_width(table, i))
			fputs(table->columns[i].align == TABLE_RIGHT ? " ---: |" : " --- |", out);
	fputc('\n', out);
	for (size_t row = 0; row < table_rows(table); row++)
		print_markdown_row(table, out, row);
}

void table_print(struct table *table, FILE *out, enum text_format format, int width)
{
	measure(table);
	if (format == TEXT_MARKDOWN)
		print_markdown(table, out);
	else
		print_between(table, out, group_end(table, 0), table->column_count, width);
}

int table_page_width(int without)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	uint64_t width;

	if (columns && parse_u64(columns, 20, 10000, &width))
		return (int)width;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20)
		return size.ws_col;
	return isatty(STDOUT_FILENO) ? 80 : without;
}
