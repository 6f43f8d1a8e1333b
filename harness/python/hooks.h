/* SPDX-License-Identifier: MIT */
/*
 * hooks - the hooks of cases whose shared block is one of Python's Queue: make it, open it in each
 * worker, end it.
 */
#ifndef TOLLGATE_PYTHON_HOOKS_H
#define TOLLGATE_PYTHON_HOOKS_H

#include "harness/python/queue.h"
#include "harness/sync/worker.h"

struct trial;

/* For a setup hook: false and WHY if there is no pipe. */
bool twin_hook_setup(struct trial *t, unsigned maxsize, size_t item_max, struct reason *why);
/* The worker's local block begins with its struct twin_queue. */
void twin_hook_prepare(struct worker *w);
void twin_hook_teardown(struct trial *t);

#endif
