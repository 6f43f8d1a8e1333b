/* SPDX-License-Identifier: MIT */
/*
 * runner - the other half of the program: `tollgate runner`, exec'ed afresh for each launch. It
 * sets up one case in one mode, runs one epoch per request, answers with fixed-size records, and
 * dies with its coordinator.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "harness/base/options.h"
#include "harness/runner/crew.h"
#include "harness/runner/inject.h"

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

/* Do more work than is reported: a deliberate slowdown, which a gate must notice. */
static void injected_epoch(struct crew *crew, uint64_t batch, const struct inject *inject,
			   struct epoch_record *record)
{
	const uint64_t done = inject_batch(inject, batch);

	crew_epoch(crew, done, record);
	record->batch = batch;
	record->injected = 1;
	for (unsigned i = 0; i < crew->setup.workers; i++) {
		struct worker_record *worker = &crew->arena.records[i];

		worker->ops = (uint64_t)((double)worker->ops * (double)batch / (double)done + 0.5);
	}
}

static void serve_epoch(struct crew *crew, uint64_t batch, const struct inject *inject)
{
	struct epoch_record record;

	if (strcmp(inject->case_name, crew->bench->name) == 0)
		injected_epoch(crew, batch, inject, &record);
	else
		crew_epoch(crew, batch, &record);
	reply(&record, sizeof(record));
	if (record.status == RUN_OK || record.status == RUN_WRONG)
		reply(crew->arena.records, crew->setup.workers * sizeof(struct worker_record));
	else
		_exit(EXIT_WRONG); /* a worker is lost: this crew cannot run another epoch */
}

static int serve(struct crew *crew, const struct inject *inject)
{
	struct epoch_request request;
	static struct finish_record finish;

	while (receive(&request, sizeof(request))) {
		if (request.kind == REQUEST_EPOCH) {
			serve_epoch(crew, request.batch, inject);
			continue;
		}
		crew_latency(crew, &finish);
		crew_canary(crew, &finish);
		crew_turns(crew, &finish.turns);
		crew_usage(crew, finish.usage);
		crew_stop(crew);
		reply(&finish, sizeof(finish));
		if (crew->mode->sync == SYNC_CPYTHON)
			_exit(EXIT_OK); /* an interpreter is never finalised, see cpython.h */
		return EXIT_OK;
	}
	_exit(EXIT_INTERNAL); /* no farewell: the coordinator died, and children follow by PDEATHSIG */
}

/* SETUP is not checked yet, so its text may lack a terminator. */
static bool injection_is_valid(const struct setup_message *setup, struct inject *inject,
			       struct reason *why)
{
	if (!inject_from_environment(inject, why))
		return false;
	return strncmp(inject->case_name, setup->bench, sizeof(setup->bench)) != 0 ||
	       inject_is_possible(inject, why);
}

static int runner_main(int operand_count, char **operands)
{
	static struct setup_message setup;
	static struct crew crew;
	struct inject inject;
	struct ready_message ready = {.magic = PROTOCOL_MAGIC, .version = PROTOCOL_VERSION};

	(void)operand_count;
	(void)operands;
	must_sys(prctl(PR_SET_PDEATHSIG, SIGKILL));
	must_sys(prctl(PR_SET_NAME, "tg-runner")); /* else `top` calls it "exe" */
	if (fcntl(RUNNER_REQUEST_FD, F_GETFD) == -1 || fcntl(RUNNER_REPLY_FD, F_GETFD) == -1)
		die(EXIT_USAGE, "runner is started by `tollgate run`, not by hand");
	must_sys(fcntl(RUNNER_REQUEST_FD, F_SETFD, FD_CLOEXEC));
	must_sys(fcntl(RUNNER_REPLY_FD, F_SETFD, FD_CLOEXEC));
	signal(SIGPIPE, SIG_IGN);
	if (!receive(&setup, sizeof(setup)))
		return EXIT_INTERNAL;
	if (injection_is_valid(&setup, &inject, &ready.why))
		ready.status = crew_start(&crew, &setup, &ready.why);
	else
		ready.status = RUN_ERROR;
	ready.pace_ns = crew.setup.pace_ns;
	reply(&ready, sizeof(ready));
	if (ready.status == RUN_SKIPPED)
		_exit(EXIT_OK); /* a partial set-up may not survive a teardown */
	return ready.status == RUN_OK ? serve(&crew, &inject) : EXIT_OK;
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
