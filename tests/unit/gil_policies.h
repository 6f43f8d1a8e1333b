/* SPDX-License-Identifier: MIT */
/* gil_policies - a mode for each GIL policy that there is, so that a new one is tested as well. */
#ifndef TOLLGATE_TESTS_GIL_POLICIES_H
#define TOLLGATE_TESTS_GIL_POLICIES_H

#include "harness/sync/mode.h"

/* The INDEX-th mode whose policy no mode before it has, or NULL. */
static inline const struct mode *gil_mode(size_t index)
{
	size_t count;
	const struct mode *table = mode_table(&count);

	for (size_t i = 0; i < count; i++) {
		bool is_new = table[i].gil != NULL;

		for (size_t before = 0; before < i; before++)
			is_new = is_new && table[before].gil != table[i].gil;
		if (is_new && index-- == 0)
			return &table[i];
	}
	return NULL;
}

static inline size_t gil_mode_count(void)
{
	size_t count = 0;

	while (gil_mode(count))
		count++;
	return count;
}

#endif
