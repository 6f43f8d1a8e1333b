/* SPDX-License-Identifier: MIT */
#include "harness/lock/futex.h"

#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "harness/base/clock.h"

static int operation(int op, bool shared)
{
	return shared ? op : op | FUTEX_PRIVATE_FLAG;
}

bool futex_wait(_Atomic uint32_t *word, uint32_t seen, uint64_t until_ns, bool shared)
{
	const int saved_errno = errno;
	const struct timespec until = clock_timespec(until_ns);
	/* the bitset form takes an absolute time, the plain one a relative one */
	long result = syscall(SYS_futex, word, operation(FUTEX_WAIT_BITSET, shared), seen,
			      until_ns == FUTEX_FOREVER ? NULL : &until, NULL,
			      FUTEX_BITSET_MATCH_ANY);
	int error = result == -1 ? errno : 0;

	if (error && error != EAGAIN && error != EINTR && error != ETIMEDOUT)
		die(EXIT_INTERNAL, "futex wait failed (errno %d)", error);
	errno = saved_errno;
	return error != ETIMEDOUT;
}

void futex_wake(_Atomic uint32_t *word, int count, bool shared)
{
	must_sys(syscall(SYS_futex, word, operation(FUTEX_WAKE, shared), count, NULL, NULL, 0));
}
