/* SPDX-License-Identifier: MIT */
/*
 * One system call binds and two verify: 2 us, or 30 us if the thread has to move. hwloc's own call
 * costs the same, but it needs an initialised hwloc in every new runner. That takes 2 to 7 ms to
 * open plug-ins (graphics libraries among them) that a benchmark must not load.
 *
 * The masks are wider than any kernel's (Linux's NR_CPUS ends at 8192), so nothing here allocates
 * memory and nothing ends at cpu_set_t's 1024 CPUs.
 */
#include "harness/machine/binding.h"

#include <errno.h>
#include <sched.h>
#include <string.h>

#define CPUS_MAX 16384

struct mask {
	cpu_set_t sets[CPUS_MAX / CPU_SETSIZE];
};

static bool mask_is_only(const struct mask *mask, int os)
{
	return CPU_COUNT_S(sizeof(*mask), mask->sets) == 1 &&
	       CPU_ISSET_S(os, sizeof(*mask), mask->sets);
}

static bool bind_to(int os, struct reason *why)
{
	struct mask mask = {0};

	CPU_SET_S(os, sizeof(mask), mask.sets);
	if (sched_setaffinity(0, sizeof(mask), mask.sets))
		return refuse(why, "cannot bind to PU %d: %s", os,
			      errno == EINVAL ? "it is offline, absent or outside the cpuset"
					      : strerror(errno));
	return true;
}

static bool verify(int os, struct reason *why)
{
	struct mask mask = {0};
	int cpu;

	if (sched_getaffinity(0, sizeof(mask), mask.sets))
		return refuse(why, "cannot verify the binding to PU %d: %s", os, strerror(errno));
	if (!mask_is_only(&mask, os))
		return refuse(why, "bound to PU %d, but the kernel's mask holds %d PUs", os,
			      CPU_COUNT_S(sizeof(mask), mask.sets));
	cpu = binding_current_cpu();
	if (cpu != os)
		return refuse(why, "bound to PU %d, but running on PU %d", os, cpu);
	return true;
}

bool binding_apply(int os, struct reason *why)
{
	if (os == -1)
		return true;
	if (os < 0 || os >= CPUS_MAX)
		return refuse(why, "cannot bind to PU %d: 0 to %d are accepted", os, CPUS_MAX - 1);
	return bind_to(os, why) && verify(os, why);
}

int binding_current_cpu(void)
{
	return (int)must_sys(sched_getcpu());
}

bool binding_same_pu(const int32_t *cpus, unsigned count)
{
	cpu_set_t allowed;
	bool same = true;

	for (unsigned i = 0; i < count; i++)
		same &= cpus[i] >= 0 && cpus[i] == cpus[0];
	/* if there are more CPUs than the set can name, there is more than one */
	return same ||
	       (sched_getaffinity(0, sizeof(allowed), &allowed) == 0 && CPU_COUNT(&allowed) == 1);
}
