/* SPDX-License-Identifier: MIT */
/*
 * cpython - the lock of a real CPython in the place of an emulated one. A runner loads a libpython
 * with dlopen(), which is not needed to build tollgate. Its workers do the same C work under the
 * interpreter's own lock: a call of an empty Python function is their check point, and
 * PyEval_SaveThread / PyEval_RestoreThread stand around blocking calls, as in any extension module.
 * Every CPython from 2.7 on works, because only functions are called and no structures are used,
 * which differ by version.
 *
 * A process can hold only one libpython, so its state belongs to the module. It is never finalised,
 * because that hangs while other threads exist. Leave with _exit().
 */
#ifndef TOLLGATE_SYNC_CPYTHON_H
#define TOLLGATE_SYNC_CPYTHON_H

#include "harness/base/util.h"

struct worker;

#define CPYTHON_FILE_MAX  1024 /* bytes of a library's path, with the NUL */
#define CPYTHON_FOUND_MAX 32

/* The facts that a library reports about itself. */
struct cpython_facts {
	char version[24];      /* "3.11.2", or "3.13.0t" for a build without a GIL */
	unsigned major, minor; /* 3, 11 */
	bool gil_said;         /* sys reports that the lock is on, or has no other state */
	bool gil_seen;         /* two threads were never inside at the same time */
	uint64_t interval_ns;  /* its own switch interval. 0: it counts instructions instead */
};

/* A library that was found: its path, and either its facts or the reason why it cannot be used. */
struct cpython_library {
	char file[CPYTHON_FILE_MAX];
	struct cpython_facts facts; /* version "" if it cannot be used */
	struct reason why;
};

/*
 * Load and start the libpython FILE in this process. Threads that wait for its lock wait for
 * INTERVAL_NS before they request it. The caller does not hold the lock afterwards. False and WHY
 * on failure.
 */
bool cpython_open(const char *file, uint64_t interval_ns, struct reason *why);
/* Version and GIL that the loaded library reports. gil_seen is not filled in. */
const struct cpython_facts *cpython_facts(void);

/* Called by the sync verbs: W enters for its batch, leaves, blocks, comes back, may switch. */
void cpython_new_epoch(void); /* while all workers sleep */
void cpython_take(struct worker *w);
void cpython_drop(struct worker *w);
void cpython_check(struct worker *w);

/*
 * Open FILE in a child process and ask it. False and WHY if it is not a usable libpython. A library
 * that crashes, exits or hangs is not usable.
 */
bool cpython_probe(const char *file, struct cpython_facts *facts, struct reason *why);

/*
 * All libraries of this machine in order of preference: the dynamic linker's, python3's own, then
 * those below the usual prefixes. Each has been probed. A library under several names counts once,
 * and so does a version that another library has brought already. Gives their number, at most
 * CPYTHON_FOUND_MAX.
 */
unsigned cpython_find(struct cpython_library *found);

/* "3.11.2 (main, ...)" to facts. False if it is no version. For cpython.c and its test. */
bool cpython_parse_version(const char *text, struct cpython_facts *facts);

#endif
