/* SPDX-License-Identifier: MIT */
/*
 * virtual_threads - a made-up operating system for the policies of gil.h. Each actor is a real thread,
 * but only one runs at a time, and the test says which: between two calls of struct gil_os the baton
 * goes back to the test. Time stands still until the test lets a waiter run out of it. So every
 * schedule can be played, and is the same each time.
 *
 * An actor does what it is told: act(3, BEGIN) lets actor 3 take the lock and returns where it is
 * then: done, or asleep on something. go(3) lets it go on after somebody has woken it.
 */
#ifndef TOLLGATE_TESTS_VIRTUAL_THREADS_H
#define TOLLGATE_TESTS_VIRTUAL_THREADS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/gil/gil.h"

#define ACTORS_MAX   1000
#define ACTOR_STACK  ((size_t)256 * 1024)
#define OBJECTS_MAX  8
#define HANG_LIMIT_S 170 /* a lost wake-up must end the test, not the day */

/* The commands of an actor. TICK and STEP are the check points of the verbs. */
enum command { BEGIN, TICK, STEP, BLOCK, UNBLOCK, END, LEAVE };

/* The state of an actor. READY is before its next system call, OFF waits for a command. */
enum place { OFF, READY, AT_MUTEX, AT_COND, AT_SEMAPHORE, GONE };

struct actor {
	pthread_t thread;
	sem_t baton;
	struct gil_seat *seat;
	enum command command;
	enum place place;
	const void *object;     /* what it sleeps on */
	pthread_mutex_t *mutex; /* AT_COND: to be taken again */
	bool timed, in_time, interrupted;
	uint64_t until_ns, order; /* order: who went to sleep first */
};

static struct {
	struct gil gil;
	struct gil_options options;
	struct gil_seat seats[ACTORS_MAX];
	struct timeline *timelines;
	struct actor actors[ACTORS_MAX];
	unsigned count, inside;
	uint64_t now_ns, order;
	sem_t baton; /* the test's own */
	struct {
		const void *object;
		int value; /* of a mutex 1 while held, of a semaphore its count */
	} objects[OBJECTS_MAX];
	char log[256]; /* what the actor did since it got its command */
} world;

static __thread struct actor *self;

/* For actors: cmocka's own checks would jump into the stack of another thread. */
#define insist(is)                                                                       \
	do {                                                                             \
		if (!(is)) {                                                             \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #is); \
			abort();                                                         \
		}                                                                        \
	} while (0)

/* ---- the system ------------------------------------------------------------------------------ */

static int *value_of(const void *object)
{
	unsigned i = 0;

	while (world.objects[i].object && world.objects[i].object != object)
		i++;
	insist(i < OBJECTS_MAX - 1);
	if (!world.objects[i].object)
		world.objects[i].value = object == &world.gil.state.semaphore.semaphore;
	world.objects[i].object = object;
	return &world.objects[i].value;
}

static void note_call(const char *what)
{
	const size_t used = strlen(world.log);

	snprintf(world.log + used, sizeof(world.log) - used, "%s%s", used ? " " : "", what);
}

/* Give the baton to the test, and return when it is this actor's turn. */
static void sleep_at(enum place place, const void *object)
{
	self->place = place;
	self->object = object;
	self->order = ++world.order;
	must_sys(sem_post(&world.baton));
	while (sem_wait(&self->baton) != 0)
		;
}

static void virtual_lock_now(pthread_mutex_t *mutex)
{
	while (*value_of(mutex))
		sleep_at(AT_MUTEX, mutex);
	*value_of(mutex) = 1;
}

static void virtual_lock(pthread_mutex_t *mutex)
{
	sleep_at(READY, NULL);
	note_call("lock");
	virtual_lock_now(mutex);
}

static void virtual_unlock(pthread_mutex_t *mutex)
{
	sleep_at(READY, NULL);
	note_call("unlock");
	insist(*value_of(mutex) == 1);
	*value_of(mutex) = 0;
}

static bool sleep_on(pthread_cond_t *cond, pthread_mutex_t *mutex)
{
	insist(*value_of(mutex) == 1);
	*value_of(mutex) = 0;
	self->mutex = mutex;
	self->in_time = true;
	sleep_at(AT_COND, cond);
	virtual_lock_now(mutex);
	return self->in_time;
}

