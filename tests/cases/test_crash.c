/* SPDX-License-Identifier: MIT */
/* A worker that follows a bad pointer. */
#include "tests/cases/fault.h"

FAULT_CASE(test_crash, "a worker dies of SIGSEGV", fault_die_of(SIGSEGV));
