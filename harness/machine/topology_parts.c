/* SPDX-License-Identifier: MIT */
#include "harness/machine/topology_parts.h"
#include "harness/machine/topology.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MEMORY_CHILDREN_MAX 4

/* "type:count" or "count": multiply it into PUS. hwloc would allocate any number unchecked. */
static bool level_count(const char *level, size_t length, uint64_t *pus, struct reason *why)
{
	char text[48];
	const char *number = text;
	uint64_t count;

	if (length >= sizeof(text))
		return refuse(why, "synthetic topology: level '%.40s...' is too long", level);
	memcpy(text, level, length);
	text[length] = '\0';
	if (strchr(text, ':'))
		number = strchr(text, ':') + 1;
	if (!parse_u64(number, 1, TOPOLOGY_PUS_MAX, &count))
		return refuse(why,
			      "synthetic topology: '%s' is no level; a level is type:count with a "
			      "count of 1 to %d, as in pack:2 core:4 pu:2",
			      text, TOPOLOGY_PUS_MAX);
	*pus *= count;
	if (*pus > TOPOLOGY_PUS_MAX)
		return refuse(why, "synthetic topology: more than %d PUs", TOPOLOGY_PUS_MAX);
	return true;
}

/* Take the number at *AT, in 1 .. OS_INDEX_MAX or, if ZERO, 0 too, and step behind it. */
static bool take_number(const char **at, bool zero, uint64_t *number)
{
	char digits[8];
	size_t length = strspn(*at, "0123456789");

	if (length >= sizeof(digits))
		return false;
	memcpy(digits, *at, length);
	digits[length] = '\0';
	*at += length;
	return parse_u64(digits, zero ? 0 : 1, OS_INDEX_MAX, number);
}

/* "0,2,1,3": every index of a level of WIDTH objects (0: not known). */
static bool index_list(const char *at, uint64_t width)
{
	uint64_t count = 0, index;

	do {
		if (!take_number(&at, true, &index))
			return false;
		count++;
	} while (*at++ == ',');
	at--;
	return (!*at || strchr(" )", *at)) && (!width || count == width);
}

/*
 * "STEP*COUNT:STEP*COUNT". hwloc multiplies the counts without checking the result, and a product
 * of 64 bits that overflows to 0 ends the whole program.
 */
static bool index_loops(const char *at)
{
	uint64_t step, count, product = 1;

	for (;; at++) {
		if (!take_number(&at, false, &step) || *at++ != '*' ||
		    !take_number(&at, false, &count))
			return false;
		product *= count;
		if (product > TOPOLOGY_PUS_MAX)
			return false;
		if (*at != ':')
			return !*at || strchr(" )", *at);
	}
}

/*
 * The indexes= within the parentheses at AT, of LENGTH characters. hwloc also accepts loops over
 * type names, but 2.9 looks for them in uninitialised memory, so the numbering of the same text
 * varies. They are refused.
 */
static bool level_indexes(const char *at, size_t length, uint64_t width, struct reason *why)
{
	const char *end = at + length;

	while ((at = strstr(at, "indexes=")) && at < end) {
		at += strlen("indexes=");
		if (!index_list(at, width) && !index_loops(at))
			return refuse(why,
				      "synthetic topology: indexes=%.*s is neither a list of all "
				      "indexes of its level (0,2,1,3; at most %d) nor loops "
				      "STEP*COUNT (2*8:8*1)",
				      (int)strcspn(at, " )]"), at, OS_INDEX_MAX);
	}
	return true;
}

/* Memory children "[numa]" exist once per object of their level. */
static bool description_children(const char *description, struct reason *why)
{
	int children = 0;

	while ((description = strchr(description, '[')) && ++children <= MEMORY_CHILDREN_MAX)
		description++;
	return children <= MEMORY_CHILDREN_MAX ||
	       refuse(why, "synthetic topology: more than %d memory children in brackets",
		      MEMORY_CHILDREN_MAX);
}

