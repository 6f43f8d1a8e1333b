/* SPDX-License-Identifier: MIT */
/*
 * twin - Python's multiprocessing and queue in C, step by step as in CPython 3.11: the same system
 * calls in the same order, the same semaphores, the same threads. The cost of a twin is the
 * protocol, and the rest of CPython's cost is the interpreter. docs/python.md lists the parts that
 * are mirrored and those that are not.
 *
 * This header holds the part that all twins share: the results of a call, and its timeout.
 */
#ifndef TOLLGATE_PYTHON_TWIN_H
#define TOLLGATE_PYTHON_TWIN_H

#include <semaphore.h>
#include <stdint.h>

#include "harness/base/util.h"

/* The exception that Python raises, or the value that acquire() returns. */
enum twin_result {
	TWIN_OK,
	TWIN_TIMED_OUT,       /* acquire() is False, get() raises TimeoutError */
	TWIN_EMPTY,           /* queue.Empty */
	TWIN_FULL,            /* queue.Full */
	TWIN_EOF,             /* EOFError */
	TWIN_OS_ERROR,        /* OSError, see errno */
	TWIN_VALUE_ERROR,     /* ValueError: released too often, queue closed, pool closed */
	TWIN_ASSERTION_ERROR, /* AssertionError: not the owner, closed too late */
	TWIN_BROKEN,          /* a process of the pool died, where CPython would wait for ever */
};
const char *twin_result_name(enum twin_result result); /* "EOFError" */

/*
 * The timeout of a call, ns: block=False, timeout=None, or a timeout. A negative timeout means 0,
 * as in CPython's objects between processes.
 */
#define TWIN_AT_ONCE INT64_MIN
#define TWIN_FOREVER INT64_MAX

#define TWIN_NOTIFY_ALL UINT32_MAX /* of a condition: all waiters */

/* The end of TIMEOUT_NS from now on the clock of record. UINT64_MAX: never, 0: at once. */
uint64_t twin_deadline_ns(int64_t timeout_ns);
/* The time until DEADLINE_NS, as a timeout. */
int64_t twin_timeout_ns(uint64_t deadline_ns);
/* Take a semaphore as CPython does: try first, then wait. False on timeout. */
bool twin_take(sem_t *semaphore, int64_t timeout_ns);

#endif
