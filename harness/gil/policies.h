/* SPDX-License-Identifier: MIT */
/*
 * policies - the state of each GIL policy, and the names of all. A policy uses its own member of the two
 * unions: one for the lock, one for a worker at it. docs/adding-a-gil-policy.md adds one.
 */
#ifndef TOLLGATE_GIL_POLICIES_H
#define TOLLGATE_GIL_POLICIES_H

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

#include "harness/base/util.h"

struct gil_seat;

/* interval.c */
struct gil_interval {
	uint64_t switch_number;        /* how often the lock changed hands */
	_Atomic uint32_t drop_request; /* CPython 3.2: the request, written with the mutex held */

	_Alignas(SHARED_LINE) pthread_mutex_t switch_mutex;
	pthread_cond_t switch_cond; /* "somebody has taken it" */
	_Atomic(struct gil_seat *) last_holder;
};

/* ticks.c: gil27 has a semaphore in place of mutex and condition */
struct gil_semaphore {
	sem_t semaphore;           /* 1 while the lock is free */
	_Atomic uint32_t sleepers; /* on the semaphore; only counted */
};

/* ruby.c */
struct gil_ruby {
	struct gil_seat *owner;
	struct gil_seat *first, *last; /* the queue */
	struct gil_seat *timer;        /* the waiter that keeps the time */
	uint64_t timer_until_ns;
	bool timed_out;              /* start a new quantum at the next wait */
	bool need_yield, wait_yield; /* a yielder waits for a taker; others wait for that yielder */
	pthread_cond_t switch_cond;  /* "somebody has taken it" */
	pthread_cond_t yielders_cond; /* "the yielder is through" */
};
struct gil_ruby_seat {
	struct gil_seat *next; /* in the queue */
	pthread_cond_t turn;   /* "you may be next" */
};

/* ocaml.c */
struct gil_ocaml {
	struct gil_seat *owner;
	bool beaten; /* a tick that no holder has looked at */
};

union gil_state {
	struct gil_interval interval;
	struct gil_semaphore semaphore;
	struct gil_ruby ruby;
	struct gil_ocaml ocaml;
};
union gil_seat_state {
	struct gil_ruby_seat ruby;
};

extern const struct gil_policy gil_policy_32, gil_policy_32_noforce, gil_policy_313,
	gil_policy_prio, gil_policy_io_hold, gil_policy_27, gil_policy_27_cond, gil_policy_ruby,
	gil_policy_ocaml;

#endif
