/* SPDX-License-Identifier: MIT */
/* Every policy with real threads and processes; the rules one by one are in test_gil_*.c. */
#include "tests/unit/gil_policies.h"

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

#define ACTORS       6
#define ROUNDS       500
#define HOUR_NS      UINT64_C(3600000000000)
#define IMPATIENT_NS UINT64_C(200000)
#define HANG_LIMIT_S 150 /* a lost wake-up must end the test, not the day */

/* In shared memory, for threads and processes alike. */
struct stage {
	struct gil gil;
	struct gil_seat seats[ACTORS];
	struct timeline timelines[ACTORS];
	uint64_t plain; /* guarded by the lock alone */
};

struct actor {
	struct stage *stage;
	struct gil_seat *seat;
};

static struct stage *open_stage(const struct gil_policy *policy, uint64_t patience_ns,
				bool processes)
{
	const struct gil_options options = {
		.interval_ns = patience_ns,
		.quantum_ns = patience_ns,
		.ticks = 3,
		.process_shared = processes,
	};
	struct stage *stage = mmap(NULL, sizeof(*stage), PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert_true(stage != MAP_FAILED);
	gil_init(&stage->gil, policy, &options);
	for (unsigned i = 0; i < ACTORS; i++) {
		gil_seat_init(&stage->seats[i], &stage->gil, i, &options);
		stage->seats[i].timeline = &stage->timelines[i];
	}
	return stage;
}

static void close_stage(struct stage *stage)
{
	for (unsigned i = 0; i < ACTORS; i++)
		gil_seat_destroy(&stage->seats[i]);
	gil_destroy(&stage->gil);
	must_sys(munmap(stage, sizeof(*stage)));
}

static uint64_t event(struct gil_seat *seat, enum gil_event event)
{
	return atomic_load(&seat->events[event]);
}

static uint64_t total(struct stage *stage, enum gil_event which)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < ACTORS; i++)
		sum += event(&stage->seats[i], which);
	return sum;
}

static void check_point(struct stage *stage, struct gil_seat *seat)
{
	if (stage->gil.policy->counts_ticks ? --seat->ticker < 0
					    : gil_seat_asked(seat, GIL_AT_TICK))
		(stage->gil.policy->counts_ticks ? gil_ticks_over : gil_yield)(seat);
}

/* Now and then the holder takes a nap while holding. */
static void work(struct stage *stage, struct gil_seat *seat)
{
	gil_begin(seat);
	for (int i = 1; i <= ROUNDS; i++) {
		stage->plain++;
		if (i % 50 == 0)
			sched_yield();
		check_point(stage, seat);
		if (i % 10)
			continue;
		gil_block(seat);
		gil_unblock(seat);
	}
	gil_end(seat);
}

static void *worker(void *argument)
{
	struct actor *actor = argument;

	work(actor->stage, actor->seat);
	return NULL;
}

static void check_books(struct stage *stage, const char *name)
{
	const uint64_t takes = total(stage, GIL_TAKES);

	print_message("%s: %llu takes, %llu hand-offs, %llu barges\n", name,
		      (unsigned long long)takes, (unsigned long long)total(stage, GIL_HANDOFFS),
		      (unsigned long long)total(stage, GIL_BARGES));
	assert_int_equal(stage->plain, ACTORS * ROUNDS);
	assert_false(stage->gil.locked);
	assert_int_equal(stage->gil.waiting, 0);
	assert_true(takes >= (uint64_t)ACTORS * (ROUNDS / 10 + 1));
	assert_int_equal(total(stage, GIL_RETAKES) + total(stage, GIL_HANDOFFS) + 1, takes);
	assert_true(total(stage, GIL_CONTENDED_TAKES) <= takes);
}

