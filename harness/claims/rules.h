/* SPDX-License-Identifier: MIT */
/* Macros for the rows of rules.c: figures and conditions. */
#ifndef TOLLGATE_CLAIMS_RULES_H
#define TOLLGATE_CLAIMS_RULES_H

#include "harness/claims/claims.h"

/* Words of degree need a number. It is the same one everywhere. */
#define MUCH          2.0  /* "far faster", "much lighter": at least twice */
#define IN_PARALLEL   1.5  /* for two workers: nearer to two than to one */
#define ALMOST_SINGLE 1.1  /* a second worker adds less than a tenth */
#define COSTS         1.05 /* layout alone moves a loop by a few per cent */

#define CPU_INT(MODE, PLACEMENT)                  \
	{                                         \
		"cpu_int", MODE, PLACEMENT, "", 2 \
	}
#define TOGETHER(MODE, PLACEMENT)                      \
	{                                              \
		"gil_together", MODE, PLACEMENT, "", 2 \
	}
#define COUNTER(PARAM)                                    \
	{                                                 \
		"thread_local", "none", "cores", PARAM, 2 \
	}
#define HOGS                                              \
	{                                                 \
		"gil_handoff", "none", "same-core", "", 2 \
	}
#define HANDOFF(MODE)                               \
	{                                           \
		"gil_handoff", MODE, "cores", "", 2 \
	}
#define TERMINAL(MODE, PARAM)                            \
	{                                                \
		"pos_terminal", MODE, "cores", PARAM, 10 \
	}
#define SWITCH(MODE, PARAM)                                 \
	{                                                   \
		"switch_futex", MODE, "same-core", PARAM, 2 \
	}
#define CREATE(CASE, PARAM)                     \
	{                                       \
		CASE, "none", "cores", PARAM, 1 \
	}
#define TWICE(MODE)                                \
	{                                          \
		"lock_twice", MODE, "cores", "", 1 \
	}

#define SPEEDS_UP(MODE, WHY)                                                                      \
	{                                                                                         \
		.figure = CPU_INT(MODE, "cores"), .metric = "speedup", .comparison = CLAIM_ABOVE, \
		.threshold = IN_PARALLEL, .apart = true, .why = (WHY)                             \
	}
#define LOSES_NONE(MODE, PARAM, WHY)                                                   \
	{                                                                              \
		.figure = TERMINAL(MODE, PARAM), .metric = "lost_updates",             \
		.statistic = CLAIM_WORST, .comparison = CLAIM_AT_MOST, .threshold = 0, \
		.why = (WHY)                                                           \
	}
#define LOSES_SOME(WHY)                                                               \
	{                                                                             \
		.figure = TERMINAL("none", "swipes=20000"), .metric = "lost_updates", \
		.comparison = CLAIM_ABOVE, .threshold = 0, .why = (WHY)               \
	}
#define LOCK_COSTS(WHY)                                                                    \
	{                                                                                  \
		.figure = TERMINAL("mutex", "swipes=20000"), .metric = "op_ns",            \
		.statistic = CLAIM_TO_NONE, .comparison = CLAIM_ABOVE, .threshold = COSTS, \
		.why = (WHY)                                                               \
	}

#define TWIN(CASE, PARAM, WORKERS)                       \
	{                                                \
		CASE, "process", "cores", PARAM, WORKERS \
	}
#define THREADS(CASE, PARAM, WORKERS)                 \
	{                                             \
		CASE, "none", "cores", PARAM, WORKERS \
	}
#define ROUND_TRIP_OF(CASE)                               \
	{                                                 \
		CASE, "process", "same-core", "size=8", 2 \
	}

#define POOL(PARAM)                                    \
	{                                              \
		"mp_pool", "process", "none", PARAM, 1 \
	}
#define SLOWER_APPLY(PARAM, FACTOR, WHY)                                               \
	{                                                                              \
		.figure = POOL("call=0;" PARAM), .divisor = POOL("call=1;" PARAM),     \
		.metric = "task_ns", .comparison = CLAIM_ABOVE, .threshold = (FACTOR), \
		.why = (WHY)                                                           \
	}

/* FIGURE is an initialiser in braces. NOLINTBEGIN(bugprone-macro-parentheses) */
/* None in any epoch. */
#define NEVER(FIGURE, METRIC, WHY)                                              \
	{                                                                       \
		.figure = FIGURE, .metric = (METRIC), .statistic = CLAIM_WORST, \
		.comparison = CLAIM_AT_MOST, .threshold = 0, .why = (WHY)       \
	}
/* A single one is enough. */
#define ONCE(FIGURE, METRIC, WHY)                                               \
	{                                                                       \
		.figure = FIGURE, .metric = (METRIC), .statistic = CLAIM_WORST, \
		.comparison = CLAIM_ABOVE, .threshold = 0, .why = (WHY)         \
	}
#define BELOW(FIGURE, METRIC, LIMIT, WHY)                                        \
	{                                                                        \
		.figure = FIGURE, .metric = (METRIC), .comparison = CLAIM_BELOW, \
		.threshold = (LIMIT), .why = (WHY)                               \
	}
#define ABOVE(FIGURE, METRIC, LIMIT, WHY)                                        \
	{                                                                        \
		.figure = FIGURE, .metric = (METRIC), .comparison = CLAIM_ABOVE, \
		.threshold = (LIMIT), .why = (WHY)                               \
	}
/* NOLINTEND(bugprone-macro-parentheses) */

#endif
