/* SPDX-License-Identifier: MIT */
/*
 * environment_internal - the parts that the files of the environment module share.
 *
 * A fact is one row of a table: its key, its reader, and the reader's source. Machine facts come
 * from files below the root. Process facts come from this process and its CPU, so they stay unknown
 * when the root is not the real one.
 */
#ifndef TOLLGATE_MACHINE_ENVIRONMENT_INTERNAL_H
#define TOLLGATE_MACHINE_ENVIRONMENT_INTERNAL_H

#include "harness/machine/environment.h"

#define HEAD_BYTES  16384 /* bytes that are read of a long file */
#define SMALL_BYTES 4096  /* of a file that holds one value */
#define NAMES_MAX   4096  /* entries of one directory */
#define NAME_BYTES  64

#define SYS_CPU   "/sys/devices/system/cpu/"
#define SYS_PROC  "/proc/sys/kernel/"
#define SYS_CLOCK "/sys/devices/system/clocksource/clocksource0/"

struct fact_row;
typedef void fact_read_fn(const char *root, const struct fact_row *row, struct fact *fact);

struct fact_row {
	const char *key;
	fact_read_fn *read; /* fills fact->value through the functions below, or leaves it "" */
	const char *path;   /* below the root */
	const char *detail; /* the text to look for, as the reader defines it */
};

/* Both tables end with a NULL key. */
extern const struct fact_row facts_of_machine[];
extern const struct fact_row facts_of_process[];

/* Store a text: printable ASCII, single blanks, no word that looks like a path, cut to fit. */
void fact_set(struct fact *fact, const char *format, ...) PRINTF_LIKE(2, 3);
/* Append WORD to a blank-separated list, once. A word that does not fit is omitted. */
void fact_add(struct fact *fact, const char *word);
/* True for 1..NAME_BYTES-1 characters of [A-Za-z0-9_.:,+-]. */
bool facts_is_token(const char *text);

/* Read a file below ROOT, see read_text(). FORMAT gives the path. */
bool root_read(const char *root, char *buffer, size_t size, const char *format, ...)
	PRINTF_LIKE(4, 5);
bool root_exists(const char *root, const char *path);
/* The number that is the whole content of the file. False otherwise. */
bool root_number(const char *root, int64_t *out, const char *format, ...) PRINTF_LIKE(3, 4);

/* Sorted names in a directory that begin with PREFIX and are tokens. The caller frees them. */
struct name_list {
	int count;
	char names[NAMES_MAX][NAME_BYTES];
};
struct name_list *root_names(const char *root, const char *path, const char *prefix);

/*
 * The rest of the first line of TEXT that begins with NAME and SEPARATOR. Blanks around the
 * separator are skipped, and ' ' as separator requires at least one blank. False if there is none.
 */
bool facts_line_after(const char *text, const char *name, char separator, char *out, size_t size);

/* control groups: the quota in CPUs (INFINITY: unlimited). False if no file tells */
bool cgroup_quota_cpus(const char *root, double *cpus);
/* Number of times that the quota throttled this control group. False if no file tells. */
bool cgroup_throttled(const char *root, double *times);
/* The CPUs that the group may use, as a list such as 0-3,8. */
bool cgroup_cpuset(const char *root, char *list, size_t size);
/* "v1", "v2", "hybrid", or "" */
const char *cgroup_version(const char *root);

/* Sum of FILE over SYS_CPU/cpuN. False if no CPU has it. */
bool root_cpu_sum(const char *root, const char *file, double *sum);

/* First line of /proc/stat: ticks of all CPUs, stolen ticks among them. */
struct stat_ticks {
	uint64_t total, steal;
};
bool root_read_ticks(const char *root, struct stat_ticks *ticks);

/* Fill the warnings from the facts. */
void environment_judge(struct environment *environment, int pu_count);

#endif
