/* SPDX-License-Identifier: MIT */
/*
 * A message in shared memory, announced by a real-time signal, which sigwaitinfo() fetches. Such
 * signals are queued and carry a number. The number is compared with the expected one, so a lost or
 * doubled signal is found.
 */
#include "harness/bench.h"
#include "harness/kit/transport.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool setup(struct trial *t, struct reason *why)
{
	return talk_open(t, TALK_IN_MEMORY, why);
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
	siginfo_t info;
	sigset_t set;
	int number;

	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	do
		number = sigwaitinfo(&set, &info);
	while (number == -1 && errno == EINTR);
	errno = number == -1 ? errno : EBADMSG;
	return number == SIGRTMIN &&
	       info.si_value.sival_int == (int)((talk->received + 1) & INT_MAX);
}

ROUND_TRIP(converse, post, await)

static const struct bench_case rt_signal = {
	.name = "rt_signal",
	.summary = "message in shared memory, signals fetched by sigwaitinfo to wake up",
	.profile_min = BENCH_FROM_FULL,
	.params = {ROUND_TRIP_PARAMS},
	.variants = {ROUND_TRIP_VARIANTS},
	.switches = talk_switches_blocking,
	.setup = setup,
	ROUND_TRIP_CASE_PREPARED(converse, prepare),
};
BENCH_REGISTER(rt_signal);
