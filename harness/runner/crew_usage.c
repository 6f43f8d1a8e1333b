/* SPDX-License-Identifier: MIT */
/*
 * crew_usage - the usage of an epoch: CPU time, context switches, wake-ups and hardware events of
 * each worker. For a launch it gives the rate of wake-ups and the load of the processing units.
 *
 * Wake-ups: the third number of /proc/thread-self/schedstat counts how often the kernel has put a
 * thread on a processor. A thread arrives there after a wake-up or after a preemption. Preemptions
 * are its involuntary switches, so the difference is the number of wake-ups.
 */
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "harness/runner/crew_internal.h"

struct meter crew_meter_open(const struct crew *crew)
{
	struct meter meter = {
		.group = NULL,
		.schedstat = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC),
	};

	if (crew->setup.counting)
		meter.group = counter_group_open(&crew->setup.counters);
	return meter;
}

void crew_meter_close(struct meter *meter)
{
	if (meter->group)
		counter_group_close(meter->group);
	if (meter->schedstat >= 0)
		must_sys(close(meter->schedstat));
}

bool crew_schedstat_parse(const char *text, uint64_t *arrivals)
{
	unsigned long long run_ns, wait_ns, count;

	if (sscanf(text, "%llu %llu %llu", &run_ns, &wait_ns, &count) != 3)
		return false;
	*arrivals = count;
	return true;
}

static uint64_t read_arrivals(const struct meter *meter)
{
	char text[96];
	uint64_t arrivals;
	const ssize_t length = meter->schedstat < 0
				       ? -1
				       : pread(meter->schedstat, text, sizeof(text) - 1, 0);

	if (length < 0)
		return WAKEUPS_UNKNOWN;
	text[length] = '\0';
	return crew_schedstat_parse(text, &arrivals) ? arrivals : WAKEUPS_UNKNOWN;
}

void crew_usage_read(struct usage *usage, const struct meter *meter)
{
	must_sys(getrusage(RUSAGE_THREAD, &usage->rusage));
	usage->arrivals = read_arrivals(meter);
	usage->cpu_ns = clock_thread_cpu_ns();
	if (meter->group)
		counter_group_read(meter->group, &usage->counters);
}

static uint64_t wakeups_since(const struct usage *before, const struct usage *after,
			      uint64_t pushed_off)
{
	const uint64_t arrivals = after->arrivals - before->arrivals;

	if (before->arrivals == WAKEUPS_UNKNOWN || after->arrivals == WAKEUPS_UNKNOWN)
		return WAKEUPS_UNKNOWN;
	return arrivals > pushed_off ? arrivals - pushed_off : 0;
}

void crew_usage_since(struct worker_record *record, const struct usage *before,
		      const struct usage *after, const struct meter *meter)
{
	record->cpu_ns = after->cpu_ns - before->cpu_ns;
	record->nvcsw = (uint64_t)(after->rusage.ru_nvcsw - before->rusage.ru_nvcsw);
	record->nivcsw = (uint64_t)(after->rusage.ru_nivcsw - before->rusage.ru_nivcsw);
	record->minflt = (uint64_t)(after->rusage.ru_minflt - before->rusage.ru_minflt);
	record->majflt = (uint64_t)(after->rusage.ru_majflt - before->rusage.ru_majflt);
	record->wakeups = wakeups_since(before, after, record->nivcsw);
	if (meter->group)
		counter_values_since(&before->counters, &after->counters, &record->counters);
}

/* ---- all workers together ---- */

void crew_usage_add(struct crew *crew, const struct worker_record *records, uint64_t wall_ns)
{
	if (crew->epochs == 1)
		return; /* warm-up */
	crew->used_wall_ns += wall_ns;
	for (unsigned i = 0; i < crew->setup.workers; i++) {
		crew->used_cpu_ns[i] += records[i].cpu_ns;
		if (records[i].wakeups == WAKEUPS_UNKNOWN)
			crew->wakeups_unknown = true;
		else
			crew->wakeups += records[i].wakeups;
	}
}

/* CPU time of all workers on the PU of worker I. */
static uint64_t cpu_ns_beside(const struct crew *crew, unsigned i)
{
	uint64_t sum = 0;

	for (unsigned other = 0; other < crew->setup.workers; other++)
		if (crew->setup.cpus[other] == crew->setup.cpus[i])
			sum += crew->used_cpu_ns[other];
	return sum;
}

void crew_usage(const struct crew *crew, double *figures)
{
	const double wall_ns = (double)crew->used_wall_ns;

	for (int i = 0; i < USAGE_FIGURES; i++)
		figures[i] = NAN;
	if (!crew->used_wall_ns)
		return;
	if (!crew->wakeups_unknown)
		figures[WAKEUPS_PER_S] = (double)crew->wakeups * 1e9 / wall_ns;
	for (unsigned i = 0; i < crew->setup.workers && crew->setup.cpus[i] >= 0; i++) {
		const double busy = (double)cpu_ns_beside(crew, i) / wall_ns;

		figures[PU_BUSY_MAX] = fmax(figures[PU_BUSY_MAX], busy);
		figures[PU_BUSY_MIN] = fmin(figures[PU_BUSY_MIN], busy);
	}
}
