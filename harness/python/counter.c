/* SPDX-License-Identifier: MIT */
#include "harness/python/counter.h"

#include "harness/bench.h"

static bool set_up(struct trial *t, enum twin_lock_kind kind)
{
	struct twin_counter *counter = t->shared;

	twin_lock_init(&counter->lock, kind, 0);
	return true;
}

bool twin_counter_setup_lock(struct trial *t, struct reason *why)
{
	(void)why;
	return set_up(t, TWIN_LOCK);
}

bool twin_counter_setup_rlock(struct trial *t, struct reason *why)
{
	(void)why;
	return set_up(t, TWIN_RLOCK);
}

void twin_counter_prepare(struct worker *w)
{
	struct twin_counter *counter = w->shared;

	twin_lock_open(w->local, &counter->lock);
}

void twin_counter_teardown(struct trial *t)
{
	struct twin_counter *counter = t->shared;

	twin_lock_destroy(&counter->lock);
}

void twin_counter_reset(struct trial *t)
{
	struct twin_counter *counter = t->shared;

	counter->before = twin_counter_read(counter);
}

uint64_t twin_counter_counted(const struct trial *t)
{
	const struct twin_counter *counter = t->shared;

	return twin_counter_read(counter) - counter->before;
}

bool twin_counter_check(struct trial *t, const struct epoch *epoch, double *metrics,
			struct reason *why)
{
	const uint64_t counted = twin_counter_counted(t);

	(void)metrics;
	return counted == epoch->ops ||
	       refuse(why, "counted to %llu of %llu under the lock", (unsigned long long)counted,
		      (unsigned long long)epoch->ops);
}
