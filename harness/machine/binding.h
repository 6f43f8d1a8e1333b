/* SPDX-License-Identifier: MIT */
/*
 * binding - binds a worker to its seat in the runner and verifies that with the kernel. It never
 * binds on a topology that is not this machine, because the coordinator refuses before a runner
 * starts.
 */
#ifndef TOLLGATE_MACHINE_BINDING_H
#define TOLLGATE_MACHINE_BINDING_H

#include "harness/base/util.h"

/*
 * Bind the calling thread to the PU with OS index OS (-1: leave it free), strictly, and verify that
 * the kernel's mask is exactly that PU and that the thread runs on it. False and WHY otherwise.
 */
bool binding_apply(int os, struct reason *why);

/* The OS index of the PU the calling thread runs on right now. */
int binding_current_cpu(void);

/*
 * True if workers bound to the OS indices in CPUS (-1: not bound) share one PU, by their seats or
 * because this process has no other.
 */
bool binding_same_pu(const int32_t *cpus, unsigned count);

#endif
