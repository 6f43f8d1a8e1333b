/* SPDX-License-Identifier: MIT */
/*
 * fake_root - a directory that stands for a machine: the test writes the files of /proc and /sys
 * that it needs; all of it goes when the test ends. Include it after cmocka.h.
 */
#ifndef TOLLGATE_TESTS_FAKE_ROOT_H
#define TOLLGATE_TESTS_FAKE_ROOT_H

#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "harness/machine/environment.h"
#include "harness/machine/environment_internal.h"

struct tree {
	char root[64];
	struct environment environment;
};

static inline int tree_make(void **state)
{
	struct tree *tree = xcalloc(1, sizeof(*tree));

	snprintf(tree->root, sizeof(tree->root), "/tmp/tollgate-environment-XXXXXX");
	*state = tree;
	return mkdtemp(tree->root) ? 0 : -1;
}

static inline int remove_entry(const char *path, const struct stat *status, int kind,
			       struct FTW *walk)
{
	(void)status;
	(void)kind;
	(void)walk;
	return remove(path);
}

static inline int tree_remove(void **state)
{
	struct tree *tree = *state;
	int result = nftw(tree->root, remove_entry, 16, FTW_DEPTH | FTW_PHYS);

	free(tree);
	return result;
}

static inline void tree_bytes(struct tree *tree, const char *path, const char *bytes, size_t length)
{
	char whole[PATH_MAX];

	snprintf(whole, sizeof(whole), "%s%s", tree->root, path);
	for (char *slash = whole + strlen(tree->root) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		(void)mkdir(whole, 0700); /* may be there already, else fopen() fails */
		*slash = '/';
	}
	FILE *file = fopen(whole, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
}

static inline void tree_file(struct tree *tree, const char *path, const char *text)
{
	tree_bytes(tree, path, text, strlen(text));
}

static inline const char *fact_after(struct tree *tree, const char *key)
{
	environment_read(&tree->environment, tree->root, 2);
	return environment_fact(&tree->environment, key);
}

static inline const struct warning *find_warning(const struct environment *environment,
						 const char *id)
{
	for (int i = 0; i < environment->warning_count; i++)
		if (!strcmp(environment->warnings[i].id, id))
			return &environment->warnings[i];
	return NULL;
}

static inline const char *warning_text(const struct environment *environment, const char *id)
{
	const struct warning *warning = find_warning(environment, id);

	return warning ? warning->text : "";
}

static inline const struct warning *warning_after(struct tree *tree, const char *id)
{
	environment_read(&tree->environment, tree->root, 2);
	return find_warning(&tree->environment, id);
}

static inline void expect_fix(struct tree *tree, const char *id, const char *fix)
{
	const struct warning *warning = warning_after(tree, id);

	assert_non_null(warning);
	assert_string_equal(warning->fix, fix);
	assert_true(strlen(warning->text) > 10);
}

/* Every value must be so, whatever the files held. */
static inline void expect_harmless(const struct environment *environment)
{
	for (int i = 0; i < environment->fact_count; i++) {
		const char *value = environment->facts[i].value;
		size_t length = strnlen(value, sizeof(environment->facts[i].value));

		assert_true(length < sizeof(environment->facts[i].value));
		for (size_t n = 0; n < length; n++)
			assert_in_range((unsigned char)value[n], 0x20, 0x7e);
		assert_true(value[0] != '/');
		assert_null(strstr(value, " /"));
		assert_null(strstr(value, "=/"));
		assert_null(strstr(value, "../"));
	}
}

#define POLICY(n)       "/sys/devices/system/cpu/cpufreq/policy" #n
#define TREE_TEST(name) cmocka_unit_test_setup_teardown(name, tree_make, tree_remove)

#endif
