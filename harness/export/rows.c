/* SPDX-License-Identifier: MIT */
#include "harness/base/language.h"
#include "harness/export/internal.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NAME_BYTES_MAX 1024u /* the limit of Bencher. Every other format allows at least as much */

bool export_is_measured(const struct summary_row *row)
{
	return !isnan(row->median) && strcmp(row->status, "ok") == 0;
}

int export_compare_plan_rows(const struct summary_row *a, const struct summary_row *b)
{
	int order = strcmp(a->case_name, b->case_name);

	if (!order)
		order = strcmp(a->param, b->param);
	if (!order)
		order = strcmp(a->placement, b->placement);
	if (!order)
		order = (a->workers > b->workers) - (a->workers < b->workers);
	return order ? order : strcmp(a->mode, b->mode);
}

bool export_same_plan_row(const struct summary_row *a, const struct summary_row *b)
{
	return export_compare_plan_rows(a, b) == 0;
}

/* "a=1;b=2" is "/a:1/b:2". */
static char *param_words(const char *param)
{
	char *words = *param ? xasprintf("/%s", param) : xstrdup("");

	for (char *c = words; *c; c++)
		*c = *c == '=' ? ':' : *c == ';' ? '/' : *c;
	return words;
}

bool export_name(char **name, const struct summary_row *row, struct reason *why)
{
	char *params = param_words(row->param);

	*name = xasprintf("%s/%s%s/%s/workers:%ju", row->case_name, row->mode, params,
			  row->placement, (uintmax_t)row->workers);
	free(params);
	if (strlen(*name) <= NAME_BYTES_MAX)
		return true;
	refuse(why, _("summary.csv: the name '%.60s...' is longer than %u bytes"), *name,
	       NAME_BYTES_MAX);
	free(*name);
	*name = NULL;
	return false;
}

const char *export_fact(const struct export_run *run, const char *path)
{
	return run->has_facts ? json_find_text(&run->facts, path) : "";
}

bool export_finish(FILE *out, struct reason *why)
{
	return (fflush(out) == 0 && !ferror(out)) ||
	       refuse(why, _("cannot write: %s"), strerror(errno));
}

bool export_finish_json(struct json_writer *json, struct reason *why)
{
	return json_finish(json) || refuse(why, _("cannot write: %s"), strerror(errno));
}
