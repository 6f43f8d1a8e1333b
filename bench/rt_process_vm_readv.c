/* SPDX-License-Identifier: MIT */
/*
 * The message stays where it was written, in the sender's own memory; the receiver is woken by an
 * eventfd and copies it out of there with process_vm_readv(). One copy for any size, where a pipe or a
 * socket makes two - if the kernel allows to look into the other process at all.
 */
#include "harness/bench.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/uio.h>
#include <unistd.h>

static bool setup(struct trial *t, struct reason *why)
{
	char from = 1, to = 0, scope[16] = "0";
	struct iovec local = {&to, 1}, remote = {&from, 1};

	if (!talk_open(t, TALK_TRAVELS, why) || !talk_open_events(t, why))
		return false;
	if (process_vm_readv(getpid(), &local, 1, &remote, 1, 0) != 1)
		return refuse(why, "process_vm_readv: %s", strerror(errno));
	if (t->processes && read_text("/proc/sys/kernel/yama/ptrace_scope", scope, sizeof(scope)) &&
	    *scope > '1')
		return refuse(why, "kernel.yama.ptrace_scope is %s, so no process may read another",
			      scope);
	return true;
}

/* Where the Yama module restricts reading to ancestors, allow it; elsewhere there is nothing to do. */
static void prepare(struct worker *w)
{
	talk_prepare(w);
	prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
}

static bool receive(struct talk *talk)
{
	size_t got = 0;

	if (!talk_await_event(talk))
		return false;
	while (got < talk->size) {
		/* what I wait on knows where he writes, what he waits on knows who he is */
		struct iovec local = {talk->incoming + got, talk->size - got};
		struct iovec remote = {(void *)(uintptr_t)(talk->his->message + got),
				       talk->size - got};
		const ssize_t n = process_vm_readv(talk->his->process, &local, 1, &remote, 1, 0);

		if (n <= 0)
			return false;
		got += (size_t)n;
	}
	return true;
}

ROUND_TRIP(converse, talk_post_event, receive)

static const struct bench_case rt_process_vm_readv = {
	.name = "rt_process_vm_readv",
	.summary = "message read out of the other process's memory, eventfds to wake up",
	.profile_min = BENCH_FROM_FULL,
	.params = {ROUND_TRIP_PARAMS},
	.variants = {ROUND_TRIP_VARIANTS},
	.switches = talk_switches_blocking,
	.setup = setup,
	ROUND_TRIP_CASE_PREPARED(converse, prepare),
};
BENCH_REGISTER(rt_process_vm_readv);
