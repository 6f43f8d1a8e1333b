/* SPDX-License-Identifier: MIT */
/*
 * Does every lock kind keep its workers apart, between threads and between processes?
 * alone: spinning workers take turns with whatever else runs
 */
#include "tests/unit/lock_team.h"

/* A lock that does not lock, to check the checker. Workers wait for each other and go in together. */
void lock_test_acquire(struct lock *lock)
{
	const uint32_t before = atomic_fetch_add(&lock->test.next, 1);

	while (atomic_load(&lock->test.next) < before - before % lock->workers + lock->workers)
		sched_yield();
}

void lock_test_release(struct lock *lock)
{
	(void)lock;
}

/* Waiters of a spin lock whose turn it is may not run: few rounds where PUs are short. */
static unsigned rounds_for(enum lock_kind kind, unsigned workers)
{
	const long pus = sysconf(_SC_NPROCESSORS_ONLN);

	if (!lock_can(kind, LOCK_SPINS))
		return 4000;
	return pus < (long)workers ? 24 : 4000;
}

static void expect_exclusion(const struct team *team)
{
	const uint64_t all = (uint64_t)team->count * team->rounds;

	if (team_torn(team) || team->first != all || team->second != all)
		fail_msg("%s: %llu torn, %llu and %llu of %llu", lock_traits(team->kind)->name,
			 (unsigned long long)team_torn(team), (unsigned long long)team->first,
			 (unsigned long long)team->second, (unsigned long long)all);
}

static void between_threads(enum lock_kind kind)
{
	if (kind == LOCK_TEST)
		return; /* broken on purpose, see below */
	for (unsigned count = 2; count <= TEAM_MAX; count += 2) {
		struct team *team = team_make(kind, count, false);

		team->rounds = rounds_for(kind, count);
		team_run_threads(team, team_work);
		expect_exclusion(team);
		team_free(team);
	}
}

static void between_processes(enum lock_kind kind)
{
	struct team *team;
	pid_t pids[2];
	int status;

	if (kind == LOCK_TEST)
		return;
	if (!lock_can(kind, LOCK_IN_PROCESSES)) {
		struct lock lock;
		struct reason why;

		assert_false(lock_init(&lock, kind, 2, true, &why));
		return;
	}
	team = team_make(kind, 2, true);
	team->rounds = rounds_for(kind, 2);
	for (unsigned i = 0; i < 2; i++) {
		pids[i] = (pid_t)must_sys(fork());
		if (!pids[i]) {
			team_work(&team->workers[i]);
			_exit(0);
		}
	}
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(must_sys(waitpid(pids[i], &status, 0)), pids[i]);
		assert_int_equal(status, 0);
	}
	expect_exclusion(team);
	team_free(team);
}

#define KIND_TESTS(KIND, kind, ...)                            \
	static void kind##_keeps_threads_apart(void **state)   \
	{                                                      \
		(void)state;                                   \
		between_threads(LOCK_##KIND);                  \
	}                                                      \
	static void kind##_keeps_processes_apart(void **state) \
	{                                                      \
		(void)state;                                   \
		between_processes(LOCK_##KIND);                \
	}
LOCK_FOR_EACH(KIND_TESTS, )

#define KIND_ENTRIES(KIND, kind, ...)                 \
	cmocka_unit_test(kind##_keeps_threads_apart), \
		cmocka_unit_test(kind##_keeps_processes_apart),

/* Without this the tests above would prove nothing. */
static void a_broken_lock_is_caught(void **state)
{
	/* processes, because a sanitizer sees no race between them */
	struct team *team = team_make(LOCK_TEST, 2, true);
	int status;
	pid_t pid;

	(void)state;
	team->rounds = 2000;
	pid = (pid_t)must_sys(fork());
	team_work(&team->workers[pid ? 0 : 1]);
	if (!pid)
		_exit(0);
	assert_int_equal(must_sys(waitpid(pid, &status, 0)), pid);
	assert_true(team_torn(team) > 0 || team->first != 4000 || team->second != 4000);
	team_free(team);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(a_broken_lock_is_caught),
					   LOCK_FOR_EACH(KIND_ENTRIES, )};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
