/* SPDX-License-Identifier: MIT */
/*
 * A message in shared memory, and a real-time signal to say that it is there, fetched by
 * sigwaitinfo(). Such signals are queued and carry a number; the number is compared with what is due,
 * so that none is lost or fetched twice.
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

/* A queued signal to the one thread that waits; the value says which message it is about. */
static bool post(struct talk *talk)
{
	siginfo_t info = {.si_signo = SIGRTMIN, .si_code = SI_QUEUE};

	info.si_pid = getpid();
	info.si_value.sival_int = (int)(talk->sent & INT_MAX);
	return syscall(SYS_rt_tgsigqueueinfo, talk->his->process, talk->his->thread, SIGRTMIN,
		       &info) == 0;
}

/* Blocked, so that it waits for us to fetch it. */
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