/* Step over "(attributes)" behind a level or "[memory child]". */
static bool skip_brackets(const char **at, uint64_t width, struct reason *why)
{
	bool child = **at == '[';
	size_t length = strcspn(*at, child ? "]" : ")");

	if (!(*at)[length])
		return refuse(why, "synthetic topology: '%c' is never closed", **at);
	if (!level_indexes(*at, length, child ? 0 : width, why))
		return false;
	*at += length + 1;
	return true;
}

static bool skip_level(const char **at, uint64_t *pus, struct reason *why)
{
	size_t length = strcspn(*at, " ([");

	if (!level_count(*at, length, pus, why))
		return false;
	*at += length;
	return true;
}

bool topology_check_description(const char *description, uint64_t *pus, struct reason *why)
{
	const char *at = description;

	*pus = 1;
	if (!*description || strlen(description) > DESCRIPTION_MAX)
		return refuse(why,
			      "synthetic topology: 1 to %d characters are accepted, as in "
			      "synthetic:pack:2 core:4 pu:2",
			      DESCRIPTION_MAX);
	while (*at) {
		if (*at == ' ')
			at++;
		else if (*at == '(' || *at == '[' ? !skip_brackets(&at, *pus, why)
						  : !skip_level(&at, pus, why))
			return false;
	}
	return description_children(description, why);
}

void speed_kind_take(struct speed_kind *raw, const char *name, const char *value)
{
	if (!strcmp(name, "CoreType"))
		snprintf(raw->core_type, sizeof(raw->core_type), "%s", value);
	else if (!strcmp(name, "LinuxCapacity") && !parse_u64(value, 1, UINT32_MAX, &raw->capacity))
		raw->capacity = 0;
	else if (!strcmp(name, "FrequencyBaseMHz") &&
		 !parse_u64(value, 1, UINT32_MAX, &raw->base_mhz))
		raw->base_mhz = 0;
	else if (!strcmp(name, "FrequencyMaxMHz") &&
		 !parse_u64(value, 1, UINT32_MAX, &raw->max_mhz))
		raw->max_mhz = 0;
}

static bool speeds_differ(uint64_t a, uint64_t b)
{
	uint64_t slow = a < b ? a : b, fast = a < b ? b : a;

	return slow &&
	       fast * 5 > slow * 6; /* over 20 %. A speed that is not known decides nothing */
}

static bool kinds_differ(const struct speed_kind *a, const struct speed_kind *b)
{
	return strcmp(a->core_type, b->core_type) || speeds_differ(a->capacity, b->capacity) ||
	       speeds_differ(a->base_mhz, b->base_mhz) || speeds_differ(a->max_mhz, b->max_mhz);
}

static int descending(uint64_t a, uint64_t b)
{
	return (a < b) - (a > b);
}

/* Fastest first, in hwloc's own order, else by the speeds themselves. */
static int compare_kinds(const void *left, const void *right)
{
	const struct speed_kind *a = left, *b = right;
	int order = (a->efficiency < b->efficiency) - (a->efficiency > b->efficiency);

	if (!order)
		order = descending(a->capacity, b->capacity);
	if (!order)
		order = descending(a->max_mhz, b->max_mhz);
	return order ? order : descending(a->base_mhz, b->base_mhz);
}

/*
 * hwloc makes a kind of every small difference in frequency (five on a machine with two sorts of
 * cores). A kind here begins at a core that is clearly slower than the fastest one of the kind
 * before.
 */
void speed_kinds_fold(struct speed_kind *raw, int count)
{
	int leader = 0;

	qsort(raw, (size_t)count, sizeof(*raw), compare_kinds);
	for (int i = 1; i < count; i++) {
		raw[i].kind = raw[i - 1].kind;
		if (kinds_differ(&raw[leader], &raw[i])) {
			raw[i].kind++;
			leader = i;
		}
	}
}
