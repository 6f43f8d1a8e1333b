/* SPDX-License-Identifier: MIT */
#include "harness/gil.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define THREADS      8
#define TAKES_EACH   2000
#define HOUR_NS      UINT64_C(3600000000000)
#define IMPATIENT_NS UINT64_C(200000)
#define TURNS        60
#define HANG_LIMIT_S 120 /* a lost wake-up must end the test, not the day */

struct stage {
	struct gil gil;
	uint64_t plain; /* guarded by the lock alone */
	int turns;
	uint64_t early; /* turns that came back before anybody else had one */
};

struct actor {
	struct stage *stage;
	int index;
};

static uint64_t event(struct gil *gil, enum gil_event event)
{
	must(pthread_mutex_lock(&gil->mutex));
	uint64_t count = gil->events[event];

	must(pthread_mutex_unlock(&gil->mutex));
	return count;
}

static void start(pthread_t *threads, struct actor *actors, int count, struct stage *stage,
		  void *(*act)(void *))
{
	for (int i = 0; i < count; i++) {
		actors[i] = (struct actor){.stage = stage, .index = i};
		must(pthread_create(&threads[i], NULL, act, &actors[i]));
	}
}

static void join(pthread_t *threads, int count)
{
	for (int i = 0; i < count; i++)
		must(pthread_join(threads[i], NULL));
}

/* Some of the takes are from a yield, and every hundredth holder takes a nap while holding. */
static void work(struct stage *stage, int me)
{
	gil_take(&stage->gil, me);
	for (int i = 1; i < TAKES_EACH; i++) {
		stage->plain++;
		if (i % 100 == 0)
			sched_yield();
		if (i % 2)
			gil_yield(&stage->gil, me);
		else {
			gil_drop(&stage->gil, me);
			gil_take(&stage->gil, me);
		}
	}
	stage->plain++;
	gil_drop(&stage->gil, me);
}

static void *worker(void *argument)
{
	struct actor *actor = argument;

	work(actor->stage, actor->index);
	return NULL;
}

static void check_books(struct gil *gil, uint64_t takes)
{
	assert_false(gil->locked);
	assert_int_equal(gil_drop_requested(gil), 0);
	assert_int_equal(gil->events[GIL_TAKES], takes);
	assert_true(gil->events[GIL_CONTENDED_TAKES] <= takes);
	/* whoever takes it either had it last or makes it change hands */
	assert_int_equal(gil->events[GIL_RETAKES] + gil->switch_number, takes);
	assert_true(gil->events[GIL_DROP_REQUESTS] <= gil->events[GIL_TIMEOUTS]);
	assert_true(gil->events[GIL_FORCED_WAITS] <= gil->events[GIL_DROP_REQUESTS]);
}

static void one_thread_at_a_time_holds_it(void **state)
{
	struct stage stage = {.plain = 0};
	struct actor actors[THREADS];
	pthread_t threads[THREADS];

	(void)state;
	gil_init(&stage.gil, IMPATIENT_NS, false);
	start(threads, actors, THREADS, &stage, worker);
	join(threads, THREADS);
	assert_int_equal(stage.plain, THREADS * TAKES_EACH);
	check_books(&stage.gil, THREADS * TAKES_EACH);
	gil_destroy(&stage.gil);
}

