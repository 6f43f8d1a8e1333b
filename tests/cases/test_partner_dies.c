/* SPDX-License-Identifier: MIT */
/* A partner that dies while its worker waits for it, and would wait for ever. */
#include "tests/cases/fault.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

enum { PARAM_HOW = FAULT_PARAMS_COUNT };
enum { HOW_EXIT, HOW_SEGV, HOW_KILL };

struct table {
	struct fault fault; /* first: where fault_reset() looks */
	int pipe[2];
};

static bool setup(struct trial *t, struct reason *why)
{
	struct table *table = t->shared;

	if (pipe2(table->pipe, O_CLOEXEC))
		return refuse(why, "cannot make a pipe: %s", strerror(errno));
	return true;
}

static void teardown(struct trial *t)
{
	struct table *table = t->shared;

	must_sys(close(table->pipe[0]));
	must_sys(close(table->pipe[1]));
}

/* A word from its worker is its end. */
static void partner(struct worker *w)
{
	const struct table *table = w->shared;
	char word;

	if (read_all(table->pipe[0], &word, 1) != 1 || w->params[PARAM_HOW] == HOW_EXIT)
		return;
	fault_die_of(w->params[PARAM_HOW] == HOW_SEGV ? SIGSEGV : SIGKILL);
}

static void ask(struct worker *w, const enum sync_kind kind)
{
	const struct table *table = w->shared;
	char word = 'x';

	(void)kind;
	if (!fault_is_due(w))
		return;
	must_sys(write(table->pipe[1], &word, 1));
	for (;;)
		pause();
}
BENCH_SPECIALISE(ask)

static const struct bench_case test_partner_dies = {
	.name = "test_partner_dies",
	.summary = "a worker's partner dies",
	.op = "nothing",
	.family = BENCH_HARNESS,
	.shared_size = sizeof(struct table),
	.params = {FAULT_PARAMS, {"how", 0, 0, 2, "0 exit, 1 SIGSEGV, 2 SIGKILL"}},
	.batch_param = "ops",
	.setup = setup,
	.teardown = teardown,
	.reset = fault_reset,
	.run = BENCH_RUN(ask),
	.check = fault_check,
	.partner = partner,
	.partners = 1,
};
BENCH_REGISTER(test_partner_dies);
