/* SPDX-License-Identifier: MIT */
#include "harness/sync/gate.h"

#include <limits.h>
#include <sched.h>

#include "harness/base/clock.h"
#include "harness/lock/futex.h"

/* Workers may be processes, so no futex here is private. */
#define SHARED true

/* Looks at the gun before a worker that should have a PU of its own lets others run. */
#define SPINS_BEFORE_YIELD 1000000u

void gate_init(struct gate *gate, uint32_t workers, bool spin)
{
	*gate = (struct gate){.workers = workers, .spin = spin};
}

void gate_open(struct gate *gate, uint32_t number)
{
	atomic_store(&gate->arrived, 0);
	atomic_store(&gate->finished, 0);
	atomic_store(&gate->opened, number);
	futex_wake(&gate->opened, INT_MAX, SHARED);
}

bool gate_wait_finished(struct gate *gate, uint64_t timeout_ns)
{
	const uint64_t until_ns = clock_now_ns() + timeout_ns;
	uint32_t finished;

	while ((finished = atomic_load(&gate->finished)) < gate->workers)
		if (!futex_wait(&gate->finished, finished, until_ns, SHARED))
			return false;
	return true;
}

void gate_close(struct gate *gate)
{
	atomic_store(&gate->closing, true);
	atomic_fetch_add(&gate->opened, 1);
	futex_wake(&gate->opened, INT_MAX, SHARED);
}

bool gate_sleep(struct gate *gate, uint32_t number)
{
	uint32_t opened;

	while ((opened = atomic_load(&gate->opened)) < number)
		futex_wait(&gate->opened, opened, FUTEX_FOREVER, SHARED);
	return !atomic_load(&gate->closing);
}

static void spin_for_gun(struct gate *gate, uint32_t number)
{
	for (uint32_t n = 0; atomic_load_explicit(&gate->gun, memory_order_acquire) != number; n++)
		if (n >= SPINS_BEFORE_YIELD)
			sched_yield(); /* the last worker may need this PU on its way here */
}

static void sleep_for_gun(struct gate *gate, uint32_t number)
{
	uint32_t gun;

	while ((gun = atomic_load(&gate->gun)) != number)
		futex_wait(&gate->gun, gun, FUTEX_FOREVER, SHARED);
}

uint64_t gate_gather(struct gate *gate, uint32_t number)
{
	if (atomic_fetch_add(&gate->arrived, 1) + 1 == gate->workers) {
		atomic_store(&gate->release_ns, clock_now_ns());
		atomic_store(&gate->gun, number);
		if (!gate->spin)
			futex_wake(&gate->gun, INT_MAX, SHARED);
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
		futex_wake(&gate->finished, INT_MAX, SHARED);
}
