/* SPDX-License-Identifier: MIT */
#include "harness/base/suggest.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "harness/base/util.h"

static size_t min_of(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Levenshtein distance of short words; one row of the table is enough. */
static size_t edit_distance(const char *a, const char *b)
{
	size_t row[64], length = strlen(b);

	if (length >= ARRAY_SIZE(row))
		return SIZE_MAX;
	for (size_t j = 0; j <= length; j++)
		row[j] = j;
	for (size_t i = 0; a[i]; i++) {
		size_t diagonal = row[0]++;

		for (size_t j = 0; j < length; j++) {
			size_t cost = diagonal + (a[i] != b[j]);

			diagonal = row[j + 1];
			row[j + 1] = min_of(cost, min_of(row[j], row[j + 1]) + 1);
		}
	}
	return row[length];
}

void suggest_name(struct suggestion *suggestion, const char *name)
{
	const char *word = suggestion->word;
	const size_t length = strlen(word);
	const bool begins = length && strncmp(name, word, length) == 0;
	const size_t distance = begins ? 1 : edit_distance(word, name);

	if (distance >= (suggestion->name ? suggestion->distance : length / 3 + 2))
		return;
	suggestion->name = name;
	suggestion->distance = distance;
}

const char *suggest_text(struct suggestion *suggestion)
{
	if (suggestion->name)
		snprintf(suggestion->text, sizeof(suggestion->text), " (did you mean '%s%.64s'?)",
			 suggestion->prefix ? suggestion->prefix : "", suggestion->name);
	return suggestion->text;
}
