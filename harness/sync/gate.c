/* SPDX-License-Identifier: MIT */
#include "harness/sync/gate.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "harness/base/clock.h"

/* Spins before a worker without a PU of its own lets others run. */
#define SPINS_BEFORE_YIELD 1000000u

/* Not private: workers may be processes. EAGAIN, EINTR and ETIMEDOUT are for the caller's loop. */
static void futex_wait(_Atomic uint32_t *word, uint32_t seen, const struct timespec *timeout)
{
	if (syscall(SYS_futex, word, FUTEX_WAIT, seen, timeout, NULL, 0) == -1 && errno != EAGAIN &&
	    errno != EINTR && errno != ETIMEDOUT)
		die(EXIT_INTERNAL, "futex wait failed (errno %d)", errno);
}

static void futex_wake_all(_Atomic uint32_t *word)
{
	must_sys(syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0));
}

void gate_init(struct gate *gate, uint32_t workers, bool spin)
{
	*gate = (struct gate){.workers = workers, .spin = spin};
}

void gate_open(struct gate *gate, uint32_t number)
{
	atomic_store(&gate->arrived, 0);
	atomic_store(&gate->finished, 0);
	atomic_store(&gate->opened, number);
	futex_wake_all(&gate->opened);
}

bool gate_wait_finished(struct gate *gate, uint64_t timeout_ns)
{
	const uint64_t until = clock_now_ns() + timeout_ns;
	uint32_t finished;

	while ((finished = atomic_load(&gate->finished)) < gate->workers) {
		uint64_t now = clock_now_ns();

		if (now >= until)
			return false;
		struct timespec left = {
			.tv_sec = (time_t)((until - now) / 1000000000u),
			.tv_nsec = (long)((until - now) % 1000000000u),
		};
		futex_wait(&gate->finished, finished, &left);
	}
	return true;
}

void gate_close(struct gate *gate)
{
	atomic_store(&gate->closing, true);
	atomic_fetch_add(&gate->opened, 1);
	futex_wake_all(&gate->opened);
}

bool gate_sleep(struct gate *gate, uint32_t number)
{
	uint32_t opened;

	while ((opened = atomic_load(&gate->opened)) < number)
		futex_wait(&gate->opened, opened, NULL);
	return !atomic_load(&gate->closing);
}

static void spin_for_gun(struct gate *gate, uint32_t number)
{
	for (uint32_t n = 0; atomic_load_explicit(&gate->gun, memory_order_acquire) != number; n++)
		if (n >= SPINS_BEFORE_YIELD)
			sched_yield(); /* a neighbour stole the PU of a worker on its way here */
}

static void sleep_for_gun(struct gate *gate, uint32_t number)
{
	uint32_t gun;

	while ((gun = atomic_load(&gate->gun)) != number)
		futex_wait(&gate->gun, gun, NULL);
}

uint64_t gate_gather(struct gate *gate, uint32_t number)
{
	if (atomic_fetch_add(&gate->arrived, 1) + 1 == gate->workers) {
		atomic_store(&gate->release_ns, clock_now_ns());
		atomic_store(&gate->gun, number);
		if (!gate->spin)
			futex_wake_all(&gate->gun);
	} else if (gate->spin) {
		spin_for_gun(gate, number);
	} else {
		sleep_for_gun(gate, number);
	}
	return atomic_load(&gate->release_ns);
}

void gate_finish(struct gate *gate)
{
	if (atomic_fetch_add(&gate->finished, 1) + 1 == gate->workers)
		futex_wake_all(&gate->finished);
}
