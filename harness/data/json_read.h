/* SPDX-License-Identifier: MIT */
/*
 * json_read - reads a small JSON file (RFC 8259) with jansson. A refusal names the file, the line and the
 * column. A file is refused if it is too large, nested too deeply or has too many values, before memory
 * is taken for it. A repeated key, invalid UTF-8, a NUL inside a text, a number that no double holds,
 * and anything behind the end are refused too.
 *
 * Callers walk through arrays and objects with the functions of jansson (json_array_foreach and others).
 */
#ifndef TOLLGATE_DATA_JSON_READ_H
#define TOLLGATE_DATA_JSON_READ_H

#include <jansson.h>

#include "harness/base/util.h"

#define JSON_BYTES_MAX  (4u << 20)
#define JSON_DEPTH_MAX  32
#define JSON_VALUES_MAX 100000
#define JSON_KEYS_MAX   1000 /* of one object */
#define JSON_NUMBER_MAX 64   /* characters of one number */

struct json_tree {
	json_t *root;
	json_t *texts; /* numbers as text, made by json_find_text() */
};

/*
 * Read the file PATH. False and WHY = "run.json:12:5: ..." if it is refused; then there is nothing to
 * free. Else json_tree_free() frees the tree.
 */
bool json_read(struct json_tree *tree, const char *path, struct reason *why);
/* The same for LENGTH bytes of TEXT; messages call it NAME. */
bool json_parse(struct json_tree *tree, const char *name, const char *text, size_t length,
		struct reason *why);
void json_tree_free(struct json_tree *tree);

/* The value at "machine.topology.pus", keys joined by dots, or NULL. The tree owns it. */
const json_t *json_find(const struct json_tree *tree, const char *path);
/* The text of a text or a number, else "". The tree owns it. */
const char *json_find_text(const struct json_tree *tree, const char *path);
/* The same for a value of the tree; VALUE may be NULL. */
const char *json_value_text(const struct json_tree *tree, const json_t *value);
/* The number if it is one, else NAN. */
double json_find_number(const struct json_tree *tree, const char *path);

#endif
