/* SPDX-License-Identifier: MIT */
/*
 * fake_perf - a played kernel for the tests of counters: it can refuse, run out, multiplex, read
 * garbage or nothing. And what those tests assert again and again.
 */
#ifndef TOLLGATE_TESTS_FAKE_PERF_H
#define TOLLGATE_TESTS_FAKE_PERF_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

#include "harness/machine/counters_internal.h"

/* ---- a played kernel ---- */

#define FAKE_FD_BASE 5000
#define FAKE_FD_MAX  512
#define FAKE_STEP_NS 1000000u /* each read finds so much time gone */

struct fake_event {
	bool open, hardware, kernel_side;
	int leader;
	uint64_t value, step;
};

/* The behaviour of the fake kernel. All zero: everything works, and instructions counts the known loop. */
struct fake {
	int hardware_error, software_error, sibling_error, kernel_side_error;
	int any_error_after, any_error; /* from the n-th open of an event on */
	int interrupts;                 /* so many EINTR before each success */
	int hardware_slots;             /* beyond it open fails with EINVAL, 0: no limit */
	int scheduled_slots;            /* beyond it events are multiplexed, 0: no limit */
	uint64_t hardware_step;         /* events per read, 0: two million */
	bool hardware_zero, enable_fails;
	int short_reads_left, failing_reads_left;
	/* state */
	int opens, live, next, interrupted;
	bool bad_attr;
	uint64_t now_ns, running_ns;
	struct fake_event events[FAKE_FD_MAX];
};

static struct fake fake;

static inline int fake_fail(int error)
{
	errno = error;
	return -1;
}

/* The rules every open has to keep, whatever the event. */
static inline bool attr_good(const struct perf_event_attr *attr, int group_fd)
{
	uint64_t format = PERF_FORMAT_GROUP | PERF_FORMAT_TOTAL_TIME_ENABLED |
			  PERF_FORMAT_TOTAL_TIME_RUNNING;

	return attr->size == PERF_ATTR_SIZE_VER5 && attr->read_format == format &&
	       attr->disabled == (group_fd < 0) && !attr->inherit && !attr->pinned &&
	       !attr->exclusive && !attr->exclude_user && !attr->exclude_guest &&
	       attr->sample_period == 0 &&
	       (attr->type == PERF_TYPE_SOFTWARE || attr->exclude_kernel);
}

static inline int hardware_in_group(int leader)
{
	int count = 0;

	for (int i = 0; i < fake.next; i++)
		count += fake.events[i].open && fake.events[i].hardware &&
			 fake.events[i].leader == leader;
	return count;
}

static inline int fake_refusal(const struct perf_event_attr *attr, int group_fd)
{
	bool software = attr->type == PERF_TYPE_SOFTWARE;

	if (fake.any_error && fake.live >= fake.any_error_after)
		return fake.any_error;
	if (software && fake.software_error)
		return fake.software_error;
	if (!software && fake.hardware_error)
		return fake.hardware_error;
	if (!attr->exclude_kernel && fake.kernel_side_error)
		return fake.kernel_side_error;
	if (group_fd >= 0 && fake.sibling_error)
		return fake.sibling_error;
	if (!software && group_fd >= 0 && fake.hardware_slots > 0 &&
	    hardware_in_group(group_fd) >= fake.hardware_slots)
		return EINVAL;
	return 0;
}

static inline int fake_open(struct perf_event_attr *attr, int group_fd)
{
	int refusal, fd = FAKE_FD_BASE + fake.next;

	fake.opens++;
	fake.bad_attr = fake.bad_attr || !attr_good(attr, group_fd);
	if (fake.interrupted < fake.interrupts) {
		fake.interrupted++;
		return fake_fail(EINTR);
	}
	fake.interrupted = 0;
	refusal = fake_refusal(attr, group_fd);
	if (refusal)
		return fake_fail(refusal);
	assert_true(fake.next < FAKE_FD_MAX);
	fake.events[fake.next++] = (struct fake_event){
		.open = true,
		.hardware = attr->type != PERF_TYPE_SOFTWARE,
		.kernel_side = !attr->exclude_kernel,
		.leader = group_fd < 0 ? fd : group_fd,
		.value = 1000,
		.step = attr->type == PERF_TYPE_SOFTWARE ? 7
			: fake.hardware_zero             ? 0
			: fake.hardware_step             ? fake.hardware_step
							 : 2000000,
	};
	if (fake.hardware_zero && attr->type != PERF_TYPE_SOFTWARE)
		fake.events[fake.next - 1].value = 0;
	fake.live++;
	return fd;
}

