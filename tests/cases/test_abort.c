/* SPDX-License-Identifier: MIT */
/* A worker that aborts. */
#include "tests/cases/fault.h"

FAULT_CASE(test_abort, "a worker aborts", fault_die_of(SIGABRT));