static void one_thread_at_a_time_holds_it(void **state)
{
	struct actor actors[ACTORS];
	pthread_t threads[ACTORS];

	(void)state;
	for (size_t p = 0; p < gil_mode_count(); p++) {
		struct stage *stage = open_stage(gil_mode(p)->gil, IMPATIENT_NS, false);

		gil_start(&stage->gil);
		for (unsigned i = 0; i < ACTORS; i++) {
			actors[i] = (struct actor){stage, &stage->seats[i]};
			must(pthread_create(&threads[i], NULL, worker, &actors[i]));
		}
		for (unsigned i = 0; i < ACTORS; i++)
			must(pthread_join(threads[i], NULL));
		gil_stop(&stage->gil);
		check_books(stage, gil_mode(p)->name);
		close_stage(stage);
	}
}

static void one_process_at_a_time_holds_it(void **state)
{
	int status;

	(void)state;
	for (size_t p = 0; p < gil_mode_count(); p++) {
		struct stage *stage = open_stage(gil_mode(p)->gil, IMPATIENT_NS, true);

		for (unsigned i = 0; i < ACTORS; i++)
			if (must_sys(fork()) == 0) {
				alarm(HANG_LIMIT_S);
				work(stage, &stage->seats[i]);
				_exit(0);
			}
		gil_start(&stage->gil);
		for (unsigned i = 0; i < ACTORS; i++) {
			must_sys(wait(&status));
			assert_int_equal(status, 0);
		}
		gil_stop(&stage->gil);
		check_books(stage, gil_mode(p)->name);
		close_stage(stage);
	}
}

static void an_uncontended_lock_never_sleeps(void **state)
{
	(void)state;
	for (size_t p = 0; p < gil_mode_count(); p++) {
		struct stage *stage = open_stage(gil_mode(p)->gil, HOUR_NS, false);
		struct gil_seat *seat = &stage->seats[3];

		for (int i = 0; i < 1000; i++) {
			gil_begin(seat);
			gil_end(seat);
		}
		assert_int_equal(event(seat, GIL_TAKES), 1000);
		assert_int_equal(event(seat, GIL_RETAKES), 999);
		assert_int_equal(event(seat, GIL_CONTENDED_TAKES), 0);
		assert_int_equal(event(seat, GIL_SLEEPING_WAITS), 0);
		assert_int_equal(event(seat, GIL_FORCED_WAITS), 0);
		close_stage(stage);
	}
}

/* The thread that ticks for ocaml4 does so by itself. */
static void a_clock_beats_while_it_runs(void **state)
{
	struct stage *stage = open_stage(&gil_policy_ocaml, IMPATIENT_NS, false);

	(void)state;
	gil_begin(&stage->seats[0]);
	gil_start(&stage->gil);
	while (!gil_seat_asked(&stage->seats[0], GIL_AT_TICK))
		sched_yield();
	gil_stop(&stage->gil);
	gil_stop(&stage->gil); /* once is enough */
	gil_end(&stage->seats[0]);
	close_stage(stage);
}

/* A system in which it is always 1 s, and which tells how long the clock wanted to sleep. */
static _Atomic uint64_t clock_until_ns;

static uint64_t one_second(void)
{
	return UINT64_C(1000000000);
}

static bool tell_and_sleep(pthread_cond_t *cond, pthread_mutex_t *mutex, uint64_t until_ns)
{
	atomic_store(&clock_until_ns, until_ns);
	must(pthread_cond_wait(cond, mutex));
	return true;
}

static uint64_t clock_sleeps_ns(const struct gil_policy *policy, uint64_t quantum_ns)
{
	struct gil_os os = gil_os_real;
	const struct gil_options options = {.quantum_ns = quantum_ns, .os = &os};
	struct gil gil;

	os.now_ns = one_second;
	os.wait_until = tell_and_sleep;
	atomic_store(&clock_until_ns, 0);
	gil_init(&gil, policy, &options);
	gil_start(&gil);
	while (!atomic_load(&clock_until_ns))
		sched_yield();
	gil_stop(&gil);
	gil_destroy(&gil);
	return atomic_load(&clock_until_ns) - one_second();
}

static void a_clock_beats_once_per_quantum(void **state)
{
	(void)state;
	assert_int_equal(clock_sleeps_ns(&gil_policy_ocaml, 0), 50000000);
	assert_int_equal(clock_sleeps_ns(&gil_policy_ocaml, 7000000), 7000000);
}

