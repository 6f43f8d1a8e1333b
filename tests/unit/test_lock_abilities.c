/* SPDX-License-Identifier: MIT */
/*
 * The abilities of single lock kinds: try, timed wait, nesting, refusal, recovery, readers, order.
 * alone: spinning workers take turns with whatever else runs
 */
#include "tests/unit/lock_team.h"

#include <string.h>

#define A_WHILE_NS UINT64_C(3000000)

typedef void kind_fn(enum lock_kind kind);

/* TAKE for every kind that has all of TRAITS and is in this build. */
static void each_kind(unsigned traits, kind_fn *take)
{
	unsigned taken = 0;

	for (int kind = LOCK_NOTHING + 1; kind < LOCK_TEST; kind++) {
		struct reason why;
		struct lock lock;

		if ((lock_traits(kind)->traits & traits) != traits ||
		    !lock_init(&lock, kind, 2, false, &why))
			continue;
		lock_destroy(&lock);
		take(kind);
		taken++;
	}
	assert_true(taken > 0);
}

/* ---- another worker asks ----------------------------------------------------------------------- */

struct question {
	struct team_worker *w;
	uint64_t until_ns; /* 0: at once or not at all */
	int answer;        /* 0: got it, and let it go again */
};

static void *ask(void *argument)
{
	struct question *q = argument;
	struct team *team = q->w->team;

	if (q->until_ns)
		q->answer = lock_timed(&team->lock, &q->w->node, team->kind, q->until_ns);
	else
		q->answer = team_try(q->w) ? 0 : EBUSY;
	if (!q->answer)
		team_unlock(q->w);
	return NULL;
}

/* The answer that worker 1 gets in a thread of its own. */
static int answer_to_another(struct team *team, uint64_t until_ns)
{
	struct question q = {.w = &team->workers[1], .until_ns = until_ns};
	pthread_t thread;

	must(pthread_create(&thread, NULL, ask, &q));
	must(pthread_join(thread, NULL));
	return q.answer;
}

static void expect(enum lock_kind kind, const char *what, int got, int wanted)
{
	if (got != wanted)
		fail_msg("%s, %s: %d instead of %d", lock_traits(kind)->name, what, got, wanted);
}

static void try_succeeds_only_when_free(enum lock_kind kind)
{
	struct team *team = team_make(kind, 2, false);

	expect(kind, "try, free", answer_to_another(team, 0), 0);
	team_lock(&team->workers[0]);
	expect(kind, "try, held", answer_to_another(team, 0), EBUSY);
	team_unlock(&team->workers[0]);
	expect(kind, "try, free again", answer_to_another(team, 0), 0);
	assert_true(team_try(&team->workers[0]));
	expect(kind, "try, held by try", answer_to_another(team, 0), EBUSY);
	team_unlock(&team->workers[0]);
	team_free(team);
}

static void kinds_that_try(void **state)
{
	(void)state;
	each_kind(LOCK_HAS_TRY, try_succeeds_only_when_free);
}

static void waiting_ends_in_time(enum lock_kind kind)
{
	struct team *team = team_make(kind, 2, false);
	const uint64_t until_ns = clock_now_ns() + A_WHILE_NS;

	team_lock(&team->workers[0]);
	expect(kind, "timed, held", answer_to_another(team, until_ns), ETIMEDOUT);
	if (clock_now_ns() < until_ns)
		fail_msg("%s gave up too early", lock_traits(kind)->name);
	expect(kind, "timed, too late", answer_to_another(team, 1), ETIMEDOUT);
	team_unlock(&team->workers[0]);
	expect(kind, "timed, free", answer_to_another(team, clock_now_ns() + A_WHILE_NS), 0);
	/* who gave up has left nothing behind */
	team_lock(&team->workers[0]);
	team_unlock(&team->workers[0]);
	team_free(team);
}

static void kinds_that_wait_a_while(void **state)
{
	(void)state;
	each_kind(LOCK_HAS_TIMED, waiting_ends_in_time);
}

