/* SPDX-License-Identifier: MIT */
/* json_tree - finding one's way in what json_read() read. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/data/json_read.h"

void json_tree_free(struct json_tree *tree)
{
	free(tree->values);
	free(tree->storage);
	*tree = (struct json_tree){0};
}

static bool is_nested(const struct json_value *value)
{
	return value->kind == JSON_ARRAY || value->kind == JSON_OBJECT;
}

const struct json_value *json_first(const struct json_tree *tree, const struct json_value *parent)
{
	return is_nested(parent) && parent->first ? &tree->values[parent->first] : NULL;
}

const struct json_value *json_next(const struct json_tree *tree, const struct json_value *child)
{
	return child->next ? &tree->values[child->next] : NULL;
}

static const struct json_value *member(const struct json_tree *tree,
				       const struct json_value *object, const char *key,
				       size_t length)
{
	const struct json_value *child;

	if (object->kind != JSON_OBJECT)
		return NULL;
	for (child = json_first(tree, object); child; child = json_next(tree, child))
		if (strlen(child->key) == length && memcmp(child->key, key, length) == 0)
			return child;
	return NULL;
}

const struct json_value *json_member(const struct json_tree *tree, const struct json_value *object,
				     const char *key)
{
	return member(tree, object, key, strlen(key));
}

const struct json_value *json_find(const struct json_tree *tree, const char *path)
{
	const struct json_value *value = tree->count ? &tree->values[0] : NULL;

	while (value && *path) {
		const size_t length = strcspn(path, ".");

		value = member(tree, value, path, length);
		path += length + (path[length] == '.');
	}
	return value;
}

const char *json_find_text(const struct json_tree *tree, const char *path)
{
	const struct json_value *value = json_find(tree, path);

	return value && value->text ? value->text : "";
}

double json_find_number(const struct json_tree *tree, const char *path)
{
	const struct json_value *value = json_find(tree, path);

	return value && value->kind == JSON_NUMBER ? value->number : NAN;
}
