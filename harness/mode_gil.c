/* SPDX-License-Identifier: MIT */
/* The modes under an emulated GIL that are not in the base group. */
#include "harness/mode.h"

const struct mode mode_gil_rows[] = {
	{0}, /* keeps the array well-formed while there are none */
};
const size_t mode_gil_count = ARRAY_SIZE(mode_gil_rows) - 1;