static void *lock_and_tell(void *argument)
{
	struct question *q = argument;

	q->answer = lock_timed(&q->w->team->lock, &q->w->node, q->w->team->kind, q->until_ns);
	if (!q->answer)
		team_unlock(q->w);
	return NULL;
}

/* A worker that waits long enough gets the lock when it becomes free. */
static void waiting_pays(enum lock_kind kind)
{
	struct team *team = team_make(kind, 2, false);
	struct question q = {.w = &team->workers[1],
			     .until_ns = clock_now_ns() + UINT64_C(60000000000)};
	pthread_t thread;

	team_lock(&team->workers[0]);
	must(pthread_create(&thread, NULL, lock_and_tell, &q));
	usleep(1000); /* it probably waits by now, and the test holds if not */
	team_unlock(&team->workers[0]);
	must(pthread_join(thread, NULL));
	expect(kind, "timed, became free", q.answer, 0);
	team_free(team);
}

static void kinds_that_wait_get_it(void **state)
{
	(void)state;
	each_kind(LOCK_HAS_TIMED, waiting_pays);
}

static void lacks_what_it_does_not_claim(enum lock_kind kind)
{
	struct team *team = team_make(kind, 2, false);

	if (!lock_can(kind, LOCK_HAS_TRY))
		expect(kind, "no try", answer_to_another(team, 0), EBUSY);
	if (!lock_can(kind, LOCK_HAS_TIMED))
		expect(kind, "no timed", answer_to_another(team, clock_now_ns()), ENOSYS);
	team_free(team);
}

static void kinds_without_try_or_timed_say_so(void **state)
{
	(void)state;
	each_kind(0, lacks_what_it_does_not_claim);
}

/* ---- once more by the owner -------------------------------------------------------------------- */

static void a_recursive_mutex_counts(void **state)
{
	struct team *team = team_make(LOCK_RECURSIVE, 2, false);
	struct team_worker *me = &team->workers[0];

	(void)state;
	for (int depth = 0; depth < 3; depth++)
		team_lock(me);
	for (int depth = 0; depth < 3; depth++) {
		assert_int_equal(answer_to_another(team, 0), EBUSY);
		team_unlock(me);
	}
	assert_int_equal(answer_to_another(team, 0), 0);
	team_free(team);
}

static void only_some_nest(enum lock_kind kind)
{
	struct team *team = team_make(kind, 2, false);
	struct team_worker *me = &team->workers[0];

	team_lock(me);
	const bool nested = team_try(me);

	expect(kind, "taken again by its owner", nested, lock_can(kind, LOCK_NESTS));
	if (nested)
		team_unlock(me);
	team_unlock(me);
	team_free(team);
}

static void kinds_that_nest_are_those_that_say_so(void **state)
{
	(void)state;
	each_kind(LOCK_HAS_TRY, only_some_nest);
}

static void an_error_checking_mutex_refuses_its_owner(void **state)
{
	struct team *team = team_make(LOCK_ERRORCHECK, 2, false);
	struct team_worker *me = &team->workers[0];

	(void)state;
	assert_int_equal(lock_acquire_checked(&team->lock, &me->node, LOCK_ERRORCHECK), 0);
	assert_int_equal(lock_acquire_checked(&team->lock, &me->node, LOCK_ERRORCHECK), EDEADLK);
	team_unlock(me);
	assert_int_equal(answer_to_another(team, 0), 0);
	team_free(team);
}

/* ---- the owner dies ---------------------------------------------------------------------------- */

static void die_with_it(struct team *team)
{
	int status;
	pid_t pid = (pid_t)must_sys(fork());

	if (!pid) {
		team_lock(&team->workers[1]);
		_exit(0);
	}
	assert_int_equal(must_sys(waitpid(pid, &status, 0)), pid);
	assert_int_equal(status, 0);
}

