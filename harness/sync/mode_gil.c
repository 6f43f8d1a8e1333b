/* SPDX-License-Identifier: MIT */
/* The modes under an emulated GIL that are not in the base group. docs/gil.md tells them apart. */
#include "harness/sync/mode.h"

/* One row: threads under POLICY, whose check points are those of the sync kind SYNC_KIND. */
#define ROW(name_, KIND, policy, takes, origin_, what)                                      \
	{                                                                                   \
		.name = (name_), .summary = (what), .origin = (origin_), .group = MODE_GIL, \
		.vehicle = VEHICLE_THREADS, .sync = SYNC_##KIND, .gil = (policy),           \
		.params = (takes),                                                          \
	}

const struct mode mode_gil_rows[] = {
	ROW("gil32", GIL, &gil_policy_32, MODE_GIL_INTERVAL, "CPython 3.2-3.12, Python/ceval_gil.c",
	    "the same as gil, by the name of the version that brought it"),
	ROW("gil27", GIL_TICKS, &gil_policy_27, MODE_GIL_TICKS,
	    "CPython 2.7, Python/ceval.c, a POSIX semaphore",
	    "the old GIL: every 100 check points let go and take it back at once"),
	ROW("gil27-cond", GIL_TICKS, &gil_policy_27_cond, MODE_GIL_TICKS,
	    "CPython 2.7, Python/thread_pthread.h",
	    "the old GIL where a mutex and a condition make the lock (macOS)"),
	ROW("gil313", GIL, &gil_policy_313, MODE_GIL_INTERVAL, "CPython 3.13, Python/ceval_gil.c",
	    "as gil, but the request is a bit in the holder's own word"),
	ROW("gil32-noforce", GIL, &gil_policy_32_noforce, MODE_GIL_INTERVAL,
	    "control; FORCE_SWITCHING undefined",
	    "gil without the forced switch: what that is good for"),
	ROW("gil-per-interpreter", GIL_OWN, &gil_policy_313,
	    MODE_GIL_INTERVAL | MODE_TAKES(MODE_N_GILS), "PEP 684, CPython 3.12",
	    "several interpreters with a GIL each, a mutex around what is shared"),
	ROW("gil-prio", GIL, &gil_policy_prio, MODE_GIL_INTERVAL,
	    "PRIO_REQUESTS of the newgil sandbox, 2009",
	    "gil, but whoever comes back from a call asks for it at once"),
	ROW("gil-io-hold", GIL, &gil_policy_io_hold, MODE_GIL_INTERVAL,
	    "a remedy discussed in bpo-7946",
	    "gil, but it is kept during calls that would not sleep"),
	ROW("ruby", GIL, &gil_policy_ruby, MODE_GIL_QUANTUM, "Ruby 2.6-3.1, thread_pthread.c",
	    "Ruby's lock: a queue, 100 ms each, a waiter keeps the time"),
	ROW("ocaml4", GIL, &gil_policy_ocaml, MODE_GIL_QUANTUM,
	    "OCaml 4.13, otherlibs/systhreads/st_posix.h",
	    "OCaml 4's master lock: a thread ticks every 50 ms"),
	ROW("free-threaded", FREE, NULL, MODE_TAKES(MODE_SPINS) | MODE_TAKES(MODE_FAIR_US),
	    "PEP 703, CPython 3.13t, Python/lock.c",
	    "no GIL: a parking mutex around what is shared"),
};
const size_t mode_gil_count = ARRAY_SIZE(mode_gil_rows);
