/* SPDX-License-Identifier: MIT */
#include "harness/cli/take.h"
#include "harness/base/language.h"

#include <string.h>
#include <sys/stat.h>

bool take_filter(void *target, const char *value, struct reason *why)
{
	return choice_add_filter(target, value, why);
}

bool take_modes(void *target, const char *value, struct reason *why)
{
	return mode_list_parse(&((struct choice *)target)->modes, value, why);
}

bool take_placement(void *target, const char *value, struct reason *why)
{
	return choice_add_placement(target, value, why);
}

bool take_param(void *target, const char *value, struct reason *why)
{
	return choice_add_param(target, value, why);
}

bool take_workers(void *target, const char *value, struct reason *why)
{
	struct choice scratch = {0};

	*(const char **)target = value;
	return choice_set_workers(&scratch, value, 1, why);
}

bool take_folder(void *target, const char *value, struct reason *why)
{
	struct stat status;

	if (stat(value, &status) != 0 || !S_ISDIR(status.st_mode))
		return refuse(why, _("it is no folder; expected an existing one"));
	if (strlen(value) > TAKE_FOLDER_MAX)
		return refuse(why, _("longer than %zu bytes"), TAKE_FOLDER_MAX);
	*(const char **)target = value;
	return true;
}

const char *take_case_name(size_t index)
{
	size_t count;
	const struct bench_case *const *cases = registry_cases(&count);

	return index < count ? cases[index]->name : NULL;
}

const char *take_mode_name(size_t index)
{
	size_t count;
	const struct mode *modes = mode_table(&count);

	return index < count ? modes[index].name : NULL;
}
