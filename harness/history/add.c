/* SPDX-License-Identifier: MIT */
/*
 * Adding a run to history.csv. Under a lock on the file: read it whole, keep its bad lines aside,
 * then write all new lines at once. Where only the end is bad (power went, a push was cut), it is
 * cut off; else a mended copy replaces the file. At no moment is a good line in neither.
 */
#include "harness/history/history.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/history/run.h"

struct span {
	uint64_t from, to;
};

struct file_scan {
	uint64_t end;     /* size of the file */
	struct span *bad; /* bytes of the bad lines */
	size_t bad_count;
	char *aside; /* what goes to the file beside */
	size_t aside_length;
	FILE *aside_stream;
	size_t present_line; /* of the first line of this run, 0: none */
};

/* ---- opening ---- */

static void lock(FILE *file)
{
	while (flock(fileno(file), LOCK_EX) == -1)
		if (errno != EINTR)
			die(EXIT_INTERNAL, "flock: %s", strerror(errno));
}

/* Is FILE still what PATH names? While we waited for the lock, a mended copy may have replaced it. */
static bool is_current(FILE *file, const char *path)
{
	struct stat here, there;

	must_sys(fstat(fileno(file), &here));
	return stat(path, &there) == 0 && here.st_ino == there.st_ino &&
	       here.st_dev == there.st_dev;
}

static FILE *open_locked(const char *path, struct reason *why)
{
	for (;;) {
		FILE *file = history_open(path, O_RDWR | O_CREAT | O_APPEND, why);

		if (!file)
			return NULL;
		lock(file);
		if (is_current(file, path))
			return file;
		(void)fclose(file); /* nothing was written */
	}
}

/* ---- reading what is there ---- */

static void keep_aside(struct file_scan *scan, const struct history_reader *reader,
		       const struct reason *why)
{
	FILE *out = scan->aside_stream;

	if (scan->bad_count < HISTORY_NOTES_MAX)
		note("kept aside: %s", why->text);
	scan->bad = xrealloc(scan->bad, scan->bad_count + 1, sizeof(*scan->bad));
	scan->bad[scan->bad_count++] = (struct span){reader->offset,
						     reader->offset + reader->raw_length};
	fprintf(out, "# %s\n", why->text);
	(void)fwrite(reader->raw, 1, reader->raw_length, out); /* memory: cannot fail half-way */
	if (reader->raw[reader->raw_length - 1] != '\n')
		fputc('\n', out);
}

static void compare_line(struct file_scan *scan, const struct history_reader *reader,
			 struct history_lines *lines)
{
	char *const *cells = reader->cells;

	if (strcmp(cells[HISTORY_RUN], lines->run_id) != 0)
		return;
	char *key = history_key(cells[HISTORY_CASE], cells[HISTORY_MODE], cells[HISTORY_WORKERS],
				cells[HISTORY_PLACEMENT], cells[HISTORY_PARAM],
				cells[HISTORY_METRIC]);
	struct history_line *line = history_lines_find(lines, key);

	if (line)
		line->present = true;
	if (!scan->present_line)
		scan->present_line = reader->line;
	free(key);
}

static bool scan_lines(struct file_scan *scan, struct history_reader *reader,
		       struct history_lines *lines, struct reason *why)
{
	for (;;) {
		switch (history_next(reader, why)) {
		case HISTORY_END:
			scan->end = reader->offset;
			return true;
		case HISTORY_FAILED:
			return false;
		case HISTORY_BAD:
			keep_aside(scan, reader, why);
			break;
		case HISTORY_GOOD:
			compare_line(scan, reader, lines);
			break;
		}
	}
}

static bool scan_file(struct file_scan *scan, FILE *file, const char *path,
		      struct history_lines *lines, struct reason *why)
{
	struct history_reader reader;

	*scan = (struct file_scan){0};
	if (!history_start(&reader, file, path, why))
		return false;
	scan->aside_stream = open_memstream(&scan->aside, &scan->aside_length);
	if (!scan->aside_stream)
		die(EXIT_INTERNAL, "open_memstream: %s", strerror(errno));
	bool good = scan_lines(scan, &reader, lines, why);

	if (fclose(scan->aside_stream) != 0)
		die(EXIT_INTERNAL, "open_memstream: %s", strerror(errno));
	history_finish(&reader);
	return good;
}

static void free_scan(struct file_scan *scan)
{
	free(scan->bad);
	free(scan->aside);
}

/* ---- writing ---- */

/* A new name in a folder is on the disk only when the folder is. */
static bool sync_folder(const char *path, struct reason *why)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? xasprintf("%.*s/", (int)(slash - path), path) : xstrdup(".");
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* some file systems cannot sync a folder, and say EINVAL */
	bool good = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL);

	if (!good)
		refuse(why, "%s: cannot sync: %s", folder, strerror(errno));
	if (fd >= 0)
		close(fd);
	free(folder);
	return good;
}

/* All of DATA behind what is in FD, or nothing of it. */
static bool append(int fd, uint64_t end, const char *data, size_t length, const char *name,
		   struct reason *why)
{
	if (write_all(fd, data, length) && fsync(fd) == 0)
		return true;
	int error = errno;

	if (ftruncate(fd, (off_t)end) == -1)
		return refuse(why, "%s: cannot write: %s; its last line is cut short", name,
			      strerror(error));
	return refuse(why, "%s: cannot write: %s; nothing was added", name, strerror(error));
}

