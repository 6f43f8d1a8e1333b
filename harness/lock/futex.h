/* SPDX-License-Identifier: MIT */
/*
 * futex - sleep until a word changes (futex(2)). SHARED says whether workers may be processes: a
 * private futex is found by its address alone, a shared one by the memory behind it, which costs
 * more. errno is kept.
 */
#ifndef TOLLGATE_LOCK_FUTEX_H
#define TOLLGATE_LOCK_FUTEX_H

#include <stdatomic.h>

#include "harness/base/util.h"

#define FUTEX_FOREVER UINT64_MAX

/*
 * Sleep while *WORD is SEEN, at most until UNTIL_NS (CLOCK_MONOTONIC). May return early for no
 * reason, so look again. False if the time is over.
 */
bool futex_wait(_Atomic uint32_t *word, uint32_t seen, uint64_t until_ns, bool shared);
/* Wake at most COUNT of those who sleep on WORD. */
void futex_wake(_Atomic uint32_t *word, int count, bool shared);

#endif
