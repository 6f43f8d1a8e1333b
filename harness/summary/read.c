/* SPDX-License-Identifier: MIT */
/* summary.csv in memory; it may have been edited by hand, so nothing in it is believed unseen. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/data/record.h"
#include "harness/summary/summary.h"

/* Where each column of SUMMARY_HEADER goes. */
enum kind { WORD, PRINTABLE, WHOLE, NUMBER };

static const struct field {
	enum kind kind;
	size_t offset;
} fields[] = {
#define FIELD(kind, member)                                \
	{                                                  \
		kind, offsetof(struct summary_row, member) \
	}
	FIELD(WORD, run_id),
	FIELD(PRINTABLE, build),
	FIELD(WORD, case_name),
	FIELD(WORD, mode),
	FIELD(WHOLE, workers),
	FIELD(WORD, placement),
	FIELD(PRINTABLE, param),
	FIELD(PRINTABLE, git_sha),
	FIELD(WORD, metric),
	FIELD(WORD, unit),
	FIELD(WORD, better),
	FIELD(WHOLE, launches),
	FIELD(WHOLE, rounds),
	FIELD(NUMBER, iters),
	FIELD(NUMBER, median),
	FIELD(NUMBER, ci_lo),
	FIELD(NUMBER, ci_hi),
	FIELD(NUMBER, ci_level),
	FIELD(NUMBER, ci_reached),
	FIELD(NUMBER, min),
	FIELD(NUMBER, p25),
	FIELD(NUMBER, p75),
	FIELD(NUMBER, p90),
	FIELD(NUMBER, p99),
	FIELD(NUMBER, max),
	FIELD(NUMBER, mean),
	FIELD(NUMBER, mad),
	FIELD(NUMBER, cv),
	FIELD(NUMBER, preempted_share),
	FIELD(PRINTABLE, ratio_to),
	FIELD(NUMBER, ratio),
	FIELD(NUMBER, ratio_lo),
	FIELD(NUMBER, ratio_hi),
	FIELD(PRINTABLE, flags),
	FIELD(WORD, status),
#undef FIELD
};

static bool refuse_cell(const struct csv_table *table, size_t row, unsigned column,
			const char *what, struct reason *why)
{
	return refuse(why, "%s:%zu: column %s: '%.40s' is %s", table->name, table->line[row],
		      table->header[column], csv_cell(table, row, column), what);
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

static bool take_cell(const struct csv_table *table, size_t row, unsigned column,
		      const struct field *field, struct summary_row *out, struct reason *why)
{
	const char *cell = csv_cell(table, row, column);
	void *member = (char *)out + field->offset;

	switch (field->kind) {
	case WORD:
		if (!*cell)
			return refuse_cell(table, row, column, "empty", why);
		/* fall through */
	case PRINTABLE:
		*(const char **)member = cell;
		return is_printable(cell) ||
		       refuse_cell(table, row, column, "no printable ASCII text", why);
	case WHOLE:
		return parse_u64(cell, 0, UINT64_MAX, member) ||
		       refuse_cell(table, row, column, "no whole number", why);
	case NUMBER:
		return csv_number(table, row, column, member, why);
	}
	return false;
}

static bool take_row(const struct csv_table *table, size_t row, struct summary_row *out,
		     struct reason *why)
{
	uint64_t schema;

	if (!parse_u64(csv_cell(table, row, 0), RECORD_SCHEMA, RECORD_SCHEMA, &schema))
		return refuse_cell(table, row, 0, "a schema that this program does not know", why);
	for (unsigned i = 0; i < ARRAY_SIZE(fields); i++)
		if (!take_cell(table, row, i + 1, &fields[i], out, why))
			return false;
	return true;
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
		ok = take_row(&summary->table, i, &summary->rows[i], why);
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
