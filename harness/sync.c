/* SPDX-License-Identifier: MIT */
#include "harness/sync.h"

void sync_init(struct sync *sync, uint64_t gil_interval_ns, bool process_shared)
{
	pthread_mutexattr_t attributes;

	must(pthread_mutexattr_init(&attributes));
	if (process_shared)
		must(pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED));
	must(pthread_mutex_init(&sync->mutex, &attributes));
	must(pthread_mutexattr_destroy(&attributes));
	gil_init(&sync->gil, gil_interval_ns, process_shared);
}

void sync_destroy(struct sync *sync)
{
	gil_destroy(&sync->gil);
	must(pthread_mutex_destroy(&sync->mutex));
}

void sync_begin(struct worker *w, enum sync_kind kind)
{
	sync_unblock(w, kind);
}

void sync_end(struct worker *w, enum sync_kind kind)
{
	sync_block(w, kind);
}
