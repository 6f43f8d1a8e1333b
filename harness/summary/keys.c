/* SPDX-License-Identifier: MIT */
/* Finds the combination, the epoch and the metric of a row, each in one look-up at any size. */
#include <stdlib.h>
#include <string.h>

#include "harness/data/record.h"
#include "harness/summary/internal.h"

void *summary_grown(void *items, size_t count, size_t *capacity, size_t size)
{
	if (count < *capacity)
		return items;
	*capacity = *capacity ? *capacity * 2 : 64;
	return xrealloc(items, *capacity, size);
}

/* FNV-1a (Fowler, Noll, Vo), folded: the low bits of a 64-bit product alone mix too little. */
static uint32_t hash_of(const char *bytes, size_t length)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
	return (uint32_t)(hash ^ (hash >> 32));
}

/* The slot that holds these bytes, or the free one where they belong. */
static uint32_t *slot_of(const struct intern *intern, const char *bytes, size_t length)
{
	uint32_t mask = intern->slot_count - 1, i = hash_of(bytes, length) & mask;

	for (;; i = (i + 1) & mask) {
		uint32_t id = intern->slots[i];

		if (id == 0 || (intern->length[id - 1] == length &&
				memcmp(intern->bytes[id - 1], bytes, length) == 0))
			return &intern->slots[i];
	}
}

static void make_room(struct intern *intern)
{
	if ((uint64_t)intern->count * 2 < intern->slot_count)
		return;
	free(intern->slots);
	intern->slot_count = intern->slot_count ? intern->slot_count * 2 : 64;
	intern->slots = xcalloc(intern->slot_count, sizeof(*intern->slots));
	for (uint32_t id = 0; id < intern->count; id++)
		*slot_of(intern, intern->bytes[id], intern->length[id]) = id + 1;
}

uint32_t intern_find(const struct intern *intern, const char *bytes, size_t length)
{
	if (!intern->slot_count)
		return NO_ID;
	uint32_t slot = *slot_of(intern, bytes, length);

	return slot ? slot - 1 : NO_ID;
}

uint32_t intern_add(struct intern *intern, const char *bytes, size_t length)
{
	make_room(intern);
	uint32_t *slot = slot_of(intern, bytes, length);

	if (*slot)
		return *slot - 1;
	if (intern->count == intern->capacity) {
		intern->capacity = intern->capacity ? intern->capacity * 2 : 64;
		intern->bytes = xrealloc(intern->bytes, intern->capacity, sizeof(*intern->bytes));
		intern->length = xrealloc(intern->length, intern->capacity,
					  sizeof(*intern->length));
	}
	char *copy = xcalloc(length + 1, 1);

	memcpy(copy, bytes, length);
	intern->bytes[intern->count] = copy;
	intern->length[intern->count] = length;
	*slot = ++intern->count;
	return intern->count - 1;
}

void intern_free(struct intern *intern)
{
	for (uint32_t i = 0; i < intern->count; i++)
		free(intern->bytes[i]);
	free(intern->bytes);
	free(intern->length);
	free(intern->slots);
	*intern = (struct intern){0};
}

const char *summary_keep_text(struct run_data *data, const char *text)
{
	uint32_t id = intern_add(&data->texts, text, strlen(text)); /* may move texts.bytes */

	return data->texts.bytes[id];
}

/* False for anything that could move the cursor of a terminal or break a table or a file name. */
static bool is_word(const char *text)
{
	size_t length = 0;

	for (; text[length]; length++)
		if (text[length] <= ' ' || text[length] > '~')
			return false;
	return length <= 200;
}

bool summary_check_word(const struct csv_reader *reader, unsigned column, struct reason *why)
{
	const char *cell = reader->cells[column];

	if (*cell && is_word(cell))
		return true;
	return csv_refuse(reader, column, "not a word of 1 to 200 printable ASCII characters", why);
}

bool summary_take_u32(const struct csv_reader *reader, unsigned column, uint32_t *out,
		      struct reason *why)
{
	uint64_t value;

