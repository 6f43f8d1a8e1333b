/* SPDX-License-Identifier: MIT */
#include "harness/python/twin.h"

#include <errno.h>

#include "harness/base/clock.h"

const char *twin_result_name(enum twin_result result)
{
	static const char *const names[] = {
		[TWIN_OK] = "ok",
		[TWIN_TIMED_OUT] = "TimeoutError",
		[TWIN_EMPTY] = "queue.Empty",
		[TWIN_FULL] = "queue.Full",
		[TWIN_EOF] = "EOFError",
		[TWIN_OS_ERROR] = "OSError",
		[TWIN_VALUE_ERROR] = "ValueError",
		[TWIN_ASSERTION_ERROR] = "AssertionError",
		[TWIN_BROKEN] = "broken pool",
	};

	return names[result];
}

uint64_t twin_deadline_ns(int64_t timeout_ns)
{
	if (timeout_ns == TWIN_FOREVER)
		return UINT64_MAX;
	if (timeout_ns == TWIN_AT_ONCE)
		return 0;
	return clock_now_ns() + (timeout_ns > 0 ? (uint64_t)timeout_ns : 0);
}

int64_t twin_timeout_ns(uint64_t deadline_ns)
{
	if (deadline_ns == UINT64_MAX)
		return TWIN_FOREVER;
	if (deadline_ns == 0)
		return TWIN_AT_ONCE;
	const uint64_t now_ns = clock_now_ns();

	return deadline_ns > now_ns ? (int64_t)(deadline_ns - now_ns) : 0;
}

static bool wait_until(sem_t *semaphore, uint64_t deadline_ns)
{
	const struct timespec deadline = {
		.tv_sec = (time_t)(deadline_ns / 1000000000u),
		.tv_nsec = (long)(deadline_ns % 1000000000u),
	};
	int failed;

	do
		failed = deadline_ns == UINT64_MAX
				 ? sem_wait(semaphore)
				 : sem_clockwait(semaphore, CLOCK_MONOTONIC, &deadline);
	while (failed && errno == EINTR);
	return !failed;
}

bool twin_take(sem_t *semaphore, int64_t timeout_ns)
{
	if (sem_trywait(semaphore) == 0)
		return true;
	return timeout_ns != TWIN_AT_ONCE && wait_until(semaphore, twin_deadline_ns(timeout_ns));
}