static bool write_aside(const struct file_scan *scan, const char *path, struct reason *why)
{
	char *aside = xasprintf("%s.rejected", path);
	FILE *file = history_open(aside, O_RDWR | O_CREAT | O_APPEND, why);
	bool good = file != NULL;

	if (file) {
		off_t end = (off_t)must_sys(lseek(fileno(file), 0, SEEK_END));

		good = append(fileno(file), (uint64_t)end, scan->aside, scan->aside_length, aside,
			      why);
		(void)fclose(file); /* is on the disk already */
	}
	good = good && sync_folder(aside, why);
	free(aside);
	return good;
}

/* The new lines, after the header if the file has none. */
static char *gather(const struct history_lines *lines, bool with_header, size_t *length)
{
	char *data = xcalloc(lines->length + 1, 1);
	size_t used = 0;

	if (with_header) {
		used = sizeof(HISTORY_HEADER);
		memcpy(data, HISTORY_HEADER "\n", used);
	}
	for (size_t i = 0; i < lines->count; i++) {
		const struct history_line *line = &lines->lines[i];

		if (line->present)
			continue;
		memcpy(data + used, line->text, line->length);
		used += line->length;
	}
	*length = used;
	return data;
}

static bool copy_span(int from, int to, struct span span)
{
	char buffer[1 << 16];

	while (span.from < span.to) {
		size_t want = sizeof(buffer);

		if (want > span.to - span.from)
			want = (size_t)(span.to - span.from);
		ssize_t got = pread(from, buffer, want, (off_t)span.from);

		if (got <= 0 || !write_all(to, buffer, (size_t)got))
			return false;
		span.from += (uint64_t)got;
	}
	return true;
}

static bool copy_good(int from, int to, const struct file_scan *scan)
{
	uint64_t at = 0;

	for (size_t i = 0; i < scan->bad_count; i++) {
		if (!copy_span(from, to, (struct span){at, scan->bad[i].from}))
			return false;
		at = scan->bad[i].to;
	}
	return copy_span(from, to, (struct span){at, scan->end});
}

static bool write_copy(int from, int to, const struct file_scan *scan, const char *data,
		       size_t length)
{
	struct stat status;

	must_sys(fstat(from, &status));
	return copy_good(from, to, scan) && write_all(to, data, length) &&
	       fchmod(to, status.st_mode & 07777) == 0 && fsync(to) == 0;
}

/* A mended copy with the new lines takes the place of PATH, in one step. */
static bool replace(FILE *file, const char *path, const struct file_scan *scan, const char *data,
		    size_t length, struct reason *why)
{
	char *real = realpath(path, NULL); /* a link stays one */

	if (!real)
		return refuse(why, "%s: %s", path, strerror(errno));
	char *copy = xasprintf("%s.XXXXXX", real);
	int fd = mkostemp(copy, O_CLOEXEC);
	bool made = fd >= 0;
	bool good = made && write_copy(fileno(file), fd, scan, data, length);

	if (made && close(fd) != 0)
		good = false;
	good = good && rename(copy, real) == 0;
	if (!good) {
		refuse(why, "%s: cannot write a mended copy: %s; nothing was added", path,
		       strerror(errno));
		if (made)
			unlink(copy);
	}
	good = good && sync_folder(real, why);
	free(copy);
	free(real);
	return good;
}

static bool is_bad_end_only(const struct file_scan *scan)
{
	return scan->bad_count == 1 && scan->bad[0].to == scan->end;
}

static bool write_file(FILE *file, const char *path, struct file_scan *scan, const char *data,
		       size_t length, struct reason *why)
{
	bool is_new = scan->end == 0;

	if (scan->bad_count && !write_aside(scan, path, why))
		return false;
	if (scan->bad_count && !is_bad_end_only(scan))
		return replace(file, path, scan, data, length, why);
	if (scan->bad_count) {
		scan->end = scan->bad[0].from;
		if (ftruncate(fileno(file), (off_t)scan->end) == -1)
			return refuse(why, "%s: cannot cut its broken end off: %s", path,
				      strerror(errno));
	}
	return append(fileno(file), scan->end, data, length, path, why) &&
	       (!is_new || sync_folder(path, why));
}

static enum exit_code add_lines(FILE *file, const struct history_addition *addition,
				struct file_scan *scan, const struct history_lines *lines,
				struct history_added *added, struct reason *why)
{
	size_t length, present = 0;

	for (size_t i = 0; i < lines->count; i++)
		present += lines->lines[i].present;
	if (present == lines->count) {
		refuse(why, "%s:%zu: run %s is in this history already", addition->path,
		       scan->present_line, lines->run_id);
		return EXIT_USAGE;
	}
	bool no_header = scan->end == 0 || (scan->bad_count && scan->bad[0].from == 0);
	char *data = gather(lines, no_header, &length);
	bool good = write_file(file, addition->path, scan, data, length, why);

	free(data);
	added->lines = lines->count - present;
	added->present = present;
	added->rejected = scan->bad_count;
	return good ? EXIT_OK : EXIT_INTERNAL;
}

enum exit_code history_add(const struct history_addition *addition, struct history_added *added,
			   struct reason *why)
{
	struct history_lines lines;
	struct file_scan scan;
	enum exit_code code = EXIT_USAGE;

	*added = (struct history_added){0};
	if (!history_lines_make(&lines, addition, added, why))
		return EXIT_USAGE;
	FILE *file = open_locked(addition->path, why);

	if (file) {
		if (scan_file(&scan, file, addition->path, &lines, why))
			code = add_lines(file, addition, &scan, &lines, added, why);
		free_scan(&scan);
		(void)fclose(file); /* also unlocks; all is on the disk already */
	}
	history_lines_free(&lines);
	return code;
}
