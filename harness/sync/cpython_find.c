/* SPDX-License-Identifier: MIT */
/* The places where a libpython may lie. None of the libraries is loaded into this process. */
#include <ctype.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/sync/cpython.h"

/* The dynamic linker's list. /sbin is missing from many a PATH. */
static const char linker_command[] = "PATH=$PATH:/usr/sbin:/sbin ldconfig -p 2>/dev/null";
static const char python_command[] =
	"python3 -c 'import sysconfig as s; g = s.get_config_var; "
	"print(\"%s/%s\" % (g(\"LIBDIR\"), g(\"INSTSONAME\")))' 2>/dev/null </dev/null";

static const char *const patterns[] = {
	"/usr/local/lib/libpython*.so*",
	"/usr/lib/libpython*.so*",
	"/usr/lib64/libpython*.so*",
	"/usr/lib/*-linux-*/libpython*.so*",
	"/opt/*/lib/libpython*.so*",
	"~/.pyenv/versions/*/lib/libpython*.so*",
	"~/.local/share/uv/python/*/lib/libpython*.so*",
};

/*
 * Accepts "libpython3.11.so.1.0" and "libpython3.6m.so", but not libpython3.so, which only refers
 * to another library.
 */
static bool is_named_well(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	size_t digits;

	if (strncmp(name, "libpython", 9) != 0 || (name[9] != '2' && name[9] != '3') ||
	    name[10] != '.')
		return false;
	name += 11;
	digits = strspn(name, "0123456789");
	name += digits;
	while (islower((unsigned char)*name))
		name++;
	return digits > 0 && strncmp(name, ".so", 3) == 0 &&
	       strspn(name + 3, ".0123456789") == strlen(name + 3);
}

struct search {
	struct cpython_library *found;
	unsigned count;
};

/* One library may have several names, so the file itself is compared. */
static void consider(struct search *search, const char *path)
{
	char *file = is_named_well(path) ? realpath(path, NULL) : NULL;
	bool known = !file || strlen(file) >= CPYTHON_FILE_MAX || strchr(file, ',');

	for (unsigned i = 0; i < search->count && !known; i++)
		known = strcmp(search->found[i].file, file) == 0;
	if (!known && search->count < CPYTHON_FOUND_MAX) {
		struct cpython_library *library = &search->found[search->count++];

		*library = (struct cpython_library){{0}, .facts = {.version = ""}};
		snprintf(library->file, sizeof(library->file), "%s", file);
	}
	free(file);
}

/* The output of COMMAND: the last word of each line, if it is a path. */
static void consider_output(struct search *search, const char *command)
{
	/* NOLINTNEXTLINE(cert-env33-c): two fixed commands without any input of the user */
	FILE *pipe = popen(command, "re");
	char line[CPYTHON_FILE_MAX + 256];

	while (pipe && fgets(line, sizeof(line), pipe)) {
		line[strcspn(line, "\n")] = '\0';
		const char *path = strchr(line, '/');

		if (path)
			consider(search, path);
	}
	if (pipe)
		pclose(pipe); /* a command that is missing or fails has found nothing */
}

static void consider_pattern(struct search *search, const char *pattern)
{
	glob_t paths;

	if (glob(pattern, GLOB_TILDE, NULL, &paths) == 0)
		for (size_t i = 0; i < paths.gl_pathc; i++)
			consider(search, paths.gl_pathv[i]);
	globfree(&paths);
}

/* Two libraries of one version are one interpreter. The first is the more usual one. */
static bool version_is_known(const struct search *search, unsigned index)
{
	for (unsigned i = 0; i < index; i++)
		if (strcmp(search->found[i].facts.version, search->found[index].facts.version) == 0)
			return true;
	return false;
}

static void keep(struct search *search, unsigned index)
{
	struct cpython_library *library = &search->found[index];

	if (!cpython_probe(library->file, &library->facts, &library->why))
		library->facts = (struct cpython_facts){.version = ""};
}

unsigned cpython_find(struct cpython_library *found)
{
	struct search search = {.found = found};
	unsigned kept = 0;

	consider_output(&search, linker_command);
	consider_output(&search, python_command);
	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++)
		consider_pattern(&search, patterns[i]);
	for (unsigned i = 0; i < search.count; i++) {
		found[kept] = found[i];
		keep(&search, kept);
		if (!*found[kept].facts.version || !version_is_known(&search, kept))
			kept++;
	}
	return kept;
}
