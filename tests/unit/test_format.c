/* SPDX-License-Identifier: MIT */
/* Three significant digits and an SI prefix, never an exponent. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/base/format.h"

static void values_with_units(void **state)
{
	static const struct {
		double value;
		const char *unit, *text;
	} table[] = {
		{4310, "ns", "4.31 us"},
		{0.3141, "ns", "314 ps"},
		{0.0000001, "ns", "0.000100 ps"},
		{999.4, "ns", "999 ns"},
		{999.6, "ns", "1.00 us"},
		{99.96, "ns", "100 ns"},
		{9.996, "ns", "10.0 ns"},
		{2.5e9, "ns", "2.50 s"},
		{3.6e12, "ns", "3600 s"},
		{0, "ns", "0 ns"},
		{1500, "us", "1.50 ms"},
		{12.3e6, "1/s", "12.3 M/s"},
		{999999, "1/s", "1.00 M/s"},
		{123, "1/s", "123 /s"},
		{0.5, "1/s", "0.500 /s"},
		{0, "1/s", "0 /s"},
		{1e21, "1/s", "1000 E/s"},
		{1e300, "1/s", ">999999 E/s"},
		{0.98765, "ratio", "0.988"},
		{1234.5, "ratio", "1.23 k"},
		{0.00123, "1/op", "0.00123 /op"},
		{1e-9, "1/op", "<0.000001 /op"},
		{4890, "updates", "4890 updates"},
		{99999, "updates", "99999 updates"},
		{100000, "updates", "100 k updates"},
		{302.5, "updates", "302 updates"},
		{-4310, "ns", "-4.31 us"},
		{-3, "", "-3"},
		{1.98, "cpus", "1.98 cpus"},
		{2.5e6, "B/s", "2.50 MB/s"},
		{NAN, "ns", "-"},
		{INFINITY, "ns", "-"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		assert_string_equal(format_si(table[i].value, table[i].unit, false).text,
				    table[i].text);
	assert_string_equal(format_si(4310, "ns", true).text, "4.31 µs");
}

/* The factor of every unit and prefix, from below and from above. */
static void units_have_their_factors(void **state)
{
	static const struct {
		double value;
		const char *unit, *text;
	} table[] = {
		{1, "ns", "1.00 ns"},
		{1000, "ns", "1.00 us"},
		{0.001, "ns", "1.00 ps"},
		{1, "us", "1.00 us"},
		{1000, "us", "1.00 ms"},
		{0.001, "us", "1.00 ns"},
		{1, "ms", "1.00 ms"},
		{1000, "ms", "1.00 s"},
		{0.001, "ms", "1.00 us"},
		{1, "s", "1.00 s"},
		{1000, "s", "1000 s"},
		{0.001, "s", "1.00 ms"},
		{1, "1/s", "1.00 /s"},
		{1e3, "1/s", "1.00 k/s"},
		{0.001, "1/s", "0.00100 /s"},
		{1e6, "1/s", "1.00 M/s"},
		{1e9, "1/s", "1.00 G/s"},
		{1e12, "1/s", "1.00 T/s"},
		{1e15, "1/s", "1.00 P/s"},
		{1e18, "1/s", "1.00 E/s"},
		{2.5, "1/op", "2.50 /op"},
		{2.5, "1/cycle", "2.50 /cycle"},
		{2.5, "1/epoch", "2.50 /epoch"},
		{25, "1/epoch", "25 /epoch"},
		{25, "1/cycle", "25.0 /cycle"},
		{25, "1/op", "25.0 /op"},
		{25, "ratio", "25.0"},
		{25, "1", "25"},
		{2.5, "1", "2.50"},
		{25, "", "25"},
		{0.5, "", "0.500"},
		{-0.0, "1", "0"},
		{25, "B", "25 B"},
		{25, "B/s", "25.0 B/s"},
		{25, "ns", "25.0 ns"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		assert_string_equal(format_si(table[i].value, table[i].unit, false).text,
				    table[i].text);
}

/* Just below and just above each border between two numbers of decimals, prefixes or forms. */
static void digits_change_where_rounding_says(void **state)
{
	static const struct {
		double below;
		const char *text_below;
		double above;
		const char *text_above;
	} table[] = {
		{99.949, "99.9", 99.951, "100"},
		{9.9949, "9.99", 9.9951, "10.0"},
		{0.99949, "0.999", 0.99951, "1.00"},
		{0.099949, "0.0999", 0.099951, "0.100"},
		{0.0099949, "0.00999", 0.0099951, "0.0100"},
		{0.00099949, "0.000999", 0.00099951, "0.00100"},
		{0.00000099, "<0.000001", 0.00000101, "0.000001"},
		{999.49, "999", 999.51, "1.00 k"},
		{999499, "999 k", 999501, "1.00 M"},
		{-0.00000099, ">-0.000001", -0.00000101, "-0.000001"},
		{9.99999e23, "999999 E", 1.00001e24, ">999999 E"},
		{-1.00001e24, "<-999999 E", -9.99999e23, "-999999 E"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		assert_string_equal(format_si(table[i].below, "ratio", false).text,
				    table[i].text_below);
		assert_string_equal(format_si(table[i].above, "ratio", false).text,
				    table[i].text_above);
	}
}

/* Whatever the number: no exponent, and never more characters than a column has. */
static void never_an_exponent(void **state)
{
	static const char *const units[] = {"ns", "1/s", "ratio", "1", "updates"};

	(void)state;
	for (int power = -320; power <= 308; power++)
		for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
			double value = 9.9996 * pow(10, power);
			struct format_text text = format_si(value, units[i], false);

			assert_null(strstr(text.text, "e+"));
			assert_null(strstr(text.text, "e-"));
			assert_true(strlen(text.text) <= 18);
		}
}

static void factors(void **state)
{
	(void)state;
	assert_string_equal(format_factor(0.524).text, "0.52x");
	assert_string_equal(format_factor(0.0994).text, "0.099x");
	assert_string_equal(format_factor(0.0996).text, "0.10x");
	assert_string_equal(format_factor(0.00099).text, "<0.001x");
	assert_string_equal(format_factor(0.00101).text, "0.001x");
	assert_string_equal(format_factor(9.994).text, "9.99x");
	assert_string_equal(format_factor(99.94).text, "99.9x");
	assert_string_equal(format_factor(999999).text, "999999x");
	assert_string_equal(format_factor(1000000).text, ">999999x");
	assert_string_equal(format_factor(0.0524).text, "0.052x");
	assert_string_equal(format_factor(0.00001).text, "<0.001x");
	assert_string_equal(format_factor(9.996).text, "10.0x");
	assert_string_equal(format_factor(99.96).text, "100x");
	assert_string_equal(format_factor(1e30).text, ">999999x");
	assert_string_equal(format_factor(NAN).text, "");
}

static void half_widths(void **state)
{
	(void)state;
	assert_string_equal(format_plus_minus(1.84, false).text, "+-1.8%");
	assert_string_equal(format_plus_minus(1.84, true).text, "±1.8%");
	assert_string_equal(format_plus_minus(9.94, false).text, "+-9.9%");
	assert_string_equal(format_plus_minus(9.96, false).text, "+-10%");
	assert_string_equal(format_plus_minus(999.4, false).text, "+-999%");
	assert_string_equal(format_plus_minus(999.6, false).text, "+->999%");
	assert_string_equal(format_plus_minus(12345, false).text, "+->999%");
	assert_string_equal(format_plus_minus(NAN, false).text, "");
}

static void locale_is_read_from_the_environment(void **state)
{
	(void)state;
	must_sys(unsetenv("LC_ALL"));
	must_sys(unsetenv("LC_CTYPE"));
	must_sys(unsetenv("LANG"));
	assert_false(format_locale_is_utf8());
	must_sys(setenv("LANG", "de_DE.UTF-8", 1));
	assert_true(format_locale_is_utf8());
	must_sys(setenv("LC_CTYPE", "C.utf8", 1));
	assert_true(format_locale_is_utf8());
	must_sys(setenv("LC_ALL", "C", 1)); /* stands above the others */
	assert_false(format_locale_is_utf8());
	must_sys(setenv("LC_ALL", "", 1)); /* empty counts as unset */
	assert_true(format_locale_is_utf8());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_with_units),
		cmocka_unit_test(units_have_their_factors),
		cmocka_unit_test(digits_change_where_rounding_says),
		cmocka_unit_test(never_an_exponent),
		cmocka_unit_test(factors),
		cmocka_unit_test(half_widths),
		cmocka_unit_test(locale_is_read_from_the_environment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
