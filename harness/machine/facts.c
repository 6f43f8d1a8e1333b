/* SPDX-License-Identifier: MIT */
#include "harness/machine/environment_internal.h"

#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * A word is taken for a path if it has more than one slash, or one that does not stand between two
 * letters or digits. "GNU/Linux" and "usercopy/swapgs" are no paths.
 */
static bool looks_like_path(const char *word, size_t length)
{
	const char *slash = memchr(word, '/', length);

	if (!slash)
		return false;
	size_t at = (size_t)(slash - word);

	if (at == 0 || at + 1 == length || memchr(slash + 1, '/', length - at - 1))
		return true;
	return !isalnum((unsigned char)slash[-1]) || !isalnum((unsigned char)slash[1]);
}

/* Copy RAW into OUT: printable ASCII, words separated by one blank, paths left out, cut to SIZE. */
static void make_printable(char *out, size_t size, const char *raw)
{
	size_t used = 0;

	while (*raw) {
		size_t length = strcspn(raw, " \t\r\n\v\f");

		if (length > 0 && !looks_like_path(raw, length)) {
			if (used > 0 && used + 1 < size)
				out[used++] = ' ';
			for (size_t i = 0; i < length && used + 1 < size; i++)
				out[used++] = (char)(raw[i] > 0x20 && raw[i] < 0x7f ? raw[i] : '?');
		}
		raw += length;
		raw += strspn(raw, " \t\r\n\v\f");
	}
	while (used > 0 && out[used - 1] == ' ')
		used--;
	out[used] = '\0';
}

void fact_set(struct fact *fact, const char *format, ...)
{
	char raw[SMALL_BYTES];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(raw, sizeof(raw), format, arguments);
	va_end(arguments);
	make_printable(fact->value, sizeof(fact->value), raw);
}

static bool list_has(const char *list, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = list; *at; at += strspn(at, " ")) {
		size_t here = strcspn(at, " ");

		if (here == length && strncmp(at, word, length) == 0)
			return true;
		at += here;
	}
	return false;
}

void fact_add(struct fact *fact, const char *word)
{
	size_t used = strlen(fact->value), length = strlen(word);

	if (length == 0 || list_has(fact->value, word))
		return;
	if (used + 1 + length + 1 > sizeof(fact->value))
		return;
	if (used > 0)
		fact->value[used++] = ' ';
	memcpy(fact->value + used, word, length + 1);
}

bool facts_is_token(const char *text)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_.:,+-";
	size_t length = strlen(text);

	return length > 0 && length < NAME_BYTES && strspn(text, allowed) == length;
}

PRINTF_LIKE(4, 0)
static bool root_read_list(const char *root, char *buffer, size_t size, const char *format,
			   va_list arguments)
{
	char path[PATH_MAX];
	size_t used = strlen(root);

	buffer[0] = '\0';
	if (used >= sizeof(path))
		return false;
	memcpy(path, root, used + 1);
	int length = vsnprintf(path + used, sizeof(path) - used, format, arguments);

	if (length < 0 || (size_t)length >= sizeof(path) - used)
		return false;
	if (read_text(path, buffer, size))
		return true;
	buffer[0] = '\0';
	return false;
}

bool root_read(const char *root, char *buffer, size_t size, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	bool done = root_read_list(root, buffer, size, format, arguments);
	va_end(arguments);
	return done;
}

bool root_number(const char *root, int64_t *out, const char *format, ...)
{
	char text[64];
	va_list arguments;

	va_start(arguments, format);
	bool done = root_read_list(root, text, sizeof(text), format, arguments);
	va_end(arguments);
	return done && parse_i64(text, INT64_MIN, INT64_MAX, out);
}

bool root_exists(const char *root, const char *path)
{
	char whole[PATH_MAX];
	int length = snprintf(whole, sizeof(whole), "%s%s", root, path);

	return length > 0 && (size_t)length < sizeof(whole) && access(whole, F_OK) == 0;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(a, b);
}

struct name_list *root_names(const char *root, const char *path, const char *prefix)
{
	struct name_list *list = xcalloc(1, sizeof(*list));
	char whole[PATH_MAX];
	int length = snprintf(whole, sizeof(whole), "%s%s", root, path);
	DIR *directory = length > 0 && (size_t)length < sizeof(whole) ? opendir(whole) : NULL;
	struct dirent *entry;

	if (!directory)
		return list;
	while (list->count < NAMES_MAX && (entry = readdir(directory))) {
		if (entry->d_name[0] == '.' || !facts_is_token(entry->d_name))
			continue;
		if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0)
			continue;
		memcpy(list->names[list->count++], entry->d_name, strlen(entry->d_name) + 1);
	}
	(void)closedir(directory); /* only read from */
	qsort(list->names, (size_t)list->count, NAME_BYTES, compare_names);
	return list;
}

/* The position after NAME and SEPARATOR at the start of LINE, or NULL. */
static const char *past_name(const char *line, const char *name, char separator)
{
	size_t length = strlen(name);

	if (strncmp(line, name, length) != 0)
		return NULL;
	line += length;
	if (separator == ' ')
		return *line == ' ' || *line == '\t' ? line + strspn(line, " \t") : NULL;
	line += strspn(line, " \t");
	return *line == separator ? line + 1 + strspn(line + 1, " \t") : NULL;
}

bool facts_line_after(const char *text, const char *name, char separator, char *out, size_t size)
{
	for (const char *line = text; *line;) {
		size_t length = strcspn(line, "\n");
		const char *rest = past_name(line, name, separator);

		if (rest && rest <= line + length) {
			size_t take = (size_t)(line + length - rest);

			take = take < size ? take : size - 1;
			memcpy(out, rest, take);
			out[take] = '\0';
			return true;
		}
		line += length + (line[length] == '\n');
	}
	out[0] = '\0';
	return false;
}

const char *environment_fact(const struct environment *environment, const char *key)
{
	for (int i = 0; i < environment->fact_count; i++)
		if (!strcmp(environment->facts[i].key, key))
			return environment->facts[i].value;
	return "";
}

/* The place for warning ID: its earlier one, a new one, or NULL if there is no more room. */
static struct warning *warning_slot(struct environment *environment, const char *id)
{
	for (int i = 0; i < environment->warning_count; i++)
		if (!strcmp(environment->warnings[i].id, id))
			return &environment->warnings[i];
	if (environment->warning_count >= WARNINGS_MAX)
		return NULL;
	return &environment->warnings[environment->warning_count++];
}

void environment_warn(struct environment *environment, const char *id, const char *fix,
		      const char *format, ...)
{
	struct warning *warning = warning_slot(environment, id);
	va_list arguments;

	if (!warning)
		return;
	snprintf(warning->id, sizeof(warning->id), "%s", id);
	snprintf(warning->fix, sizeof(warning->fix), "%s", fix);
	va_start(arguments, format);
	vsnprintf(warning->text, sizeof(warning->text), format, arguments);
	va_end(arguments);
}
