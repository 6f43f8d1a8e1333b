/* SPDX-License-Identifier: MIT */
/*
 * A round trip through two FIFOs, pipes that had a name. An open FIFO is a pipe, so the figure
 * should be that of rt_pipe. The names are removed before the first byte is sent.
 */
#include "harness/bench.h"
#include "harness/kit/transport.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Open a FIFO for reading and for writing, and unlink its name. */
static bool open_fifo(struct trial *t, int ends[2], struct reason *why)
{
	char path[1200];

	snprintf(path, sizeof(path), "%s/tollgate-fifo-XXXXXX", t->directory);
	if (!mkdtemp(path))
		return refuse(why, "cannot make a folder in %.200s: %s", t->directory,
			      strerror(errno));
	const size_t folder_length = strlen(path);

	snprintf(path + folder_length, sizeof(path) - folder_length, "/fifo");
	if (mkfifo(path, 0600) == 0) {
		ends[0] = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
		ends[1] = open(path, O_WRONLY | O_CLOEXEC);
		unlink(path);
	}
	const int error = errno;

	path[folder_length] = '\0';
	rmdir(path);
	if (ends[0] == -1 || ends[1] == -1)
		return refuse(why, "cannot make a FIFO in %.200s: %s", t->directory,
			      strerror(error));
	must_sys(fcntl(ends[0], F_SETFL, 0)); /* from now on reading blocks */
	return true;
}

static bool setup(struct trial *t, struct reason *why)
{
	int there[2] = {-1, -1}, back[2] = {-1, -1};

	if (!talk_open(t, TALK_TRAVELS, why) || !open_fifo(t, there, why) ||
	    !open_fifo(t, back, why))
		return false;
	talk_connect(t, back[0], there[1], there[0], back[1]);
	return true;
}

ROUND_TRIP(converse, talk_write, talk_read)

static const struct bench_case rt_fifo = {
	.name = "rt_fifo",
	.summary = "round trip through two FIFOs",
	.profile_min = BENCH_FROM_FULL,
	.params = {ROUND_TRIP_PARAMS},
	.variants = {ROUND_TRIP_VARIANTS},
	.switches = talk_switches_blocking,
	.setup = setup,
	ROUND_TRIP_CASE(converse),
};
BENCH_REGISTER(rt_fifo);
