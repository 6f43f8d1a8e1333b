/* SPDX-License-Identifier: MIT */
/*
 * The modes under a lock kind that is not in the base group, two rows per kind of harness/lock/table.h:
 * the lock between threads, then the lock between processes, in the mapping that they share. A row
 * without a name is no mode: some kinds work between threads only, the test lock has no mode, and the
 * process-shared mutex between processes is mode process of the base group.
 */
#include "harness/sync/mode.h"

/* clang-format off */
#define ROW(KIND, traits, vehicle_, name_, origin_, what) {                                 \
	.name = (name_), .summary = (what), .origin = (origin_), .group = MODE_LOCK,        \
	.vehicle = (vehicle_), .sync = SYNC_##KIND, .spins = ((traits) & LOCK_SPINS) != 0,  \
	.needs_numa = ((traits) & LOCK_NEEDS_NUMA) != 0,                                    \
}
#define IS_PROCESS_MODE(KIND, traits, mode) \
	(((traits) & LOCK_IN_PROCESSES) && LOCK_##KIND != LOCK_PSHARED && sizeof(mode) > 1)
#define ROWS(KIND, kind, library, traits, type, node, join, init, destroy, acquire, release, try, \
	     timed, read, read_done, mode, origin, what, ...)                               \
	ROW(KIND, traits, VEHICLE_THREADS, mode, origin, "threads, " what),                 \
	ROW(KIND, traits, VEHICLE_PROCESSES,                                                \
	    IS_PROCESS_MODE(KIND, traits, mode) ? mode "-process" : "", origin, "processes, " what),
/* clang-format on */

const struct mode mode_lock_rows[] = {LOCK_TABLE(ROWS, )};
const size_t mode_lock_count = ARRAY_SIZE(mode_lock_rows);