static void one_process_at_a_time_holds_it(void **state)
{
	enum { PROCESSES = 4 };
	struct stage *stage = mmap(NULL, sizeof(*stage), PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status;

	(void)state;
	assert_true(stage != MAP_FAILED);
	gil_init(&stage->gil, IMPATIENT_NS, true);
	for (int i = 0; i < PROCESSES; i++)
		if (must_sys(fork()) == 0) {
			alarm(HANG_LIMIT_S);
			work(stage, i);
			_exit(0);
		}
	for (int i = 0; i < PROCESSES; i++) {
		must_sys(wait(&status));
		assert_int_equal(status, 0);
	}
	assert_int_equal(stage->plain, PROCESSES * TAKES_EACH);
	check_books(&stage->gil, PROCESSES * TAKES_EACH);
	gil_destroy(&stage->gil);
	must_sys(munmap(stage, sizeof(*stage)));
}

static void nobody_waits_when_nobody_asked(void **state)
{
	struct gil gil;

	(void)state;
	gil_init(&gil, HOUR_NS, false);
	for (int i = 0; i < 1000; i++) {
		gil_take(&gil, 3);
		gil_drop(&gil, 3);
	}
	check_books(&gil, 1000);
	assert_int_equal(gil.events[GIL_RETAKES], 999);
	assert_int_equal(gil.events[GIL_CONTENDED_TAKES], 0);
	assert_int_equal(gil.events[GIL_TIMEOUTS], 0);
	assert_int_equal(gil.events[GIL_FORCED_WAITS], 0);
	assert_int_equal(gil.switch_number, 1);
	gil_destroy(&gil);
}

static void *take_and_drop(void *argument)
{
	struct actor *actor = argument;

	gil_take(&actor->stage->gil, actor->index + 1);
	gil_drop(&actor->stage->gil, actor->index + 1);
	return NULL;
}

static void a_patient_waiter_asks_for_nothing(void **state)
{
	struct stage stage = {.plain = 0};
	struct gil *gil = &stage.gil;
	struct actor actor;
	pthread_t thread;

	(void)state;
	gil_init(gil, HOUR_NS, false);
	gil_take(gil, 0);
	start(&thread, &actor, 1, &stage, take_and_drop);
	while (!event(gil, GIL_CONTENDED_TAKES)) /* until it waits */
		sched_yield();
	assert_false(gil_drop_requested(gil));
	gil_drop(gil, 0);
	join(&thread, 1);
	check_books(gil, 2);
	assert_int_equal(gil->events[GIL_CONTENDED_TAKES], 1);
	assert_int_equal(gil->events[GIL_TIMEOUTS], 0);
	assert_int_equal(gil->events[GIL_DROP_REQUESTS], 0);
	assert_int_equal(gil->events[GIL_FORCED_WAITS], 0);
	gil_destroy(gil);
}

static void an_impatient_waiter_raises_the_request(void **state)
{
	struct stage stage = {.plain = 0};
	struct gil *gil = &stage.gil;
	struct actor actor;
	pthread_t thread;

	(void)state;
	gil_init(gil, IMPATIENT_NS, false);
	gil_take(gil, 0);
	assert_false(gil_drop_requested(gil));
	start(&thread, &actor, 1, &stage, take_and_drop);
	while (!gil_drop_requested(gil))
		sched_yield();
	assert_true(event(gil, GIL_TIMEOUTS) >= 1);
	assert_true(event(gil, GIL_DROP_REQUESTS) >= 1);
	gil_drop(gil, 0);
	/* back from a drop on request: somebody else has had it */
	assert_int_equal(gil->last_holder, 1);
	join(&thread, 1);
	check_books(gil, 2);
	assert_int_equal(gil->switch_number, 2);
	gil_destroy(gil);
}

/* Give it up only when asked to, and see whether anybody else had it before it comes back. */
static void *take_turns(void *argument)
{
	struct actor *actor = argument;
	struct stage *stage = actor->stage;
	struct gil *gil = &stage->gil;

	gil_take(gil, actor->index);
	while (stage->turns < TURNS) {
		while (!gil_drop_requested(gil))
			sched_yield();
		stage->turns++;
		uint64_t before = gil->switch_number;

		gil_yield(gil, actor->index);
		stage->early += gil->switch_number < before + 2;
	}
	gil_drop(gil, actor->index);
	return NULL;
}

/*
 * A thread that yields on request does not get the lock back before somebody else had it. The wait
 * has no loop, as in CPython, so a spurious wake-up may let one slip through. Without the forced
 * switch nearly all do.
 */
static void a_switch_on_request_is_forced(void **state)
{
	struct stage stage = {.plain = 0};
	struct actor actors[2];
	pthread_t threads[2];

	(void)state;
	gil_init(&stage.gil, IMPATIENT_NS, false);
	start(threads, actors, 2, &stage, take_turns);
	join(threads, 2);
	assert_true(stage.early <= TURNS / 10);
	assert_true(stage.gil.events[GIL_RETAKES] <= TURNS / 10);
	assert_true(stage.gil.switch_number >= TURNS);
	assert_true(stage.gil.events[GIL_DROP_REQUESTS] >= TURNS);
	check_books(&stage.gil, stage.gil.events[GIL_TAKES]);
	gil_destroy(&stage.gil);
}

static void errno_is_kept(void **state)
{
	struct stage stage = {.plain = 0};
	struct gil *gil = &stage.gil;
	struct actor actor;
	pthread_t thread;

	(void)state;
	gil_init(gil, IMPATIENT_NS, false);
	errno = EXDEV;
	gil_take(gil, 0);
	start(&thread, &actor, 1, &stage, take_and_drop);
	while (!gil_drop_requested(gil))
		sched_yield();
	errno = EXDEV;
	gil_yield(gil, 0);
	assert_int_equal(errno, EXDEV);
	gil_drop(gil, 0);
	assert_int_equal(errno, EXDEV);
	join(&thread, 1);
	gil_destroy(gil);
}

static void events_have_names(void **state)
{
	(void)state;
	for (int i = 0; i < GIL_EVENTS; i++) {
		assert_int_equal(strncmp(gil_event_name(i), "gil_", 4), 0);
		for (int j = 0; j < i; j++)
			assert_string_not_equal(gil_event_name(i), gil_event_name(j));
	}
}

static void the_request_has_its_line_to_itself(void **state)
{
	(void)state;
	assert_true(offsetof(struct gil, mutex) >= SHARED_LINE);
	assert_true(offsetof(struct gil, switch_mutex) % SHARED_LINE == 0);
	assert_true(_Alignof(struct gil) == SHARED_LINE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_waits_when_nobody_asked),
		cmocka_unit_test(a_patient_waiter_asks_for_nothing),
		cmocka_unit_test(an_impatient_waiter_raises_the_request),
		cmocka_unit_test(a_switch_on_request_is_forced),
		cmocka_unit_test(one_thread_at_a_time_holds_it),
		cmocka_unit_test(one_process_at_a_time_holds_it),
		cmocka_unit_test(errno_is_kept),
		cmocka_unit_test(events_have_names),
		cmocka_unit_test(the_request_has_its_line_to_itself),
	};

	alarm(HANG_LIMIT_S);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
