/* SPDX-License-Identifier: MIT */
#include "harness/base/language.h"

#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DOMAIN "tollgate"

/* PREFIX/bin/tollgate has its catalogues in PREFIX/share/locale, build/tollgate in build/share/locale. */
static const char *const beside[] = {"/share/locale", "/../share/locale"};

void language_start(void)
{
	char program[PATH_MAX], folder[PATH_MAX + 32];
	ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);

	setlocale(LC_MESSAGES, "");
	if (length <= 0)
		return;
	program[length] = '\0';
	*strrchr(program, '/') = '\0';
	for (size_t i = 0; i < sizeof(beside) / sizeof(beside[0]); i++) {
		snprintf(folder, sizeof(folder), "%s%s", program, beside[i]);
		if (access(folder, R_OK) == 0)
			break;
	}
	bindtextdomain(DOMAIN, folder);
	bind_textdomain_codeset(DOMAIN, "UTF-8");
	textdomain(DOMAIN);
}
