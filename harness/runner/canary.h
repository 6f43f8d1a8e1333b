/* SPDX-License-Identifier: MIT */
/*
 * canary - the present time of a cache line between two processing units, measured before and after
 * the epochs of a contended row. If the line itself got slower meanwhile (a virtual machine was
 * moved, a neighbour woke up), the row contains that change and must be marked.
 */
#ifndef TOLLGATE_RUNNER_CANARY_H
#define TOLLGATE_RUNNER_CANARY_H

#include "harness/base/util.h"

/*
 * The two PUs that a canary watches for COUNT workers bound to the OS indices in CPUS (-1: not
 * bound): the first worker's and the next different one. False if there are no two.
 */
bool canary_seats(const int32_t *cpus, unsigned count, int seats[2]);

/*
 * One way between the PUs SEATS, ns: median over 64 blocks of 32 round trips, about a millisecond.
 * Makes two threads and joins them. NAN if they could not be bound, or if one did not answer for some
 * tenths of a second.
 */
double canary_ns(const int seats[2]);

#endif
