/* SPDX-License-Identifier: MIT */
/*
 * I/O-bound work: make data durable. One operation overwrites one block of a file and waits until
 * the device has it (fdatasync), as a database does at a commit. Each worker has a file of its own
 * in the directory of --dir. The file has no name, so nothing is left behind however the run ends.
 *
 * Both calls are made without the GIL, in one go. The figure is that of the device and the file
 * system under that directory. On a file system in memory fdatasync has nothing to do, and the
 * figure is that of two system calls. The metric in_memory tells the two apart.
 *
 * The files get their full length before the first epoch, and a worker goes round a few blocks of
 * its file, so no operation pays for growth.
 */
#include "harness/bench.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define BLOCKS 16u

enum { PARAM_KIB };
enum { METRIC_IN_MEMORY };

struct file {
	int fd; /* opened by the parent and inherited by a worker process */
	int error;
	const char *
		failed; /* name of the failed call, a constant at the same address in every process */
	uint64_t number;      /* operations so far */
	unsigned char *block; /* the worker's own memory */
};

struct place {
	bool in_memory;
};

static inline size_t bytes_of(const int64_t *params)
{
	return (size_t)params[PARAM_KIB] * 1024;
}

/* Block NUMBER of worker OWNER. Every byte differs from the previous block. The head names it. */
static void fill(unsigned char *block, size_t bytes, uint64_t number, uint64_t owner)
{
	const uint64_t head[2] = {number, owner};

	memset(block, (int)(number % 251), bytes);
	memcpy(block, head, sizeof(head));
}

/* False and errno. A regular file takes less than the whole block only when it is full. */
static bool write_block(int fd, const unsigned char *block, size_t bytes, uint64_t number)
{
	ssize_t written;

	do
		written = pwrite(fd, block, bytes, (off_t)(number % BLOCKS * bytes));
	while (written < 0 && errno == EINTR);
	if (written >= 0 && (size_t)written != bytes)
		errno = ENOSPC;
	return written >= 0 && (size_t)written == bytes;
}

static bool failed(struct file *file, const char *call)
{
	file->failed = call;
	file->error = errno;
	return false;
}

static bool commit(struct file *file, size_t bytes)
{
	if (!write_block(file->fd, file->block, bytes, file->number))
		return failed(file, "pwrite");
	return fdatasync(file->fd) == 0 || failed(file, "fdatasync");
}

static void write_through(struct worker *w, const enum sync_kind kind)
{
	struct file *file = w->local;
	const size_t bytes = bytes_of(w->params);

	for (uint64_t n = w->batch; n; n--) {
		file->number++;
		fill(file->block, bytes, file->number, w->index);
		sync_block(w, kind);
		bool written = commit(file, bytes);

		sync_unblock(w, kind);
		if (!written) {
			w->done = w->batch - n;
			return;
		}
	}
}
BENCH_SPECIALISE(write_through)

/* Write each block once, because the first write to reserved space costs more. */
static void prepare(struct worker *w)
{
	struct file *file = w->local;
	const size_t bytes = bytes_of(w->params);
	void *block = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	must_sys(block == MAP_FAILED ? -1 : 0);
	file->block = block;
	for (file->number = 0; file->number < BLOCKS - 1 && !file->failed; file->number++) {
		fill(file->block, bytes, file->number, w->index);
		if (!write_block(file->fd, file->block, bytes, file->number))
			failed(file, "pwrite");
	}
	fill(file->block, bytes, file->number, w->index);
	if (!file->failed)
		commit(file, bytes);
}

static void teardown(struct trial *t)
{
	for (unsigned i = 0; i < t->workers; i++) {
		struct file *file = t->slots[i].local;

		must_sys(close(file->fd));
		if (!t->processes && file->block)
			must_sys(munmap(file->block, bytes_of(t->params)));
	}
}

/* A file without a name. If the file system cannot make one, unlink its name at once. */
static int open_nameless(const char *directory)
{
	int fd = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
		return fd;
	char *path = xasprintf("%s/tollgate-XXXXXX", directory);

	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		must_sys(unlink(path));
	free(path);
	return fd;
}

static bool lies_in_memory(int fd)
{
	struct statfs system;

	must_sys(fstatfs(fd, &system));
	return system.f_type == TMPFS_MAGIC || system.f_type == RAMFS_MAGIC;
}

static bool setup(struct trial *t, struct reason *why)
{
	const size_t bytes = bytes_of(t->params);
	struct place *place = t->shared;

	for (unsigned i = 0; i < t->workers; i++) {
		struct file *file = t->slots[i].local;

		file->fd = open_nameless(t->directory);
		if (file->fd < 0)
			return refuse(why, "cannot make a file in the directory of --dir: %s",
				      strerror(errno));
		int error = posix_fallocate(file->fd, 0, (off_t)(BLOCKS * bytes));

		if (error)
			return refuse(why, "no %zu KiB for each of %u workers in --dir: %s",
				      BLOCKS * bytes / 1024, t->workers, strerror(error));
		if (fdatasync(file->fd))
			return refuse(why, "fdatasync does not work in --dir: %s", strerror(errno));
		place->in_memory = lies_in_memory(file->fd);
	}
	return true;
}

/* The file must hold the data that was written last, and no more than the blocks. */
static bool holds_last_block(const struct file *file, size_t bytes, uint64_t owner)
{
	unsigned char *expected = xcalloc(2, bytes), *found = expected + bytes;
	struct stat status;

	fill(expected, bytes, file->number, owner);
	ssize_t got = pread(file->fd, found, bytes, (off_t)(file->number % BLOCKS * bytes));
	bool same = got >= 0 && (size_t)got == bytes && memcmp(expected, found, bytes) == 0;

	free(expected);
	must_sys(fstat(file->fd, &status));
	return same && (size_t)status.st_size == BLOCKS * bytes;
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	const struct place *place = t->shared;

	(void)epoch;
	metrics[METRIC_IN_MEMORY] = place->in_memory;
	for (unsigned i = 0; i < t->workers; i++) {
		const struct file *file = t->slots[i].local;

		if (file->failed)
			return refuse(why, "worker %u: %s: %s", i, file->failed,
				      strerror(file->error));
		if (!holds_last_block(file, bytes_of(t->params), i))
			return refuse(why, "worker %u: its file does not hold what was written", i);
	}
	return true;
}

static const struct bench_case io_file = {
	.name = "io_file",
	.summary = "I/O-bound: overwrite a block of a file and wait until the device has it",
	.op = "durable write",
	.family = BENCH_IO,
	.shared_size = sizeof(struct place),
	.local_size = sizeof(struct file),
	.params = {{"kib", 4, 1, 1024, "KiB per write"}},
	.metrics = {{"in_memory", "1", "info",
		     "1: --dir is a file system in memory, nothing reached a device"}},
	.setup = setup,
	.teardown = teardown,
	.prepare = prepare,
	.run = BENCH_RUN(write_through),
	.check = check,
};
BENCH_REGISTER(io_file);
