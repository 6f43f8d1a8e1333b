/* SPDX-License-Identifier: MIT */
/* cli_validate - `tollgate validate`: does the emulated GIL behave like a real one? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/base/clock.h"
#include "harness/base/language.h"
#include "harness/cli/cli.h"
#include "harness/cli/take.h"
#include "harness/run/launch.h"
#include "harness/validate/validate.h"

#define SECOND_NS UINT64_C(1000000000)
/* The quick profile ends in under a minute, the full one in under a quarter of an hour. */
#define QUICK_S        50
#define QUICK_REPEAT_S 28
#define FULL_S         840
#define FULL_REPEAT_S  600
/* An epoch takes at most a second, unless the machine is far too slow. */
#define QUICK_DEADLINE_S 8
#define FULL_DEADLINE_S  20

enum format { FORMAT_TABLE, FORMAT_CSV, FORMAT_JSON };

/* The policies that can be judged against a real lock, and the modes that emulate them. */
struct policy {
	const char *name;
	enum family family;
	const char *mode;
};
static const struct policy policies[] = {
	{"gil32", FAMILY_NEW, "gil32"},
	{"gil313", FAMILY_NEW, "gil313"},
	{"gil27", FAMILY_OLD, "gil27"},
};

static struct {
	bool quick;
	unsigned profile; /* index in profiles */
	enum format format;
	const struct mode *only;                          /* --interpreter */
	const struct mode *instead[ARRAY_SIZE(policies)]; /* --policy */
} choice = {.profile = 1};

static bool take_interpreter(void *target, const char *value, struct reason *why)
{
	const struct mode **mode = target;

	*mode = mode_real_of(value, why);
	return *mode != NULL;
}

/* "gil32=gil32-noforce": the mode on the right is judged as if it were the policy on the left. */
static bool take_policy(void *target, const char *value, struct reason *why)
{
	const struct mode **instead = target;
	const size_t length = strcspn(value, "=");

	for (size_t i = 0; i < ARRAY_SIZE(policies); i++) {
		if (strlen(policies[i].name) != length ||
		    memcmp(policies[i].name, value, length) != 0 || value[length] != '=')
			continue;
		instead[i] = mode_find(value + length + 1);
		if (!instead[i])
			return refuse(why, _("no mode '%.40s'; `tollgate list --modes` shows all"),
				      value + length + 1);
		return sync_is_emulated(instead[i]->sync) ||
		       refuse(why, _("mode %s is no emulated GIL"), instead[i]->name);
	}
	return refuse(why, _("expected POLICY=MODE, where POLICY is gil32, gil313 or gil27"));
}

static const char *const formats[] = {"table", "csv", "json", NULL};

static const char *const profiles[] = {"quick", "full", NULL};

static const struct option_spec options[] = {
	{"profile", 0, NULL,
	 N_("quick: the most telling figures, in under a minute;\nfull (default): every figure"),
	 .choice = &choice.profile, .names = profiles},
	{"quick", .flag = &choice.quick}, /* the old name of --profile=quick */
	{"format", 0, NULL, N_("how to print (default: table)"), .choice = &choice.format,
	 .names = formats},
	{"interpreter", 0, "FILE",
	 N_("judge by this libpython only (default: what is found, of 3.2\nto 3.12, of 3.13 or "
	    "later, "
	    "and 2.7)"),
	 .take = take_interpreter, .target = &choice.only},
	{"policy", 0, "NAME=MODE",
	 N_("judge MODE as if it were the policy gil32, gil313 or gil27;\nrepeatable"),
	 .take = take_policy, .target = &choice.instead},
	{TAKE_QUIET},
	{0},
};

/* Does POLICY emulate the lock of MODE, a row of a real interpreter? */
static bool has_lock_of(const struct mode *mode, const struct policy *policy)
{
	struct cpython_facts facts = {.version = ""};

	if (!mode->library || !cpython_parse_version(mode->name + strlen("cpython-"), &facts) ||
	    strchr(facts.version, 't'))
		return false;
	const unsigned version = facts.major * 100 + facts.minor;

	if (policy->family == FAMILY_OLD)
		return version < 302;
	return strcmp(policy->name, "gil313") == 0 ? version >= 313
						   : version >= 302 && version < 313;
}

