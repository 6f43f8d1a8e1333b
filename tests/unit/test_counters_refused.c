/* SPDX-License-Identifier: MIT */
/*
 * Counters that a played kernel refuses, wholly or in part: each errno gives its own status, the
 * user gets one line, and no value that was not counted is ever called ok.
 */
#include "harness/machine/counters.h"

#include "tests/unit/fake_perf.h"

/* ---- refusals ---- */

struct refusal {
	int error;
	enum counter_status status; /* of every event when every open fails so */
	enum counter_status hardware_status;
	const char *hint;          /* part of the line when every open fails so */
	const char *hardware_hint; /* when only hardware opens fail so */
};

static const struct refusal refusals[] = {
	{EPERM, COUNTER_BLOCKED_BY_CONTAINER, COUNTER_BLOCKED_BY_CONTAINER,
	 "blocked (Operation not permitted): container seccomp filter; try --cap-add=PERFMON",
	 "blocked (Operation not permitted)"},
	{EACCES, COUNTER_DENIED_PARANOID, COUNTER_DENIED_PARANOID, "perf_event_paranoid",
	 "perf_event_paranoid"},
	{ENOSYS, COUNTER_NO_KERNEL_SUPPORT, COUNTER_NO_KERNEL_SUPPORT,
	 "blocked (Function not implemented)", "blocked (Function not implemented)"},
	{ENOENT, COUNTER_EVENT_NOT_ON_THIS_CPU, COUNTER_NO_PMU,
	 "no hardware PMU here (virtual machine?); hardware columns left empty",
	 "columns left empty, software events kept"},
	{EOPNOTSUPP, COUNTER_EVENT_NOT_ON_THIS_CPU, COUNTER_NO_PMU, "no hardware PMU here",
	 "software events kept"},
	{ENODEV, COUNTER_EVENT_NOT_ON_THIS_CPU, COUNTER_NO_PMU, "no hardware PMU here",
	 "software events kept"},
	{ENXIO, COUNTER_EVENT_NOT_ON_THIS_CPU, COUNTER_NO_PMU, "no hardware PMU here",
	 "software events kept"},
	{EINVAL, COUNTER_INVALID_EVENT, COUNTER_INVALID_EVENT, "refuses it (Invalid argument)",
	 "refuses it (Invalid argument)"},
	{EMFILE, COUNTER_FD_LIMIT, COUNTER_FD_LIMIT, "try: ulimit -n", "try: ulimit -n"},
	{ENFILE, COUNTER_FD_LIMIT, COUNTER_FD_LIMIT, "try: ulimit -n", "try: ulimit -n"},
	{ENOMEM, COUNTER_FD_LIMIT, COUNTER_FD_LIMIT, "try: ulimit -n", "try: ulimit -n"},
	{E2BIG, COUNTER_ERROR, COUNTER_ERROR, "could not be opened", "could not be opened"},
};

static void every_open_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
		struct counter_set set;
		struct reason hint;

		fake_begin(NULL);
		fake.hardware_error = fake.software_error = refusals[i].error;
		probe("hw", &set, &hint);
		assert_all(&set, true, refusals[i].hardware_status);
		assert_all(&set, false, refusals[i].status);
		assert_one_line(&hint);
		assert_has(hint.text, refusals[i].hint);
		assert_null(strstr(hint.text, "software events kept"));
		assert_window(&set);
		assert_int_equal(fake_end(NULL), 0);
	}
	fake_begin(NULL);
}

static void hardware_refused_software_kept(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
		struct counter_set set;
		struct reason hint;

		fake_begin(NULL);
		fake.hardware_error = refusals[i].error;
		probe("hw", &set, &hint);
		assert_all(&set, true, refusals[i].hardware_status);
		assert_all(&set, false, COUNTER_OK);
		assert_one_line(&hint);
		assert_has(hint.text, refusals[i].hardware_hint);
		assert_window(&set);
		assert_int_equal(fake_end(NULL), 0);
	}
	fake_begin(NULL);
}

/* The default setting for users: hardware counts, switches and migrations are denied. */
static void kernel_side_denied(void **state)
{
	struct counter_set set;
	struct reason hint;

	(void)state;
	fake.kernel_side_error = EACCES;
	probe("hw", &set, &hint);
	assert_all(&set, true, COUNTER_OK);
	assert_status(event_named(&set, "context-switches"), COUNTER_DENIED_PARANOID);
	assert_status(event_named(&set, "cpu-migrations"), COUNTER_DENIED_PARANOID);
	assert_status(event_named(&set, "page-faults"), COUNTER_OK);
	assert_status(event_named(&set, "task-clock"), COUNTER_OK);
	counters_hint_denied(&set, 2, &hint);
	assert_string_equal(
		hint.text,
		"kernel.perf_event_paranoid=2 hides kernel-side events; try: sudo sysctl "
		"kernel.perf_event_paranoid=1");
	assert_window(&set);
}

static void denied_hint_tells_the_setting(void **state)
{
	struct counter_set set;
	struct reason hint;

	(void)state;
	fake.hardware_error = fake.software_error = EACCES;
	probe("hw", &set, &hint);
	counters_hint_denied(&set, 3, &hint);
	assert_has(hint.text, "kernel.perf_event_paranoid=3 denies counters; try: sudo sysctl");
	counters_hint_denied(&set, 1, &hint);
	assert_has(hint.text, "although kernel.perf_event_paranoid=1");
	counters_hint_denied(&set, 2, &hint);
	assert_has(hint.text, "although kernel.perf_event_paranoid=2");
	counters_hint_denied(&set, -100, &hint);
	assert_has(hint.text, "denied (Permission denied)");
}

