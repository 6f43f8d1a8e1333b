/* SPDX-License-Identifier: MIT */
/* A worker that leaves a child behind. Nobody knows the child, and it never ends. */
#include "tests/cases/fault.h"

static void fork_and_forget(void)
{
	if (must_sys(fork()) == 0)
		for (;;)
			pause();
}

FAULT_CASE(test_orphan, "a worker forks and forgets", fork_and_forget());
