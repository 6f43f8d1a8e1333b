/* SPDX-License-Identifier: MIT */
/*
 * child - runs a program to its end, to read its output or to time it. The program has its own
 * process group. The group is killed when the program ends, at its deadline, or when a signal
 * interrupts us (call launch_catch_signals() first).
 */
#ifndef TOLLGATE_RUN_CHILD_H
#define TOLLGATE_RUN_CHILD_H

#include "harness/run/launch.h"

enum child_result {
	CHILD_OK,
	CHILD_FAILED,      /* exit code other than 0, a signal, or the deadline */
	CHILD_INTERRUPTED, /* launch_interrupted is set */
};

/* Read the output of PROGRAM with one or two WORDS. More than SIZE - 1 bytes count as a failure. */
enum child_result child_capture(const char *program, const char *first, const char *second,
				char *output, size_t size, uint64_t deadline_ns,
				struct reason *why);

/* Time `sh -c COMMAND` from before the fork until its end is noticed. If LOUD it may write to
 * standard error, otherwise its output is discarded. */
enum child_result child_time(const char *command, bool loud, uint64_t deadline_ns,
			     uint64_t *wall_ns, struct reason *why);

#endif
