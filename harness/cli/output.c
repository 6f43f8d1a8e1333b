/* SPDX-License-Identifier: MIT */
#include "harness/cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/base/util.h"

/* False and errno on failure. */
static bool write_and_close(int fd, const char *text, size_t length)
{
	const bool good = fd != -1 && write_all(fd, text, length);
	const int error = errno;

	if (fd != -1 && close(fd) == -1)
		return false;
	errno = error;
	return good;
}

static bool replace(const char *path, const char *text, size_t length)
{
	char *temporary = xasprintf("%s.%ld.tmp", path, (long)getpid());
	const int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	const bool good = write_and_close(fd, text, length) && rename(temporary, path) == 0;
	const int error = errno;

	if (fd != -1 && !good)
		unlink(temporary);
	free(temporary);
	errno = error;
	return good;
}

void output_write(const char *path, const char *text, size_t length)
{
	struct stat status;
	const bool special = stat(path, &status) == 0 && !S_ISREG(status.st_mode);

	if (special ? !write_and_close(open(path, O_WRONLY | O_CLOEXEC), text, length)
		    : !replace(path, text, length))
		die(EXIT_INTERNAL, "cannot write '%.200s': %s", path, strerror(errno));
}