/* The first interpreter found is the one in use on this machine. */
static const struct mode *interpreter_for(const struct policy *policy)
{
	const struct mode *mode;

	if (choice.only)
		return has_lock_of(choice.only, policy) ? choice.only : NULL;
	for (size_t i = 0; (mode = mode_real(i)); i++)
		if (has_lock_of(mode, policy))
			return mode;
	return NULL;
}

/*
 * gil32 is always judged, since some of its bounds need no interpreter. The others need one, or their name
 * on the command line. The quick profile leaves out 3.13, which differs little, unless it is the only one.
 */
static unsigned make_contests(struct contest *contests)
{
	unsigned count = 0;
	bool new_lock = false;

	for (size_t i = 0; i < ARRAY_SIZE(policies); i++) {
		const struct mode *real = interpreter_for(&policies[i]);
		const bool named = choice.instead[i] != NULL, first = i == 0;

		if (!named && !real && (!first || choice.only))
			continue;
		if (!named && !first && choice.quick && new_lock &&
		    policies[i].family == FAMILY_NEW)
			continue;
		new_lock |= policies[i].family == FAMILY_NEW && real;
		contests[count++] = (struct contest){
			.policy = policies[i].name,
			.family = policies[i].family,
			.emulated = named ? choice.instead[i] : mode_find(policies[i].mode),
			.real = real,
		};
	}
	contests[count++] = (struct contest){.policy = "", .family = FAMILY_NO_GIL};
	return count;
}

static void print(const struct validation *v, const struct contest *contests, unsigned count)
{
	struct reason why = {N_("cannot write to standard output")};
	bool good = true;

	if (choice.format == FORMAT_TABLE)
		validate_print_table(stdout, v, contests, count);
	else if (choice.format == FORMAT_CSV)
		good = validate_print_csv(stdout, v, &why);
	else
		good = validate_print_json(stdout, v, contests, count);
	if (!good)
		die(EXIT_INTERNAL, "%s", why.text);
}

static int validate(int operand_count, char **operands)
{
	static struct validation v;
	struct contest contests[ARRAY_SIZE(policies) + 1];
	const uint64_t begin_ns = clock_now_ns();
	struct reason why = {""};
	struct topology *topology = topology_load(NULL, &why);

	(void)operand_count;
	(void)operands;
	if (!topology)
		die(EXIT_INTERNAL, "topology: %s", why.text);
	choice.quick |= choice.profile == 0;
	v = (struct validation){
		.quick = choice.quick,
		.launches = choice.quick ? 6 : 10, /* fewer than six give no interval */
		.until_ns = begin_ns + (choice.quick ? QUICK_S : FULL_S) * SECOND_NS,
		.repeat_until_ns = begin_ns +
				   (choice.quick ? QUICK_REPEAT_S : FULL_REPEAT_S) * SECOND_NS,
		.deadline_ns = (choice.quick ? QUICK_DEADLINE_S : FULL_DEADLINE_S) * SECOND_NS,
		.topology = topology,
		.program = "/proc/self/exe",
		.directory = ".",
	};
	random_seed(&v.random, clock_of(CLOCK_REALTIME));
	launch_catch_signals();
	const unsigned count = make_contests(contests);

	for (unsigned i = 0; i < count; i++)
		validate_contest(&v, &contests[i]);
	print(&v, contests, count);
	topology_free(topology);
	return launch_interrupted ? EXIT_INTERRUPTED : (int)validate_verdict(&v);
}

const struct command command_validate = {
	.name = "validate",
	.summary = N_("check the emulated GIL against real interpreters"),
	.usage = "[OPTION]...",
	.examples = N_(
		"tollgate validate --profile=quick          # in under a minute\n"
		"tollgate validate                          # every figure, some minutes\n"
		"tollgate validate --format=csv             # one row per figure\n"
		"tollgate validate --interpreter=/usr/lib/libpython3.9.so.1.0\n"
		"tollgate validate --policy gil32=gil32-noforce  # a wrong one is found out\n"),
	.notes = N_(
		"inside, outside: the figure of the emulation, compared with its bound.\n"
		"not-judged: this machine could not tell, or has no such interpreter; the reason "
		"is\nbeside it. A stated bound is on the emulated figure, every other one on its "
		"ratio to\nthe real one.\n\n"
		"Exit codes: 0 all that could be judged is inside, 5 a figure is outside, 64 "
		"usage,\n77 nothing could be judged, 130 interrupted."),
	.options = options,
	.run = validate,
};
