/* SPDX-License-Identifier: MIT */
/* The real operating system behind the policies. Each call is checked, nothing else is added. */
#include <errno.h>
#include <sched.h>

#include "harness/base/clock.h"
#include "harness/gil/gil.h"

static void lock(pthread_mutex_t *mutex)
{
	must(pthread_mutex_lock(mutex));
}

static void unlock(pthread_mutex_t *mutex)
{
	must(pthread_mutex_unlock(mutex));
}

static void wait(pthread_cond_t *cond, pthread_mutex_t *mutex)
{
	must(pthread_cond_wait(cond, mutex));
}

static bool wait_until(pthread_cond_t *cond, pthread_mutex_t *mutex, uint64_t until_ns)
{
	const struct timespec until = clock_timespec(until_ns);
	int error = pthread_cond_timedwait(cond, mutex, &until);

	if (error != ETIMEDOUT)
		must(error);
	return error != ETIMEDOUT;
}

static void signal_one(pthread_cond_t *cond)
{
	must(pthread_cond_signal(cond));
}

static void broadcast(pthread_cond_t *cond)
{
	must(pthread_cond_broadcast(cond));
}

static bool try_semaphore(sem_t *semaphore)
{
	if (sem_trywait(semaphore) == 0)
		return true;
	if (errno != EAGAIN && errno != EINTR)
		must_sys(-1);
	return false;
}

static bool wait_semaphore(sem_t *semaphore)
{
	if (sem_wait(semaphore) == 0)
		return true;
	if (errno != EINTR)
		must_sys(-1);
	return false;
}

static void post_semaphore(sem_t *semaphore)
{
	must_sys(sem_post(semaphore));
}

static void step_aside(void)
{
	must_sys(sched_yield());
}

const struct gil_os gil_os_real = {
	.lock = lock,
	.unlock = unlock,
	.wait = wait,
	.wait_until = wait_until,
	.signal = signal_one,
	.broadcast = broadcast,
	.try_semaphore = try_semaphore,
	.wait_semaphore = wait_semaphore,
	.post_semaphore = post_semaphore,
	.step_aside = step_aside,
	.now_ns = clock_now_ns,
};
