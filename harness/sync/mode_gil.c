/* SPDX-License-Identifier: MIT */
/* The modes under an emulated GIL that are not in the base group. docs/gil.md tells them apart. */
#include "harness/sync/mode.h"

/* Every row: threads under a policy that switches by time. */
#define BY_TIME  .group = MODE_GIL, .vehicle = VEHICLE_THREADS, .sync = SYNC_GIL
#define BY_TICKS .group = MODE_GIL, .vehicle = VEHICLE_THREADS, .sync = SYNC_GIL_TICKS

const struct mode mode_gil_rows[] = {
	{
		.name = "gil32",
		.summary = "the same as gil, by the name of the version that brought it",
		.origin = "CPython 3.2-3.12, Python/ceval_gil.c",
		BY_TIME,
		.gil = &gil_policy_32,
		.params = MODE_GIL_INTERVAL,
	},
	{
		.name = "gil27",
		.summary = "the old GIL: every 100 check points let go and take it back at once",
		.origin = "CPython 2.7, Python/ceval.c, a POSIX semaphore",
		BY_TICKS,
		.gil = &gil_policy_27,
		.params = MODE_GIL_TICKS,
	},
	{
		.name = "gil27-cond",
		.summary = "the old GIL where a mutex and a condition make the lock (macOS)",
		.origin = "CPython 2.7, Python/thread_pthread.h",
		BY_TICKS,
		.gil = &gil_policy_27_cond,
		.params = MODE_GIL_TICKS,
	},
	{
		.name = "gil313",
		.summary = "as gil, but the request is a bit in the holder's own word",
		.origin = "CPython 3.13, Python/ceval_gil.c",
		BY_TIME,
		.gil = &gil_policy_313,
		.params = MODE_GIL_INTERVAL,
	},
	{
		.name = "gil32-noforce",
		.summary = "gil without the forced switch: what that is good for",
		.origin = "control; FORCE_SWITCHING undefined",
		BY_TIME,
		.gil = &gil_policy_32_noforce,
		.params = MODE_GIL_INTERVAL,
	},
	{
		.name = "gil-per-interpreter",
		.summary = "several interpreters with a GIL each, a mutex around what is shared",
		.origin = "PEP 684, CPython 3.12",
		.group = MODE_GIL,
		.vehicle = VEHICLE_THREADS,
		.sync = SYNC_GIL_OWN,
		.gil = &gil_policy_313,
		.params = MODE_GIL_INTERVAL | MODE_TAKES(MODE_N_GILS),
	},
	{
		.name = "gil-prio",
		.summary = "gil, but whoever comes back from a call asks for it at once",
		.origin = "PRIO_REQUESTS of the newgil sandbox, 2009",
		BY_TIME,
		.gil = &gil_policy_prio,
		.params = MODE_GIL_INTERVAL,
	},
	{
		.name = "gil-io-hold",
		.summary = "gil, but it is kept during calls that would not sleep",
		.origin = "a remedy discussed in bpo-7946",
		BY_TIME,
		.gil = &gil_policy_io_hold,
		.params = MODE_GIL_INTERVAL,
	},
	{
		.name = "ruby",
		.summary = "Ruby's lock: a queue, 100 ms each, a waiter keeps the time",
		.origin = "Ruby 2.6-3.1, thread_pthread.c",
		BY_TIME,
		.gil = &gil_policy_ruby,
		.params = MODE_GIL_QUANTUM,
	},
	{
		.name = "ocaml4",
		.summary = "OCaml 4's master lock: a thread ticks every 50 ms",
		.origin = "OCaml 4.13, otherlibs/systhreads/st_posix.h",
		BY_TIME,
		.gil = &gil_policy_ocaml,
		.params = MODE_GIL_QUANTUM,
	},
	{
		.name = "free-threaded",
		.summary = "no GIL: a parking mutex around what is shared",
		.origin = "PEP 703, CPython 3.13t, Python/lock.c",
		.group = MODE_GIL,
		.vehicle = VEHICLE_THREADS,
		.sync = SYNC_FREE,
		.params = MODE_TAKES(MODE_SPINS) | MODE_TAKES(MODE_FAIR_US),
	},
};
const size_t mode_gil_count = ARRAY_SIZE(mode_gil_rows);
