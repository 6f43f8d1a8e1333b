/* SPDX-License-Identifier: MIT */
/*
 * json_read - reads a small JSON file (RFC 8259) as strictly as csv reads CSV: what is refused is
 * named with file, line and column. Refused are also a repeated key, invalid UTF-8, a NUL inside a
 * text, numbers that no double holds, and what is beyond the bounds.
 */
#ifndef TOLLGATE_DATA_JSON_READ_H
#define TOLLGATE_DATA_JSON_READ_H

#include "harness/base/util.h"

#define JSON_BYTES_MAX  (4u << 20)
#define JSON_DEPTH_MAX  32
#define JSON_VALUES_MAX 100000
#define JSON_KEYS_MAX   1000 /* of one object */

enum json_kind {
	JSON_NULL,
	JSON_FALSE,
	JSON_TRUE,
	JSON_NUMBER,
	JSON_TEXT,
	JSON_ARRAY,
	JSON_OBJECT
};

/* One value. Children of an array or object follow each other through `next`; 0: none. */
struct json_value {
	enum json_kind kind;
	unsigned next, first;
	const char *key;  /* in an object */
	const char *text; /* JSON_TEXT: unescaped; JSON_NUMBER: as written */
	double number;
};

struct json_tree {
	struct json_value *values; /* values[0] is the outermost */
	unsigned count;
	char *storage; /* keys and texts */
};

/* False and WHY = "run.json:12:5: ..."; then there is nothing to free. */
bool json_read(struct json_tree *tree, const char *path, struct reason *why);
/* The same for LENGTH bytes of TEXT; NAME stands in messages. */
bool json_parse(struct json_tree *tree, const char *name, const char *text, size_t length,
		struct reason *why);
void json_tree_free(struct json_tree *tree);

/* The value at "machine.topology.pus", keys joined by dots, or NULL. */
const struct json_value *json_find(const struct json_tree *tree, const char *path);
/* Its text, if it is one (or a number, as written); else "". */
const char *json_find_text(const struct json_tree *tree, const char *path);
/* Its number, if it is one; else NAN. */
double json_find_number(const struct json_tree *tree, const char *path);
/* The first child of an array or object, and the one after CHILD; NULL at the end. */
const struct json_value *json_first(const struct json_tree *tree, const struct json_value *parent);
const struct json_value *json_next(const struct json_tree *tree, const struct json_value *child);
/* The member KEY of an object, or NULL. */
const struct json_value *json_member(const struct json_tree *tree, const struct json_value *object,
				     const char *key);

#endif
