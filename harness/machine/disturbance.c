/* SPDX-License-Identifier: MIT */
/* Disturbances during a run, sampled before and after it: stolen time, load, throttling. */
#include "harness/machine/environment_internal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/base/clock.h"

#define STEAL_SHARE_MAX 0.01

bool root_read_ticks(const char *root, struct stat_ticks *ticks)
{
	enum {
		STEAL = 7,
		FIELDS = 8
	}; /* guest time, in the fields after these, is part of user time: proc(5) */
	char text[SMALL_BYTES], line[SMALL_BYTES], *rest = NULL;
	uint64_t field;
	int i = 0;

	*ticks = (struct stat_ticks){0};
	if (!root_read(root, text, sizeof(text), "/proc/stat") ||
	    !facts_line_after(text, "cpu", ' ', line, sizeof(line)))
		return false;
	for (char *word = strtok_r(line, " ", &rest); word && i < FIELDS; i++) {
		if (!parse_u64(word, 0, UINT64_MAX / FIELDS, &field))
			return false;
		ticks->total += field;
		ticks->steal = i == STEAL ? field : 0;
		word = strtok_r(NULL, " ", &rest);
	}
	return i == FIELDS;
}

bool root_cpu_sum(const char *root, const char *file, double *sum)
{
	struct name_list *cpus = root_names(root, SYS_CPU, "cpu");
	bool found = false;
	int64_t number;

	*sum = 0;
	for (int i = 0; i < cpus->count; i++) {
		if (!root_number(root, &number, SYS_CPU "%s/%s", cpus->names[i], file) ||
		    number < 0)
			continue;
		*sum += (double)number;
		found = true;
	}
	free(cpus);
	return found;
}

static double load_read(const char *root)
{
	char text[SMALL_BYTES];
	double load;

	if (!root_read(root, text, sizeof(text), "/proc/loadavg"))
		return (double)NAN;
	text[strcspn(text, " ")] = '\0';
	return parse_double(text, &load) ? load : (double)NAN;
}

static double pressure_read(const char *root)
{
	char text[SMALL_BYTES], line[SMALL_BYTES];
	double share;

	if (!root_read(root, text, sizeof(text), "/proc/pressure/cpu") ||
	    !facts_line_after(text, "some avg10", '=', line, sizeof(line)))
		return (double)NAN;
	line[strcspn(line, " ")] = '\0';
	return parse_double(line, &share) ? share : (double)NAN;
}

void disturbance_sample(struct disturbance *sample, const char *root)
{
	struct stat_ticks ticks;
	double throttled, quota_throttled;

	*sample = (struct disturbance){
		.steal_ticks = root_read_ticks(root, &ticks) ? (double)ticks.steal : (double)NAN,
		.load1 = load_read(root),
		.pressure_cpu = pressure_read(root),
		.at_ns = clock_now_ns(),
	};
	sample->throttled = root_cpu_sum(root, "thermal_throttle/core_throttle_count", &throttled)
				    ? throttled
				    : (double)NAN;
	sample->quota_throttled = cgroup_throttled(root, &quota_throttled) ? quota_throttled
									   : (double)NAN;
}

double disturbance_steal_share(const struct disturbance *before, const struct disturbance *after,
			       int pu_count)
{
	double ticks = after->steal_ticks - before->steal_ticks;
	long ticks_per_second = sysconf(_SC_CLK_TCK);

	/* some counters go backwards after a live migration, and then say nothing */
	if (!(ticks >= 0) || after->at_ns <= before->at_ns || pu_count < 1 || ticks_per_second < 1)
		return (double)NAN;
	double elapsed_s = (double)(after->at_ns - before->at_ns) / 1e9;
	double share = ticks / (double)ticks_per_second / elapsed_s / pu_count;

	return share < 1 ? share : 1;
}

void disturbance_judge(struct environment *environment, const struct disturbance *before,
		       const struct disturbance *after, int pu_count)
{
	double share = disturbance_steal_share(before, after, pu_count);
	double throttled = after->throttled - before->throttled;
	double quota_throttled = after->quota_throttled - before->quota_throttled;

	if (share > STEAL_SHARE_MAX)
		environment_warn(environment, "steal", "measure on a machine of your own",
				 "the hypervisor took %.1f %% of the CPU time during the run; "
				 "wall times are too long by about as much",
				 100 * share);
	if (throttled > 0)
		environment_warn(environment, "throttled",
				 "let the machine cool down, then measure again",
				 "the CPU was too hot and slowed itself down %.0f times during the "
				 "run",
				 throttled);
	if (quota_throttled > 0)
		environment_warn(environment, "quota_throttled",
				 "raise the CPU quota of this container or control group",
				 "the CPU quota stopped this control group %.0f times during the "
				 "run; it causes latencies of up to a quota period",
				 quota_throttled);
}