static void virtual_wait(pthread_cond_t *cond, pthread_mutex_t *mutex)
{
	sleep_at(READY, NULL);
	note_call("wait");
	self->timed = false;
	sleep_on(cond, mutex);
}

static bool virtual_wait_until(pthread_cond_t *cond, pthread_mutex_t *mutex, uint64_t until_ns)
{
	sleep_at(READY, NULL);
	note_call("timedwait");
	self->timed = true;
	self->until_ns = until_ns;
	return sleep_on(cond, mutex);
}

static bool wake_one(const pthread_cond_t *cond)
{
	struct actor *first = NULL;

	for (unsigned i = 0; i < world.count; i++) {
		struct actor *a = &world.actors[i];

		if (a->place == AT_COND && a->object == cond && (!first || a->order < first->order))
			first = a;
	}
	if (!first)
		return false;
	first->place = AT_MUTEX;
	first->object = first->mutex;
	return true;
}

static void virtual_signal(pthread_cond_t *cond)
{
	sleep_at(READY, NULL);
	note_call("signal");
	wake_one(cond);
}

static void virtual_broadcast(pthread_cond_t *cond)
{
	sleep_at(READY, NULL);
	note_call("broadcast");
	while (wake_one(cond))
		;
}

static bool virtual_try(sem_t *semaphore)
{
	sleep_at(READY, NULL);
	note_call("try");
	if (!*value_of(semaphore))
		return false;
	--*value_of(semaphore);
	return true;
}

static bool virtual_wait_semaphore(sem_t *semaphore)
{
	sleep_at(READY, NULL);
	note_call("wait");
	self->interrupted = false;
	while (!*value_of(semaphore)) {
		sleep_at(AT_SEMAPHORE, semaphore);
		if (self->interrupted)
			return false;
	}
	--*value_of(semaphore);
	return true;
}

static void virtual_post(sem_t *semaphore)
{
	sleep_at(READY, NULL);
	note_call("post");
	++*value_of(semaphore);
}

static void virtual_step_aside(void)
{
	sleep_at(READY, NULL);
	note_call("yield");
}

static uint64_t virtual_now(void)
{
	return world.now_ns;
}

static const struct gil_os virtual_os = {
	.lock = virtual_lock,
	.unlock = virtual_unlock,
	.wait = virtual_wait,
	.wait_until = virtual_wait_until,
	.signal = virtual_signal,
	.broadcast = virtual_broadcast,
	.try_semaphore = virtual_try,
	.wait_semaphore = virtual_wait_semaphore,
	.post_semaphore = virtual_post,
	.step_aside = virtual_step_aside,
	.now_ns = virtual_now,
};

/* ---- actors ---------------------------------------------------------------------------------- */

/* The rule that all policies share. */
static void goes_in(void)
{
	insist(world.inside++ == 0);
}

static void comes_out(void)
{
	insist(world.inside-- == 1);
}

static void perform(struct gil_seat *seat, enum command command)
{
	switch (command) {
	case BEGIN:
	case UNBLOCK:
		(command == BEGIN ? gil_begin : gil_unblock)(seat);
		goes_in();
		break;
	case BLOCK:
	case END:
		comes_out();
		(command == BLOCK ? gil_block : gil_end)(seat);
		break;
	case TICK:
	case STEP:
		comes_out();
		if (gil_seat_asked(seat, command == TICK ? GIL_AT_TICK : GIL_AT_STEP))
			gil_yield(seat);
		seat->ticker -= command == TICK ? 1 : seat->step_weight;
		if (seat->ticker < 0 && world.gil.ticks)
			gil_ticks_over(seat);
		goes_in();
		break;
	case LEAVE:
		break;
	}
}

static void *play(void *argument)
{
	self = argument;
	while (sem_wait(&self->baton) != 0)
		;
	while (self->command != LEAVE) {
		perform(self->seat, self->command);
		sleep_at(OFF, NULL);
	}
	self->place = GONE;
	must_sys(sem_post(&world.baton));
	return NULL;
}

