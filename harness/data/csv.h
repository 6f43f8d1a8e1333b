/* SPDX-License-Identifier: MIT */
/*
 * csv - RFC 4180 with LF line ends, '.' as decimal point in every locale, one header line, an empty
 * cell for "not measured" (never 0, never NaN). The writer flushes each row, so an interrupted file
 * is valid. The reader is strict. A refusal names the file, the line and the column.
 */
#ifndef TOLLGATE_DATA_CSV_H
#define TOLLGATE_DATA_CSV_H

#include <stdio.h>

#include "harness/base/util.h"

struct csv_writer {
	FILE *file;
	char *path; /* for messages: the last component only */
	unsigned columns, column;
	uint64_t rows;
	uint64_t bytes; /* written so far, whole rows only */
	char *row;      /* the row being built, LENGTH bytes of it */
	size_t length, capacity;
	bool attached, failed;
	int error; /* errno of the write that failed */
};

/* Create PATH (it must not exist) and write HEADER, a comma list of column names. */
bool csv_create(struct csv_writer *csv, const char *path, const char *header, struct reason *why);
/* Write to an open stream instead (stdout), which csv_close() then does not close. */
void csv_attach(struct csv_writer *csv, FILE *stream, const char *header);

/* One cell each, in header order. Text is quoted if necessary. */
void csv_text(struct csv_writer *csv, const char *text); /* NULL: empty */
void csv_u64(struct csv_writer *csv, uint64_t value);
void csv_i64(struct csv_writer *csv, int64_t value);
void csv_amount(struct csv_writer *csv, const uint64_t *value); /* NULL: empty */
void csv_double(struct csv_writer *csv,
		double value); /* shortest text that reads back; NAN/inf: empty */
void csv_empty(struct csv_writer *csv);
/*
 * End the row: asserts that it has as many cells as the header, writes the whole row at once and
 * flushes. False and WHY on a full disk or closed pipe. The file then ends with a whole row.
 */
bool csv_end_row(struct csv_writer *csv, struct reason *why);
bool csv_close(struct csv_writer *csv, struct reason *why);

#define CSV_COLUMNS_MAX   256u
#define CSV_ROW_BYTES_MAX (1u << 20)
#define CSV_BYTES_MAX     (UINT64_C(1) << 30)

/*
 * A CSV file that is read row by row, not held in memory. It refuses, with file, line and column,
 * anything malformed, a row of another length, a cut last line, control bytes and a repeated
 * column. Line ends may be LF or CR LF.
 */
struct csv_reader {
	FILE *file;
	char *name;    /* last component of the path, for messages */
	char **header; /* column names, COLUMNS of them */
	unsigned columns;
	char *cells[CSV_COLUMNS_MAX]; /* of the row read last */
	size_t line;                  /* line in which that row begins */
	size_t line_now;
	uint64_t offset;   /* of the first byte of that row in the file */
	uint64_t position; /* bytes of the file that were read */
	bool is_ended;     /* that row was read up to its line end */
	char *text; /* the row's cells one behind the other, each ended by a NUL: LENGTH bytes */
	size_t length, capacity;
};

/*
 * Open PATH, a regular file whose header must be exactly HEADER (NULL: any). On failure there is
 * nothing to close.
 */
bool csv_open(struct csv_reader *reader, const char *path, const char *header, struct reason *why);
/* 1: cells[] holds the next row; 0: end of file; -1: WHY says what is wrong. */
int csv_next(struct csv_reader *reader, struct reason *why);
/*
 * After a refused row, continue behind its first line, which is from `offset` to `position`. False
 * and WHY if the file cannot be read further.
 */
bool csv_skip_line(struct csv_reader *reader, struct reason *why);
void csv_reader_close(struct csv_reader *reader);
/* False, and WHY = "samples.csv:17: column wall_ns: 'x' is ...". */
bool csv_refuse(const struct csv_reader *reader, unsigned column, const char *what,
		struct reason *why);
/* The cell as a whole number in [min, max]. Anything else, empty included, is refused. */
bool csv_cell_u64(const struct csv_reader *reader, unsigned column, uint64_t min, uint64_t max,
		  uint64_t *out, struct reason *why);
/* The cell as a finite number; empty gives NAN. */
bool csv_cell_double(const struct csv_reader *reader, unsigned column, double *out,
		     struct reason *why);

/* A whole CSV file in memory: rows of cells. Column names are looked up once. */
struct csv_table {
	char *name;    /* file name for messages */
	char *storage; /* all bytes; cells point into it */
	char **cells;  /* rows * columns, row-major */
	unsigned columns;
	size_t rows;
	char **header;
	size_t *line; /* line number of each row */
};

/*
 * Read PATH; its header must be exactly HEADER (NULL: any). Bounds: 1 GiB, 256 columns. False and
 * WHY
 * ("samples.csv:17: column wall_ns: ...") on anything malformed, a row of another length, a cut
 * last line, or a NUL byte.
 */
bool csv_read(struct csv_table *table, const char *path, const char *header, struct reason *why);
void csv_table_free(struct csv_table *table);
/* Index of column NAME or -1. */
int csv_column(const struct csv_table *table, const char *name);
const char *csv_cell(const struct csv_table *table, size_t row, unsigned column);
/* The cell as a number; an empty cell gives NAN and true. False and WHY for anything else. */
bool csv_number(const struct csv_table *table, size_t row, unsigned column, double *out,
		struct reason *why);

#endif
