/* SPDX-License-Identifier: MIT */
/*
 * child - a program that is run to its end: to read what it prints, or to time it. It is a process
 * group of its own, and whatever it leaves running in that group is killed when it ends, at its
 * deadline, or when a signal interrupts us (launch_catch_signals() comes first).
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

/* Time `sh -c COMMAND`, from before the fork to the moment its end is seen. LOUD: it may write to
 * standard error; else its output is thrown away. */
enum child_result child_time(const char *command, bool loud, uint64_t deadline_ns,
			     uint64_t *wall_ns, struct reason *why);

#endif
