/* SPDX-License-Identifier: MIT */
/* cli_history - adds a run to the history of a project, and lists the changes in the history. */
#include "harness/base/language.h"
#include "harness/chart/chart.h"
#include "harness/cli/cli.h"

#include <errno.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/base/suggest.h"
#include "harness/cli/take.h"
#include "harness/history/history.h"

extern char **environ;

static struct {
	const char *path, *anchor, *host_class, *charts;
	struct choice cases; /* its filters only */
	unsigned format;
} choice = {.path = "history.csv", .format = CHOICE_NONE};

static bool take_host_class(void *target, const char *value, struct reason *why)
{
	size_t length = strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_.-");

	*(const char **)target = value;
	return (length && length <= 60 && !value[length]) ||
	       refuse(why, _("use 1 to 60 letters, digits, '_', '.' and '-'"));
}

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

/* ---- add ---- */

static void tell_added(const struct history_added *added)
{
	note("%s: %zu line%s added", choice.path, added->lines, plural(added->lines));
	if (added->present)
		note("%zu line%s of this run %s in the file already", added->present,
		     plural(added->present), added->present == 1 ? "was" : "were");
	if (added->unmeasured)
		note("%zu figure%s of the run left out: not measured, or status not ok",
		     added->unmeasured, plural(added->unmeasured));
	if (added->without)
		note("%zu line%s without a ratio: the anchor has no such figure", added->without,
		     plural(added->without));
	if (choice.anchor && !added->anchor_paired)
		note("the ratios are to a run that was not interleaved with this one; a comparison "
		     "with the anchor ('tollgate compare') is steadier");
	if (added->rejected)
		note("%zu bad line%s now in %s.rejected", added->rejected, plural(added->rejected),
		     choice.path);
}

static int add(const char *run_dir)
{
	const struct history_addition addition = {
		.path = choice.path,
		.run_dir = run_dir,
		.anchor_dir = choice.anchor,
		.host_class = choice.host_class,
	};
	struct history_added added;
	struct reason why = {""};
	enum exit_code code = history_add(&addition, &added, &why);

	if (code != EXIT_OK)
		die(code, "history add %s: %s", run_dir, why.text);
	tell_added(&added);
	return EXIT_OK;
}

/* ---- trend ---- */

/* The script of this program: installed, or in its source tree; NULL if there is none. */
static char *find_script(void)
{
	static const char *const places[] = {"/../share/tollgate/scripts", "/../scripts",
					     "/../../scripts"};
	const char *told = getenv("TOLLGATE_SCRIPTS");
	char program[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);
	char *path = told ? xasprintf("%s/trend.sh", told) : NULL;

	if (told || length < 0)
		return path;
	program[length] = '\0';
	*strrchr(program, '/') = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		path = xasprintf("%s%s/trend.sh", program, places[i]);
		if (access(path, X_OK) == 0)
			return path;
		free(path);
	}
	return NULL;
}

/* Run SCRIPT with PAGES as its standard input. Returns its exit code. */
static int run_script(char *script, FILE *pages)
{
	char *folder = xstrdup(choice.charts);
	char *words[] = {script, folder, NULL};
	posix_spawn_file_actions_t actions;
	int status = 0;
	pid_t child;

	rewind(pages);
	must(posix_spawn_file_actions_init(&actions));
	must(posix_spawn_file_actions_adddup2(&actions, fileno(pages), STDIN_FILENO));
	int error = posix_spawn(&child, script, &actions, NULL, words, environ);

	if (error)
		die(EXIT_INTERNAL, "%s: %s", script, strerror(error));
	while (waitpid(child, &status, 0) == -1)
		if (errno != EINTR)
			die(EXIT_INTERNAL, "waitpid: %s", strerror(errno));
	must(posix_spawn_file_actions_destroy(&actions));
	free(folder);
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_INTERNAL;
}

static int draw(const struct trend *trend)
{
	struct reason why = {""};
	FILE *pages = tmpfile();
	char *script = find_script();

	if (!script)
		die(EXIT_INTERNAL, "trend.sh, which draws the charts, is not beside this program;\n"
				   "set TOLLGATE_SCRIPTS to the folder it is in");
	if (!pages)
		die(EXIT_INTERNAL, "tmpfile: %s", strerror(errno));
	if (!chart_write_trend(pages, trend, &why))
		die(EXIT_USAGE, "history trend: %s", why.text);
	if (mkdir(choice.charts, 0777) == -1 && errno != EEXIST)
		die(EXIT_INTERNAL, "%s: cannot be made: %s", choice.charts, strerror(errno));
	int code = run_script(script, pages);

	(void)fclose(pages); /* it was only read */
	free(script);
	return code;
}

