/* SPDX-License-Identifier: MIT */
/* history.csv as a stream of lines. Unlike a run's files it survives a bad line: that is told with
 * its place, and the next one is read. So a row is a line; a quoted cell does not span lines. */
#include "harness/history/history.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const column_names[HISTORY_COLUMNS] = {
	[HISTORY_TS] = "ts_utc",         [HISTORY_SHA] = "git_sha",
	[HISTORY_ANCHOR] = "anchor_sha", [HISTORY_RUN] = "run_id",
	[HISTORY_HOST] = "host_class",   [HISTORY_CPU] = "cpu_model",
	[HISTORY_CASE] = "case",         [HISTORY_MODE] = "mode",
	[HISTORY_WORKERS] = "workers",   [HISTORY_PLACEMENT] = "placement",
	[HISTORY_PARAM] = "param",       [HISTORY_METRIC] = "metric",
	[HISTORY_UNIT] = "unit",         [HISTORY_BETTER] = "better",
	[HISTORY_MEDIAN] = "median",     [HISTORY_CI_LO] = "ci_lo",
	[HISTORY_CI_HI] = "ci_hi",       [HISTORY_RATIO] = "ratio_to_anchor",
	[HISTORY_RATIO_LO] = "ratio_lo", [HISTORY_RATIO_HI] = "ratio_hi",
};

