/* SPDX-License-Identifier: MIT */
/* The modes under a lock kind that are not in the base group. */
#include "harness/mode.h"

const struct mode mode_lock_rows[] = {
	{0}, /* keeps the array well-formed while there are none */
};
const size_t mode_lock_count = ARRAY_SIZE(mode_lock_rows) - 1;