static void a_robust_mutex_outlives_its_owner(void **state)
{
	struct team *team = team_make(LOCK_ROBUST, 2, true);
	struct team_worker *me = &team->workers[0];

	(void)state;
	die_with_it(team);
	assert_int_equal(lock_acquire_checked(&team->lock, &me->node, LOCK_ROBUST), EOWNERDEAD);
	assert_int_equal(team->lock.robust.recoveries, 1);
	team_unlock(me);
	assert_int_equal(lock_acquire_checked(&team->lock, &me->node, LOCK_ROBUST), 0);
	team_unlock(me);
	die_with_it(team);
	team_lock(me); /* the hot verb recovers too */
	assert_int_equal(team->lock.robust.recoveries, 2);
	team_unlock(me);
	die_with_it(team);
	assert_true(team_try(me));
	assert_int_equal(team->lock.robust.recoveries, 3);
	team_unlock(me);
	if (!LOCK_WATCHED) { /* the sanitizer does not know this way of getting it */
		die_with_it(team);
		assert_int_equal(lock_timed(&team->lock, &me->node, LOCK_ROBUST,
					    clock_now_ns() + A_WHILE_NS),
				 EOWNERDEAD);
		team_unlock(me);
	}
	assert_true(team_try(me));
	team_unlock(me);
	team_free(team);
}

/* ---- readers ----------------------------------------------------------------------------------- */

static void *read_once(void *argument)
{
	struct team_worker *w = argument;

	lock_acquire_read(&w->team->lock, &w->node, w->team->kind);
	lock_release_read(&w->team->lock, &w->node, w->team->kind);
	return NULL;
}

/* The second reader comes and goes while the first one reads. If it were kept out, this would hang. */
static void readers_read_together(enum lock_kind kind)
{
	struct team *team = team_make(kind, 2, false);
	struct team_worker *me = &team->workers[0];
	pthread_t thread;

	lock_acquire_read(&team->lock, &me->node, kind);
	must(pthread_create(&thread, NULL, read_once, &team->workers[1]));
	must(pthread_join(thread, NULL));
	if (lock_can(kind, LOCK_HAS_TRY))
		expect(kind, "try while one reads", answer_to_another(team, 0), EBUSY);
	lock_release_read(&team->lock, &me->node, kind);
	if (lock_can(kind, LOCK_HAS_TRY))
		expect(kind, "try when all have read", answer_to_another(team, 0), 0);
	team_free(team);
}

static void kinds_with_readers_let_two_in(void **state)
{
	(void)state;
	alarm(60);
	each_kind(LOCK_HAS_READ, readers_read_together);
	alarm(0);
}

static void *read_and_write(void *argument)
{
	struct team_worker *w = argument;
	struct team *team = w->team;

	for (unsigned round = 0; round < team->rounds; round++) {
		if (round % 4 == 0) {
			team_lock(w);
			team_change(w, round);
			team_unlock(w);
		}
		lock_acquire_read(&team->lock, &w->node, team->kind);
		w->torn += team->first != team->second;
		lock_release_read(&team->lock, &w->node, team->kind);
	}
	return NULL;
}

/* Of every kind without readers, the verbs for reading admit one worker at a time. */
static void nobody_reads_while_one_writes(enum lock_kind kind)
{
	struct team *team = team_make(kind, 2, false);
	const bool slow = lock_can(kind, LOCK_SPINS) && sysconf(_SC_NPROCESSORS_ONLN) < 2;

	team->rounds = slow ? 32 : 4000;
	team_run_threads(team, read_and_write);
	expect(kind, "torn reads", (int)team_torn(team), 0);
	expect(kind, "writes", (int)team->second, (int)(team->count * team->rounds / 4));
	team_free(team);
}

static void readers_and_writers_exclude_each_other(void **state)
{
	(void)state;
	each_kind(0, nobody_reads_while_one_writes);
}

/* ---- order ------------------------------------------------------------------------------------- */

