/* SPDX-License-Identifier: MIT */
#include "harness/data/json_read.h"
#include "harness/base/language.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/base/format.h"

/* ---- bounds, checked before jansson takes memory ---- */

/* The message counts lines from 1 and columns in bytes from 1. */
static bool refuse_at(const char *name, const char *text, size_t at, const char *what,
		      struct reason *why)
{
	size_t line = 1, column = 1;

	for (size_t i = 0; i < at; i++) {
		column = text[i] == '\n' ? 1 : column + 1;
		line += text[i] == '\n';
	}
	return refuse(why, "%.100s:%zu:%zu: %s", name, line, column, what);
}

/* The state of the scan: LENGTH of the number so far, the open brackets, and the commas in each. */
struct scan {
	unsigned depth, values, length;
	bool inside_text;
	char brackets[JSON_DEPTH_MAX + 1];
	unsigned commas[JSON_DEPTH_MAX + 1];
};

/* Scan one byte between texts. NULL, or the bound that it exceeds. */
static const char *scan_byte(struct scan *scan, char byte)
{
	const bool in_number = byte && strchr("+-.0123456789eE", byte);

	scan->length = in_number ? scan->length + 1 : 0;
	if (scan->length > JSON_NUMBER_MAX)
		return "a number of more than 64 characters";
	if (byte == '{' || byte == '[') {
		if (scan->depth == JSON_DEPTH_MAX)
			return "nested deeper than 32 levels";
		scan->brackets[++scan->depth] = byte;
		scan->commas[scan->depth] = 0;
		scan->values++;
	} else if ((byte == '}' || byte == ']') && scan->depth > 0) {
		scan->depth--;
	} else if (byte == ',') {
		scan->values++;
		if (++scan->commas[scan->depth] >= JSON_KEYS_MAX &&
		    scan->brackets[scan->depth] == '{')
			return "more than 1000 keys in one object";
	}
	return scan->values >= JSON_VALUES_MAX ? "more than 100000 values" : NULL;
}

static bool is_bounded(const char *name, const char *text, size_t length, struct reason *why)
{
	struct scan scan = {0};

	for (size_t i = 0; i < length; i++) {
		const char *excess = NULL;

		if (!text[i]) /* jansson takes a NUL behind the end for the end */
			excess = "a NUL byte";
		else if (text[i] == '"')
			scan.inside_text = !scan.inside_text;
		else if (!scan.inside_text)
			excess = scan_byte(&scan, text[i]);
		else if (text[i] == '\\')
			i++;
		if (excess)
			return refuse_at(name, text, i, excess, why);
	}
	return true;
}

/* ---- reading ---- */

/* jansson has no integers beyond 63 bits, but a seed of a run may have 64: those become doubles. */
static json_t *load(const char *text, size_t length, json_error_t *error)
{
	const size_t flags = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY;
	json_t *root = json_loadb(text, length, flags, error);

	if (!root && json_error_code(error) == json_error_numeric_overflow)
		root = json_loadb(text, length, flags | JSON_DECODE_INT_AS_REAL, error);
	return root;
}

/* jansson's position lies behind a refused token or escape, but at an invalid byte. */
static bool refuse_error(const char *name, const char *text, json_error_t *error,
			 struct reason *why)
{
	const enum json_error_code code = json_error_code(error);
	const size_t at = (size_t)error->position;
	/* the rest of the message repeats bytes of the file, which may hold anything */
	char *near = strstr(error->text, " near ");

	if (near)
		*near = '\0';
	if (code == json_error_premature_end_of_input)
		return refuse_at(name, text, at, "the file ends too early", why);
	if (code == json_error_null_character)
		return refuse_at(name, text, at - 1, "a NUL inside a text", why);
	return refuse_at(name, text, code == json_error_invalid_utf8 || !at ? at : at - 1,
			 error->text, why);
}

bool json_parse(struct json_tree *tree, const char *name, const char *text, size_t length,
		struct reason *why)
{
	json_error_t error;

	*tree = (struct json_tree){0};
	if (length > JSON_BYTES_MAX)
		return refuse(why, _("%.100s: larger than 4 MiB"), name);
	if (!is_bounded(name, text, length, why))
		return false;
	tree->root = load(text, length, &error);
	if (!tree->root)
		return refuse_error(name, text, &error, why);
	tree->texts = json_array();
	return true;
}

static char *read_whole(const char *path, const char *name, size_t *length, struct reason *why)
{
	struct stat status;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char *text = NULL;

	if (fd == -1 || fstat(fd, &status) == -1)
		refuse(why, "%.100s: %s", name, strerror(errno));
	else if (!S_ISREG(status.st_mode))
		refuse(why, _("%.100s: not a regular file"), name);
	else if (status.st_size > (off_t)JSON_BYTES_MAX)
		refuse(why, _("%.100s: larger than 4 MiB"), name);
	else {
		*length = (size_t)status.st_size;
		text = xcalloc(*length + 1, 1);
		if (*length && read_all(fd, text, *length) != 1) {
			refuse(why, _("%.100s: cannot be read as a whole"), name);
			free(text);
			text = NULL;
		}
	}
	if (fd != -1)
		close(fd);
	return text;
}

bool json_read(struct json_tree *tree, const char *path, struct reason *why)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	size_t length;
	char *text = read_whole(path, name, &length, why);
	bool good = text && json_parse(tree, name, text, length, why);

	free(text);
	return good;
}

void json_tree_free(struct json_tree *tree)
{
	json_decref(tree->root);
	json_decref(tree->texts);
	*tree = (struct json_tree){0};
}

/* ---- finding ---- */

const json_t *json_find(const struct json_tree *tree, const char *path)
{
	const json_t *value = tree->root;

	while (value && *path) {
		const size_t length = strcspn(path, ".");
		char key[64];

		snprintf(key, sizeof(key), "%.*s", (int)length, path);
		value = json_object_get(value, key);
		path += length + (path[length] == '.');
	}
	return value;
}

const char *json_value_text(const struct json_tree *tree, const json_t *value)
{
	json_t *text = NULL;

	if (json_is_string(value))
		return json_string_value(value);
	if (json_is_integer(value))
		text = json_sprintf("%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else if (json_is_real(value))
		text = json_string(format_exact(json_real_value(value)).text);
	return !text || json_array_append_new(tree->texts, text) != 0 ? ""
								      : json_string_value(text);
}

const char *json_find_text(const struct json_tree *tree, const char *path)
{
	return json_value_text(tree, json_find(tree, path));
}

double json_find_number(const struct json_tree *tree, const char *path)
{
	const json_t *value = json_find(tree, path);

	return json_is_number(value) ? json_number_value(value) : NAN;
}
