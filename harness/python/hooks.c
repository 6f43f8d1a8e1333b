/* SPDX-License-Identifier: MIT */
#include "harness/python/hooks.h"

#include <errno.h>
#include <string.h>

#include "harness/bench.h"

bool twin_hook_setup(struct trial *t, unsigned maxsize, size_t item_max, struct reason *why)
{
	return twin_queue_init(t->shared, maxsize, item_max, false) ||
	       refuse(why, "cannot make a pipe: %s", strerror(errno));
}

void twin_hook_prepare(struct worker *w)
{
	twin_queue_open(w->local, w->shared);
}

void twin_hook_teardown(struct trial *t)
{
	twin_queue_destroy(t->shared);
}
