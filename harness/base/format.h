/* SPDX-License-Identifier: MIT */
/*
 * format - numbers as text: for people three significant digits and an SI prefix, never 1e+06, for
 * files the shortest number that reads back as the same double.
 */
#ifndef TOLLGATE_BASE_FORMAT_H
#define TOLLGATE_BASE_FORMAT_H

#include "harness/base/util.h"

struct format_text {
	char text[40];
};

/* True if the environment (LC_ALL, LC_CTYPE, LANG: the first that is set) says UTF-8. */
bool format_locale_is_utf8(void);

/*
 * A short decimal text that reads back as VALUE, for files: "0.1", "30", "1e+20". It has a '.' in
 * every locale. VALUE is finite.
 */
struct format_text format_exact(double value);

/*
 * VALUE of UNIT: (4310, "ns") is "4.31 µs", (12.3e6, "1/s") is "12.3 M/s", (0.5, "ratio") is
 * "0.500". UTF8 chooses between "µ" and "u". NAN gives "-".
 */
struct format_text format_si(double value, const char *unit, bool utf8);

/* A factor: "0.52x", "12.3x". NAN gives "". */
struct format_text format_factor(double factor);

/* Half-width of an interval in per cent: "±1.8%" or "+-1.8%". NAN gives "". */
struct format_text format_plus_minus(double percent, bool utf8);

#endif
