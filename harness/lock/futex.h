/* SPDX-License-Identifier: MIT */
/*
 * futex - sleep until a word changes (futex(2)). SHARED says whether workers may be processes. The
 * kernel finds a private futex by its address alone, and a shared one by the memory behind it, which
 * costs more. errno is kept.
 */
#ifndef TOLLGATE_LOCK_FUTEX_H
#define TOLLGATE_LOCK_FUTEX_H

#include <stdatomic.h>

#include "harness/base/util.h"

#define FUTEX_FOREVER UINT64_MAX

/*
 * Sleep while *WORD is SEEN, at most until UNTIL_NS (CLOCK_MONOTONIC). It may return early for no
 * reason, so look at the word again. False if the time is over.
 */
bool futex_wait(_Atomic uint32_t *word, uint32_t seen, uint64_t until_ns, bool shared);
/* Wake at most COUNT of the sleepers on WORD. */
void futex_wake(_Atomic uint32_t *word, int count, bool shared);

#endif
