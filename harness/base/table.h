/* SPDX-License-Identifier: MIT */
/*
 * table - a table for people: columns as wide as their cells, numbers aligned right, long texts and
 * long rows broken at the width of the page, or the same table in Markdown.
 */
#ifndef TOLLGATE_BASE_TABLE_H
#define TOLLGATE_BASE_TABLE_H

#include "harness/base/text.h"
#include "harness/base/util.h"

enum table_align { TABLE_LEFT, TABLE_RIGHT };

struct table_column {
	const char *title; /* NULL in the first column: no line of titles */
	enum table_align align;
	bool optional; /* left out if all its cells are empty */
	/*
	 * A part of the column before it, such as the unit of a number. It has no title, follows
	 * after GAP blanks, and shares one cell with that column in Markdown.
	 */
	bool part;
	int gap;
};

/* A new table of COUNT columns. Cells are added row by row; table_free() it. */
struct table *table_new(const struct table_column *columns, size_t count);
/* Add the next cell of the row, like printf. Text of any origin is escaped when it is printed. */
void table_cell(struct table *table, const char *format, ...) PRINTF_LIKE(2, 3);
/* Add TEXTS, up to a NULL, as the next cells. */
void table_add_texts(struct table *table, const char *const *texts);
/* The same for listed texts: table_texts(table, "a", "b", NULL). */
#define table_texts(table, ...) table_add_texts((table), (const char *const[]){__VA_ARGS__})
/* One text, at the left, fills the next cell and all its parts, such as the reason of a gap. */
void table_span(struct table *table, const char *text);
/* Add COUNT empty cells. */
void table_skip(struct table *table, size_t count);
/* End the row. Its missing cells are empty. */
void table_end_row(struct table *table);
size_t table_rows(const struct table *table);

/* The width of the widest row on the screen. A page of this width needs no line break. */
int table_width(struct table *table);

/*
 * Print TABLE in FORMAT (not TEXT_HTML). WIDTH is the width of the page, 0 if it has none. Where a
 * row is too long, the last column is broken between words if it is a text, with its other lines
 * below it.
 */
void table_print(struct table *table, FILE *out, enum text_format format, int width);
/* Print as text. If a row is too long, print several tables, each with the first column. */
void table_print_split(struct table *table, FILE *out, int width);
void table_free(struct table *table);

/*
 * Write TEXT from column AT on, the present end of the line. The line is broken between words
 * before column WIDTH (0: never), and the next lines begin at column INDENT. No line break at the
 * end.
 */
void table_wrap(FILE *out, const char *text, int at, int indent, int width);

/* The width of the page for standard output: COLUMNS, the terminal's, or WITHOUT if it is none. */
int table_page_width(int without);

#endif
