/* SPDX-License-Identifier: MIT */
/* Reading the other side's memory with process_vm_readv(). Part of transport. */
#include "harness/kit/transport.h"

#include <string.h>
#include <sys/prctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include "harness/bench.h"

bool talk_may_read_memory(const struct trial *t, struct reason *why)
{
	char from = 1, to = 0, scope[16] = "0";
	struct iovec local = {&to, 1}, remote = {&from, 1};

	if (process_vm_readv(getpid(), &local, 1, &remote, 1, 0) != 1)
		return refuse(why, "process_vm_readv: %s", strerror(errno));
	if (t->processes && read_text("/proc/sys/kernel/yama/ptrace_scope", scope, sizeof(scope)) &&
	    *scope > '1')
		return refuse(why, "kernel.yama.ptrace_scope is %s, so no process may read another",
			      scope);
	return true;
}

/* Yama may restrict reading to ancestors, so allow it for any process. No effect without Yama. */
void talk_prepare_readable(struct worker *w)
{
	talk_prepare(w);
	prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
}

bool talk_read_memory(struct talk *talk, const unsigned char *from)
{
	for (size_t got = 0; got < talk->size;) {
		const struct iovec local = {talk->incoming + got, talk->size - got};
		const struct iovec remote = {(void *)(uintptr_t)(from + got), talk->size - got};
		const ssize_t n = process_vm_readv(talk->his->process, &local, 1, &remote, 1, 0);

		if (n <= 0)
			return false;
		got += (size_t)n;
	}
	return true;
}
