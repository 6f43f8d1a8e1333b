/* SPDX-License-Identifier: MIT */
/* A whole CSV file in memory, for small files such as summary.csv. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/language.h"
#include "harness/data/csv.h"

struct growth {
	size_t length, capacity; /* bytes of storage */
	size_t rows_capacity;
};

static void add_row(struct csv_table *table, struct growth *growth, const struct csv_reader *reader)
{
	if (growth->length + reader->length > growth->capacity) {
		growth->capacity = (growth->length + reader->length) * 2;
		table->storage = xrealloc(table->storage, growth->capacity, 1);
	}
	memcpy(table->storage + growth->length, reader->text, reader->length);
	growth->length += reader->length;
	if (table->rows == growth->rows_capacity) {
		growth->rows_capacity = growth->rows_capacity ? growth->rows_capacity * 2 : 64;
		table->line = xrealloc(table->line, growth->rows_capacity, sizeof(*table->line));
	}
	table->line[table->rows++] = reader->line;
}

/* Find the cells, each of which ends with a NUL, after the storage has moved for the last time. */
static void find_cells(struct csv_table *table)
{
	size_t count = table->rows * table->columns;
	char *next = table->storage;

	table->cells = xcalloc(count, sizeof(*table->cells));
	for (size_t i = 0; i < count; i++) {
		table->cells[i] = next;
		next += strlen(next) + 1;
	}
}

static void take_over_header(struct csv_table *table, const struct csv_reader *reader)
{
	table->name = xstrdup(reader->name);
	table->columns = reader->columns;
	table->header = xcalloc(reader->columns, sizeof(*table->header));
	for (unsigned i = 0; i < reader->columns; i++)
		table->header[i] = xstrdup(reader->header[i]);
}

bool csv_read(struct csv_table *table, const char *path, const char *header, struct reason *why)
{
	struct growth growth = {0};
	struct csv_reader reader;
	int got;

	*table = (struct csv_table){0};
	if (!csv_open(&reader, path, header, why))
		return false;
	take_over_header(table, &reader);
	while ((got = csv_next(&reader, why)) > 0)
		add_row(table, &growth, &reader);
	csv_reader_close(&reader);
	if (got < 0) {
		csv_table_free(table);
		return false;
	}
	find_cells(table);
	return true;
}

void csv_table_free(struct csv_table *table)
{
	for (unsigned i = 0; i < table->columns; i++)
		free(table->header[i]);
	free(table->header);
	free(table->cells);
	free(table->storage);
	free(table->line);
	free(table->name);
	*table = (struct csv_table){0};
}

int csv_column(const struct csv_table *table, const char *name)
{
	for (unsigned i = 0; i < table->columns; i++)
		if (strcmp(table->header[i], name) == 0)
			return (int)i;
	return -1;
}

const char *csv_cell(const struct csv_table *table, size_t row, unsigned column)
{
	return table->cells[row * table->columns + column];
}

bool csv_number(const struct csv_table *table, size_t row, unsigned column, double *out,
		struct reason *why)
{
	const char *cell = csv_cell(table, row, column);

	*out = NAN;
	if (!*cell || parse_double(cell, out))
		return true;
	return refuse(why, _("%s:%zu: column %s: '%.40s' is not a number"), table->name,
		      table->line[row], table->header[column], cell);
}