/* The lock changes when a worker queues up. Wait for that, however long it takes. */
static bool has_changed(const struct lock *lock, const unsigned char *before)
{
	const volatile unsigned char *now = (const volatile unsigned char *)lock;

	for (size_t i = 0; i < sizeof(*lock); i++)
		if (now[i] != before[i])
			return true;
	return false;
}

static void *queue_up(void *argument)
{
	struct team_worker *w = argument;

	team_lock(w);
	w->team->second = w->team->second * 10 + w->index;
	team_unlock(w);
	return NULL;
}

static void first_come_first_served(enum lock_kind kind)
{
	struct team *team = team_make(kind, TEAM_MAX, false);
	pthread_t threads[TEAM_MAX];
	static unsigned char before[sizeof(struct lock)];

	team_lock(&team->workers[0]);
	for (unsigned i = TEAM_MAX - 1; i > 0; i--) {
		memcpy(before, &team->lock, sizeof(before));
		must(pthread_create(&threads[i], NULL, queue_up, &team->workers[i]));
		while (!has_changed(&team->lock, before))
			sched_yield();
	}
	team_unlock(&team->workers[0]);
	for (unsigned i = 1; i < TEAM_MAX; i++)
		must(pthread_join(threads[i], NULL));
	expect(kind, "order of arrival", (int)team->second, 321);
	team_free(team);
}

static void kinds_in_order_keep_it(void **state)
{
	(void)state;
	if (LOCK_WATCHED) {
		print_message("looks at a lock from outside, which the sanitizer would report\n");
		skip();
	}
	each_kind(LOCK_IN_ORDER, first_come_first_served);
}

/* ---- how they are made ------------------------------------------------------------------------- */

/* A reader asks while one reads and a writer waits: it gets in only where readers pass writers. */
static bool passes_a_waiting_writer(enum lock_kind kind)
{
	static unsigned char before[sizeof(struct lock)];
	struct team *team = team_make(kind, 2, false);
	pthread_rwlock_t *rwlock = kind == LOCK_RWLOCK_READER ? &team->lock.rwlock_reader
							      : &team->lock.rwlock_writer;
	pthread_t thread;

	lock_acquire_read(&team->lock, &team->workers[0].node, kind);
	memcpy(before, &team->lock, sizeof(before));
	must(pthread_create(&thread, NULL, queue_up, &team->workers[1]));
	while (!has_changed(&team->lock, before))
		sched_yield();
	/* readers that come before the writer is in the queue pass it in any case */
	bool passes = true;

	for (int i = 0; i < 200 && passes; i++) {
		passes = !pthread_rwlock_tryrdlock(rwlock);
		if (passes)
			must(pthread_rwlock_unlock(rwlock));
		usleep(100);
	}
	lock_release_read(&team->lock, &team->workers[0].node, kind);
	must(pthread_join(thread, NULL));
	team_free(team);
	return passes;
}

static void readers_pass_writers_or_queue_behind_them(void **state)
{
	(void)state;
	if (LOCK_WATCHED)
		skip(); /* as above */
	assert_true(passes_a_waiting_writer(LOCK_RWLOCK_READER));
	assert_false(passes_a_waiting_writer(LOCK_RWLOCK_WRITER));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_that_try),
		cmocka_unit_test(kinds_that_wait_a_while),
		cmocka_unit_test(kinds_that_wait_get_it),
		cmocka_unit_test(kinds_without_try_or_timed_say_so),
		cmocka_unit_test(a_recursive_mutex_counts),
		cmocka_unit_test(kinds_that_nest_are_those_that_say_so),
		cmocka_unit_test(an_error_checking_mutex_refuses_its_owner),
		cmocka_unit_test(a_robust_mutex_outlives_its_owner),
		cmocka_unit_test(kinds_with_readers_let_two_in),
		cmocka_unit_test(readers_and_writers_exclude_each_other),
		cmocka_unit_test(kinds_in_order_keep_it),
		cmocka_unit_test(readers_pass_writers_or_queue_behind_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
