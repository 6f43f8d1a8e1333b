/* SPDX-License-Identifier: MIT */
#include "harness/base/format.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool format_locale_is_utf8(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return strcasestr(value, "UTF-8") || strcasestr(value, "UTF8");
	}
	return false;
}

/* printf writes the decimal point of the locale, which may be several bytes long. */
static void decimal_point_to_dot(char *text)
{
	const size_t whole = strspn(text, "+-0123456789"),
		     point = strcspn(text + whole, "+-e0123456789");

	if (point == 0)
		return;
	text[whole] = '.';
	memmove(text + whole + 1, text + whole + point, strlen(text + whole + point) + 1);
}

struct format_text format_exact(double value)
{
	struct format_text exact = {.text = "0"};

	/* 15 digits are always right and 17 always read back. Denormal numbers have fewer. */
	for (int digits = fabs(value) < DBL_MIN ? 1 : 15; digits <= 17 && value != 0; digits++) {
		snprintf(exact.text, sizeof(exact.text), "%.*g", digits, value);
		if (strtod(exact.text, NULL) == value) /* printed and read in the same locale */
			break;
	}
	decimal_point_to_dot(exact.text);
	return exact;
}

struct prefix {
	double scale;
	const char *ascii, *utf8;
};

static const struct prefix small_prefixes[] = {
	{1, "", ""}, {1e-3, "m", "m"}, {1e-6, "u", "µ"}, {1e-9, "n", "n"}, {1e-12, "p", "p"},
};
static const struct prefix large_prefixes[] = {
	{1e18, "E", "E"}, {1e15, "P", "P"}, {1e12, "T", "T"}, {1e9, "G", "G"},
	{1e6, "M", "M"},  {1e3, "k", "k"},  {1, "", ""},
};

/* The form in which a unit of the CSV files is shown: "ns" in seconds, "1/s" as "/s". */
struct unit_style {
	const char *unit, *shown;
	double factor;
	bool is_time, is_count;
};

static const struct unit_style unit_styles[] = {
	{"ns", "s", 1e-9, true, false},
	{"us", "s", 1e-6, true, false},
	{"ms", "s", 1e-3, true, false},
	{"s", "s", 1, true, false},
	{"1/s", "/s", 1, false, false},
	{"1/op", "/op", 1, false, false},
	{"1/cycle", "/cycle", 1, false, false},
	{"1/epoch", "/epoch", 1, false, true},
	{"ratio", "", 1, false, false},
	{"1", "", 1, false, true},
	{"", "", 1, false, true},
};

static struct unit_style style_of(const char *unit)
{
	for (size_t i = 0; i < ARRAY_SIZE(unit_styles); i++)
		if (strcmp(unit, unit_styles[i].unit) == 0)
			return unit_styles[i];
	return (struct unit_style){
		.unit = unit, .shown = unit, .factor = 1, .is_count = !strstr(unit, "/s")};
}

/* The largest prefix that leaves at least 1 after rounding to three digits, else the last one. */
static const struct prefix *prefix_for(double magnitude, bool is_time)
{
	const struct prefix *table = is_time ? small_prefixes : large_prefixes;
	size_t last = (is_time ? ARRAY_SIZE(small_prefixes) : ARRAY_SIZE(large_prefixes)) - 1;

	for (size_t i = 0; i < last; i++)
		if (magnitude >= 0.9995 * table[i].scale)
			return &table[i];
	return &table[last];
}

/* Decimals that make three significant digits of MAGNITUDE; at most six. */
static int decimals_for(double magnitude)
{
	static const double limit[] = {99.95, 9.995, 0.9995, 0.09995, 0.009995, 0.0009995};
	int decimals = 0;

	while (decimals < (int)ARRAY_SIZE(limit) && magnitude < limit[decimals])
		decimals++;
	return decimals;
}

static void print_digits(struct format_text *out, double number, bool is_zero)
{
	double magnitude = fabs(number);

	if (is_zero)
		snprintf(out->text, sizeof(out->text), "0");
	else if (magnitude < 0.000001)
		snprintf(out->text, sizeof(out->text), "%s0.000001", number < 0 ? ">-" : "<");
	else if (magnitude >= 1e6) /* beyond the largest prefix */
		snprintf(out->text, sizeof(out->text), "%s999999", number < 0 ? "<-" : ">");
	else
		snprintf(out->text, sizeof(out->text), "%.*f", decimals_for(magnitude), number);
}

static void add_text(struct format_text *out, const char *text)
{
	size_t length = strlen(out->text);

	snprintf(out->text + length, sizeof(out->text) - length, "%s", text);
}

struct format_text format_si(double value, const char *unit, bool utf8)
{
	struct unit_style style = style_of(unit);
	struct format_text out = {.text = "-"};

	if (!isfinite(value))
		return out;
	double base = value * style.factor;
	const struct prefix *nano = &small_prefixes[3];
	const struct prefix *plain = &large_prefixes[ARRAY_SIZE(large_prefixes) - 1];
	const struct prefix *prefix = prefix_for(fabs(base), style.is_time);

	if (value == 0) /* "0 ns", "0 /s" */
		prefix = style.is_time ? nano : plain;
	if (style.is_count && fabs(value) < 100000 && value == rint(value)) {
		snprintf(out.text, sizeof(out.text), "%.0f", value == 0 ? 0 : value);
		prefix = plain;
	} else {
		print_digits(&out, base / prefix->scale, value == 0);
	}
	const char *letter = utf8 && style.is_time ? prefix->utf8 : prefix->ascii;

	if (*letter || *style.shown)
		add_text(&out, " ");
	add_text(&out, letter);
	if (*letter && *style.shown && style.is_count) /* "100 k updates" */
		add_text(&out, " ");
	add_text(&out, style.shown);
	return out;
}

struct format_text format_factor(double factor)
{
	struct format_text out = {.text = ""};

	if (!isfinite(factor))
		return out;
	if (factor > 0 && factor < 0.001)
		snprintf(out.text, sizeof(out.text), "<0.001x");
	else if (factor >= 1e6)
		snprintf(out.text, sizeof(out.text), ">999999x");
	else
		snprintf(out.text, sizeof(out.text), "%.*fx",
			 factor < 0.0995 ? 3 : (factor < 9.995 ? 2 : factor < 99.95), factor);
	return out;
}

struct format_text format_plus_minus(double percent, bool utf8)
{
	struct format_text out = {.text = ""};
	const char *sign = utf8 ? "±" : "+-";

	if (!isfinite(percent))
		return out;
	if (percent >= 999.5)
		snprintf(out.text, sizeof(out.text), "%s>999%%", sign);
	else
		snprintf(out.text, sizeof(out.text), "%s%.*f%%", sign, percent < 9.95, percent);
	return out;
}
