/* SPDX-License-Identifier: MIT */
#include "harness/compare/floor.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/data/csv.h"
#include "harness/data/record.h"

#define FLOOR_MAX 1000.0

enum column {
	COLUMN_SCHEMA,
	COLUMN_MACHINE,
	COLUMN_CASE,
	COLUMN_MODE,
	COLUMN_WORKERS,
	COLUMN_PLACEMENT,
	COLUMN_PARAM,
	COLUMN_METRIC,
	COLUMN_SUITES,
	COLUMN_PAIRS,
	COLUMN_ROUNDS,
	COLUMN_FLOOR,
};

/* FNV-1a, 64 bits. */
static uint64_t hash_text(uint64_t hash, const char *text)
{
	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	return (hash ^ 0xff) * UINT64_C(0x100000001b3);
}

void floor_machine(const struct environment *environment, int pu_count, char *machine, size_t size)
{
	char pus[16];
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	snprintf(pus, sizeof(pus), "%d", pu_count);
	hash = hash_text(hash, environment_fact(environment, "cpu_model"));
	hash = hash_text(hash, pus);
	hash = hash_text(hash, environment_fact(environment, "kernel_release"));
	snprintf(machine, size, "%016llx", (unsigned long long)hash);
}

char *floor_path(const char *path)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	if (path)
		return xstrdup(path);
	if (state && *state == '/') /* the specification says to ignore a relative one */
		return xasprintf("%s/tollgate/floors.csv", state);
	if (home && *home)
		return xasprintf("%s/.local/state/tollgate/floors.csv", home);
	return NULL;
}

static bool copy_cell(const struct csv_reader *reader, enum column column, char *to, size_t size,
		      bool may_be_empty, struct reason *why)
{
	const char *cell = reader->cells[column];

	for (const char *c = cell; *c; c++)
		if (*c <= ' ' || *c > '~')
			return csv_refuse(reader, column, "not printable text without blanks", why);
	if (strlen(cell) >= size || (!*cell && !may_be_empty))
		return csv_refuse(reader, column, "empty or too long", why);
	memcpy(to, cell, strlen(cell) + 1);
	return true;
}

static bool take_row(const struct csv_reader *reader, struct floor_row *row, struct reason *why)
{
	uint64_t schema;

	if (!csv_cell_u64(reader, COLUMN_SCHEMA, RECORD_SCHEMA, RECORD_SCHEMA, &schema, why) ||
	    !copy_cell(reader, COLUMN_MACHINE, row->machine, sizeof(row->machine), false, why) ||
	    !copy_cell(reader, COLUMN_CASE, row->case_name, sizeof(row->case_name), false, why) ||
	    !copy_cell(reader, COLUMN_MODE, row->mode, sizeof(row->mode), true, why) ||
	    !csv_cell_u64(reader, COLUMN_WORKERS, 0, 1000000, &row->workers, why) ||
	    !copy_cell(reader, COLUMN_PLACEMENT, row->placement, sizeof(row->placement), true,
		       why) ||
	    !copy_cell(reader, COLUMN_PARAM, row->param, sizeof(row->param), true, why) ||
	    !copy_cell(reader, COLUMN_METRIC, row->metric, sizeof(row->metric), false, why) ||
	    !csv_cell_u64(reader, COLUMN_SUITES, 1, 1000000, &row->suites, why) ||
	    !csv_cell_u64(reader, COLUMN_PAIRS, 1, 1000000, &row->pairs, why) ||
	    !csv_cell_u64(reader, COLUMN_ROUNDS, 1, 1000000, &row->rounds, why) ||
	    !csv_cell_double(reader, COLUMN_FLOOR, &row->floor, why))
		return false;
	if (!(row->floor >= 0 && row->floor <= FLOOR_MAX)) /* NAN: the cell is empty */
		return csv_refuse(reader, COLUMN_FLOOR, "not a fraction from 0 to 1000", why);
	return true;
}

static bool same_key(const struct floor_row *a, const struct floor_row *b)
{
	return strcmp(a->machine, b->machine) == 0 && strcmp(a->case_name, b->case_name) == 0 &&
	       strcmp(a->mode, b->mode) == 0 && a->workers == b->workers &&
	       strcmp(a->placement, b->placement) == 0 && strcmp(a->param, b->param) == 0 &&
	       strcmp(a->metric, b->metric) == 0;
}

static struct floor_row *find(const struct floor_table *table, const struct floor_row *key)
{
	for (size_t i = 0; i < table->count; i++)
		if (same_key(&table->rows[i], key))
			return &table->rows[i];
	return NULL;
}

double floor_find(const struct floor_table *table, const struct floor_row *key)
{
	const struct floor_row *row = find(table, key);

	return row ? row->floor : NAN;
}

static void append(struct floor_table *table, const struct floor_row *row)
{
	if (table->count % 64 == 0)
		table->rows = xrealloc(table->rows, table->count + 64, sizeof(*table->rows));
	table->rows[table->count++] = *row;
}

void floor_set(struct floor_table *table, const struct floor_row *row)
{
	struct floor_row *old = find(table, row);

	if (old)
		*old = *row;
	else
		append(table, row);
}

bool floor_read(struct floor_table *table, const char *path, struct reason *why)
{
	struct csv_reader reader;
	struct floor_row row;
	int got;

	*table = (struct floor_table){0};
	if (access(path, F_OK) == -1 && errno == ENOENT)
		return true;
	if (!csv_open(&reader, path, FLOOR_HEADER, why))
		return false;
	while ((got = csv_next(&reader, why)) == 1) {
		if (!take_row(&reader, &row, why)) {
			got = -1;
			break;
		}
		append(table, &row);
	}
	csv_reader_close(&reader);
	if (got == -1)
		floor_free(table);
	return got == 0;
}

void floor_free(struct floor_table *table)
{
	free(table->rows);
	*table = (struct floor_table){0};
}

static bool write_row(struct csv_writer *csv, const struct floor_row *row, struct reason *why)
{
	csv_u64(csv, RECORD_SCHEMA);
	csv_text(csv, row->machine);
	csv_text(csv, row->case_name);
	csv_text(csv, row->mode);
	csv_u64(csv, row->workers);
	csv_text(csv, row->placement);
	csv_text(csv, row->param);
	csv_text(csv, row->metric);
	csv_u64(csv, row->suites);
	csv_u64(csv, row->pairs);
	csv_u64(csv, row->rounds);
	csv_double(csv, row->floor);
	return csv_end_row(csv, why);
}

/* Make all folders above PATH. An existing folder is no error. */
static void make_folders(const char *path)
{
	char *copy = xstrdup(path);

	for (char *slash = strchr(copy + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdir(copy, 0777); /* csv_create() reports a folder that is still missing */
		*slash = '/';
	}
	free(copy);
}

bool floor_write(const struct floor_table *table, const char *path, struct reason *why)
{
	char *temporary = xasprintf("%s.%ld.tmp", path, (long)getpid());
	struct csv_writer csv;

	make_folders(path);
	bool good = csv_create(&csv, temporary, FLOOR_HEADER, why);

	if (good) {
		for (size_t i = 0; good && i < table->count; i++)
			good = write_row(&csv, &table->rows[i], why);
		good = csv_close(&csv, good ? why : NULL) && good;
		if (good && rename(temporary, path) != 0)
			good = refuse(why, "%.200s: %s", path, strerror(errno));
		if (!good)
			unlink(temporary);
	}
	free(temporary);
	return good;
}
