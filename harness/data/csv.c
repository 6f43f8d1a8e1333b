/* SPDX-License-Identifier: MIT */
#include "harness/data/csv.h"
#include "harness/base/language.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/base/format.h"
#include "harness/data/file.h"

static unsigned count_columns(const char *header)
{
	unsigned columns = 1;

	for (const char *c = header; *c; c++)
		columns += *c == ',';
	return columns;
}

static void put(struct csv_writer *csv, const char *text, size_t length)
{
	if (csv->length + length > csv->capacity) {
		csv->capacity = (csv->length + length) * 2;
		csv->row = xrealloc(csv->row, csv->capacity, 1);
	}
	memcpy(csv->row + csv->length, text, length);
	csv->length += length;
}

static void put_text(struct csv_writer *csv, const char *text)
{
	put(csv, text, strlen(text));
}

static void start_cell(struct csv_writer *csv)
{
	assert(csv->column < csv->columns && "a row has more cells than the header");
	if (csv->column++ > 0)
		put(csv, ",", 1);
}

/* Bytes that may stand outside of quotes (RFC 4180, TEXTDATA; UTF-8 beyond ASCII). */
static bool is_plain(unsigned char c)
{
	return c >= 0x20 && c != 0x7f && c != '"' && c != ',';
}

static bool is_plain_text(const char *text)
{
	for (; *text; text++)
		if (!is_plain((unsigned char)*text))
			return false;
	return true;
}

/* Control bytes other than tab and line ends become '?', as they do not belong in a text file. */
static void put_quoted(struct csv_writer *csv, const char *text)
{
	put(csv, "\"", 1);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"')
			put(csv, "\"\"", 2);
		else if (is_plain(c) || c == ',' || c == '\t' || c == '\n' || c == '\r')
			put(csv, text, 1);
		else
			put(csv, "?", 1);
	}
	put(csv, "\"", 1);
}

void csv_empty(struct csv_writer *csv)
{
	start_cell(csv);
}

void csv_text(struct csv_writer *csv, const char *text)
{
	start_cell(csv);
	if (!text)
		return;
	if (is_plain_text(text))
		put_text(csv, text);
	else
		put_quoted(csv, text);
}

void csv_u64(struct csv_writer *csv, uint64_t value)
{
	char text[24];

	start_cell(csv);
	snprintf(text, sizeof(text), "%" PRIu64, value);
	put_text(csv, text);
}

void csv_amount(struct csv_writer *csv, const uint64_t *value)
{
	if (value)
		csv_u64(csv, *value);
	else
		csv_empty(csv);
}

void csv_i64(struct csv_writer *csv, int64_t value)
{
	char text[24];

	start_cell(csv);
	snprintf(text, sizeof(text), "%" PRId64, value);
	put_text(csv, text);
}

void csv_double(struct csv_writer *csv, double value)
{
	start_cell(csv);
	if (isfinite(value))
		put_text(csv, format_exact(value).text);
}

static bool flush_row(struct csv_writer *csv, struct reason *why)
{
	bool written = fwrite(csv->row, 1, csv->length, csv->file) == csv->length &&
		       fflush(csv->file) == 0;

	if (written) {
		csv->bytes += csv->length;
		csv->length = 0;
		return true;
	}
	csv->error = errno;
	csv->failed = true;
	/* A file is cut back to its last whole row. A pipe or terminal cannot be. */
	if (!csv->attached && ftruncate(fileno(csv->file), (off_t)csv->bytes) == -1)
		return refuse(why, _("%s: cannot write: %s, and its last row is cut short"),
			      csv->path, strerror(csv->error));
	return refuse(why, _("%s: cannot write: %s"), csv->path, strerror(csv->error));
}

bool csv_end_row(struct csv_writer *csv, struct reason *why)
{
	assert(csv->column == csv->columns && "a row has fewer cells than the header");
	csv->column = 0;
	if (csv->failed)
		return refuse(why, _("%s: cannot write: %s"), csv->path, strerror(csv->error));
	put(csv, "\n", 1);
	if (!flush_row(csv, why))
		return false;
	csv->rows++;
	return true;
}

static void init(struct csv_writer *csv, FILE *file, const char *name, const char *header)
{
	*csv = (struct csv_writer){
		.file = file,
		.path = xstrdup(name),
		.columns = count_columns(header),
	};
	put_text(csv, header);
	put(csv, "\n", 1);
}

bool csv_create(struct csv_writer *csv, const char *path, const char *header, struct reason *why)
{
	const char *name = file_name(path);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	struct reason ignored;

	*csv = (struct csv_writer){.failed = true};
	if (fd < 0)
		return refuse(why, _("%s: cannot create: %s"), name, strerror(errno));
	FILE *file = fdopen(fd, "w");

	if (!file)
		die(EXIT_INTERNAL, "%s: fdopen: %s", name, strerror(errno));
	/* without a buffer each row is one write and nothing is written later */
	setvbuf(file, NULL, _IONBF, 0);
	init(csv, file, name, header);
	if (flush_row(csv, why))
		return true;
	csv_close(csv, &ignored);
	return false;
}

void csv_attach(struct csv_writer *csv, FILE *stream, const char *header)
{
	struct reason ignored;

	init(csv, stream, "standard output", header);
	csv->attached = true;
	flush_row(csv, &ignored); /* the next csv_end_row() or csv_close() reports it */
}

bool csv_close(struct csv_writer *csv, struct reason *why)
{
	bool ok = !csv->failed;

	if (!ok)
		refuse(why, _("%s: not all rows could be written"), csv->path ? csv->path : "CSV");
	if (csv->file && !csv->attached && fclose(csv->file) != 0 && ok)
		ok = refuse(why, _("%s: cannot write: %s"), csv->path, strerror(errno));
	free(csv->path);
	free(csv->row);
	*csv = (struct csv_writer){.failed = true};
	return ok;
}
