/* SPDX-License-Identifier: MIT */
/*
 * lock - the further lock kinds: one row each in LOCK_FOR_EACH, one branch each in lock_acquire() and
 * lock_release(), which are always inlined with a constant KIND.
 */
#ifndef TOLLGATE_LOCK_H
#define TOLLGATE_LOCK_H

#include "harness/util.h"

/* Called with (ENUM SUFFIX, lower-case name, arguments...), as SYNC_FOR_EACH. */
#define LOCK_FOR_EACH(X, ...)

#endif
