/* SPDX-License-Identifier: MIT */
#include "harness/base/language.h"
#include "harness/report/internal.h"

#include <string.h>

#include "harness/base/format.h"

const char *report_tag(const struct report *report, size_t run)
{
	return report->count < 2 ? "" : run ? "B" : "A";
}

struct format_text report_value(const struct summary_row *row)
{
	struct format_text none = {""};

	return row->median == row->median ? format_si(row->median, row->unit, true) : none;
}

void report_interval(const struct summary_row *row, char *text, size_t size)
{
	*text = '\0';
	if (row->ci_lo == row->ci_lo && row->ci_hi == row->ci_hi)
		snprintf(text, size, "%s to %s", format_si(row->ci_lo, row->unit, true).text,
			 format_si(row->ci_hi, row->unit, true).text);
}

static void append(char *text, size_t size, const char *separator, const char *more)
{
	size_t length = strlen(text);

	snprintf(text + length, size - length, "%s%s", length ? separator : "", more);
}

void report_remarks(const struct summary_row *row, char *text, size_t size)
{
	static const struct {
		char flag;
		const char *words;
	} flags[] = {
		{'i', N_("slowed down on purpose")},
		{'v', N_("context switches not as the case must")},
		{'b', N_("machine too busy")},
		{'c', N_("cache lines got faster or slower")},
		{'o', N_("more workers than processors")},
		{'n', N_("too few launches")},
	};

	*text = '\0';
	if (strcmp(row->status, "ok") != 0)
		append(text, size, ", ", row->status);
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
		if (summary_has_flag(row, flags[i].flag))
			append(text, size, ", ", _(flags[i].words));
}

void report_sentence(const struct summary_row *row, char *text, size_t size)
{
	char part[160];

	snprintf(text, size, "%s, %llu %s: %s %s", row->mode, (unsigned long long)row->workers,
		 row->workers == 1 ? "worker" : "workers", row->metric, report_value(row).text);
	report_interval(row, part, sizeof(part));
	if (*part) {
		append(text, size, ", ", part);
		snprintf(part, sizeof(part), "(%.1f %% interval)", row->ci_level);
		append(text, size, " ", part);
	}
	if (row->n_launch) {
		snprintf(part, sizeof(part), "%llu launches", (unsigned long long)row->n_launch);
		append(text, size, ", ", part);
	}
	if (row->ratio == row->ratio) {
		snprintf(part, sizeof(part), "%s of %s", format_factor(row->ratio).text,
			 row->ratio_to);
		append(text, size, ", ", part);
	}
	report_remarks(row, part, sizeof(part));
	if (*part)
		append(text, size, "; ", part);
}

size_t report_written(FILE *out)
{
	long at = ftell(out);

	return at < 0 ? 0 : (size_t)at;
}
