/* SPDX-License-Identifier: MIT */
/* A worker that leaves one operation out. The check must find it. */
#include "tests/cases/fault.h"

FAULT_CASE(test_wrong, "a worker computes a wrong result", w->done--);
