/* SPDX-License-Identifier: MIT */
/*
 * As rt_signal, but the signal is read from a descriptor, which an event loop can wait for beside
 * others.
 */
#include "harness/bench.h"
#include "harness/kit/transport.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool setup(struct trial *t, struct reason *why)
{
	sigset_t set;

	if (!talk_open(t, TALK_IN_MEMORY, why))
		return false;
	must_sys(sigemptyset(&set));
	must_sys(sigaddset(&set, SIGRTMIN));
	for (unsigned side = 0; side < 2; side++) {
		struct talk *talk = t->slots[side].local;
		const int fd = signalfd(-1, &set, SFD_CLOEXEC);

		if (fd == -1)
			return refuse(why, "cannot make a signalfd: %s", strerror(errno));
		talk->in = talk_own_fd(t, fd);
	}
	return true;
}

/* Queue a signal to the one waiting thread. Its value is the number of the message. */
static bool post(struct talk *talk)
{
	siginfo_t info = {.si_signo = SIGRTMIN, .si_code = SI_QUEUE};

	info.si_pid = getpid();
	info.si_value.sival_int = (int)(talk->sent & INT_MAX);
	return syscall(SYS_rt_tgsigqueueinfo, talk->his->process, talk->his->thread, SIGRTMIN,
		       &info) == 0;
}

/* Block the signal, so that it stays pending until we fetch it. */
static void prepare(struct worker *w)
{
	sigset_t set;

	talk_prepare(w);
	must_sys(sigemptyset(&set));
	must_sys(sigaddset(&set, SIGRTMIN));
	must(pthread_sigmask(SIG_BLOCK, &set, NULL));
}

static bool await(struct talk *talk)
{
	struct signalfd_siginfo info = {0};

	if (read_all(talk->in, &info, sizeof(info)) != 1)
		return false;
	errno = EBADMSG;
	return info.ssi_signo == (uint32_t)SIGRTMIN &&
	       info.ssi_int == (int)((talk->received + 1) & INT_MAX);
}

ROUND_TRIP(converse, post, await)

static const struct bench_case rt_signalfd = {
	.name = "rt_signalfd",
	.summary = "message in shared memory, signals read from a signalfd to wake up",
	.profile_min = BENCH_FROM_FULL,
	.params = {ROUND_TRIP_PARAMS},
	.variants = {ROUND_TRIP_VARIANTS},
	.switches = talk_switches_blocking,
	.setup = setup,
	ROUND_TRIP_CASE_PREPARED(converse, prepare),
};
BENCH_REGISTER(rt_signalfd);
