/* SPDX-License-Identifier: MIT */
/* mode - vehicle x sync: one row each in one table. A new row is a new mode of every case. */
#ifndef TOLLGATE_MODE_H
#define TOLLGATE_MODE_H

#include "harness/sync.h"

#define MODES_MAX 128

enum vehicle { VEHICLE_THREADS, VEHICLE_PROCESSES };

/* Rows that belong together; --modes takes a group's name for all of its rows. */
enum mode_group { MODE_BASE, MODE_GIL, MODE_LOCK, MODE_REAL, MODE_GROUPS };

struct mode {
	const char *name;    /* as in --modes and in the CSV */
	const char *summary; /* what it is, one line */
	const char *origin;  /* where it comes from */
	enum mode_group group;
	enum vehicle vehicle;
	enum sync_kind sync;
};

/* The table, *COUNT rows, in the order of every listing. */
const struct mode *mode_table(size_t *count);
const struct mode *mode_find(const char *name);     /* or NULL */
const char *mode_group_name(enum mode_group group); /* "base", "gils", "locks", "real" */

/* The rows of the other groups, each in a file of its own: mode_gil.c, mode_lock.c. */
extern const struct mode mode_gil_rows[], mode_lock_rows[];
extern const size_t mode_gil_count, mode_lock_count;

#endif
