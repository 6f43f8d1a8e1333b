/* SPDX-License-Identifier: MIT */
/* The lines of history.csv, checked cell by cell. Unlike the files of a run, a history survives a
 * bad line: the reader reports the fault and continues with the next line. */
#include "harness/base/language.h"
#include "harness/history/history.h"

#include <math.h>
#include <string.h>
#include <sys/stat.h>

static bool is_plain(const char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~' || *text == ',' || *text == '"')
			return false;
	return true;
}

/* "2026-01-02T03:04:05Z" */
static bool is_time(const char *text)
{
	static const char form[] = "0000-00-00T00:00:00Z";

	for (size_t i = 0; i < sizeof(form); i++)
		if (form[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
			return false;
	return true;
}

static bool is_direction(const char *text)
{
	return strcmp(text, "lower") == 0 || strcmp(text, "higher") == 0 ||
	       strcmp(text, "zero") == 0;
}

static bool may_be_empty(unsigned column)
{
	return column == HISTORY_SHA || column == HISTORY_ANCHOR || column == HISTORY_HOST ||
	       column == HISTORY_CPU || column == HISTORY_PARAM || column > HISTORY_MEDIAN;
}

static bool check_texts(const struct csv_reader *csv, struct reason *why)
{
	uint64_t workers;

	for (unsigned i = 0; i < HISTORY_MEDIAN; i++) {
		if (!is_plain(csv->cells[i]))
			return csv_refuse(csv, i, "no printable ASCII without comma and quote",
					  why);
		if (!*csv->cells[i] && !may_be_empty(i))
			return csv_refuse(csv, i, "empty", why);
	}
	if (!is_time(csv->cells[HISTORY_TS]))
		return csv_refuse(csv, HISTORY_TS, "no time such as 2026-01-02T03:04:05Z", why);
	if (!is_direction(csv->cells[HISTORY_BETTER]))
		return csv_refuse(csv, HISTORY_BETTER, "none of lower, higher, zero", why);
	return csv_cell_u64(csv, HISTORY_WORKERS, 1, UINT32_MAX, &workers, why);
}

static bool check_numbers(struct history_reader *reader, struct reason *why)
{
	const struct csv_reader *csv = &reader->csv;

	if (!*csv->cells[HISTORY_MEDIAN])
		return csv_refuse(csv, HISTORY_MEDIAN, "not a number", why);
	for (unsigned i = HISTORY_MEDIAN; i < HISTORY_COLUMNS; i++)
		if (!csv_cell_double(csv, i, &reader->number[i], why))
			return false;
	for (unsigned i = HISTORY_RATIO; i < HISTORY_COLUMNS; i++)
		if (reader->number[i] <= 0)
			return csv_refuse(csv, i, "no ratio: it must be above 0", why);
	if (!isnan(reader->number[HISTORY_RATIO]) && !*csv->cells[HISTORY_ANCHOR])
		return csv_refuse(csv, HISTORY_ANCHOR, "empty, but there is a ratio to it", why);
	return true;
}

bool history_open(struct history_reader *reader, const char *path, struct reason *why)
{
	struct stat status;

	*reader = (struct history_reader){0};
	if (stat(path, &status) == 0 && S_ISREG(status.st_mode) && !status.st_size)
		return true;
	reader->is_open = csv_open(&reader->csv, path, HISTORY_HEADER, why);
	if (reader->is_open)
		reader->next = reader->csv.position;
	return reader->is_open;
}

enum history_read history_next(struct history_reader *reader, struct reason *why)
{
	struct csv_reader *csv = &reader->csv;
	struct reason unreadable;
	int got = reader->is_open ? csv_next(csv, why) : 0;

	if (got == 0)
		return HISTORY_END;
	if (got > 0 && check_texts(csv, why) && check_numbers(reader, why))
		return HISTORY_GOOD;
	if (++reader->bad_lines > HISTORY_BAD_LINES_MAX) {
		refuse(why, _("%s:%zu: more than %u bad lines; this is no history file"), csv->name,
		       csv->line, HISTORY_BAD_LINES_MAX);
		return HISTORY_FAILED;
	}
	if (!csv_skip_line(csv, &unreadable)) {
		*why = unreadable;
		return HISTORY_FAILED;
	}
	reader->next = csv->position;
	return HISTORY_BAD;
}

void history_close(struct history_reader *reader)
{
	if (reader->is_open)
		csv_reader_close(&reader->csv);
	reader->is_open = false;
}
