/* SPDX-License-Identifier: MIT */
/*
 * Adds a run to history.csv. Under a lock on the file it copies the good lines and the new lines into
 * a second file, appends the bad lines to a copy of history.csv.rejected, and gives each new file the
 * name of its predecessor. So at any moment either the old or the new file exists as a whole.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/base/language.h"
#include "harness/history/run.h"

/* ---- the lock ---- */

/* Does PATH still name the file FD? Another run may have replaced it during the wait for the lock. */
static bool is_current(int fd, const char *path)
{
	struct stat here, there;

	must_sys(fstat(fd, &here));
	return stat(path, &there) == 0 && here.st_ino == there.st_ino &&
	       here.st_dev == there.st_dev;
}

/* Open PATH, create it if it is missing, and lock it until it is closed. -1 and WHY on failure. */
static int open_locked(const char *path, struct reason *why)
{
	for (;;) {
		int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0644);

		if (fd < 0) {
			refuse(why, _("%s: cannot open: %s"), path, strerror(errno));
			return -1;
		}
		while (flock(fd, LOCK_EX) == -1)
			if (errno != EINTR)
				die(EXIT_INTERNAL, "flock: %s", strerror(errno));
		if (is_current(fd, path))
			return fd;
		close(fd);
	}
}

/* ---- a file that replaces another ---- */

struct successor {
	char *path, *temporary;
	FILE *file;
};

/* Begin the new file for PATH, which must be a regular file or missing. */
static bool begin(struct successor *next, const char *path, struct reason *why)
{
	struct stat status;
	char *real = realpath(path, NULL); /* a link stays a link */

	if (real && (stat(real, &status) == -1 || !S_ISREG(status.st_mode))) {
		free(real);
		return refuse(why, _("%s: not a regular file"), path);
	}
	*next = (struct successor){.path = real ? real : xstrdup(path)};
	next->temporary = xasprintf("%s.new", next->path);
	(void)unlink(next->temporary); /* left by a killed writer */
	int fd = open(next->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		      real ? status.st_mode & 0777 : 0644);

	if (fd < 0)
		return refuse(why, _("%s: cannot create: %s"), next->temporary, strerror(errno));
	next->file = fdopen(fd, "w");
	if (!next->file)
		die(EXIT_INTERNAL, "%s: fdopen: %s", next->temporary, strerror(errno));
	if (real)
		(void)fchmod(fd, status.st_mode & 07777); /* the umask would cut it; may fail */
	return true;
}

/* A new name in a folder is on the disk only after the folder is. */
static bool sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? xasprintf("%.*s/", (int)(slash - path), path) : xstrdup(".");
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* some file systems cannot sync a folder and return EINVAL */
	bool good = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL);

	if (fd >= 0)
		close(fd);
	free(folder);
	return good;
}

/* Sync the finished file to the disk and rename it to its final name. */
static bool finish(struct successor *next, struct reason *why)
{
	if (fflush(next->file) != 0 || fsync(fileno(next->file)) == -1 ||
	    rename(next->temporary, next->path) == -1)
		return refuse(why, _("%s: cannot write: %s; nothing was added"), next->path,
			      strerror(errno));
	(void)fclose(next->file); /* it is already on the disk */
	next->file = NULL;
	return sync_folder(next->path) ||
	       refuse(why, _("%s: cannot sync its folder: %s"), next->path, strerror(errno));
}

/* Remove an unfinished file. NEXT may not have been begun. */
static void discard(struct successor *next)
{
	if (next->file) {
		(void)fclose(next->file);
		(void)unlink(next->temporary);
	}
	free(next->temporary);
	free(next->path);
}

/* Copy the bytes from AT up to END of file FROM. False and errno on failure. */
static bool copy_bytes(FILE *to, int from, uint64_t at, uint64_t end)
{
	char buffer[1 << 16];

	while (at < end) {
		size_t want = end - at < sizeof(buffer) ? (size_t)(end - at) : sizeof(buffer);
		ssize_t got = pread(from, buffer, want, (off_t)at);

		if (got == 0)
			errno = EIO;
		if (got <= 0 || fwrite(buffer, 1, (size_t)got, to) != (size_t)got)
			return false;
		at += (uint64_t)got;
	}
	return true;
}

/* ---- from the old file to the new one ---- */

struct rewrite {
	const char *path;
	int old;
	struct history_lines *lines;
	struct history_reader reader;
	struct csv_writer csv;
	struct successor next, rejected;
	uint64_t copied;     /* the old file is copied up to here */
	size_t present_line; /* number of the first line of this run; 0: none */
};

static bool cannot_write(const struct rewrite *rewrite, struct reason *why)
{
	return refuse(why, _("%s: cannot write: %s; nothing was added"), rewrite->path,
		      strerror(rewrite->csv.failed ? rewrite->csv.error : errno));
}

/* Begin the new history.csv.rejected as a copy of the old one. */
static bool begin_rejected(struct rewrite *rewrite, struct reason *why)
{
	char *path = xasprintf("%s.rejected", rewrite->path);
	bool good = begin(&rewrite->rejected, path, why);
	int old = good ? open(path, O_RDONLY | O_CLOEXEC) : -1;

	if (old >= 0) {
		off_t end = (off_t)must_sys(lseek(old, 0, SEEK_END));

		good = copy_bytes(rewrite->rejected.file, old, 0, (uint64_t)end) ||
		       cannot_write(rewrite, why);
		close(old);
	}
	free(path);
	return good;
}

