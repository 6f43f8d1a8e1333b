/* SPDX-License-Identifier: MIT */
/* The charts of a run folder: find them, draw them if there are none, read them. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/report/internal.h"

#define LIST_BYTES 8192u

/* ---- the script that draws ---- */

char *report_scripts_folder(void)
{
	static const char *const beside[] = {"/../scripts", "/../../scripts",
					     "/../share/tollgate/scripts"};
	const char *chosen = getenv("TOLLGATE_SCRIPTS");
	char program[4096];
	ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);

	if (chosen && *chosen)
		return xstrdup(chosen);
	program[length > 0 ? length : 0] = '\0';
	if (!strrchr(program, '/'))
		return NULL;
	*strrchr(program, '/') = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(beside); i++) {
		char *folder = xasprintf("%s%s", program, beside[i]);
		char *script = xasprintf("%s/charts.sh", folder);
		bool found = access(script, X_OK) == 0;

		free(script);
		if (found)
			return folder;
		free(folder);
	}
	return NULL;
}

_Noreturn static void become_script(char **arguments, int output_fd)
{
	char program[PATH_MAX];
	const ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);

	/* the script asks the program that draws the page what to draw */
	if (length > 0) {
		program[length] = '\0';
		setenv("TOLLGATE", program, 1);
	}
	if (dup2(output_fd, STDOUT_FILENO) != -1)
		execv(arguments[0], arguments);
	_exit(127);
}

#define SCRIPT_WORDS 4

/* Run charts.sh WORD.... Its output goes into TEXT or to our messages. Returns its exit code. */
static int run_script(const char *scripts, const char *const words[SCRIPT_WORDS], char *text,
		      size_t size)
{
	char *path = xasprintf("%s/charts.sh", scripts);
	char *arguments[SCRIPT_WORDS + 2] = {path};
	int ends[2], status;
	size_t used = 0;
	ssize_t got;

	for (int i = 0; i < SCRIPT_WORDS && words[i]; i++)
		arguments[i + 1] = xstrdup(words[i]);
	must_sys(pipe2(ends, O_CLOEXEC));
	fflush(NULL);
	pid_t child = (pid_t)must_sys(fork());

	if (child == 0)
		become_script(arguments, text ? ends[1] : STDERR_FILENO);
	must_sys(close(ends[1]));
	while (text && used < size - 1 && (got = read(ends[0], text + used, size - 1 - used)) != 0)
		if (got > 0)
			used += (size_t)got;
		else if (errno != EINTR)
			break;
	if (text)
		text[used] = '\0';
	must_sys(close(ends[0]));
	while (waitpid(child, &status, 0) == -1)
		if (errno != EINTR)
			die(EXIT_INTERNAL, "waitpid: %s", strerror(errno));
	for (int i = 0; i <= SCRIPT_WORDS; i++)
		free(arguments[i]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_INTERNAL;
}

/* ---- the list of charts ---- */

/*
 * The name "cpu-scaling" of the file "cpu-scaling.svg"; NULL for another file. A file "-dark" repeats
 * a chart. The pages of text among the slides are left out, since the page has their content as text.
 */
static char *chart_name(const char *file)
{
	size_t length = strspn(file, "abcdefghijklmnopqrstuvwxyz0123456789_-");
	bool dark = length > 5 && strncmp(file + length - 5, "-dark", 5) == 0;
	bool words = strncmp(file, "cover.", 6) == 0 || strncmp(file, "claims-", 7) == 0;

	if (length == 0 || length > 60 || dark || words || strcmp(file + length, ".svg") != 0)
		return NULL;
	char *name = xstrdup(file);

	name[length] = '\0';
	return name;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct report_chart *)a)->name,
		      ((const struct report_chart *)b)->name);
}

static void find_charts(struct report_run *run, const char *folder)
{
	DIR *directory = opendir(folder);
	const struct dirent *entry;

	while (directory && (entry = readdir(directory))) {
		char *name = chart_name(entry->d_name);

		if (name && run->chart_count < REPORT_CHARTS_MAX)
			run->charts[run->chart_count++].name = name;
		else
			free(name);
	}
	if (directory)
		closedir(directory);
	qsort(run->charts, run->chart_count, sizeof(run->charts[0]), by_name);
}

/* Charts of the deck come first, in its order. Charts that it does not know follow. */
static void order_charts(struct report_run *run, char *deck)
{
	size_t placed = 0;
	char *rest = NULL;

	for (char *word = strtok_r(deck, " \n", &rest); word; word = strtok_r(NULL, " \n", &rest))
		for (size_t i = placed; i < run->chart_count; i++) {
			struct report_chart found = run->charts[i];

			if (strcmp(found.name, word) != 0)
				continue;
			memmove(&run->charts[placed + 1], &run->charts[placed],
				(i - placed) * sizeof(found));
			run->charts[placed++] = found;
			break;
		}
}

static void remark(struct report_run *run, const char *text)
{
	char *before = run->remark;

	run->remark = before ? xasprintf("%s; %s", before, text) : xstrdup(text);
	free(before);
}

static void draw_charts(struct report_run *run, const char *scripts)
{
	const char *const words[SCRIPT_WORDS] = {"--format=svg", "--theme=light", "--",
						 run->directory};

	if (!scripts) {
		remark(run, "no charts: the run has none, and charts.sh was not found");
		return;
	}
	switch (run_script(scripts, words, NULL, 0)) {
	case EXIT_OK:
		break;
	case EXIT_NOTHING:
		remark(run, "no charts: the run has none, and gnuplot is not installed");
		break;
	default:
		remark(run, "no charts: the run has none, and charts.sh failed");
	}
}

/* ---- reading ---- */

static void load_chart(struct report_chart *chart, const char *folder)
{
	struct reason why = {""};
	char *path = xasprintf("%s/%s.svg", folder, chart->name);

	chart->drawn = svg_read(&chart->svg, path, &why);
	if (!chart->drawn)
		chart->refused = xstrdup(why.text);
	free(path);
	path = xasprintf("%s/%s.csv", folder, chart->name);
	if (chart->drawn && access(path, F_OK) == 0)
		chart->has_figures = csv_read(&chart->figures, path, NULL, &why);
	free(path);
}

void report_load_charts(struct report_run *run, const char *scripts)
{
	const char *const words[SCRIPT_WORDS] = {"--list"};
	char *folder = xasprintf("%s/charts", run->directory), deck[LIST_BYTES];

	find_charts(run, folder);
	if (!run->chart_count) {
		draw_charts(run, scripts);
		find_charts(run, folder);
	}
	if (run->chart_count && scripts && run_script(scripts, words, deck, sizeof(deck)) == 0)
		order_charts(run, deck);
	for (size_t i = 0; i < run->chart_count; i++)
		load_chart(&run->charts[i], folder);
	free(folder);
}

void report_free_charts(struct report_run *run)
{
	for (size_t i = 0; i < run->chart_count; i++) {
		struct report_chart *chart = &run->charts[i];

		if (chart->drawn)
			svg_free(&chart->svg);
		if (chart->has_figures)
			csv_table_free(&chart->figures);
		free(chart->refused);
		free(chart->name);
	}
	run->chart_count = 0;
}
