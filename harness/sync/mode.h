/* SPDX-License-Identifier: MIT */
/* mode - vehicle x sync: one row each in one table. A new row is a new mode of every case. */
#ifndef TOLLGATE_SYNC_MODE_H
#define TOLLGATE_SYNC_MODE_H

#include "harness/machine/placement.h"
#include "harness/sync/sync.h"

#define MODES_MAX 128

enum vehicle { VEHICLE_THREADS, VEHICLE_PROCESSES };

/* Rows that belong together. --modes takes the name of a group for all of its rows. */
enum mode_group { MODE_BASE, MODE_GIL, MODE_LOCK, MODE_REAL, MODE_GROUPS };

struct mode {
	const char *name;    /* as in --modes and in the CSV */
	const char *summary; /* what it is, one line */
	const char *origin;  /* where it comes from */
	enum mode_group group;
	enum vehicle vehicle;
	enum sync_kind sync;
	bool spins;      /* a waiter keeps its PU busy: not run with more workers than PUs */
	bool needs_numa; /* means nothing on one NUMA node */
	const struct gil_policy *gil; /* of an emulated GIL, else NULL */
	uint32_t params;              /* MODE_TAKES() of the parameters that it has */
	const char *library; /* path of the libpython of a real lock, else NULL; in no file */
};

/*
 * The parameters of modes that --param sets. The key of a CSV row names a parameter only where it
 * differs from the default, so a new parameter leaves the keys of other rows as they are.
 */
enum mode_param_id {
	MODE_INTERVAL_US,
	MODE_TICKS,
	MODE_QUANTUM_MS,
	MODE_N_GILS,
	MODE_CHECK,
	MODE_STAMPS,
	MODE_SPINS,
	MODE_FAIR_US,
	MODE_PARAMS
};
#define MODE_TAKES(id)    (UINT32_C(1) << (id))
#define MODE_GIL_ANY      (MODE_TAKES(MODE_CHECK) | MODE_TAKES(MODE_STAMPS))
#define MODE_GIL_INTERVAL (MODE_GIL_ANY | MODE_TAKES(MODE_INTERVAL_US))
#define MODE_GIL_TICKS    (MODE_GIL_ANY | MODE_TAKES(MODE_TICKS))
#define MODE_GIL_QUANTUM  (MODE_GIL_ANY | MODE_TAKES(MODE_QUANTUM_MS))

struct mode_param {
	const char *name;
	int64_t value; /* default */
	int64_t min, max;
	const char *help;
};
extern const struct mode_param mode_params[MODE_PARAMS];

int mode_param_index(const char *name); /* or -1 */
bool mode_takes_param(const struct mode *mode, int index);
void mode_params_default(int64_t *values);
/* Read the parameters of modes in "name=value;..." into VALUES. Other names belong to the case. */
bool mode_params_apply(const char *set, int64_t *values, struct reason *why);
bool mode_params_valid(const int64_t *values, struct reason *why);
/* Append the parameters that differ from the default to TEXT, joined by ';'. */
void mode_params_text(const int64_t *values, char *text, size_t size);
/* The length of a turn if workers take turns by time, else 0. */
uint64_t mode_turn_ns(const struct mode *mode, const int64_t *values);
void mode_sync_setup(const struct mode *mode, const int64_t *values, struct sync_setup *setup);

/* The table, *COUNT rows, in the order of every listing. */
const struct mode *mode_table(size_t *count);
const struct mode *mode_find(const char *name);     /* or NULL */
const char *mode_group_name(enum mode_group group); /* "base", "gils", "locks", "real" */

/*
 * The table's row `cpython` stands for all libraries of this machine: the INDEX-th of them as a row of
 * its own ("cpython-3.11.2"), or NULL behind the last. The first call searches for them. If there is
 * none, it returns the table's own row, which a runner skips.
 */
const struct mode *mode_real(size_t index);
/* The row of the libpython FILE, or NULL and WHY. */
const struct mode *mode_real_of(const char *file, struct reason *why);

/* MODE as a runner is told of it, which knows only the table: a row's name, and a library or "". */
void mode_to_wire(const struct mode *mode, char *name, size_t name_size, char *library,
		  size_t library_size);

/* The rows of the other groups, each in a file of its own: mode_gil.c, mode_lock.c, mode_real.c. */
extern const struct mode mode_gil_rows[], mode_lock_rows[], mode_real_rows[];
extern const size_t mode_gil_count, mode_lock_count, mode_real_count;

/* A test program may bring modes along. */
extern const struct mode mode_test_rows[] __attribute__((weak));
extern const size_t mode_test_count __attribute__((weak));

#endif
