/* SPDX-License-Identifier: MIT */
/*
 * util - fatal errors, allocation and the parsing of numbers.
 *
 * There are two ways to fail. Errors that nobody can fix (no memory, a failed system call during
 * set-up) end the process through must(), must_sys() or die(). For errors that the user or the
 * machine can cause, a function fills a struct reason and returns false, and its caller decides.
 */
#ifndef TOLLGATE_BASE_UTIL_H
#define TOLLGATE_BASE_UTIL_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CACHE_LINE  64u
#define SHARED_LINE 128u /* the adjacent-line prefetcher pulls lines in pairs */

#define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))
#define ARRAY_SIZE(array)        (sizeof(array) / sizeof((array)[0]))

/* Exit codes of every sub-command, as documented in docs/method.md. */
enum exit_code {
	EXIT_OK = 0,
	EXIT_INTERNAL = 1,   /* internal or I/O error */
	EXIT_REGRESSION = 3, /* compare: a confirmed regression */
	EXIT_INCONCLUSIVE = 4,
	EXIT_WRONG = 5,    /* a case computed a wrong answer, crashed or hung */
	EXIT_REFUSED = 6,  /* environment refused, or the topology is not this machine */
	EXIT_USAGE = 64,   /* bad option, value or file, or no case matched */
	EXIT_NOTHING = 77, /* nothing could run here */
	EXIT_INTERRUPTED = 130,
};

/* One line that says why something was refused: the thing, what is wrong, the accepted form. */
struct reason {
	char text[512];
};

/* Fill WHY (which may be NULL) like printf. Returns false, so that `return refuse(...)` reads well. */
bool refuse(struct reason *why, const char *format, ...) PRINTF_LIKE(2, 3);

/*
 * Print "tollgate: ..." to stderr and exit with CODE. FORMAT is looked up in the catalogue, so it is a whole sentence.
 */
_Noreturn void die(enum exit_code code, const char *format, ...) PRINTF_LIKE(2, 3);

/* Print "tollgate: ..." to stderr unless quiet_talk is set. FORMAT as for die(). */
void note(const char *format, ...) PRINTF_LIKE(1, 2);

/* Set by -q: notes and progress are not printed, errors still are. */
extern bool quiet_talk;

/* pthread_* and posix_* return the error number: must(pthread_mutex_lock(&m)). */
#define must(call) must_(__FILE__, __LINE__, #call, (call))
/* System calls return -1 and set errno: int fd = must_sys(open(...)). Yields the value. */
#define must_sys(call) must_sys_(__FILE__, __LINE__, #call, (call))

void must_(const char *file, int line, const char *call, int error);
long must_sys_(const char *file, int line, const char *call, long result);

/* Checked allocation, never NULL; free() it. Only xcalloc() gives zeroed memory. */
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *memory, size_t count, size_t size);
char *xstrdup(const char *text);
char *xasprintf(const char *format, ...) PRINTF_LIKE(1, 2);

/* True if all of TEXT is one number in [min, max]: no sign for u64, no blanks, nothing behind it. */
bool parse_u64(const char *text, uint64_t min, uint64_t max, uint64_t *out);
bool parse_i64(const char *text, int64_t min, int64_t max, int64_t *out);
/* A finite decimal number with '.' as its point in every locale. */
bool parse_double(const char *text, double *out);

/* A small random generator for plans and tests (xorshift64*). Do not use it for secrets. */
struct random {
	uint64_t state;
};
void random_seed(struct random *random, uint64_t seed);
uint64_t random_next(struct random *random);
/* Uniform in [0, bound); bound > 0. */
uint64_t random_below(struct random *random, uint64_t bound);
/* Fisher-Yates over COUNT items of SIZE bytes. */
void random_shuffle(struct random *random, void *items, size_t count, size_t size);

/* Write all of LENGTH bytes, through EINTR and short writes. False and errno on failure. */
bool write_all(int fd, const void *data, size_t length);
/* Read exactly LENGTH bytes. 1: done. 0: the file was at its end. -1: an error, or it ended early. */
int read_all(int fd, void *data, size_t length);

/*
 * Read a small text file (at most SIZE - 1 bytes) into BUFFER and cut the last newline. False if it
 * cannot be read.
 */
bool read_text(const char *path, char *buffer, size_t size);

#endif
