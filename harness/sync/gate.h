/* SPDX-License-Identifier: MIT */
/*
 * gate - the starting gun and the finish line of an epoch, for threads and processes alike. Lies in
 * the arena. The parent opens it; workers sleep in the kernel between epochs, wake, gather, and are
 * released together by the last one to arrive, who stamps the release.
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
	bool spin; /* every worker has a PU of its own: wait for the gun without sleeping */
	_Atomic bool closing;
};

void gate_init(struct gate *gate, uint32_t workers, bool spin);

/* Parent: start epoch NUMBER (1, 2, ...). */
void gate_open(struct gate *gate, uint32_t number);
/* Parent: wait until all have finished; true if so, false after TIMEOUT_NS. May be called again. */
bool gate_wait_finished(struct gate *gate, uint64_t timeout_ns);
/* Parent: let the workers leave instead of waiting for another epoch. */
void gate_close(struct gate *gate);

/* Worker: sleep until epoch NUMBER opens; false when the gate is closing. */
bool gate_sleep(struct gate *gate, uint32_t number);
/* Worker: gather, return when all are there; gives the common release stamp. */
uint64_t gate_gather(struct gate *gate, uint32_t number);
/* Worker: done. */
void gate_finish(struct gate *gate);

#endif
