/* SPDX-License-Identifier: MIT */
/* file - opens and reads files of other programs: only regular files of a bounded size. */
#ifndef TOLLGATE_DATA_FILE_H
#define TOLLGATE_DATA_FILE_H

#include <stdio.h>

#include "harness/base/util.h"

/* The last component of PATH, which names a file in messages. */
const char *file_name(const char *path);

/*
 * Open PATH for reading if it is a regular file of at most BYTES_MAX bytes; fclose() it. A folder, FIFO
 * or device is refused, and opening it never blocks. NULL and WHY ("t.csv: not a regular file") if not.
 */
FILE *file_open(const char *path, uint64_t bytes_max, struct reason *why);

/*
 * Read such a file as a whole: *LENGTH bytes with a NUL behind them, which is not counted; free() them.
 * NULL and WHY as above, or if it became shorter meanwhile.
 */
char *file_read(const char *path, uint64_t bytes_max, size_t *length, struct reason *why);

#endif
