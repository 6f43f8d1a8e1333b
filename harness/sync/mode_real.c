/* SPDX-License-Identifier: MIT */
/*
 * The modes under a real lock. The table has one row for all of them. A plan has one row for each
 * library of this machine. It is named by version, because a path is private.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/sync/mode.h"

const struct mode mode_real_rows[] = {
	{
		.name = "cpython",
		.summary = "threads under the lock of a real CPython: each libpython found, or "
			   "cpython:FILE",
		.origin = "libpython, loaded at run time",
		.group = MODE_REAL,
		.vehicle = VEHICLE_THREADS,
		.sync = SYNC_CPYTHON,
		.params = MODE_TAKES(MODE_INTERVAL_US) | MODE_TAKES(MODE_STAMPS),
	},
};
const size_t mode_real_count = ARRAY_SIZE(mode_real_rows);

/* Rows made so far. They live as long as the program: plans point at them. */
static struct {
	struct mode *rows[2 * CPYTHON_FOUND_MAX];
	size_t count;
	bool searched;
	size_t found[CPYTHON_FOUND_MAX]; /* rows of the libraries that a search gave */
	size_t found_count;
} real;

/* The row of LIBRARY. Another library of the same version takes another name. */
static const struct mode *row_of(const struct cpython_library *library, size_t *index)
{
	unsigned namesakes = 0;

	for (size_t i = 0; i < real.count; i++) {
		const size_t length = strlen(library->facts.version);

		*index = i;
		if (strcmp(real.rows[i]->library, library->file) == 0)
			return real.rows[i];
		namesakes += strncmp(real.rows[i]->name + strlen("cpython-"),
				     library->facts.version, length) == 0 &&
			     strchr(".", real.rows[i]->name[strlen("cpython-") + length]);
	}
	if (real.count == ARRAY_SIZE(real.rows))
		return NULL;
	struct mode *row = xcalloc(1, sizeof(*row));
	char other[16] = "";

	if (namesakes)
		snprintf(other, sizeof(other), ".%u", namesakes + 1);
	*row = mode_real_rows[0];
	row->name = xasprintf("cpython-%s%s", library->facts.version, other);
	row->summary = xasprintf("threads under the lock of CPython %s", library->facts.version);
	row->library = xstrdup(library->file);
	*index = real.count;
	return real.rows[real.count++] = row;
}

static void search(void)
{
	struct cpython_library *libraries = xcalloc(CPYTHON_FOUND_MAX, sizeof(*libraries));
	const unsigned count = cpython_find(libraries);

	for (unsigned i = 0; i < count; i++) {
		if (!*libraries[i].facts.version)
			note("left out: %s: %s", libraries[i].file, libraries[i].why.text);
		else if (row_of(&libraries[i], &real.found[real.found_count]))
			real.found_count++;
	}
	free(libraries);
	real.searched = true;
}

const struct mode *mode_real(size_t index)
{
	if (!real.searched)
		search();
	if (index < real.found_count)
		return real.rows[real.found[index]];
	return index == 0 ? &mode_real_rows[0] : NULL;
}

void mode_to_wire(const struct mode *mode, char *name, size_t name_size, char *library,
		  size_t library_size)
{
	const bool real_lock = mode->group == MODE_REAL;

	snprintf(name, name_size, "%s", real_lock ? mode_real_rows[0].name : mode->name);
	snprintf(library, library_size, "%s", mode->library ? mode->library : "");
}

const struct mode *mode_real_of(const char *file, struct reason *why)
{
	struct cpython_library library;
	const struct mode *row;
	size_t index;

	if (!*file || strlen(file) >= sizeof(library.file)) {
		refuse(why, "cpython: expected the name of a libpython, at most %zu characters",
		       sizeof(library.file) - 1);
		return NULL;
	}
	snprintf(library.file, sizeof(library.file), "%s", file);
	if (!cpython_probe(file, &library.facts, why))
		return NULL;
	row = row_of(&library, &index);
	if (!row)
		refuse(why, "cpython: more than %zu libraries", ARRAY_SIZE(real.rows));
	return row;
}
