/* SPDX-License-Identifier: MIT */
/*
 * twin - Python's multiprocessing and queue in C, step by step as CPython 3.11 does it: the same system
 * calls in the same order, the same semaphores, the same threads. What a twin costs is the protocol;
 * what CPython costs beyond that is the interpreter. docs/python.md says what is mirrored and what not.
 *
 * Here is what all twins share: how a call ends, and how long it may take.
 */
#ifndef TOLLGATE_PYTHON_TWIN_H
#define TOLLGATE_PYTHON_TWIN_H

#include <semaphore.h>
#include <stdint.h>

#include "harness/base/util.h"

/* What Python raises, or what acquire() returns. */
enum twin_result {
	TWIN_OK,
	TWIN_TIMED_OUT,       /* acquire() is False, get() raises TimeoutError */
	TWIN_EMPTY,           /* queue.Empty */
	TWIN_FULL,            /* queue.Full */
	TWIN_EOF,             /* EOFError */
	TWIN_OS_ERROR,        /* OSError; errno says which */
	TWIN_VALUE_ERROR,     /* ValueError: released too often, queue closed, pool closed */
	TWIN_ASSERTION_ERROR, /* AssertionError: not the owner, closed too late */
	TWIN_BROKEN,          /* a process of the pool died; CPython would wait for ever */
};
const char *twin_result_name(enum twin_result result); /* "EOFError" */

/*
 * How long a call may wait, ns: block=False, timeout=None, or a timeout. A negative timeout is one of 0,
 * as CPython has it for what lies between processes.
 */
#define TWIN_AT_ONCE INT64_MIN
#define TWIN_FOREVER INT64_MAX

#define TWIN_NOTIFY_ALL UINT32_MAX /* of a condition: everybody who waits */

/* The end of TIMEOUT_NS from now on the clock of record; UINT64_MAX: never, 0: at once. */
uint64_t twin_deadline_ns(int64_t timeout_ns);
/* What is left until DEADLINE_NS, as a timeout. */
int64_t twin_timeout_ns(uint64_t deadline_ns);
/* Take a semaphore as CPython does: try first, then wait. False if it was not to be had in time. */
bool twin_take(sem_t *semaphore, int64_t timeout_ns);

#endif
