/* SPDX-License-Identifier: MIT */
/*
 * runner - the other half of the program: `tollgate runner`, exec'ed afresh for each launch. Sets
 * one case up in one mode, runs one epoch whenever it is asked, answers with fixed-size records,
 * and dies with its coordinator.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "harness/crew.h"
#include "harness/options.h"

static void reply(const void *message, size_t size)
{
	if (!write_all(RUNNER_REPLY_FD, message, size))
		die(EXIT_INTERNAL, "the coordinator is gone");
}

/* False at the end of the conversation. */
static bool receive(void *message, size_t size)
{
	int got = read_all(RUNNER_REQUEST_FD, message, size);

	if (got < 0)
		die(EXIT_INTERNAL, "request cut short");
	return got == 1;
}

static void serve_epoch(struct crew *crew, uint64_t batch)
{
	struct epoch_record record;

	crew_epoch(crew, batch, &record);
	reply(&record, sizeof(record));
	if (record.status == RUN_OK || record.status == RUN_WRONG)
		reply(crew->arena.records, crew->setup.workers * sizeof(struct worker_record));
	else
		_exit(EXIT_WRONG); /* a worker is lost: this crew cannot run another epoch */
}

static int serve(struct crew *crew)
{
	struct epoch_request request;
	static struct finish_record finish;

	while (receive(&request, sizeof(request))) {
		if (request.kind == REQUEST_EPOCH) {
			serve_epoch(crew, request.batch);
			continue;
		}
		crew_latency(crew, &finish);
		crew_stop(crew);
		reply(&finish, sizeof(finish));
		return EXIT_OK;
	}
	_exit(EXIT_INTERNAL); /* no farewell: the coordinator died; children follow by PDEATHSIG */
}

static int runner_main(int operand_count, char **operands)
{
	static struct setup_message setup;
	static struct crew crew;
	struct ready_message ready = {.magic = PROTOCOL_MAGIC, .version = PROTOCOL_VERSION};

	(void)operand_count;
	(void)operands;
	must_sys(prctl(PR_SET_PDEATHSIG, SIGKILL));
	if (fcntl(RUNNER_REQUEST_FD, F_GETFD) == -1 || fcntl(RUNNER_REPLY_FD, F_GETFD) == -1)
		die(EXIT_USAGE, "runner is started by `tollgate run`, not by hand");
	must_sys(fcntl(RUNNER_REQUEST_FD, F_SETFD, FD_CLOEXEC));
	must_sys(fcntl(RUNNER_REPLY_FD, F_SETFD, FD_CLOEXEC));
	signal(SIGPIPE, SIG_IGN);
	if (!receive(&setup, sizeof(setup)))
		return EXIT_INTERNAL;
	ready.status = crew_start(&crew, &setup, &ready.why);
	reply(&ready, sizeof(ready));
	return ready.status == RUN_OK ? serve(&crew) : EXIT_OK;
}

const struct command command_runner = {
	.name = "runner",
	.summary = "one case in one mode, driven over a pipe by `run`",
	.usage = "",
	.examples = "",
	.options = (const struct option_spec[]){{0}},
	.run = runner_main,
	.hidden = true,
};
