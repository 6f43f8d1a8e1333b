/* SPDX-License-Identifier: MIT */
/* A worker that exits. As a thread it ends its runner too. */
#include "tests/cases/fault.h"

FAULT_CASE(test_exit, "a worker exits with code 3", _exit(3));
