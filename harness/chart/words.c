/* SPDX-License-Identifier: MIT */
/* Numbers for slides: three significant digits, a unit by size, always UTF-8. */
#include "harness/chart/internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* From here on three digits round up to a thousand of the unit. */
#define THOUSAND 999.5

static const char *const time_units[] = {"ns", "µs", "ms", "s"};
static const char *const count_units[] = {"", "k", "M", "G", "T"};

struct scaled {
	double value;
	const char *unit;
};

static struct scaled scale(double x, const char *const *units, size_t count)
{
	size_t i = 0;

	for (; i + 1 < count && x >= THOUSAND; i++)
		x /= 1000;
	return (struct scaled){x, units[i]};
}

struct format_text words_digits(double x)
{
	const double size = fabs(x);
	struct format_text out;
	double unit = 1;
	int places = 0;

	if (size >= THOUSAND) {
		while (size / unit >= THOUSAND)
			unit *= 10;
		snprintf(out.text, sizeof(out.text), "%.0f", round(x / unit) * unit);
		return out;
	}
	double limit = 99.95;

	while (size > 0 && size < limit && places < 15) {
		limit /= 10;
		places++;
	}
	snprintf(out.text, sizeof(out.text), "%.*f", places, x);
	return out;
}

static struct format_text join(struct format_text number, const char *gap, const char *unit)
{
	struct format_text out;

	snprintf(out.text, sizeof(out.text), "%.20s%s%.16s", number.text, gap, unit);
	return out;
}

static struct format_text with_unit(struct format_text number, const char *unit)
{
	return join(number, *unit ? " " : "", unit);
}

struct format_text words_ns(double ns)
{
	const struct scaled scaled = scale(ns, time_units, ARRAY_SIZE(time_units));

	return with_unit(words_digits(scaled.value), scaled.unit);
}

struct format_text words_si(double count)
{
	const struct scaled scaled = scale(count, count_units, ARRAY_SIZE(count_units));

	return with_unit(words_digits(scaled.value), scaled.unit);
}

struct format_text words_count(double x)
{
	struct format_text out;

	if (x >= 99950)
		return words_si(x);
	if (x >= 1000 || x != rint(x))
		return words_digits(x);
	snprintf(out.text, sizeof(out.text), "%.0f", x);
	return out;
}

struct format_text words_times(double x)
{
	return with_unit(words_digits(x), "×");
}

struct format_text words_round_ns(double x)
{
	const struct scaled scaled = scale(x, time_units, ARRAY_SIZE(time_units));
	struct format_text number;

	snprintf(number.text, sizeof(number.text), "%g", scaled.value);
	return with_unit(number, scaled.unit);
}

struct format_text words_figure(double x, const char *unit)
{
	if (strcmp(unit, "ns") == 0)
		return words_ns(x);
	if (strcmp(unit, "1/s") == 0)
		return join(words_si(x), x >= THOUSAND ? "" : " ", "/s");
	if (!*unit || strcmp(unit, "ratio") == 0 || strcmp(unit, "share") == 0)
		return words_digits(x);
	return with_unit(words_count(x), unit);
}

double words_decade(double x)
{
	double decade = 1;

	while (decade > x)
		decade /= 10;
	while (decade * 10 <= x)
		decade *= 10;
	return decade;
}
