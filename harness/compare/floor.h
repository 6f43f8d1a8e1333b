/* SPDX-License-Identifier: MIT */
/*
 * floor - the noise floors of this machine: the difference between two runs of the same build, per
 * case, measured by `tollgate compare --self`. One CSV file holds the floors of many machines.
 */
#ifndef TOLLGATE_COMPARE_FLOOR_H
#define TOLLGATE_COMPARE_FLOOR_H

#include "harness/machine/environment.h"

#define FLOOR_HEADER                                                                         \
	"schema,machine,case,mode,workers,placement,param,metric,n_suites,n_pairs,n_rounds," \
	"noise_floor"

struct floor_row {
	char machine[17]; /* see floor_machine() */
	char case_name[64], mode[64], placement[128], param[256], metric[32];
	uint64_t workers, suites, pairs, rounds;
	double floor; /* fraction: 0.03 is 3 % */
};

struct floor_table {
	struct floor_row *rows;
	size_t count;
};

/* A name for this kind of machine, 16 hexadecimal digits, made from CPU model, number of PUs and
 * kernel, never from the host name. */
void floor_machine(const struct environment *environment, int pu_count, char *machine, size_t size);
/* PATH, or if NULL $XDG_STATE_HOME/tollgate/floors.csv (~/.local/state without it). free() it.
 * NULL if there is no home either. */
char *floor_path(const char *path);

/* A missing file is an empty table. A malformed one is refused with line and column. */
bool floor_read(struct floor_table *table, const char *path, struct reason *why);
void floor_free(struct floor_table *table);
/* The floor of ROW's key, or NAN. */
double floor_find(const struct floor_table *table, const struct floor_row *key);
/* ROW replaces the row with the same key. */
void floor_set(struct floor_table *table, const struct floor_row *row);
/* Write under a temporary name in the same folder, which is made if needed. */
bool floor_write(const struct floor_table *table, const char *path, struct reason *why);

#endif
