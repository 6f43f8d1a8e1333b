/* SPDX-License-Identifier: MIT */
/*
 * gate - the starting gun and the finish line of an epoch, for threads and processes alike. Lies in
 * the arena. The parent opens it. Workers sleep in the kernel between epochs, wake and gather. The last
 * one to arrive stamps the release and lets all of them go together.
 */
#ifndef TOLLGATE_SYNC_GATE_H
#define TOLLGATE_SYNC_GATE_H

#include <stdatomic.h>

#include "harness/base/util.h"

struct gate {
	_Alignas(SHARED_LINE) _Atomic uint32_t opened; /* epoch number; futex: workers sleep here */
	_Alignas(SHARED_LINE) _Atomic uint32_t arrived;
	_Alignas(SHARED_LINE) _Atomic uint32_t gun; /* epoch number once all have arrived; futex */
	_Atomic uint64_t release_ns;
	_Alignas(SHARED_LINE) _Atomic uint32_t finished; /* futex: the parent sleeps here */
	uint32_t workers;
	bool spin; /* every worker has a PU of its own, so it waits for the gun without sleep */
	_Atomic bool closing;
};

void gate_init(struct gate *gate, uint32_t workers, bool spin);

/* Parent: start epoch NUMBER (1, 2, ...). */
void gate_open(struct gate *gate, uint32_t number);
/* Parent: wait until all have finished. False after TIMEOUT_NS; then it may be called again. */
bool gate_wait_finished(struct gate *gate, uint64_t timeout_ns);
/* Parent: let the workers leave instead of waiting for another epoch. */
void gate_close(struct gate *gate);

/* Worker: sleep until epoch NUMBER opens. False when the gate is closing. */
bool gate_sleep(struct gate *gate, uint32_t number);
/* Worker: gather and return when all are there, with the stamp of the common release. */
uint64_t gate_gather(struct gate *gate, uint32_t number);
/* Worker: done. */
void gate_finish(struct gate *gate);

#endif
