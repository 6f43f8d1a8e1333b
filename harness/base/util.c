/* SPDX-License-Identifier: MIT */
#include "harness/base/util.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/base/language.h"
#include "harness/base/text.h"

bool quiet_talk;

PRINTF_LIKE(1, 0)
static void talk(const char *format, va_list arguments)
{
	char line[1024];

	vsnprintf(line, sizeof(line), gettext(format), arguments);
	text_clean(line, sizeof(line), line,
		   "\n"); /* text of a file must not command the terminal */
	fprintf(stderr, "tollgate: %s\n", line);
}

bool refuse(struct reason *why, const char *format, ...)
{
	va_list arguments;

	if (!why)
		return false;
	va_start(arguments, format);
	vsnprintf(why->text, sizeof(why->text), format, arguments);
	va_end(arguments);
	return false;
}

void die(enum exit_code code, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	talk(format, arguments);
	va_end(arguments);
	fflush(NULL);
	_exit((int)code); /* a forked worker must not run the parent's exit handlers */
}

void note(const char *format, ...)
{
	va_list arguments;

	if (quiet_talk)
		return;
	va_start(arguments, format);
	talk(format, arguments);
	va_end(arguments);
}

void must_(const char *file, int line, const char *call, int error)
{
	if (error)
		die(EXIT_INTERNAL, "%s:%d: %s: %s", file, line, call, strerror(error));
}

long must_sys_(const char *file, int line, const char *call, long result)
{
	if (result == -1)
		die(EXIT_INTERNAL, "%s:%d: %s: %s", file, line, call, strerror(errno));
	return result;
}

void *xcalloc(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size ? size : 1);

	if (!memory)
		die(EXIT_INTERNAL, "out of memory (%zu x %zu bytes)", count, size);
	return memory;
}

void *xrealloc(void *memory, size_t count, size_t size)
{
	void *grown = reallocarray(memory, count ? count : 1, size ? size : 1);

	if (!grown)
		die(EXIT_INTERNAL, "out of memory (%zu x %zu bytes)", count, size);
	return grown;
}

char *xstrdup(const char *text)
{
	char *copy = strdup(text);

	if (!copy)
		die(EXIT_INTERNAL, "out of memory (text)");
	return copy;
}

char *xasprintf(const char *format, ...)
{
	va_list arguments;
	char *text = NULL;

	va_start(arguments, format);
	int length = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (length < 0)
		die(EXIT_INTERNAL, "out of memory (text)");
	return text;
}

static bool all_digits(const char *text)
{
	return *text && text[strspn(text, "0123456789")] == '\0';
}

bool parse_u64(const char *text, uint64_t min, uint64_t max, uint64_t *out)
{
	if (!all_digits(text))
		return false;
	errno = 0;
	uintmax_t value = strtoumax(text, NULL, 10);

	if (errno || value < min || value > max)
		return false;
	*out = value;
	return true;
}

bool parse_i64(const char *text, int64_t min, int64_t max, int64_t *out)
{
	if (!all_digits(*text == '-' ? text + 1 : text))
		return false;
	errno = 0;
	intmax_t value = strtoimax(text, NULL, 10);

	if (errno || value < min || value > max)
		return false;
	*out = value;
	return true;
}

bool parse_double(const char *text, double *out)
{
	static locale_t plain; /* made once. '.' is the decimal point in every locale */
	char *end;

	if (!*text || text[strspn(text, "0123456789.eE+-")] != '\0')
		return false;
	if (!plain)
		plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	double value = strtod_l(text, &end, plain);

	if (*end || !isfinite(value))
		return false;
	*out = value;
	return true;
}

void random_seed(struct random *random, uint64_t seed)
{
	/* splitmix64 spreads small seeds. The state of xorshift64* must not be 0. */
	uint64_t z = seed + UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	z ^= z >> 31;
	random->state = z ? z : 1;
}

/* xorshift64*: Vigna, "An experimental exploration of Marsaglia's xorshift generators" (2016). */
uint64_t random_next(struct random *random)
{
	uint64_t x = random->state;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	random->state = x;
	return x * UINT64_C(0x2545f4914f6cdd1d);
}

uint64_t random_below(struct random *random, uint64_t bound)
{
	uint64_t limit = UINT64_MAX - UINT64_MAX % bound, value;

	do
		value = random_next(random);
	while (value >= limit);
	return value % bound;
}

static void swap_bytes(char *a, char *b, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		char byte = a[i];

		a[i] = b[i];
		b[i] = byte;
	}
}

void random_shuffle(struct random *random, void *items, size_t count, size_t size)
{
	char *base = items;

	for (size_t i = count; i > 1; i--) {
		size_t j = random_below(random, i);

		if (j != i - 1)
			swap_bytes(base + (i - 1) * size, base + j * size, size);
	}
}

bool write_all(int fd, const void *data, size_t length)
{
	const char *next = data;

	while (length) {
		ssize_t written = write(fd, next, length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return false;
		next += written;
		length -= (size_t)written;
	}
	return true;
}

int read_all(int fd, void *data, size_t length)
{
	char *next = data;
	size_t left = length;

	while (left) {
		ssize_t got = read(fd, next, left);

		if (got < 0 && errno == EINTR)
			continue;
		if (got == 0 && left == length)
			return 0;
		if (got <= 0)
			return -1;
		next += got;
		left -= (size_t)got;
	}
	return 1;
}

bool read_text(const char *path, char *buffer, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t length = 0;
	ssize_t got = 0;

	if (fd < 0)
		return false;
	while (length < size - 1) {
		got = read(fd, buffer + length, size - 1 - length);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		length += (size_t)got;
	}
	close(fd);
	buffer[length] = '\0';
	if (length && buffer[length - 1] == '\n')
		buffer[length - 1] = '\0';
	return got >= 0;
}