static void *take_and_drop(void *argument)
{
	struct actor *actor = argument;

	gil_begin(actor->seat);
	gil_end(actor->seat);
	return NULL;
}

static void errno_is_kept(void **state)
{
	struct stage *stage = open_stage(&gil_policy_32, IMPATIENT_NS, false);
	struct actor actor = {stage, &stage->seats[1]};
	struct gil_seat *seat = &stage->seats[0];
	pthread_t thread;

	(void)state;
	errno = EXDEV;
	gil_begin(seat);
	must(pthread_create(&thread, NULL, take_and_drop, &actor));
	while (!gil_seat_asked(seat, GIL_AT_TICK))
		sched_yield();
	errno = EXDEV;
	gil_yield(seat);
	assert_int_equal(errno, EXDEV);
	gil_block_fd(seat, -1, 0);
	assert_int_equal(errno, EXDEV);
	gil_unblock(seat);
	gil_end(seat);
	assert_int_equal(errno, EXDEV);
	must(pthread_join(thread, NULL));
	close_stage(stage);
}

static void holdings_are_stamped(void **state)
{
	struct stage *stage = open_stage(&gil_policy_32, HOUR_NS, false);
	struct gil_seat *seat = &stage->seats[0];
	const struct timeline *timeline = &stage->timelines[0];

	(void)state;
	gil_begin(seat);
	gil_yield(seat); /* no other worker had it, so the holding goes on */
	gil_block(seat);
	gil_unblock(seat);
	gil_end(seat);
	assert_int_equal(timeline->written, 2);
	assert_int_equal(timeline->ring[0].ended, LET_GO_CALL);
	assert_int_equal(timeline->ring[1].ended, LET_GO_END);
	assert_true(timeline->ring[0].take_ns <= timeline->ring[0].drop_ns);
	assert_true(timeline->ring[0].drop_ns <= timeline->ring[1].take_ns);
	assert_int_equal(event(seat, GIL_YIELDS), 1);
	close_stage(stage);
}

static void a_lock_that_is_not_ours_keeps_the_same_books(void **state)
{
	struct timeline timeline = {.written = 0};
	struct gil_seat seat = {.index = 3, .timeline = &timeline};

	(void)state;
	gil_note_take(&seat, 50, GIL_NOBODY); /* the first take of an epoch follows on nothing */
	assert_int_equal(event(&seat, GIL_TAKES), 1);
	assert_int_equal(event(&seat, GIL_HANDOFFS) + event(&seat, GIL_RETAKES), 0);
	gil_note_take(&seat, 100, 2);
	gil_note_retake(&seat); /* and the holding goes on */
	gil_note_drop(&seat, 150, LET_GO_CALL);
	gil_note_take(&seat, 160, 3);
	gil_note_drop(&seat, 190, LET_GO_CALL);
	timeline_is_over(&timeline);
	assert_int_equal(event(&seat, GIL_TAKES), 4);
	assert_int_equal(event(&seat, GIL_HANDOFFS), 1);
	assert_int_equal(event(&seat, GIL_RETAKES), 2);
	assert_true(timeline.ring[0].waited);
	assert_int_equal(timeline.ring[0].take_ns, 100);
	assert_int_equal(timeline.ring[0].ended, LET_GO_CALL);
	assert_int_equal(timeline.ring[1].drop_ns, 190);
	assert_int_equal(timeline.ring[1].ended, LET_GO_END);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_uncontended_lock_never_sleeps),
		cmocka_unit_test(one_thread_at_a_time_holds_it),
		cmocka_unit_test(one_process_at_a_time_holds_it),
		cmocka_unit_test(a_clock_beats_while_it_runs),
		cmocka_unit_test(a_clock_beats_once_per_quantum),
		cmocka_unit_test(errno_is_kept),
		cmocka_unit_test(holdings_are_stamped),
		cmocka_unit_test(a_lock_that_is_not_ours_keeps_the_same_books),
		cmocka_unit_test(events_have_names),
	};

	alarm(HANG_LIMIT_S);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
