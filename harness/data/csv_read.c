/* SPDX-License-Identifier: MIT */
/* The reading half of csv.h: one strict reader, row by row. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/language.h"
#include "harness/data/csv.h"
#include "harness/data/file.h"

/* "samples.csv:17: column wall_ns: WHAT". While the header is read, the column is a number. */
static bool refuse_at(const struct csv_reader *reader, unsigned column, const char *what,
		      struct reason *why)
{
	if (reader->header && column < reader->columns && reader->header[column][0])
		return refuse(why, "%s:%zu: column %s: %s", reader->name, reader->line,
			      reader->header[column], what);
	return refuse(why, "%s:%zu: column %u: %s", reader->name, reader->line, column + 1, what);
}

bool csv_refuse(const struct csv_reader *reader, unsigned column, const char *what,
		struct reason *why)
{
	char cell[41], text[256];

	snprintf(cell, sizeof(cell), "%s", reader->cells[column]);
	for (char *c = cell; (c = strpbrk(c, "\t\r\n")); c++)
		*c = '?';
	snprintf(text, sizeof(text), "'%s' is %s", cell, what);
	return refuse_at(reader, column, text, why);
}

bool csv_cell_u64(const struct csv_reader *reader, unsigned column, uint64_t min, uint64_t max,
		  uint64_t *out, struct reason *why)
{
	char what[96];

	if (parse_u64(reader->cells[column], min, max, out))
		return true;
	snprintf(what, sizeof(what), "not a whole number from %llu to %llu",
		 (unsigned long long)min, (unsigned long long)max);
	return csv_refuse(reader, column, what, why);
}

bool csv_cell_double(const struct csv_reader *reader, unsigned column, double *out,
		     struct reason *why)
{
	*out = NAN;
	if (!reader->cells[column][0] || parse_double(reader->cells[column], out))
		return true;
	return csv_refuse(reader, column, "not a number", why);
}

static inline int take_byte(struct csv_reader *reader)
{
	int c = getc_unlocked(reader->file);

	reader->position += c != EOF;
	return c;
}

static void give_back(struct csv_reader *reader, int c)
{
	if (ungetc(c, reader->file) != EOF)
		reader->position--;
}

static inline bool append(struct csv_reader *reader, char c)
{
	if (reader->length == CSV_ROW_BYTES_MAX)
		return false;
	if (reader->length == reader->capacity) {
		reader->capacity = reader->capacity ? reader->capacity * 2 : 4096;
		reader->text = xrealloc(reader->text, reader->capacity, 1);
	}
	reader->text[reader->length++] = c;
	return true;
}

/* Counts lines. Outside of quotes CR LF becomes LF, and any other CR stays. */
static int line_end(struct csv_reader *reader, int c)
{
	if (c == '\r') {
		int next = take_byte(reader);

		if (next == '\n')
			c = next;
		else
			give_back(reader, next);
	}
	reader->line_now += c == '\n';
	return c;
}

/* NULL, or the fault of byte C inside (QUOTED) or outside of quotes. */
static const char *byte_fault(int c, bool quoted)
{
	if (c == '\0')
		return "a NUL byte; this is not a text file";
	if (quoted ? c == '\t' || c == '\n' || c == '\r' : c == '\n')
		return NULL;
	if (c == '\r')
		return "a carriage return without a line feed";
	if (c != EOF && (c < 0x20 || c == 0x7f))
		return "a control character";
	if (c == '"' && !quoted)
		return "a quote inside a cell that does not begin with one";
	return NULL;
}

static const char *read_quoted(struct csv_reader *reader, int *end)
{
	for (;;) {
		int c = take_byte(reader);
		const char *fault = byte_fault(c, true);

		if (fault)
			return fault;
		if (c == EOF)
			return "a quote is opened and never closed";
		if (c == '"') {
			c = take_byte(reader);
			if (c != '"') {
				*end = line_end(reader, c);
				break;
			}
		}
		reader->line_now += c == '\n';
		if (!append(reader, (char)c))
			return "the row is longer than 1 MiB";
	}
	if (*end != ',' && *end != '\n' && *end != EOF)
		return "text behind a closing quote; a quote inside is written twice";
	return NULL;
}

/* True for a byte that a cell may hold without a further check, as most are. */
static bool is_plain(int c)
{
	return c >= 0x20 && c != ',' && c != '"' && c != 0x7f;
}

static const char *read_plain(struct csv_reader *reader, int c, int *end)
{
	while (is_plain(c)) {
		if (!append(reader, (char)c))
			return "the row is longer than 1 MiB";
		c = take_byte(reader);
	}
	c = line_end(reader, c);
	*end = c;
	return c == ',' || c == EOF ? NULL : byte_fault(c, false);
}

/* Read one cell and the byte behind it. NULL, or the fault. */
static const char *read_cell(struct csv_reader *reader, int *end)
{
	int c = take_byte(reader);
	const char *fault = c == '"' ? read_quoted(reader, end) : read_plain(reader, c, end);

	if (fault)
		return fault;
	if (*end == EOF)
		return ferror(reader->file) ? "the file cannot be read further"
					    : "the last line is cut short: no newline at its end";
	return append(reader, '\0') ? NULL : "the row is longer than 1 MiB";
}

