/* SPDX-License-Identifier: MIT */
/*
 * The cost of a context switch: a token goes round between workers that share one processing unit,
 * and each wakes the next by a futex and sleeps until the token is back. One hand-over is one
 * wake-up and one context switch. The real number of switches is counted and stands beside the
 * figure.
 *
 * Threads and processes differ in one point here: a switch to another process changes the address
 * space. The cost beyond the switch, of caches and translations that another worker has
 * overwritten, shows when each worker also walks over memory (work_kib): compare switch_ns with
 * walk_ns, the same walk without a switch in between.
 */
#include "harness/bench.h"
#include "harness/kit/ring.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool setup(struct trial *t, struct reason *why)
{
	return ring_open(t, false, why);
}

static bool pass(struct seat *seat, uint64_t token)
{
	struct seat *next = seat->next;

	next->token = token;
	atomic_fetch_add_explicit(&next->posted, 1, memory_order_release);
	return syscall(SYS_futex, &next->posted, FUTEX_WAKE, 1, NULL, NULL, 0) >= 0;
}

static bool take(struct seat *seat)
{
	while (atomic_load_explicit(&seat->posted, memory_order_acquire) == seat->taken)
		syscall(SYS_futex, &seat->posted, FUTEX_WAIT, seat->taken, NULL, NULL, 0);
	seat->taken++;
	return true;
}

RING(hand_over, pass, take)

static const struct bench_case switch_futex = {
	.name = "switch_futex",
	.summary = "a token round a ring on one core, handed over by futex: a context switch",
	.profile_min = BENCH_FROM_STANDARD,
	.setup = setup,
	RING_CASE(hand_over),
};
BENCH_REGISTER(switch_futex);
