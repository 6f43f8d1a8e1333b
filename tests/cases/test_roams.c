/* SPDX-License-Identifier: MIT */
/* A partner that is bound to no processing unit, while its worker is. */
#include "harness/bench.h"

#include <errno.h>
#include <sched.h>
#include <semaphore.h>
#include <unistd.h>

struct pair {
	sem_t known;
	int partner_pus, worker_pus; /* on which each may run */
};

static int own_pus(void)
{
	cpu_set_t set;

	must_sys(sched_getaffinity(0, sizeof(set), &set));
	return CPU_COUNT(&set);
}

static void partner(struct worker *w)
{
	struct pair *pair = w->shared;

	pair->partner_pus = own_pus();
	sem_post(&pair->known);
	for (;;)
		pause();
}

static void look(struct worker *w, const enum sync_kind kind)
{
	struct pair *pair = w->shared;

	(void)kind;
	while (sem_wait(&pair->known) == -1 && errno == EINTR)
		;
	pair->worker_pus = own_pus();
}
BENCH_SPECIALISE(look)

static bool setup(struct trial *t, struct reason *why)
{
	struct pair *pair = t->shared;

	(void)why;
	must_sys(sem_init(&pair->known, 1, 0));
	return true;
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	const struct pair *pair = t->shared;

	(void)epoch;
	(void)metrics;
	if (pair->worker_pus != 1)
		return refuse(why, "the worker may run on %d PUs", pair->worker_pus);
	if (pair->partner_pus != own_pus())
		return refuse(why, "the partner may run on %d PUs", pair->partner_pus);
	return true;
}

static const struct bench_case test_roams = {
	.name = "test_roams",
	.summary = "a partner that is not bound",
	.op = "nothing",
	.family = BENCH_HARNESS,
	.shared_size = sizeof(struct pair),
	.params = {{"ops", 1, 1, 1, "one look"}},
	.batch_param = "ops",
	.workers = 1,
	.setup = setup,
	.run = BENCH_RUN(look),
	.check = check,
	.partner = partner,
	.partner_roams = true,
};
BENCH_REGISTER(test_roams);
