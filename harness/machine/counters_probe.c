/* SPDX-License-Identifier: MIT */
/*
 * Finds out by trial which counters can be trusted on this machine: resolve each name, open each
 * event alone, count a loop of known length, then open all together and drop those that do not fit.
 * A listed PMU proves nothing: some open and read 0, some give garbage, and some share a counter
 * with the kernel's watchdog.
 */
#include <linux/perf_event.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/machine/counters_internal.h"

#define ACCEPTED "accepted: off, sw, hw or up to 16 event names, e.g. instructions,page-faults"

static const char software_spec[] = "cpu-migrations,page-faults,context-switches,task-clock";
static const char hardware_spec[] =
	"instructions,cycles,branch-misses,cache-misses,L1-dcache-load-misses,dTLB-load-misses,"
	"cpu-migrations,page-faults,context-switches,task-clock";

#define SELF_TEST_TRIES 3
#define LOOP_ROUNDS     1000000u

/*
 * The loop of the self-test, about two million instructions. On x86 the number of its instructions
 * is known, so the bounds are narrow. Elsewhere the compiler decides it.
 */
#if defined(__x86_64__) || defined(__i386__)
#define LOOP_MIN 1900000u
#define LOOP_MAX 4000000u
static void known_loop(void)
{
	unsigned rounds = LOOP_ROUNDS;

	__asm__ volatile("1:	dec %0\n"
			 "	jnz 1b\n"
			 : "+r"(rounds)
			 :
			 : "cc");
}
#else
#define LOOP_MIN 1000000u
#define LOOP_MAX 40000000u
static void known_loop(void)
{
	for (unsigned rounds = LOOP_ROUNDS; rounds > 0; rounds--)
		__asm__ volatile("" : : "r"(rounds));
}
#endif

static bool any_ok(const struct counter_values *values)
{
	for (int i = 0; i < COUNTERS_MAX; i++)
		if (values->status[i] == COUNTER_OK)
			return true;
	return false;
}

/*
 * Open the usable events of SET and run the loop between two reads. OPENED is the first of them. If
 * no event opened, nothing is counted.
 */
static void count_loop(const struct counter_set *set, struct counter_values *opened,
		       struct counter_values *delta)
{
	struct counter_values after;
	struct counter_group *group = counter_group_open(set);

	counter_group_read(group, opened);
	if (any_ok(opened))
		known_loop();
	counter_group_read(group, &after);
	counter_group_close(group);
	counter_values_since(opened, &after, delta);
}

static enum counter_status try_alone(const struct counter_event *event, uint64_t *value)
{
	struct counter_set set = {.count = 1, .events = {*event}};
	struct counter_values opened, delta;

	count_loop(&set, &opened, &delta);
	*value = delta.value[0];
	return (enum counter_status)delta.status[0];
}

/*
 * Checks that the PMU counts right, by the one event whose number is known. One garbage reading
 * among good ones was seen in a virtual machine, so it tries several times.
 */
static enum counter_status pmu_self_test(void)
{
	const struct counter_event instructions = {
		.name = "instructions",
		.type = PERF_TYPE_HARDWARE,
		.hardware = 1,
		.config = PERF_COUNT_HW_INSTRUCTIONS,
	};
	enum counter_status status = COUNTER_ERROR;

	for (int tries = 0; tries < SELF_TEST_TRIES; tries++) {
		uint64_t count = 0;

		status = try_alone(&instructions, &count);
		if (status == COUNTER_OK && count >= LOOP_MIN && count <= LOOP_MAX)
			return COUNTER_OK;
		if (status == COUNTER_OK)
			status = count == 0 ? COUNTER_READS_ZERO : COUNTER_BOGUS;
	}
	return status;
}

/* These cannot be 0 over the loop. Any other event may be. */
static bool cannot_be_zero(const struct counter_event *event)
{
	return event->type == PERF_TYPE_HARDWARE && (event->config == PERF_COUNT_HW_INSTRUCTIONS ||
						     event->config == PERF_COUNT_HW_CPU_CYCLES);
}