static int trend_of_history(void)
{
	struct trend trend;
	struct reason why = {""};

	if (!trend_read(&trend, choice.path, choice_wants_case, &choice.cases, &why))
		die(EXIT_USAGE, "history trend: %s", why.text);
	if (!trend.lines)
		die(EXIT_USAGE, "history trend: %s: no line%s", choice.path,
		    choice.cases.filter_count ? " of a case that --filter selects" : "");
	if (trend.repeated)
		note("%zu line%s left out: the file has the same run and figure before",
		     trend.repeated, plural(trend.repeated));
	if (trend.bad_lines)
		note("%zu bad line%s left out; 'tollgate history add' keeps them aside",
		     trend.bad_lines, plural(trend.bad_lines));
	if (!trend_print(stdout, &trend,
			 choice.format == CHOICE_NONE ? TREND_TABLE
						      : (enum trend_format)choice.format,
			 &why))
		die(EXIT_INTERNAL, "%s", why.text);
	int code = choice.charts ? draw(&trend) : EXIT_OK;

	trend_free(&trend);
	return code;
}

/* ---- the command ---- */

static int history(int operand_count, char **operands)
{
	const char *verb = operands[0];
	bool adds = strcmp(verb, "add") == 0;

	if (!adds && strcmp(verb, "trend") != 0) {
		struct suggestion nearest = {.word = verb};

		suggest_name(&nearest, "add");
		suggest_name(&nearest, "trend");
		die(EXIT_USAGE, "history: '%.40s' is neither add nor trend%s", verb,
		    suggest_text(&nearest));
	}
	if (adds && (choice.cases.filter_count || choice.charts || choice.format != CHOICE_NONE))
		die(EXIT_USAGE, "history add: the options --filter, --format and --charts belong "
				"to 'history trend'");
	if (!adds && (choice.anchor || choice.host_class))
		die(EXIT_USAGE, "history trend: the options --anchor and --host-class belong to "
				"'history add'");
	if (operand_count != (adds ? 2 : 1))
		die(EXIT_USAGE, "history %s: %s; usage: tollgate history %s", verb,
		    operand_count == 1 ? "which run?" : "one word too many",
		    adds ? "add RUN [--file=FILE] [--anchor=DIR]" : "trend [--file=FILE]");
	return adds ? add(operands[1]) : trend_of_history();
}

static const char *const formats[] = {"table", "csv", "md", NULL};

static const struct option_spec options[] = {
	{"file", 0, "FILE", N_("the history (default: history.csv)"), .text = &choice.path},
	{"anchor", 0, "DIR",
	 N_("add: also the ratio to this build: the folder of a comparison\n"
	    "with it as base, or of a run of it in the same job"),
	 .text = &choice.anchor},
	{"host-class", 0, "NAME",
	 N_("add: what kind of machine this is; only figures of one kind\n"
	    "are compared (default: from run.json, such as vm-x86_64-2)"),
	 .take = take_host_class, .target = &choice.host_class},
	{"filter", 'f', "REGEX",
	 N_("trend: only the cases whose name matches, or with !REGEX all\nothers; may be "
	    "repeated"),
	 .take = take_filter, .target = &choice.cases, .name_at = take_case_name, .alias = "case"},
	{"format", 0, NULL, N_("trend: how to print (default: table)"), .choice = &choice.format,
	 .names = formats},
	{"charts", 0, "DIR",
	 N_("trend: also draw a chart per case into this folder (needs gnuplot)"),
	 .text = &choice.charts},
	{0},
};

const struct command command_history = {
	.name = "history",
	.summary = N_("keep figures over commits, find where they changed"),
	.usage = "add RUN | trend [OPTION]...",
	.examples = N_(
		"tollgate history add results/latest                # append to history.csv\n"
		"tollgate history add RUN --anchor=COMPARED --file=bench/history.csv\n"
		"tollgate history trend                             # list the changes\n"
		"tollgate history trend --filter='^io_' --charts=trend"),
	.notes = N_(
		"A change: the median of 7 runs differs from the median of up to 30 before them\n"
		"by more than 5 standard errors and 3 %. It is a list to look at: the exit code\n"
		"is 0 however much changed. docs/history.md explains the file, the rule, and how\n"
		"to keep the file on a git branch."),
	.options = options,
	.operands_min = 1,
	.operands_max = -1,
	.run = history,
};
