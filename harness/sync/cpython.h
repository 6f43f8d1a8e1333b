/* SPDX-License-Identifier: MIT */
/*
 * cpython - the lock of a real CPython where an emulated one would stand. A runner loads a libpython
 * with dlopen() (nothing of it is needed to build), and its workers do the same C work under the
 * interpreter's own lock: a call of an empty Python function is their check point, and
 * PyEval_SaveThread / PyEval_RestoreThread stand around blocking calls, as in any extension module.
 * Every CPython from 2.7 on works; only functions are called, for structures differ by version.
 *
 * A process can hold one libpython, once: so its state is the module's own and not the caller's. It
 * is never finalised, because that hangs while other threads exist; leave with _exit().
 */
#ifndef TOLLGATE_SYNC_CPYTHON_H
#define TOLLGATE_SYNC_CPYTHON_H

#include "harness/base/util.h"

struct worker;

#define CPYTHON_FILE_MAX  1024 /* bytes of a library's path, with the NUL */
#define CPYTHON_FOUND_MAX 32

/* What a library says of itself. */
struct cpython_facts {
	char version[24];      /* "3.11.2"; a build without a GIL has a t behind it: "3.13.0t" */
	unsigned major, minor; /* 3, 11 */
	bool gil_said;         /* sys says that the lock is on, or knows no other state */
	bool gil_seen;         /* two threads were never inside at the same time */
	uint64_t interval_ns;  /* its own switch interval; 0: it counts instructions instead */
};

/* A library that was found: where, and either its facts or why it cannot be used. */
struct cpython_library {
	char file[CPYTHON_FILE_MAX];
	struct cpython_facts facts; /* version "" if it cannot be used */
	struct reason why;
};

/*
 * Load and start the libpython FILE in this process; threads that wait for its lock are patient for
 * INTERVAL_NS. The caller does not hold the lock afterwards. False and WHY if that cannot be.
 */
bool cpython_open(const char *file, uint64_t interval_ns, struct reason *why);
/* Version and GIL of what was opened, as it says itself; gil_seen is not filled in. */
const struct cpython_facts *cpython_facts(void);

/* What the sync verbs call: W enters for its batch, leaves, blocks, comes back, is asked to switch. */
void cpython_new_epoch(void); /* while all workers sleep */
void cpython_take(struct worker *w);
void cpython_drop(struct worker *w);
void cpython_check(struct worker *w);

/*
 * Open FILE in a child process and ask it. False and WHY if it is no libpython that can be used; a
 * library that crashes, exits or hangs is one.
 */
bool cpython_probe(const char *file, struct cpython_facts *facts, struct reason *why);

/*
 * All libraries of this machine, most wanted first: the dynamic linker's, python3's own, then those
 * below the usual prefixes. Each has been probed. One library under several names, and a version
 * that another library brought already, count once. Returns how many, at most CPYTHON_FOUND_MAX.
 */
unsigned cpython_find(struct cpython_library *found);

/* "3.11.2 (main, ...)" to facts; false if it is no version. For cpython.c and its test. */
bool cpython_parse_version(const char *text, struct cpython_facts *facts);

#endif