static const char *last_component(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

FILE *history_open(const char *path, int flags, struct reason *why)
{
	const char *name = last_component(path);
	int fd = open(path, flags | O_CLOEXEC | O_NONBLOCK, 0644);
	struct stat status;

	if (fd < 0) {
		refuse(why, "%s: cannot open: %s", name, strerror(errno));
		return NULL;
	}
	must_sys(fstat(fd, &status));
	if (S_ISREG(status.st_mode) && (uint64_t)status.st_size <= HISTORY_BYTES_MAX) {
		FILE *file = fdopen(fd, (flags & O_ACCMODE) == O_RDONLY ? "r" : "r+");

		if (!file)
			die(EXIT_INTERNAL, "%s: fdopen: %s", name, strerror(errno));
		return file;
	}
	refuse(why, "%s: %s", name,
	       S_ISREG(status.st_mode) ? "larger than 1 GiB" : "not a regular file");
	close(fd);
	return NULL;
}

/* False and WHY = "history.csv:17: column median: 'x' is WHAT"; text of the user's made printable. */
static bool refuse_cell(const struct history_reader *reader, int column, const char *what,
			struct reason *why)
{
	char shown[44];

	snprintf(shown, sizeof(shown), "%.40s", reader->cells[column]);
	for (char *c = shown; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	return refuse(why, "%s:%zu: column %s: '%s' is %s", reader->name, reader->line,
		      column_names[column], shown, what);
}

static bool refuse_line(const struct history_reader *reader, const char *what, struct reason *why)
{
	return refuse(why, "%s:%zu: %s", reader->name, reader->line, what);
}

/* The next line into raw[]; false at the end of the file. */
static bool read_raw(struct history_reader *reader)
{
	ssize_t length;

	reader->offset += reader->raw_length;
	reader->raw_length = 0;
	length = getline(&reader->raw, &reader->raw_capacity, reader->file);
	if (length < 0)
		return false;
	reader->raw_length = (size_t)length;
	reader->line++;
	return true;
}

/* raw[] without its line end into text[]. NULL or what is wrong. */
static const char *take_text(struct history_reader *reader)
{
	size_t length = reader->raw_length;

	if (reader->raw[length - 1] != '\n')
		return "the last line is cut short: no newline at its end";
	length--;
	if (length && reader->raw[length - 1] == '\r')
		length--;
	if (length > HISTORY_LINE_BYTES_MAX)
		return "the line is longer than 8192 bytes";
	if (!length)
		return "an empty line";
	if (memchr(reader->raw, '\0', length))
		return "a NUL byte; this is no text";
	memcpy(reader->text, reader->raw, length);
	reader->text[length] = '\0';
	return NULL;
}

/* Take the quotes off the cell that begins at FROM; its end, or NULL if the quotes are wrong. */
static char *unquote(char *from)
{
	char *to = from;

	for (char *c = from + 1; *c; c++) {
		if (*c != '"') {
			*to++ = *c;
		} else if (c[1] == '"') {
			*to++ = *c++;
		} else {
			*to = '\0';
			return c[1] == ',' || !c[1] ? c + 1 : NULL;
		}
	}
	return NULL;
}

/* text[] into cells[]; how many there are, at most one more than there should be; -1: quotes. */
static int split(struct history_reader *reader)
{
	char *at = reader->text;

	for (int count = 0;; count++) {
		if (count == HISTORY_COLUMNS)
			return count + 1;
		reader->cells[count] = at;
		char *end = *at == '"' ? unquote(at) : strchrnul(at, ',');

		if (!end)
			return -1;
		if (!*end)
			return count + 1;
		*end = '\0';
		at = end + 1;
	}
}

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

static bool may_be_empty(int column)
{
	return column == HISTORY_SHA || column == HISTORY_ANCHOR || column == HISTORY_HOST ||
	       column == HISTORY_CPU || column == HISTORY_PARAM || column > HISTORY_MEDIAN;
}

static bool check_texts(const struct history_reader *reader, struct reason *why)
{
	uint64_t workers;

	for (int i = 0; i < HISTORY_MEDIAN; i++) {
		if (!is_plain(reader->cells[i]))
			return refuse_cell(reader, i, "no printable ASCII without comma and quote",
					   why);
		if (!*reader->cells[i] && !may_be_empty(i))
			return refuse_cell(reader, i, "empty", why);
	}
	if (!is_time(reader->cells[HISTORY_TS]))
		return refuse_cell(reader, HISTORY_TS, "no time such as 2026-01-02T03:04:05Z", why);
	if (!parse_u64(reader->cells[HISTORY_WORKERS], 1, UINT32_MAX, &workers))
		return refuse_cell(reader, HISTORY_WORKERS, "no number of workers", why);
	if (!is_direction(reader->cells[HISTORY_BETTER]))
		return refuse_cell(reader, HISTORY_BETTER, "none of lower, higher, zero", why);
	return true;
}

static bool check_numbers(struct history_reader *reader, struct reason *why)
{
	for (int i = HISTORY_MEDIAN; i < HISTORY_COLUMNS; i++) {
		reader->number[i] = NAN;
		if (!*reader->cells[i] && may_be_empty(i))
			continue;
		if (!parse_double(reader->cells[i], &reader->number[i]))
			return refuse_cell(reader, i, "no number", why);
	}
	for (int i = HISTORY_RATIO; i < HISTORY_COLUMNS; i++)
		if (reader->number[i] <= 0)
			return refuse_cell(reader, i, "no ratio: it must be above 0", why);
	if (!isnan(reader->number[HISTORY_RATIO]) && !*reader->cells[HISTORY_ANCHOR])
		return refuse_cell(reader, HISTORY_ANCHOR, "empty, but there is a ratio to it",
				   why);
	return true;
}

static bool parse(struct history_reader *reader, struct reason *why)
{
	const char *fault = take_text(reader);
	char what[80];

	if (fault)
		return refuse_line(reader, fault, why);
	int count = split(reader);

	if (count < 0)
		return refuse_line(reader, "a quoted cell does not end in this line", why);
	if (count != HISTORY_COLUMNS) {
		snprintf(what, sizeof(what), "%s cells, but the header has %d columns",
			 count < HISTORY_COLUMNS ? "too few" : "too many", HISTORY_COLUMNS);
		return refuse_line(reader, what, why);
	}
	return check_texts(reader, why) && check_numbers(reader, why);
}

/* Where the first line and the header part, as a message. */
static bool refuse_header(struct history_reader *reader, struct reason *why)
{
	int count = split(reader);

	if (count < 0)
		return refuse_line(reader, "a quoted cell does not end in this line", why);
	for (int i = 0; i < HISTORY_COLUMNS && i < count; i++)
		if (strcmp(reader->cells[i], column_names[i]) != 0)
			return refuse(why,
				      "%s:1: column %d: the header says '%.40s', expected '%s'; "
				      "this is no history file",
				      reader->name, i + 1,
				      is_plain(reader->cells[i]) ? reader->cells[i] : "?",
				      column_names[i]);
	return refuse(why, "%s:1: the header has %s columns than %d; this is no history file",
		      reader->name, count < HISTORY_COLUMNS ? "fewer" : "more", HISTORY_COLUMNS);
}

/* A file whose very first write was cut off holds a piece of the header. */
static bool is_cut_header(const struct history_reader *reader)
{
	return reader->raw_length < sizeof(HISTORY_HEADER) &&
	       memcmp(reader->raw, HISTORY_HEADER, reader->raw_length) == 0;
}

bool history_start(struct history_reader *reader, FILE *file, const char *path, struct reason *why)
{
	*reader = (struct history_reader){.file = file, .name = last_component(path)};
	if (!read_raw(reader))
		return true;
	const char *fault = take_text(reader);

	if (fault && is_cut_header(reader)) {
		/* read again, then as a bad line */
		rewind(file);
		reader->line = reader->raw_length = 0;
		return true;
	}
	if (!fault && strcmp(reader->text, HISTORY_HEADER) == 0)
		return true;
	if (fault)
		refuse_line(reader, fault, why);
	else
		refuse_header(reader, why);
	history_finish(reader);
	return false;
}

enum history_read history_next(struct history_reader *reader, struct reason *why)
{
	if (read_raw(reader))
		return parse(reader, why) ? HISTORY_GOOD : HISTORY_BAD;
	if (!ferror(reader->file))
		return HISTORY_END;
	refuse(why, "%s: cannot be read further", reader->name);
	return HISTORY_FAILED;
}

void history_finish(struct history_reader *reader)
{
	free(reader->raw);
	reader->raw = NULL;
}
