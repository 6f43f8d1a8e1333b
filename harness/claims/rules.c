/* SPDX-License-Identifier: MIT */
/*
 * The rules for the sentences. Each sentence is judged as it is taught, even if that is imprecise:
 * `means` explains the figure. The same table is in docs/claims.md.
 */
#include "harness/claims/rules.h"
#include "harness/base/language.h"

const struct claim claim_table[] = {
	{
		.id = "C01",
		.title = N_("The system hands out time slices by force; a task whose slice is used "
			    "up waits for its next one"),
		.means = N_("Forced switches per second of two computing threads on one core. The "
			    "program itself never yields."),
		.conditions =
			{
				ABOVE(HOGS, "nivcsw_per_s", 10,
				      N_("10 a second are slices of 100 ms, the longest that a "
					 "common scheduler hands out")),
			},
	},
	{
		.id = "C02",
		.title = N_(
			"Slices are short against human reaction time, so that tasks on one core "
			"seem to run at once"),
		.means = N_("Forced switches per second stand for the length of a slice. The ratio "
			    "says that taking turns loses no time."),
		.conditions =
			{
				ABOVE(HOGS, "nivcsw_per_s", 50,
				      N_("more than 50 a second are slices under 20 ms, the "
					 "fastest "
					 "reaction named")),
				BELOW(TOGETHER("none", "same-core"), "together_ratio", 1.1,
				      N_("two in turns take at most a tenth longer than one after "
					 "the other")),
			},
	},
	{
		.id = "C03",
		.title = N_("With several cores, threads and processes really run in parallel"),
		.means = N_("Work of two workers over the work of one, without any lock."),
		.conditions =
			{
				SPEEDS_UP("none", N_("threads: nearer to two than to one")),
				SPEEDS_UP("process", N_("processes: nearer to two than to one")),
			},
	},
	{
		.id = "C04",
		.title = N_(
			"Switching between threads is far faster than switching between processes"),
		.means = N_("The same token over the same futex on one core, processes over "
			    "threads. Only the change of address space differs."),
		.conditions =
			{
				{.figure = SWITCH("process", "work_kib=0"),
				 .metric = "switch_ns",
				 .statistic = CLAIM_TO_NONE,
				 .comparison = CLAIM_ABOVE,
				 .threshold = MUCH,
				 .why = N_("far faster: at least twice")},
				{.figure = SWITCH("process", "work_kib=64"),
				 .metric = "switch_ns",
				 .statistic = CLAIM_TO_NONE,
				 .comparison = CLAIM_ABOVE,
				 .threshold = MUCH,
				 .why = N_("the same with memory accesses in between, since a "
					   "process loses its TLB")},
			},
	},
	{
		.id = "C05",
		.title = N_("A thread is much lighter to create than a process"),
		.means = N_("fork and wait over create and join. The second figure has 64 MiB, "
			    "whose page tables must be copied."),
		.conditions =
			{
				{.figure = CREATE("create_fork", "touched_mib=0"),
				 .divisor = CREATE("create_thread", ""),
				 .metric = "create_ns",
				 .comparison = CLAIM_ABOVE,
				 .threshold = MUCH,
				 .why = N_("much lighter: at least twice, for a small parent")},
				{.figure = CREATE("create_fork", "touched_mib=64"),
				 .divisor = CREATE("create_thread", ""),
				 .metric = "create_ns",
				 .comparison = CLAIM_ABOVE,
				 .threshold = MUCH,
				 .why = N_("the same for a parent that has grown")},
			},
	},
	{
		.id = "C06",
		.title = N_(
			"Threads share the data of their process; processes each have their own"),
		.means = N_("The largest value that any of three workers saw of a global that each "
			    "of them counted up once."),
		.conditions =
			{
				{.figure = TWIN("isolation", "", 3),
				 .metric = "final_value",
				 .statistic = CLAIM_WORST,
				 .comparison = CLAIM_AT_MOST,
				 .threshold = 1,
				 .why = N_("processes: 1 in each, because no other worker counts "
					   "there")},
				ABOVE(THREADS("isolation", "", 3), "final_value", 1,
				      N_("threads: one of them sees what the others did")),
			},
	},
	{
		.id = "C07",
		.title = N_("The GIL turns multithreading almost into single threading"),
		.means = N_("Work of two threads over the work of one, under a GIL that both need "
			    "all the time. C13 is about work that waits."),
		.conditions =
			{
				{.figure = CPU_INT("gil", "cores"),
				 .metric = "speedup",
				 .comparison = CLAIM_BELOW,
				 .threshold = ALMOST_SINGLE,
				 .apart = true,
				 .why = N_(
					 "almost single: a second thread adds less than a tenth")},
			},
	},
	{
		.id = "C08",
		.title = N_(
			"The reason: the gap between dropping the GIL and taking it again is so "
			"short that others rarely get in"),
		.means = N_("Share of the drops after which the same thread took the GIL again. "
			    "Since CPython 3.2 the holder waits until another thread has it."),
		.conditions =
			{
				ABOVE(HANDOFF("gil"), "retake_share", 0.5,
				      N_("rarely get in: less often than every second time, under "
					 "the policy since CPython 3.2")),
				ABOVE(HANDOFF("gil27"), "retake_share", 0.5,
				      N_("the policy before 3.2, about which the sentence was "
					 "first said")),
			},
	},
	{
		.id = "C09",
		.title = N_("On several cores the GIL lowers CPU use: waking and sleeping waste "
			    "resources"),
		.means = N_("Processors kept busy, and CPU time for the same work, both over the "
			    "run without a lock. Idling and waste are two things."),
		.conditions =
			{
				{.figure = CPU_INT("gil", "cores"),
				 .metric = "cpus_used",
				 .statistic = CLAIM_TO_NONE,
				 .comparison = CLAIM_BELOW,
				 .threshold = 0.75,
				 .apart = true,
				 .why = N_("nearer to one busy processor than to two")},
				{.figure = CPU_INT("gil", "cores"),
				 .metric = "cpu_ns_per_op",
				 .statistic = CLAIM_TO_NONE,
				 .comparison = CLAIM_ABOVE,
				 .threshold = COSTS,
				 .apart = true,
				 .why = N_("waste: the same work costs more CPU time, by more than "
					   "layout alone can cause")},
			},
	},
	{
		.id = "C10",
		.title = N_("On one core the GIL costs nothing; on several it costs a lot"),
		.means = N_("Two threads at once over the same two one after the other. The part "
			    "above 1 is time that the lock cost."),
		.conditions =
			{
				BELOW(TOGETHER("gil", "same-core"), "together_ratio", 1.1,
				      N_("nothing: at most a tenth, under the policy since CPython "
					 "3.2")),
				{.figure = TOGETHER("gil", "cores"),
				 .metric = "together_ratio",
				 .comparison = CLAIM_ABOVE,
				 .threshold = 1.2,
				 .apart = true,
				 .why = N_("a lot: a fifth more than without the second core")},
				BELOW(TOGETHER("gil27", "same-core"), "together_ratio", 1.1,
				      N_("the same under the policy before 3.2")),
				{.figure = TOGETHER("gil27", "cores"),
				 .metric = "together_ratio",
				 .comparison = CLAIM_ABOVE,
				 .threshold = 1.2,
				 .apart = true,
				 .why = N_("the same under the policy before 3.2")},
			},
	},
	{
		.id = "C11",
		.title = N_("The GIL makes shared data safe, because only one thread runs"),
		.means = N_("Payments lost in the worst epoch. With a check point between read and "
			    "write the GIL changes hands there, although only one thread runs at a "
			    "time."),
		.conditions =
			{
				/* 200 000 swipes take several turns. Fewer fit into one, without interruption */
				LOSES_NONE(
					"gil", "swipes=200000",
					N_("safe: not one lost, if read and write are one step")),
				LOSES_NONE("gil", "swipes=200000;split=1",
					   N_("safe: not one lost, also if they are two steps, as "
					      "`x "
					      "= x + 1` may be")),
			},
	},
	{
		.id = "C12",
		.title = N_("The GIL belongs to one interpreter, not to the language: others do "
			    "without"),
		.means = N_("Work of two threads over the work of one, where interpreters have no "
			    "GIL, or one each."),
		.conditions =
			{
				SPEEDS_UP("free-threaded",
					  N_("no GIL (PEP 703): nearer to two than to one")),
				SPEEDS_UP("gil-per-interpreter",
					  N_("a GIL each (PEP 684): nearer to two than to one")),
				SPEEDS_UP("process",
					  N_("an interpreter each: nearer to two than to one")),
			},
	},
	{
		.id = "C13",
		.title = N_(
			"For work that waits use threads, for work that computes use processes"),
		.means = N_("Threads under a GIL must overlap their waiting and keep up with "
			    "processes there. Where both compute they must fall behind."),
		.conditions =
			{
				{.figure = {"io_timer", "gil", "cores", "", 2},
				 .metric = "speedup",
				 .comparison = CLAIM_ABOVE,
				 .threshold = IN_PARALLEL,
				 .why = N_("two waits overlap under the GIL: nearer to two than to "
					   "one")},
				{.figure = {"io_tcp", "gil", "cores", "", 2},
				 .divisor = {"io_tcp", "process", "cores", "", 2},
				 .metric = "ops_per_s",
				 .comparison = CLAIM_ABOVE,
				 .threshold = 0.8,
				 .why = N_("processes would gain less than a quarter")},
				{.figure = CPU_INT("process", "cores"),
				 .divisor = CPU_INT("gil", "cores"),
				 .metric = "ops_per_s",
				 .comparison = CLAIM_ABOVE,
				 .threshold = IN_PARALLEL,
				 .apart = true,
				 .why = N_("two processes do nearer to twice than to once as "
					   "much")},
			},
	},
	{
		.id = "C14",
		.title = N_("Compound updates of shared data without protection corrupt it"),
		.means = N_(
			"Payments lost of 200 000 when ten people swipe one card. The 500 swipes "
			"each of the lecture can be over before the next thread starts."),
		.conditions =
			{
				LOSES_SOME(N_("corrupt: some are lost in the typical launch")),
			},
	},
	{
		.id = "C15",
		.title = N_("A lock makes it safe, and slower"),
		.means = N_("Payments lost in the worst epoch, and the time per swipe over that "
			    "without a lock."),
		.conditions =
			{
				LOSES_NONE("mutex", "swipes=20000", N_("safe: not one lost")),
				LOCK_COSTS(N_("slower, by more than layout alone can cause")),
			},
	},
	{
		.id = "C16",
		.title = N_("Taking a plain Lock twice in one thread deadlocks; an RLock does not"),
		.means = N_("Share of the second acquires that were refused, at a deadline, at a "
			    "try or by the lock itself, so that none hangs."),
		.conditions =
			{
				ABOVE(
					TWICE("pylock-sem"), "deadlock_share", 0.99,
					N_("deadlocks: each one is refused; Python's Lock up to "
					   "3.13")),
				ABOVE(TWICE("mutex"), "deadlock_share",
				      0.99, N_("the same for the mutex of the C library")),
				{.figure = TWICE("recursive"),
				 .metric = "deadlock_share",
				 .statistic = CLAIM_WORST,
				 .comparison = CLAIM_AT_MOST,
				 .threshold = 0,
				 .why = N_("an RLock does not: not one is refused")},
			},
	},
	{
		.id = "C17",
		.title = N_("Thread-local storage is as handy as a global and as safe as a local"),
		.means = N_("A thread-local counter must lose nothing, and must cost less than a "
			    "global that an atomic operation makes as safe."),
		.conditions =
			{
				{.figure = COUNTER("storage=1"),
				 .metric = "lost_counts",
				 .statistic = CLAIM_WORST,
				 .comparison = CLAIM_AT_MOST,
				 .threshold = 0,
				 .why = N_("as safe as a local: not one lost")},
				{.figure = COUNTER("storage=1"),
				 .divisor = COUNTER("storage=4"),
				 .metric = "count_ns",
				 .comparison = CLAIM_BELOW,
				 .threshold = 1,
				 .apart = true,
				 .why = N_("as handy as a global, and cheaper than a safe one")},
			},
	},
	{
		.id = "C18",
		.title = N_("A pool's blocking apply is slow; apply_async is the one to use"),
		.means = N_("Time per task through apply over that through apply_async, for three "
			    "processes and ten tasks that do nothing or compute for 200 us."),
		.conditions =
			{
				SLOWER_APPLY(
					"task_us=0", IN_PARALLEL,
					N_("empty tasks: ten round trips instead of one")),
				SLOWER_APPLY(
					"task_us=200", IN_PARALLEL,
					N_("tasks that compute: nearer to twice than to once the "
					   "time")),
			},
	},
	{
		.id = "C19",
		.title = N_(
			"A Queue keeps the order, is safe between threads and processes, and can "
			"block, time out or fail at once"),
		.means = N_("Items lost, doubled or out of order per producer, and the delay with "
			    "which a full or empty queue refuses. There is no order between "
			    "producers."),
		.conditions =
			{
				NEVER(TWIN("mp_producers_consumers", "", 4), "misdelivered",
				      N_("order and safety between processes")),
				NEVER(THREADS("thread_queue", "team=2", 2), "misdelivered",
				      N_("and between threads")),
				BELOW(TWIN("mp_queue_modes", "", 1), "at_once_ns", 1e6,
				      N_("at once: no time slice in between, whatever its length")),
				BELOW(
					TWIN("mp_queue_modes", "", 1), "put_late_ns", 10e6,
					N_("times out: at most two slices of a scheduler late")),
				BELOW(TWIN("mp_queue_modes", "", 1), "get_late_ns",
				      10e6, N_("the same for an empty queue")),
			},
	},
	{
		.id = "C20",
		.title = N_("empty(), full() and qsize() of a Queue cannot be relied on"),
		.means = N_("Share of the answers that the very next call contradicted, in the "
			    "worst epoch. One stale answer is enough not to rely on them."),
		.conditions =
			{
				ONCE(TWIN("queue_stale", "", 4), "empty_stale",
				     N_("empty() was wrong once")),
				ONCE(TWIN("queue_stale", "", 4), "full_stale",
				     N_("full() was wrong once")),
				ONCE(TWIN("queue_stale", "", 4), "qsize_stale",
				     N_("qsize() was wrong once")),
			},
	},
	{
		.id = "C21",
		.title = N_("A pipe has two ends, one-way or two-way, reports that the other is "
			    "closed, and is built on a queue"),
		.means = N_("Closed pipes that did not raise EOFError, and a round trip by pipe "
			    "over one by queue. A pipe that is built on a queue cannot be cheaper "
			    "than the queue."),
		.conditions =
			{
				NEVER(TWIN("mp_pipe_eof", "duplex=0", 1), "eof_missed",
				      N_("one-way: the end is reported, each time")),
				NEVER(TWIN("mp_pipe_eof", "duplex=1", 1), "eof_missed",
				      N_("two-way: the end is reported, each time")),
				{.figure = ROUND_TRIP_OF("mp_pipe_simplex"),
				 .divisor = ROUND_TRIP_OF("mp_queue"),
				 .metric = "rt_ns",
				 .comparison = CLAIM_ABOVE,
				 .threshold = 1,
				 .why = N_("built on a queue: then it costs more than one")},
			},
	},
	{
		.id = "C22",
		.title = N_("Producer and consumers: little is in store at any moment while much "
			    "flows through"),
		.means = N_("Items in the queue of one producer and three consumers, on average, "
			    "over all items that passed in the epoch, with a bound and, as taught, "
			    "without one."),
		.conditions =
			{
				NEVER(TWIN("mp_producers_consumers", "", 4), "misdelivered",
				      N_("flows through: none lost, none twice")),
				BELOW(TWIN("mp_producers_consumers", "maxsize=16", 4),
				      "stored_share", 0.1,
				      N_("little: less than a tenth, in a queue of 16")),
				BELOW(TWIN("mp_producers_consumers", "maxsize=0", 4),
				      "stored_share", 0.1,
				      N_("the same in Queue() without a bound")),
			},
	},
	{
		.id = "C23",
		.title = N_("Daemon threads end with the main thread, terminate() ends a process, "
			    "join(timeout) stops waiting"),
		.means = N_("Time until a killed process is gone, the delay of a join with a "
			    "deadline, and the time that a process outlives its main thread."),
		.conditions =
			{
				{.figure = {"create_terminate", "process", "cores", "", 1},
				 .metric = "terminate_ns",
				 .comparison = CLAIM_BELOW,
				 .threshold = 100e6,
				 .why = N_("ends: within 100 ms, at once for a person")},
				{.figure = {"create_join_timeout", "process", "cores", "", 1},
				 .metric = "overshoot_ns",
				 .comparison = CLAIM_BELOW,
				 .threshold = 10e6,
				 .why = N_("stops waiting: at most 10 ms late, two slices of a "
					   "scheduler")},
				BELOW(TWIN("lifecycle_daemon", "daemon=1", 1), "gone_ns", 100e6,
				      N_("end with it: within 100 ms, though they have work for "
					 "ever")),
			},
	},
	{
		.id = "C24",
		.title = N_("Asynchronous is fast and unsafe, synchronous is slow and safe"),
		.means = N_("The card without and with a lock (C14, C15), and the two calls of a "
			    "pool (C18). The faster one is as correct as the other."),
		.conditions =
			{
				LOSES_SOME(N_("unsafe: some are lost without a lock")),
				LOSES_NONE("mutex", "swipes=20000",
					   N_("safe: none is lost with one")),
				LOCK_COSTS(N_("slow: the lock costs more than layout alone can "
					      "cause")),
				SLOWER_APPLY("task_us=0", COSTS,
					     N_("fast: apply_async, by more than layout alone can "
						"cause")),
				ONCE(POOL("call=1"), "wrong_results",
				     N_("unsafe: apply_async gave a wrong result once")),
			},
	},
};
const size_t claim_count = ARRAY_SIZE(claim_table);
