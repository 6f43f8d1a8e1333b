/* SPDX-License-Identifier: MIT */
/*
 * The experiments that judge an emulation, and their bounds. docs/gil.md gives the origin of the
 * bounds. A bound is never widened to make a figure fit.
 */
#include "harness/validate/validate.h"

#define MS UINT64_C(1000000)

/* One worker of each kind of case, at the default interval. */
#define CPU_WORK .bench = "gil_handoff", .params = "", .interval_ns = 5 * MS, .never_idle = true
#define ECHO     .bench = "gil_echo", .interval_ns = 5 * MS, .rounds = 1, .never_idle = true
#define TERMINAL .bench = "pos_terminal", .interval_ns = 5 * MS

#define BOTH(count)                                         \
	{                                                   \
		{SIDE_EMULATED, count}, {SIDE_REAL, count}, \
	}
#define ALONE_AND_TOGETHER                                                              \
	{                                                                               \
		{SIDE_EMULATED, 1}, {SIDE_EMULATED, 2}, {SIDE_REAL, 1}, {SIDE_REAL, 2}, \
	}
#define TENURE(id, interval, epoch, in_quick)                                                    \
	{                                                                                        \
		.name = (id), .family = FAMILY_NEW, .quick = (in_quick), .bench = "gil_handoff", \
		.params = "", .placement = "cores", .sides = BOTH(2), .interval_ns = (interval), \
		.epoch_ns = (epoch), .rounds = 1, .cores = 2, .never_idle = true,                \
	}

const struct experiment validate_experiments[] = {
	TENURE("own_5ms", 5 * MS, 250 * MS, true),
	TENURE("own_1ms", 1 * MS, 80 * MS, true),
	TENURE("own_500us", MS / 2, 80 * MS, false),
	TENURE("own_50ms", 50 * MS, 1000 * MS, false),
	{
		.name = "one_core_5ms",
		.family = FAMILY_NEW,
		.quick = true,
		CPU_WORK,
		.placement = "same-core",
		.sides = BOTH(2),
		.epoch_ns = 250 * MS,
		.rounds = 1,
		.cores = 1,
	},
	{
		.name = "own_4_threads",
		.family = FAMILY_NEW,
		.quick = true,
		CPU_WORK,
		.placement = "cores",
		.sides = BOTH(4),
		.epoch_ns = 500 * MS,
		.rounds = 1,
		.cores = 2,
	},
	{
		.name = "together",
		.family = FAMILY_NEW,
		.quick = true,
		CPU_WORK,
		.placement = "cores",
		.sides = ALONE_AND_TOGETHER,
		.epoch_ns = 50 * MS,
		.rounds = 2,
		.cores = 2,
		.speed_matters = true,
	},
	{
		.name = "echo_paced",
		.family = FAMILY_NEW,
		.quick = true,
		ECHO,
		.params = "think_us=10000",
		.placement = "cores",
		.sides = BOTH(2),
		.batch = 15,
		.cores = 2,
	},
	{
		.name = "echo_closed",
		.family = FAMILY_NEW,
		.quick = true,
		ECHO,
		.params = "",
		.placement = "cores",
		.sides = BOTH(2),
		.batch = 40,
		.cores = 2,
	},
	{
		.name = "echo_paced_2_hogs",
		.family = FAMILY_NEW,
		ECHO,
		.params = "think_us=10000",
		.placement = "cores",
		.sides = BOTH(3),
		.batch = 30,
		.cores = 2,
	},
	{
		.name = "terminal",
		.family = FAMILY_NEW,
		.quick = true,
		TERMINAL,
		.params = "",
		.placement = "cores",
		.sides = BOTH(10),
		.batch = 500,
		.rounds = 20,
		.cores = 1,
	},
	{
		.name = "terminal_call_inside",
		.family = FAMILY_NEW,
		.quick = true,
		TERMINAL,
		.params = "block=1",
		.placement = "cores",
		.sides = BOTH(10),
		.batch = 500,
		.rounds = 2,
		.cores = 1,
	},
	{
		.name = "old_together",
		.family = FAMILY_OLD,
		.quick = true,
		CPU_WORK,
		.placement = "cores",
		.sides = ALONE_AND_TOGETHER,
		.epoch_ns = 50 * MS,
		.rounds = 2,
		.cores = 2,
		.speed_matters = true,
	},
	{
		.name = "old_one_core",
		.family = FAMILY_OLD,
		CPU_WORK,
		.placement = "same-core",
		.sides = ALONE_AND_TOGETHER,
		.epoch_ns = 100 * MS,
		.rounds = 2,
		.cores = 1,
		.speed_matters = true,
	},
	{
		.name = "old_echo_paced",
		.family = FAMILY_OLD,
		.quick = true,
		ECHO,
		.params = "think_us=10000",
		.placement = "cores",
		.sides = BOTH(2),
		.batch = 15,
		.cores = 2,
	},
	{
		.name = "echo_hog_process",
		.family = FAMILY_NO_GIL,
		.quick = true,
		ECHO,
		.params = "think_us=2000",
		.placement = "cores",
		.sides = {{SIDE_PROCESS, 2}, {SIDE_PROCESS, 1}},
		.batch = 50,
		.cores = 2,
	},
	{
		.name = "terminal_no_lock",
		.family = FAMILY_NO_GIL,
		.quick = true,
		TERMINAL,
		.params = "swipes=20000",
		.placement = "cores",
		.sides = {{SIDE_NONE, 10}},
		.batch = 20000,
		.rounds = 5,
		.cores = 2,
	},
};
const size_t validate_experiment_count = ARRAY_SIZE(validate_experiments);

/* A bound on the ratio to the real lock. */
#define WITHIN(allowed)                                 \
	{                                               \
		.kind = BOUND_RATIO, .share = (allowed) \
	}