static bool at_end(struct csv_reader *reader)
{
	int c = take_byte(reader);

	if (c == EOF)
		return !ferror(reader->file);
	give_back(reader, c);
	return false;
}

/* Read the row into cells[]. Returns the number of cells, 0 at the end of the file, -1 and WHY. */
static int read_row(struct csv_reader *reader, struct reason *why)
{
	size_t start[CSV_COLUMNS_MAX];
	unsigned count = 0;
	int end = ',';

	if (at_end(reader))
		return 0;
	reader->length = 0;
	reader->line = reader->line_now;
	reader->offset = reader->position;
	reader->is_ended = false;
	while (end == ',') {
		if (count == CSV_COLUMNS_MAX) {
			refuse_at(reader, count, "more than 256 columns", why);
			return -1;
		}
		start[count] = reader->length;
		const char *fault = read_cell(reader, &end);

		if (fault) {
			refuse_at(reader, count, fault, why);
			return -1;
		}
		count++;
	}
	reader->is_ended = true;
	for (unsigned i = 0; i < count; i++)
		reader->cells[i] = reader->text + start[i];
	return (int)count;
}

int csv_next(struct csv_reader *reader, struct reason *why)
{
	int count = read_row(reader, why);

	if (count <= 0 || (unsigned)count == reader->columns)
		return count > 0 ? 1 : count;
	refuse(why, _("%s:%zu: %d cells, but the header has %u columns"), reader->name,
	       reader->line, count, reader->columns);
	return -1;
}

bool csv_skip_line(struct csv_reader *reader, struct reason *why)
{
	bool is_behind = reader->is_ended && reader->line_now == reader->line + 1;
	int c = EOF;

	if (!is_behind && reader->line_now > reader->line) {
		/* an open quote has swallowed the lines that follow */
		must_sys(fseeko(reader->file, (off_t)reader->offset, SEEK_SET));
		reader->position = reader->offset;
	}
	if (!is_behind) {
		while ((c = take_byte(reader)) != EOF && c != '\n')
			;
		reader->line_now = reader->line + (c == '\n');
	}
	return !ferror(reader->file) || refuse(why, _("%s:%zu: the file cannot be read further"),
					       reader->name, reader->line);
}

static bool check_names(const struct csv_reader *reader, struct reason *why)
{
	for (unsigned i = 0; i < reader->columns; i++) {
		if (!reader->header[i][0])
			return refuse_at(reader, i, "a column without a name", why);
		for (unsigned j = 0; j < i; j++)
			if (strcmp(reader->header[i], reader->header[j]) == 0)
				return refuse_at(reader, i, "an earlier column has this name", why);
	}
	return true;
}

/* True if NAME equals the comma-list item at *REST. Moves *REST behind it. */
static bool is_next_name(const char **rest, const char *name)
{
	size_t length = strcspn(*rest, ",");
	bool same = strlen(name) == length && memcmp(*rest, name, length) == 0;

	*rest += length + ((*rest)[length] == ',');
	return same;
}

static bool check_header(const struct csv_reader *reader, const char *wanted, struct reason *why)
{
	const char *rest = wanted;
	char what[128];

	for (unsigned i = 0; i < reader->columns; i++) {
		const char *item = rest;

		if (is_next_name(&rest, reader->header[i]))
			continue;
		snprintf(what, sizeof(what), "the header says '%.40s', expected '%.*s'",
			 reader->header[i], (int)strcspn(item, ","), item);
		return refuse(why, "%s:1: column %u: %s", reader->name, i + 1, what);
	}
	if (*rest)
		return refuse(why, _("%s:1: the header lacks '%s'"), reader->name, rest);
	return true;
}

static bool take_header(struct csv_reader *reader, const char *wanted, struct reason *why)
{
	int count = read_row(reader, why);

	if (count < 0)
		return false;
	if (count == 0)
		return refuse(why, _("%s: empty, not even a header line"), reader->name);
	char **header = xcalloc((size_t)count, sizeof(*header));

	for (int i = 0; i < count; i++)
		header[i] = xstrdup(reader->cells[i]);
	reader->header = header;
	reader->columns = (unsigned)count;
	return check_names(reader, why) && (!wanted || check_header(reader, wanted, why));
}

bool csv_open(struct csv_reader *reader, const char *path, const char *header, struct reason *why)
{
	FILE *file = file_open(path, CSV_BYTES_MAX, why);

	if (!file)
		return false;
	*reader = (struct csv_reader){
		.file = file,
		.name = xstrdup(file_name(path)),
		.line = 1,
		.line_now = 1,
	};
	if (take_header(reader, header, why))
		return true;
	csv_reader_close(reader);
	return false;
}

void csv_reader_close(struct csv_reader *reader)
{
	for (unsigned i = 0; i < reader->columns; i++)
		free(reader->header[i]);
	free(reader->header);
	free(reader->text);
	free(reader->name);
	fclose(reader->file); /* only read, so a failure does not matter */
	*reader = (struct csv_reader){0};
}