static inline int fake_enable(int leader)
{
	assert_true(leader >= FAKE_FD_BASE);
	return fake.enable_fails ? fake_fail(EINVAL) : 0;
}

static inline ssize_t fake_read(int leader, void *buffer, size_t size)
{
	uint64_t *words = buffer;
	uint64_t count = 0;
	bool multiplexed = fake.scheduled_slots > 0 &&
			   hardware_in_group(leader) > fake.scheduled_slots;

	if (fake.failing_reads_left > 0) {
		fake.failing_reads_left--;
		return fake_fail(EIO);
	}
	if (fake.short_reads_left > 0) {
		fake.short_reads_left--;
		return 0;
	}
	fake.now_ns += FAKE_STEP_NS;
	fake.running_ns += multiplexed ? FAKE_STEP_NS * 7 / 10 : FAKE_STEP_NS;
	for (int i = 0; i < fake.next; i++) {
		struct fake_event *event = &fake.events[i];

		if (!event->open || event->leader != leader)
			continue;
		event->value += event->step;
		assert_true((3 + count) * sizeof(uint64_t) < size);
		words[3 + count++] = event->value;
	}
	words[0] = count;
	words[1] = fake.now_ns;
	words[2] = fake.running_ns;
	return (ssize_t)((3 + count) * sizeof(uint64_t));
}

static inline int fake_close(int fd)
{
	struct fake_event *event = &fake.events[fd - FAKE_FD_BASE];

	assert_true(event->open);
	event->open = false;
	fake.live--;
	return 0;
}

static const struct counters_kernel fake_kernel = {
	.open = fake_open,
	.enable = fake_enable,
	.read = fake_read,
	.close = fake_close,
};

static inline int fake_begin(void **state)
{
	(void)state;
	memset(&fake, 0, sizeof(fake));
	counters_kernel_use(&fake_kernel);
	return 0;
}

/* After every test: no descriptor is left, and every attr kept the rules. */
static inline int fake_end(void **state)
{
	(void)state;
	counters_kernel_use(NULL);
	return fake.live == 0 && !fake.bad_attr ? 0 : -1;
}

/* ---- what the tests assert ---- */

static inline void probe(const char *spec, struct counter_set *set, struct reason *hint)
{
	struct reason why = {{0}};

	if (!counters_probe(spec, set, hint, &why))
		fail_msg("'%s' was refused: %s", spec, why.text);
	assert_true(counter_set_valid(set, &why));
}

static inline const struct counter_event *event_named(const struct counter_set *set,
						      const char *name)
{
	for (uint32_t i = 0; i < set->count; i++)
		if (strcmp(set->events[i].name, name) == 0)
			return &set->events[i];
	fail_msg("no event '%s' in the set", name);
	return NULL;
}

static inline void assert_status(const struct counter_event *event, enum counter_status status)
{
	if (event->status != status)
		fail_msg("%s is '%s', not '%s'", event->name,
			 counter_status_name((enum counter_status)event->status),
			 counter_status_name(status));
}

static inline void assert_all(const struct counter_set *set, bool hardware,
			      enum counter_status status)
{
	for (uint32_t i = 0; i < set->count; i++)
		if ((set->events[i].hardware != 0) == hardware)
			assert_status(&set->events[i], status);
}

static inline void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("'%s' does not hold '%s'", text, part);
}

static inline void assert_one_line(const struct reason *hint)
{
	assert_true(hint->text[0] != '\0');
	assert_null(strchr(hint->text, '\n'));
}

/* Count a window of the played kernel: no place of SET may be ok unless its event is. */
static inline void assert_window(const struct counter_set *set)
{
	struct counter_values before, after, delta;
	struct counter_group *group = counter_group_open(set);

	counter_group_read(group, &before);
	counter_group_read(group, &after);
	counter_group_close(group);
	counter_values_since(&before, &after, &delta);
	for (uint32_t i = 0; i < COUNTERS_MAX; i++) {
		uint32_t expected = i < set->count ? set->events[i].status : COUNTER_OFF;

		assert_int_equal(delta.status[i], expected);
		if (expected == COUNTER_OK)
			assert_true(delta.value[i] > 0);
		else
			assert_true(delta.value[i] == 0);
	}
}

#define WITH_FAKE(test) cmocka_unit_test_setup_teardown(test, fake_begin, fake_end)

#endif