	if (!csv_cell_u64(reader, column, 0, NO_ROUND - 1, &value, why))
		return false;
	*out = (uint32_t)value;
	return true;
}

static bool check_key(const struct csv_reader *reader, uint64_t *workers, struct reason *why)
{
	static const enum key words[] = {KEY_run_id, KEY_case, KEY_mode, KEY_placement};
	uint64_t schema;

	if (!csv_cell_u64(reader, KEY_schema, RECORD_SCHEMA, RECORD_SCHEMA, &schema, why))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (!summary_check_word(reader, words[i], why))
			return false;
	if (!is_word(reader->cells[KEY_build]))
		return csv_refuse(reader, KEY_build, "not a printable ASCII word", why);
	if (!is_word(reader->cells[KEY_param]))
		return csv_refuse(reader, KEY_param, "not a printable ASCII word", why);
	return csv_cell_u64(reader, KEY_workers, 1, 1000000, workers, why);
}

static void add_combination(struct run_data *data, uint32_t id, uint64_t workers)
{
	const char *next = data->keys.bytes[id];

	data->combinations = summary_grown(data->combinations, id, &data->combination_capacity,
					   sizeof(*data->combinations));
	struct combination *c = &data->combinations[id];

	*c = (struct combination){.workers = workers};
	for (unsigned i = 0; i < KEY_COUNT; i++) {
		c->key[i] = next;
		next += strlen(next) + 1;
	}
}

/* The cells of a row lie one behind the other, so the key is one string of bytes. */
bool summary_take_key(struct run_data *data, const struct csv_reader *reader, uint32_t *id,
		      struct reason *why)
{
	const char *begin = reader->cells[0], *last = reader->cells[KEY_COUNT - 1];
	size_t length = (size_t)(last - begin) + strlen(last) + 1;
	uint64_t workers;

	*id = intern_find(&data->keys, begin, length);
	if (*id != NO_ID)
		return true;
	if (!check_key(reader, &workers, why))
		return false;
	*id = intern_add(&data->keys, begin, length);
	add_combination(data, *id, workers);
	return true;
}

uint32_t summary_sibling(const struct run_data *data, uint32_t c, enum key column,
			 const char *value)
{
	char key[KEY_COUNT * 256];
	size_t length = 0;

	for (unsigned i = 0; i < KEY_COUNT; i++) {
		const char *cell = i == column ? value : data->combinations[c].key[i];
		size_t size = strlen(cell) + 1; /* each at most 201, see is_word() */

		memcpy(key + length, cell, size);
		length += size;
	}
	return intern_find(&data->keys, key, length);
}

uint32_t summary_metric_id(struct run_data *data, const char *case_name, const char *name,
			   const char *unit, const char *better, enum pass pass)
{
	char key[512];
	int length = snprintf(key, sizeof(key), "%s\n%s", case_name, name);
	uint32_t known = data->metric_names.count;
	uint32_t id = intern_add(&data->metric_names, key, (size_t)length);

	if (id < known)
		return id;
	data->metrics = summary_grown(data->metrics, id, &data->metric_capacity,
				      sizeof(*data->metrics));
	data->metrics[id] = (struct metric){
		.name = summary_keep_text(data, name),
		.unit = summary_keep_text(data, unit),
		.better = summary_keep_text(data, better),
		.pass = pass,
	};
	return id;
}

void summary_observe(struct run_data *data, struct observation observation)
{
	data->observations = summary_grown(data->observations, data->observation_count,
					   &data->observation_capacity,
					   sizeof(*data->observations));
	data->observations[data->observation_count++] = observation;
}

void run_data_free(struct run_data *data)
{
	intern_free(&data->keys);
	intern_free(&data->metric_names);
	intern_free(&data->texts);
	free(data->combinations);
	free(data->metrics);
	free(data->epochs);
	free(data->observations);
	free(data->latencies);
	*data = (struct run_data){0};
}