/* Append the bad line just read to history.csv.rejected, below a comment with the REASON. */
static bool reject_line(struct rewrite *rewrite, const struct reason *reason, struct reason *why)
{
	const struct history_reader *reader = &rewrite->reader;
	char last = '\n';

	if (reader->bad_lines <= HISTORY_NOTES_MAX)
		note("kept aside: %s", reason->text);
	if (!rewrite->rejected.file && !begin_rejected(rewrite, why))
		return false;
	FILE *file = rewrite->rejected.file;
	bool good = copy_bytes(rewrite->next.file, rewrite->old, rewrite->copied,
			       reader->csv.offset) &&
		    fprintf(file, "# %s\n", reason->text) > 0 &&
		    copy_bytes(file, rewrite->old, reader->csv.offset, reader->next) &&
		    pread(rewrite->old, &last, 1, (off_t)reader->next - 1) == 1 &&
		    (last == '\n' || fputc('\n', file) == '\n');

	rewrite->copied = reader->next;
	return good || cannot_write(rewrite, why);
}

/* If the line belongs to the run to be added, do not add it again. */
static void compare_line(struct rewrite *rewrite)
{
	const struct csv_reader *csv = &rewrite->reader.csv;
	struct summary_row row = {
		.case_name = csv->cells[HISTORY_CASE],
		.mode = csv->cells[HISTORY_MODE],
		.placement = csv->cells[HISTORY_PLACEMENT],
		.param = csv->cells[HISTORY_PARAM],
		.metric = csv->cells[HISTORY_METRIC],
	};

	if (strcmp(csv->cells[HISTORY_RUN], rewrite->lines->run_id) != 0)
		return;
	(void)parse_u64(csv->cells[HISTORY_WORKERS], 1, UINT32_MAX,
			&row.workers); /* the line is good */
	char *key = history_key(&row);
	struct history_line *line = history_lines_find(rewrite->lines, key);

	if (line)
		line->present = true;
	if (!rewrite->present_line)
		rewrite->present_line = csv->line;
	free(key);
}

/* Read the old file to its end. */
static enum exit_code copy_lines(struct rewrite *rewrite, struct reason *why)
{
	struct reason reason;

	for (;;) {
		switch (history_next(&rewrite->reader, &reason)) {
		case HISTORY_FAILED:
			*why = reason;
			return EXIT_USAGE;
		case HISTORY_BAD:
			if (!reject_line(rewrite, &reason, why))
				return EXIT_INTERNAL;
			break;
		case HISTORY_GOOD:
			compare_line(rewrite);
			break;
		case HISTORY_END:
			return EXIT_OK;
		}
	}
}

/* Copy the rest of the old file, write the new lines, and replace both files. */
static enum exit_code add_lines(struct rewrite *rewrite, struct history_added *added,
				struct reason *why)
{
	const struct history_lines *lines = rewrite->lines;
	off_t end = (off_t)must_sys(lseek(rewrite->old, 0, SEEK_END));
	struct reason ignored;

	for (size_t i = 0; i < lines->count; i++)
		added->present += lines->lines[i].present;
	if (added->present == lines->count) {
		refuse(why, _("%s:%zu: run %s is in this history already"), rewrite->path,
		       rewrite->present_line, lines->run_id);
		return EXIT_USAGE;
	}
	bool good = copy_bytes(rewrite->next.file, rewrite->old, rewrite->copied, (uint64_t)end);

	for (size_t i = 0; good && i < lines->count; i++)
		good = lines->lines[i].present ||
		       history_lines_write(&rewrite->csv, lines, &lines->lines[i], &ignored);
	if (!good)
		cannot_write(rewrite, why);
	added->lines = lines->count - added->present;
	added->rejected = rewrite->reader.bad_lines;
	good = good && (!rewrite->rejected.file || finish(&rewrite->rejected, why)) &&
	       finish(&rewrite->next, why);
	return good ? EXIT_OK : EXIT_INTERNAL;
}

static enum exit_code rewrite_file(struct rewrite *rewrite, struct history_added *added,
				   struct reason *why)
{
	struct reason ignored;

	if (!history_open(&rewrite->reader, rewrite->path, why))
		return EXIT_USAGE;
	if (!begin(&rewrite->next, rewrite->path, why))
		return EXIT_INTERNAL;
	csv_attach(&rewrite->csv, rewrite->next.file, HISTORY_HEADER);
	rewrite->copied = rewrite->reader.next;
	enum exit_code code = copy_lines(rewrite, why);

	if (code == EXIT_OK)
		code = add_lines(rewrite, added, why);
	(void)csv_close(&rewrite->csv, &ignored); /* every row was checked */
	return code;
}

enum exit_code history_add(const struct history_addition *addition, struct history_added *added,
			   struct reason *why)
{
	struct history_lines lines;
	struct rewrite rewrite = {.path = addition->path, .lines = &lines};
	enum exit_code code = EXIT_USAGE;

	*added = (struct history_added){0};
	if (!history_lines_make(&lines, addition, added, why))
		return EXIT_USAGE;
	rewrite.old = open_locked(addition->path, why);
	if (rewrite.old >= 0) {
		code = rewrite_file(&rewrite, added, why);
		discard(&rewrite.next);
		discard(&rewrite.rejected);
		history_close(&rewrite.reader);
		close(rewrite.old); /* also unlocks; everything is already on the disk */
	}
	history_lines_free(&lines);
	return code;
}
