/* SPDX-License-Identifier: MIT */
/* summary.csv in memory. It may have been edited by hand, so every cell is checked. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/language.h"
#include "harness/summary/internal.h"

static bool refuse_cell(const struct row_reader *at, const char *what)
{
	const struct csv_table *table = at->table;

	return refuse(at->why, _("%s:%zu: column %s: '%.40s' is %s"), table->name,
		      table->line[at->row], table->header[at->column],
		      csv_cell(table, at->row, at->column), what);
}

/* Texts are printed on terminals and into tables: printable ASCII, of bounded length. */
static bool is_printable(const char *text)
{
	size_t length = 0;

	for (; text[length]; length++)
		if (text[length] < ' ' || text[length] > '~')
			return false;
	return length <= 400;
}

bool summary_take_schema(struct row_reader *reader)
{
	uint64_t schema;

	if (!parse_u64(csv_cell(reader->table, reader->row, reader->column), RECORD_SCHEMA,
		       RECORD_SCHEMA, &schema))
		return refuse_cell(reader, "a schema that this program does not know");
	reader->column++;
	return true;
}

bool summary_take_text(struct row_reader *reader, const char **out)
{
	*out = csv_cell(reader->table, reader->row, reader->column);
	if (!is_printable(*out))
		return refuse_cell(reader, "not printable ASCII text");
	reader->column++;
	return true;
}

bool summary_take_word(struct row_reader *reader, const char **out)
{
	if (!*csv_cell(reader->table, reader->row, reader->column))
		return refuse_cell(reader, "empty");
	return summary_take_text(reader, out);
}

bool summary_take_whole(struct row_reader *reader, uint64_t *out)
{
	if (!parse_u64(csv_cell(reader->table, reader->row, reader->column), 0, UINT64_MAX, out))
		return refuse_cell(reader, "not a whole number");
	reader->column++;
	return true;
}

bool summary_take_number(struct row_reader *reader, double *out)
{
	return csv_number(reader->table, reader->row, reader->column++, out, reader->why);
}

static bool read_row(const struct csv_table *table, size_t row, struct summary_row *out,
		     struct reason *why)
{
	struct row_reader reader = {.table = table, .row = row, .why = why};

	return summary_take_schema(&reader) SUMMARY_COLUMNS(TAKE);
}

bool summary_read(struct summary *summary, const char *run_dir, struct reason *why)
{
	char *path = xasprintf("%s/summary.csv", run_dir);
	bool ok = csv_read(&summary->table, path, SUMMARY_HEADER, why);

	free(path);
	summary->rows = NULL;
	summary->count = 0;
	if (!ok)
		return false;
	summary->rows = xcalloc(summary->table.rows, sizeof(*summary->rows));
	summary->count = summary->table.rows;
	for (size_t i = 0; ok && i < summary->count; i++)
		ok = read_row(&summary->table, i, &summary->rows[i], why);
	if (!ok)
		summary_free(summary);
	return ok;
}

void summary_free(struct summary *summary)
{
	free(summary->rows);
	csv_table_free(&summary->table);
	*summary = (struct summary){0};
}

bool summary_has_flag(const struct summary_row *row, char flag)
{
	return strchr(row->flags, flag) != NULL;
}
