/* SPDX-License-Identifier: MIT */
#include "harness/data/file.h"
#include "harness/base/language.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool refuse_size(const char *name, uint64_t bytes_max, struct reason *why)
{
	static const char *const units[] = {"bytes", "KiB", "MiB", "GiB"};
	size_t unit = 0;

	for (; unit + 1 < ARRAY_SIZE(units) && bytes_max && bytes_max % 1024 == 0; unit++)
		bytes_max /= 1024;
	return refuse(why, _("%.100s: larger than %ju %s"), name, (uintmax_t)bytes_max,
		      units[unit]);
}

/* The descriptor of PATH and its size, or -1. O_NONBLOCK: a FIFO without a writer would block. */
static int open_regular(const char *path, uint64_t bytes_max, uint64_t *size, struct reason *why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	const char *name = file_name(path);
	struct stat status;

	if (fd < 0) {
		refuse(why, _("%.100s: cannot read: %s"), name, strerror(errno));
		return -1;
	}
	must_sys(fstat(fd, &status));
	*size = (uint64_t)status.st_size;
	if (S_ISREG(status.st_mode) && *size <= bytes_max)
		return fd;
	if (S_ISREG(status.st_mode))
		refuse_size(name, bytes_max, why);
	else
		refuse(why, _("%.100s: not a regular file"), name);
	close(fd);
	return -1;
}

FILE *file_open(const char *path, uint64_t bytes_max, struct reason *why)
{
	uint64_t size;
	int fd = open_regular(path, bytes_max, &size, why);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");

	if (fd >= 0 && !file)
		die(EXIT_INTERNAL, "%s: fdopen: %s", file_name(path), strerror(errno));
	return file;
}

char *file_read(const char *path, uint64_t bytes_max, size_t *length, struct reason *why)
{
	uint64_t size;
	int fd = open_regular(path, bytes_max, &size, why);

	if (fd < 0)
		return NULL;
	char *text = xcalloc((size_t)size + 1, 1);

	*length = (size_t)size;
	if (size && read_all(fd, text, *length) != 1) {
		refuse(why, _("%.100s: cannot be read as a whole"), file_name(path));
		free(text);
		text = NULL;
	}
	close(fd);
	return text;
}