/* Blocked outranks denied outranks no PMU: the general reason is told, and only that. */
static void hint_priority(void **state)
{
	struct counter_set set = {.count = 4};
	struct reason hint, unresolved = {{0}};

	(void)state;
	for (uint32_t i = 0; i < set.count; i++)
		snprintf(set.events[i].name, sizeof(set.events[i].name), "e%u", i);
	set.events[0].status = COUNTER_NO_PMU;
	set.events[1].status = COUNTER_READS_ZERO;
	set.events[2].status = COUNTER_DENIED_PARANOID;
	set.events[3].status = COUNTER_BLOCKED_BY_CONTAINER;
	counters_hint(&set, &unresolved, &hint);
	assert_has(hint.text, "blocked");
	set.events[3].status = COUNTER_OK;
	counters_hint(&set, &unresolved, &hint);
	assert_has(hint.text, "denied");
	set.events[2].status = COUNTER_OK;
	counters_hint(&set, &unresolved, &hint);
	assert_has(hint.text, "counts nothing (virtual machine?)");
	set.events[1].status = COUNTER_OK;
	counters_hint(&set, &unresolved, &hint);
	assert_has(hint.text, "no hardware PMU");
	set.events[0].status = COUNTER_OK;
	counters_hint(&set, &unresolved, &hint);
	assert_string_equal(hint.text, "");
}

/* A CPU that has a PMU but lacks one event is not a machine without PMU. */
static void one_absent_event_is_not_no_pmu(void **state)
{
	struct counter_set set = {.count = 2};
	struct reason hint, unresolved = {{0}};

	(void)state;
	snprintf(set.events[0].name, sizeof(set.events[0].name), "cycles");
	snprintf(set.events[1].name, sizeof(set.events[1].name), "LLC-loads");
	set.events[1].status = COUNTER_EVENT_NOT_ON_THIS_CPU;
	counters_hint(&set, &unresolved, &hint);
	assert_string_equal(hint.text, "event 'LLC-loads': not on this CPU; left empty");
	set.events[1].status = COUNTER_DOES_NOT_FIT;
	counters_hint(&set, &unresolved, &hint);
	assert_has(hint.text, "event 'LLC-loads': no hardware counter left");
}

static void interrupted_opens_are_retried(void **state)
{
	struct counter_set set;
	struct reason hint;

	(void)state;
	fake.interrupts = 3;
	probe("hw", &set, &hint);
	assert_all(&set, true, COUNTER_OK);
	assert_all(&set, false, COUNTER_OK);
	assert_string_equal(hint.text, "");
	fake.interrupts = 1000000; /* for ever: an error, not a hang */
	probe("page-faults", &set, &hint);
	assert_status(&set.events[0], COUNTER_ERROR);
	assert_one_line(&hint);
}

/* Alone EINVAL means a bad event, as a sibling a full group. */
static void siblings_refused(void **state)
{
	struct counter_set set;
	struct reason hint;

	(void)state;
	fake.sibling_error = EINVAL;
	probe("hw", &set, &hint);
	assert_status(&set.events[0], COUNTER_OK);
	for (uint32_t i = 1; i < set.count; i++)
		assert_status(&set.events[i], COUNTER_DOES_NOT_FIT);
	assert_has(hint.text, "'cycles' and 8 more: no hardware counter left");
	assert_window(&set);
}

static void full_group_keeps_what_fits(void **state)
{
	struct counter_set set;

	(void)state;
	fake.hardware_slots = 4;
	probe("hw", &set, NULL);
	assert_status(event_named(&set, "cache-misses"), COUNTER_OK);
	assert_status(event_named(&set, "L1-dcache-load-misses"), COUNTER_DOES_NOT_FIT);
	assert_status(event_named(&set, "dTLB-load-misses"), COUNTER_DOES_NOT_FIT);
	assert_all(&set, false, COUNTER_OK);
	assert_window(&set);
}

/* The group opens but is only ever scheduled in part: the fit test must see it, not the reader. */
static void multiplexed_group_is_cut(void **state)
{
	struct counter_set set;

	(void)state;
	fake.scheduled_slots = 3;
	probe("hw", &set, NULL);
	assert_status(event_named(&set, "branch-misses"), COUNTER_OK);
	assert_status(event_named(&set, "cache-misses"), COUNTER_DOES_NOT_FIT);
	assert_status(event_named(&set, "dTLB-load-misses"), COUNTER_DOES_NOT_FIT);
	assert_all(&set, false, COUNTER_OK);
	assert_window(&set);
}

static void descriptors_run_out(void **state)
{
	struct counter_set set;
	struct reason hint;

	(void)state;
	fake.any_error = EMFILE;
	fake.any_error_after = 5;
	probe("hw", &set, &hint);
	for (uint32_t i = 0; i < set.count; i++)
		assert_status(&set.events[i], i < 5 ? COUNTER_OK : COUNTER_FD_LIMIT);
	assert_has(hint.text, "ulimit -n");
	assert_window(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FAKE(every_open_refused),
		WITH_FAKE(hardware_refused_software_kept),
		WITH_FAKE(kernel_side_denied),
		WITH_FAKE(denied_hint_tells_the_setting),
		WITH_FAKE(hint_priority),
		WITH_FAKE(one_absent_event_is_not_no_pmu),
		WITH_FAKE(interrupted_opens_are_retried),
		WITH_FAKE(siblings_refused),
		WITH_FAKE(full_group_keeps_what_fits),
		WITH_FAKE(multiplexed_group_is_cut),
		WITH_FAKE(descriptors_run_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