static void open_world(const struct gil_policy *policy, unsigned count)
{
	pthread_attr_t attributes;

	alarm(HANG_LIMIT_S);
	memset(&world, 0, sizeof(world));
	world.options = (struct gil_options){.interval_ns = 5000000, .os = &virtual_os};
	if (policy->counts_ticks)
		world.options.ticks = 100;
	world.count = count;
	gil_init(&world.gil, policy, &world.options);
	must_sys(sem_init(&world.baton, 0, 0));
	must(pthread_attr_init(&attributes));
	must(pthread_attr_setstacksize(&attributes, ACTOR_STACK));
	for (unsigned i = 0; i < count; i++) {
		struct actor *a = &world.actors[i];

		gil_seat_init(&world.seats[i], &world.gil, i, &world.options);
		a->seat = &world.seats[i];
		must_sys(sem_init(&a->baton, 0, 0));
		must(pthread_create(&a->thread, &attributes, play, a));
	}
	must(pthread_attr_destroy(&attributes));
}

/* Everything again, with check points elsewhere. */
static inline void set_check(enum gil_check check)
{
	const struct gil_policy *policy = world.gil.policy;

	gil_destroy(&world.gil);
	world.options.check = check;
	gil_init(&world.gil, policy, &world.options);
	for (unsigned i = 0; i < world.count; i++) {
		gil_seat_destroy(&world.seats[i]);
		gil_seat_init(&world.seats[i], &world.gil, i, &world.options);
	}
}

/* May this actor go on? */
static bool is_ready(unsigned i)
{
	const struct actor *a = &world.actors[i];

	return a->place == READY || (a->place == AT_MUTEX && !*value_of(a->object)) ||
	       (a->place == AT_SEMAPHORE && (*value_of(a->object) || a->interrupted));
}

static void step(unsigned i)
{
	must_sys(sem_post(&world.actors[i].baton));
	while (sem_wait(&world.baton) != 0)
		;
}

/* Let it go on until it sleeps or is done. True if it is done. */
static bool go(unsigned i)
{
	while (is_ready(i))
		step(i);
	return world.actors[i].place == OFF;
}

static void tell(unsigned i, enum command command)
{
	assert_int_equal(world.actors[i].place, OFF);
	world.actors[i].command = command;
	world.log[0] = '\0';
	step(i);
}

static bool act(unsigned i, enum command command)
{
	tell(i, command);
	return go(i);
}

static void close_world(void)
{
	for (unsigned i = 0; i < world.count; i++) {
		tell(i, LEAVE);
		must(pthread_join(world.actors[i].thread, NULL));
		must_sys(sem_destroy(&world.actors[i].baton));
		gil_seat_destroy(&world.seats[i]);
	}
	must_sys(sem_destroy(&world.baton));
	gil_destroy(&world.gil);
	alarm(0);
}

/* ---- what the test does to sleepers ---------------------------------------------------------- */

/* Time goes on until this waiter has run out of it. */
static inline void expire(unsigned i)
{
	struct actor *a = &world.actors[i];

	assert_true(a->place == AT_COND && a->timed);
	if (world.now_ns < a->until_ns)
		world.now_ns = a->until_ns;
	a->in_time = false;
	a->place = AT_MUTEX;
	a->object = a->mutex;
}

/* It wakes up for no reason. */
static inline void wake(unsigned i)
{
	struct actor *a = &world.actors[i];

	assert_int_equal(a->place, AT_COND);
	a->place = AT_MUTEX;
	a->object = a->mutex;
}

/* A signal handler runs in it. */
static inline void interrupt_sleep(unsigned i)
{
	assert_int_equal(world.actors[i].place, AT_SEMAPHORE);
	world.actors[i].interrupted = true;
}

static inline bool sleeps_on(unsigned i, const void *object)
{
	const enum place place = world.actors[i].place;

	return (place == AT_COND || place == AT_SEMAPHORE) && world.actors[i].object == object;
}

static inline uint64_t event(unsigned i, enum gil_event event)
{
	return atomic_load(&world.seats[i].events[event]);
}

static inline bool is_asked(unsigned i)
{
	return gil_seat_asked(&world.seats[i], GIL_AT_TICK);
}

/* So many waiters (1, 2 ...) sleep for their first time, behind holder 0. */
static inline void hold_and_queue(unsigned waiters)
{
	assert_true(act(0, BEGIN));
	for (unsigned i = 1; i <= waiters; i++)
		assert_false(act(i, BEGIN));
}

#endif
