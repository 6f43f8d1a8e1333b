/* SPDX-License-Identifier: MIT */
#include "harness/runner/inject.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/registry.h"

#define FORM "expected case:factor, such as cpu_int:1.10, with a factor above 1 and up to 10"

bool inject_parse(const char *text, struct inject *inject, struct reason *why)
{
	const size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_");

	*inject = (struct inject){.factor = 1};
	if (length == 0 || length >= sizeof(inject->case_name) || text[length] != ':')
		return refuse(why, "'%.80s': " FORM, text);
	if (!parse_double(text + length + 1, &inject->factor) || inject->factor <= 1 ||
	    inject->factor > INJECT_FACTOR_MAX)
		return refuse(why, "'%.80s': " FORM, text);
	memcpy(inject->case_name, text, length);
	return true;
}

bool inject_from_environment(struct inject *inject, struct reason *why)
{
	const char *text = getenv(INJECT_VARIABLE);
	struct reason reason = {""};

	*inject = (struct inject){.factor = 1};
	if (!text || !*text || inject_parse(text, inject, &reason))
		return true;
	return refuse(why, "environment variable %s: %s", INJECT_VARIABLE, reason.text);
}

bool inject_is_possible(const struct inject *inject, struct reason *why)
{
	const struct bench_case *bench = registry_find(inject->case_name);

	if (!bench)
		return refuse(why, "%s: no case '%s' in this build; `tollgate list` shows all",
			      INJECT_VARIABLE, inject->case_name);
	if (bench->batch_param)
		return refuse(why, "%s: case %s takes its number of operations from parameter %s",
			      INJECT_VARIABLE, bench->name, bench->batch_param);
	return true;
}

uint64_t inject_batch(const struct inject *inject, uint64_t batch)
{
	const double more = ceil((double)batch * inject->factor *
				 (1 - 1e-12)); /* 100 * 1.1 is 110 */

	return more > (double)batch ? (uint64_t)more : batch + 1;
}