static void try_event(struct counter_event *event)
{
	enum counter_status status = COUNTER_ERROR;
	uint64_t value = 0;

	for (int tries = 0; tries < SELF_TEST_TRIES; tries++) {
		status = try_alone(event, &value);
		if (status != COUNTER_BOGUS)
			break;
	}
	if (status == COUNTER_OK && value == 0 && cannot_be_zero(event))
		status = COUNTER_READS_ZERO;
	event->status = status;
}

static bool any_hardware(const struct counter_set *set)
{
	for (uint32_t i = 0; i < set->count; i++)
		if (set->events[i].hardware)
			return true;
	return false;
}

static bool all_hardware_absent(const struct counter_set *set)
{
	for (uint32_t i = 0; i < set->count; i++)
		if (set->events[i].hardware &&
		    set->events[i].status != COUNTER_EVENT_NOT_ON_THIS_CPU)
			return false;
	return true;
}

/* Hardware events that opened get the PMU's verdict. If none opened, the CPU has no PMU. */
static void judge_pmu(struct counter_set *set)
{
	enum counter_status pmu = pmu_self_test();
	bool absent = pmu == COUNTER_EVENT_NOT_ON_THIS_CPU && all_hardware_absent(set);
	bool broken = pmu == COUNTER_READS_ZERO || pmu == COUNTER_BOGUS;

	for (uint32_t i = 0; i < set->count; i++) {
		struct counter_event *event = &set->events[i];

		if (event->hardware && absent)
			event->status = COUNTER_NO_PMU;
		else if (event->hardware && broken && event->status == COUNTER_OK)
			event->status = pmu;
	}
}

static struct counter_event *last_usable(struct counter_set *set, bool hardware)
{
	for (uint32_t i = set->count; i-- > 0;)
		if (set->events[i].status == COUNTER_OK && (!hardware || set->events[i].hardware))
			return &set->events[i];
	return NULL;
}

/*
 * Open all together. Siblings refused at open are known at once. A group may also open and never be
 * scheduled whole, because the kernel's watchdog holds a counter that the open does not account
 * for. Then the last hardware event is dropped, and false asks the caller to try again.
 */
static bool fits(struct counter_set *set)
{
	struct counter_values opened, delta;
	bool multiplexed = false;

	count_loop(set, &opened, &delta);
	for (uint32_t i = 0; i < set->count; i++) {
		struct counter_event *event = &set->events[i];

		if (event->status != COUNTER_OK)
			continue;
		if (opened.status[i] != COUNTER_OK)
			event->status = opened.status[i];
		else if (delta.status[i] == COUNTER_DOES_NOT_FIT)
			multiplexed = true;
		else if (
			delta.status[i] !=
			COUNTER_BOGUS) /* a single such reading does not mean that room is missing */
			event->status = delta.status[i];
	}
	if (multiplexed) {
		struct counter_event *event = last_usable(set, true);

		event = event ? event : last_usable(set, false);
		event->status = COUNTER_DOES_NOT_FIT;
	}
	return !multiplexed;
}

static void try_all(struct counter_set *set)
{
	for (uint32_t i = 0; i < set->count; i++)
		if (set->events[i].status == COUNTER_OK)
			try_event(&set->events[i]);
	if (any_hardware(set))
		judge_pmu(set);
	while (!fits(set))
		;
}

/* With several kinds of core the trials must not move from one kind's PMU to another's. */
static void try_all_in_place(struct counter_set *set)
{
	int cpu = sched_getcpu();
	cpu_set_t here, was;
	bool pinned = false;

	CPU_ZERO(&here);
	if (cpu >= 0 && cpu < CPU_SETSIZE && counters_core_pmu("", cpu) != 0) {
		CPU_SET(cpu, &here);
		pinned = sched_getaffinity(0, sizeof(was), &was) == 0 &&
			 sched_setaffinity(0, sizeof(here), &here) == 0;
	}
	try_all(set);
	if (pinned)
		must_sys(sched_setaffinity(0, sizeof(was), &was));
}

