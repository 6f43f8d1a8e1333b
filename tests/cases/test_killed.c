/* SPDX-License-Identifier: MIT */
/* A worker that the kernel kills, as it does when memory runs out. */
#include "tests/cases/fault.h"

FAULT_CASE(test_killed, "a worker is killed", fault_die_of(SIGKILL));
