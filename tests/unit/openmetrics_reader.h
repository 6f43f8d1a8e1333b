/* SPDX-License-Identifier: MIT */
/* openmetrics_reader - the rules of the format, told to the test that reads the export. */
#ifndef TOLLGATE_TESTS_OPENMETRICS_READER_H
#define TOLLGATE_TESTS_OPENMETRICS_READER_H

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/base/util.h"

/* A strict reader of what of OpenMetrics 1.0 can stand in this export: gauges with labels. */
struct om_reader {
	char family[128], unit[32];
	char seen[64][128]; /* families that are closed or open */
	size_t families, samples;
	bool has_help, has_samples;
};

static inline const char *om_name(const char *at, char *name, size_t size)
{
	size_t n = 0;

	assert_true(isalpha((unsigned char)*at) || *at == '_');
	while (isalnum((unsigned char)at[n]) || at[n] == '_')
		n++;
	assert_true(n < size);
	memcpy(name, at, n);
	name[n] = '\0';
	return at + n;
}

static inline void om_type(struct om_reader *reader, const char *at)
{
	at = om_name(at, reader->family, sizeof(reader->family));
	assert_string_equal(at, " gauge");
	for (size_t i = 0; i < reader->families; i++)
		assert_string_not_equal(reader->seen[i], reader->family); /* not interleaved */
	strcpy(reader->seen[reader->families++], reader->family);
	assert_true(reader->families < ARRAY_SIZE(reader->seen));
	reader->unit[0] = '\0';
	reader->has_help = reader->has_samples = false;
}

/* The unit must end the family's name. */
static inline void om_unit(struct om_reader *reader, const char *at)
{
	char name[128];
	size_t length = strlen(reader->family);

	at = om_name(at, name, sizeof(name));
	assert_string_equal(name, reader->family);
	assert_int_equal(*at, ' ');
	assert_int_equal(*om_name(at + 1, reader->unit, sizeof(reader->unit)), '\0');
	assert_true(length > strlen(reader->unit) + 1);
	assert_string_equal(reader->family + length - strlen(reader->unit), reader->unit);
	assert_int_equal(reader->family[length - strlen(reader->unit) - 1], '_');
	assert_false(reader->has_samples);
}

/* Behind the closing quote of a label's value, with only the escapes that there are. */
static inline const char *om_text(const char *at)
{
	assert_int_equal(*at++, '"');
	for (; *at != '"'; at++) {
		assert_int_not_equal(*at, '\0');
		if (*at == '\\') {
			at++;
			assert_true(*at == '\\' || *at == '"' || *at == 'n');
		}
	}
	return at + 1;
}

static inline void om_sample(struct om_reader *reader, const char *at)
{
	char name[128];
	double value;

	at = om_name(at, name, sizeof(name));
	assert_string_equal(name, reader->family);
	assert_int_equal(*at, '{');
	do {
		at = om_name(at + 1, name, sizeof(name));
		assert_int_equal(*at++, '=');
		at = om_text(at);
	} while (*at == ',');
	assert_int_equal(*at++, '}');
	assert_int_equal(*at++, ' ');
	assert_true(parse_double(at, &value));
	reader->has_samples = true;
	reader->samples++;
}

static inline void om_line(struct om_reader *reader, const char *line)
{
	char name[128];

	if (strncmp(line, "# TYPE ", 7) == 0) {
		om_type(reader, line + 7);
	} else if (strncmp(line, "# UNIT ", 7) == 0) {
		om_unit(reader, line + 7);
	} else if (strncmp(line, "# HELP ", 7) == 0) {
		assert_int_equal(*om_name(line + 7, name, sizeof(name)), ' ');
		assert_string_equal(name, reader->family);
		assert_false(reader->has_help || reader->has_samples);
		reader->has_help = true;
	} else {
		om_sample(reader, line);
	}
}

static inline struct om_reader om_read(const char *text)
{
	static struct om_reader reader;
	char *copy = xstrdup(text), *rest = copy, *line;
	size_t length = strlen(text);

	reader = (struct om_reader){.families = 0};
	assert_true(length > 6 && strcmp(text + length - 6, "# EOF\n") == 0);
	copy[length - 6] = '\0';
	while ((line = strsep(&rest, "\n")) && (rest || *line))
		om_line(&reader, line);
	free(copy);
	return reader;
}

#endif