static bool name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("_-.:=/", c));
}

/* u, k and h after a colon choose the counted modes. These are fixed here and stand in `scope`. */
static bool sets_scope(const char *name)
{
	for (const char *colon = strchr(name, ':'); colon; colon = strchr(colon + 1, ':'))
		if (colon[1] != '\0' && strchr("ukhUKH", colon[1]) &&
		    (colon[2] == '\0' || colon[2] == ':' || colon[2] == '='))
			return true;
	return false;
}

static bool name_valid(const struct counter_set *set, const char *name, struct reason *why)
{
	if (strcmp(name, "off") == 0 || strcmp(name, "sw") == 0 || strcmp(name, "hw") == 0)
		return refuse(why, "counters: '%s' cannot stand in a list; " ACCEPTED, name);
	if (sets_scope(name))
		return refuse(
			why,
			"counters: '%s': leave out :u, :k and :h; hardware events always count "
			"user mode, switches and migrations the kernel too",
			name);
	for (uint32_t i = 0; i < set->count; i++)
		if (strcmp(set->events[i].name, name) == 0)
			return refuse(why, "counters: '%s' is named twice; name each event once",
				      name);
	return true;
}

static bool take_name(const char *start, size_t length, char *name, struct reason *why)
{
	size_t good = 0;

	while (good < length && name_byte(start[good]))
		good++;
	if (length == 0)
		return refuse(why, "counters: an event name is empty; " ACCEPTED);
	if (good < length)
		return refuse(why,
			      "counters: an event name holds a byte other than letters, digits and "
			      "_-.:=/; " ACCEPTED);
	if (length >= sizeof(((struct counter_event *)NULL)->name))
		return refuse(why, "counters: '%.60s' is longer than 47 bytes; " ACCEPTED, start);
	memcpy(name, start, length);
	name[length] = '\0';
	return true;
}

/* The first name that cannot be resolved gives its reason in UNRESOLVED. */
static void add_event(struct counter_set *set, const char *name, struct reason *unresolved)
{
	struct counter_event *event = &set->events[set->count++];
	struct reason why = {{0}};

	if (counters_resolve(name, event, &why))
		return;
	memset(event, 0, sizeof(*event));
	snprintf(event->name, sizeof(event->name), "%s", name);
	event->status = COUNTER_UNKNOWN_NAME;
	if (unresolved->text[0] == '\0')
		*unresolved = why;
}

static bool resolve_list(const char *list, struct counter_set *set, struct reason *unresolved,
			 struct reason *why)
{
	for (const char *start = list;;) {
		char name[sizeof(((struct counter_event *)NULL)->name)];
		size_t length = strcspn(start, ",");

		if (!take_name(start, length, name, why) || !name_valid(set, name, why))
			return false;
		if (set->count == COUNTERS_MAX)
			return refuse(why, "counters: more than %u events; " ACCEPTED,
				      COUNTERS_MAX);
		add_event(set, name, unresolved);
		if (start[length] == '\0')
			return true;
		start += length + 1;
	}
}

static const char *expand(const char *spec)
{
	if (strcmp(spec, "sw") == 0)
		return software_spec;
	return strcmp(spec, "hw") == 0 ? hardware_spec : spec;
}

bool counters_probe(const char *spec, struct counter_set *set, struct reason *hint,
		    struct reason *why)
{
	struct reason unresolved = {{0}}, ignored = {{0}};
	bool good;

	memset(set, 0, sizeof(*set));
	hint = hint ? hint : &ignored;
	hint->text[0] = '\0';
	if (strcmp(spec, "off") == 0)
		return true;
	counters_resolve_begin();
	good = resolve_list(expand(spec), set, &unresolved, why);
	counters_resolve_end();
	if (!good) {
		memset(set, 0, sizeof(*set));
		return false;
	}
	try_all_in_place(set);
	counters_hint(set, &unresolved, hint);
	return true;
}