#define WITHIN_OR(allowed, unit)                                         \
	{                                                                \
		.kind = BOUND_RATIO, .share = (allowed), .least = (unit) \
	}
/* A bound on the emulation itself, from its state machine. */
#define FROM_TO(low, high)                                      \
	{                                                       \
		.kind = BOUND_STATED, .lo = (low), .hi = (high) \
	}
#define NEVER_OUTSIDE(low, high)                                               \
	{                                                                      \
		.kind = BOUND_STATED, .lo = (low), .hi = (high), .worst = true \
	}

#define TENURE_BOUND WITHIN_OR(0.02, 60000)
const struct figure_spec validate_figures[] = {
	{"own_5ms", "tenure_p50_own_5ms", "ns", Q_TENURE_P50, COMPARE_SIDES, TENURE_BOUND},
	{"own_5ms", "switches_per_handoff", "1", Q_SWITCHES_PER_HANDOFF, COMPARE_SIDES,
	 FROM_TO(2.0, 2.6)},
	{"own_5ms", "waits_per_handoff", "1", Q_WAITS_PER_HANDOFF, COMPARE_SIDES,
	 FROM_TO(1.8, 2.2)},
	{"own_5ms", "timeouts_per_handoff", "1", Q_TIMEOUTS_PER_HANDOFF, COMPARE_SIDES,
	 FROM_TO(0.9, 1.1)},
	{"own_5ms", "forced_waits_per_handoff", "1", Q_FORCED_PER_HANDOFF, COMPARE_SIDES,
	 FROM_TO(0.7, 1.0)},
	{"own_1ms", "tenure_p50_own_1ms", "ns", Q_TENURE_P50, COMPARE_SIDES, TENURE_BOUND},
	{"own_500us", "tenure_p50_own_500us", "ns", Q_TENURE_P50, COMPARE_SIDES, TENURE_BOUND},
	{"own_50ms", "tenure_p50_own_50ms", "ns", Q_TENURE_P50, COMPARE_SIDES, TENURE_BOUND},
	{"one_core_5ms", "tenure_p50_one_core_5ms", "ns", Q_TENURE_P50, COMPARE_SIDES,
	 WITHIN(0.03)},
	{"one_core_5ms", "forced_waits_per_handoff_one_core", "1", Q_FORCED_PER_HANDOFF,
	 COMPARE_SIDES, FROM_TO(0, 0.1)},
	{"own_4_threads", "tenure_p90_4_threads", "ns", Q_TENURE_P90, COMPARE_SIDES, WITHIN(0.25)},
	{"together", "speedup_2_threads", "1", Q_OPS_PER_S, COMPARE_SPEEDUPS, WITHIN_OR(0, 0.10)},
	{"together", "speedup_2_threads_stated", "1", Q_OPS_PER_S, COMPARE_SPEEDUPS,
	 FROM_TO(0.85, 1.05)},
	{"echo_paced", "echo_paced_p50", "ns", Q_LATENCY_P50, COMPARE_SIDES, WITHIN(0.05)},
	{"echo_paced", "echo_paced_p50_stated", "ns", Q_LATENCY_P50, COMPARE_SIDES,
	 FROM_TO(5.1e6, 5.5e6)},
	{"echo_closed", "echo_closed_p90", "ns", Q_LATENCY_P90, COMPARE_SIDES, WITHIN(0.05)},
	{"echo_closed", "echo_closed_p90_stated", "ns", Q_LATENCY_P90, COMPARE_SIDES,
	 FROM_TO(0.95 * 10.2e6, 1.05 * 10.2e6)},
	{"echo_paced_2_hogs", "echo_paced_2_hogs_p50", "ns", Q_LATENCY_P50, COMPARE_SIDES,
	 WITHIN(0.40)},
	{"echo_paced_2_hogs", "echo_paced_2_hogs_p99", "ns", Q_LATENCY_P99, COMPARE_SIDES,
	 WITHIN(0.50)},
	{"terminal", "lost_swipes", "ratio", Q_LOST_SHARE, COMPARE_SIDES, NEVER_OUTSIDE(0, 0)},
	{"terminal_call_inside", "lost_swipes_call_inside", "ratio", Q_LOST_MEDIAN, COMPARE_SIDES,
	 FROM_TO(0.85, 0.90)},
	{"old_together", "speedup_2_threads", "1", Q_OPS_PER_S, COMPARE_SPEEDUPS,
	 WITHIN_OR(0, 0.15)},
	{"old_together", "speedup_2_threads_stated", "1", Q_OPS_PER_S, COMPARE_SPEEDUPS,
	 FROM_TO(0, 0.65)},
	{"old_together", "cpus_burnt", "1", Q_CPUS, COMPARE_TOGETHER, FROM_TO(1.3, 1.8)},
	{"old_together", "switches_per_s", "1/s", Q_SWITCHES_PER_S, COMPARE_TOGETHER,
	 FROM_TO(40000, NO_LIMIT)},
	{"old_one_core", "speedup_2_threads_one_core", "1", Q_OPS_PER_S, COMPARE_SPEEDUPS,
	 FROM_TO(0.9, NO_LIMIT)},
	{"old_echo_paced", "echo_paced_p50", "ns", Q_LATENCY_P50, COMPARE_SIDES, FROM_TO(0, 5e5)},
	{"echo_hog_process", "echo_beside_hog_process_p50", "ns", Q_LATENCY_P50, COMPARE_SIDES,
	 WITHIN(0.30)},
	{"terminal_no_lock", "runs_that_lose_swipes", "ratio", Q_LOSING_SHARE, COMPARE_SIDES,
	 FROM_TO(0.9, 1)},
};
const size_t validate_figure_count = ARRAY_SIZE(validate_figures);
