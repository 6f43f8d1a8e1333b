/* SPDX-License-Identifier: MIT */
/* compare_side - asks each of the two programs for its description before anything is measured. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/compare/internal.h"
#include "harness/data/json_read.h"
#include "harness/run/child.h"

#define ANSWER_MAX  (256u << 10)
#define DEADLINE_NS UINT64_C(10000000000)

static bool ask(const struct side *side, const char *first, const char *second, char *answer,
		struct reason *why)
{
	struct reason reason = {""};

	if (child_capture(side->program, first, second, answer, ANSWER_MAX, DEADLINE_NS, &reason) ==
	    CHILD_OK)
		return true;
	return refuse(why, "--%s: '%.200s %s %s': %.150s; expected a tollgate program", side->role,
		      side->program, first, second, reason.text);
}

static bool take_version(struct side *side, const char *answer, struct reason *why)
{
	struct json_tree tree;
	struct reason reason = {""};

	if (!json_parse(&tree, "version", answer, strlen(answer), &reason))
		return refuse(why, "--%s: '%.200s' is no tollgate program: %.150s", side->role,
			      side->program, reason.text);
	const double protocol = json_find_number(&tree, "protocol");
	bool good = protocol == PROTOCOL_VERSION;

	if (!good && !(protocol >= 0))
		refuse(why, "--%s: '%.200s' does not say which protocol its runners speak",
		       side->role, side->program);
	else if (!good)
		refuse(why,
		       "--%s: '%.200s' speaks version %.0f of the runner protocol, this program "
		       "version %d; compare with a tollgate that speaks the same as both builds",
		       side->role, side->program, protocol, PROTOCOL_VERSION);
	snprintf(side->git, sizeof(side->git), "%.63s", json_find_text(&tree, "git"));
	json_tree_free(&tree);
	return good;
}

/* The first word of each line, each between newlines. */
static char *words_of(const char *answer)
{
	char *words = xcalloc(strlen(answer) + 3, 1), *out = words;

	*out++ = '\n';
	for (const char *line = answer; *line;) {
		const size_t length = strcspn(line, "\n");
		const size_t word = strcspn(line, " \t\n");

		if (word && word < 64) {
			memcpy(out, line, word);
			out += word;
			*out++ = '\n';
		}
		line += length + (line[length] == '\n');
	}
	return words;
}

bool side_ask(struct side *side, const char *role, const char *program, struct reason *why)
{
	char *answer = xcalloc(ANSWER_MAX, 1);
	struct stat status;
	bool good = true;

	*side = (struct side){.role = role, .program = program};
	if (stat(program, &status) != 0 || !S_ISREG(status.st_mode) || access(program, X_OK) != 0)
		good = refuse(why,
			      "--%s: '%.200s' is no program that can be run here; expected the "
			      "path of a tollgate program",
			      role, program);
	good = good && ask(side, "version", "--format=json", answer, why) &&
	       take_version(side, answer, why) && ask(side, "list", "--names", answer, why);
	if (good)
		side->names = words_of(answer);
	good = good && ask(side, "list", "--modes", answer, why);
	if (good)
		side->modes = words_of(answer);
	free(answer);
	if (!good)
		side_free(side);
	return good;
}

void side_free(struct side *side)
{
	free(side->names);
	free(side->modes);
	side->names = side->modes = NULL;
}

static bool has_word(const char *words, const char *word)
{
	char pattern[80];

	snprintf(pattern, sizeof(pattern), "\n%.70s\n", word);
	return strstr(words, pattern) != NULL;
}

bool side_has_case(const struct side *side, const char *name)
{
	return has_word(side->names, name);
}

bool side_has_mode(const struct side *side, const char *name)
{
	return has_word(side->modes, name);
}

void side_each_case(const struct side *side, void (*take)(void *context, const char *name),
		    void *context)
{
	char *copy = xstrdup(side->names), *rest = copy, *name;

	while ((name = strsep(&rest, "\n")))
		if (*name)
			take(context, name);
	free(copy);
}
