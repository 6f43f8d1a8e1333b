/* SPDX-License-Identifier: MIT */
/* A worker that never returns. */
#include "tests/cases/fault.h"

static void sleep_for_ever(void)
{
	for (;;)
		pause();
}

FAULT_CASE(test_hang, "a worker never returns", sleep_for_ever());
