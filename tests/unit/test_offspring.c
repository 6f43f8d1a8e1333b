/* SPDX-License-Identifier: MIT */
#include "harness/kit/offspring.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/bench.h"

#define LIE "TEST_OFFSPRING_LIES"
#define FAR UINT64_C(60000000000)

static offspring_fn *const verbs[] = {
	offspring_thread,
	offspring_fork,
	offspring_vfork_exec,
	offspring_posix_spawn,
};

static void test_every_token_comes_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++) {
		assert_true(verbs[i](0));
		assert_true(verbs[i](1));
		assert_true(verbs[i](255));
	}
	assert_true(offspring_none_left());
}

/* exec starts this program again. With LIE it exits with another code. */
static void test_another_token_is_noticed(void **state)
{
	(void)state;
	assert_int_equal(setenv(LIE, "1", 1), 0);
	for (size_t i = 2; i < ARRAY_SIZE(verbs); i++) {
		assert_false(verbs[i](7));
		assert_int_equal(errno, EBADMSG);
	}
	assert_int_equal(unsetenv(LIE), 0);
	assert_true(offspring_none_left());
}

static void test_a_child_that_is_left_is_noticed(void **state)
{
	struct offspring child;

	(void)state;
	assert_true(offspring_none_left());
	assert_true(offspring_start_idle(&child, true));
	assert_false(offspring_none_left());
	assert_int_equal(kill(child.pid, 0), 0);
	assert_true(offspring_terminate(&child));
	assert_true(offspring_none_left());
	assert_int_equal(kill(child.pid, 0), -1);
	assert_int_equal(errno, ESRCH);
}

static void test_waiting_for_an_idle_one_ends_at_the_deadline(void **state)
{
	(void)state;
	for (int process = 0; process < 2; process++) {
		struct offspring child;

		assert_true(offspring_start_idle(&child, process));
		const uint64_t deadline_ns = clock_now_ns() + 2000000;

		assert_false(offspring_wait_until(&child, deadline_ns));
		assert_true(clock_now_ns() >= deadline_ns);
		assert_false(offspring_wait_until(&child, 1)); /* long ago */
		assert_true(offspring_stop(&child));
	}
	assert_true(offspring_none_left());
}

/* A child of the child lives on, with every descriptor that it inherited. */
static void leave_somebody_behind(void *who)
{
	const pid_t pid = fork();

	if (!pid)
		for (;;)
			pause();
	*(_Atomic pid_t *)who = pid;
}

/* CPython's join(timeout) waits for the end of a pipe, which a grandchild keeps open. A pidfd does not. */
static void test_a_grandchild_keeps_nobody_waiting(void **state)
{
	_Atomic pid_t *grandchild = mmap(NULL, sizeof(*grandchild), PROT_READ | PROT_WRITE,
					 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct offspring child;
	int status;

	(void)state;
	assert_ptr_not_equal(grandchild, MAP_FAILED);
	assert_true(offspring_start(&child, true, leave_somebody_behind, grandchild));
	assert_true(offspring_wait_until(&child, clock_now_ns() + FAR));
	assert_int_equal(kill(*grandchild, 0), 0); /* it is still there */
	assert_true(offspring_join(&child, &status));
	assert_int_equal(status, 0);
	assert_int_equal(kill(*grandchild, SIGKILL), 0);
	munmap(grandchild, sizeof(*grandchild));
}

static void test_waiting_for_a_dead_process_ends_at_once(void **state)
{
	struct offspring child;

	(void)state;
	assert_true(offspring_start_idle(&child, true));
	assert_int_equal(kill(child.pid, SIGKILL), 0);
	assert_true(offspring_wait_until(&child, clock_now_ns() + FAR));
	assert_true(offspring_terminate(&child));
}

/* An exit code is all that it says of the signal that it gets when its maker dies. */
static void exit_with_death_signal(void *unused)
{
	int number = 0;

	(void)unused;
	must_sys(prctl(PR_GET_PDEATHSIG, &number));
	_exit(number);
}

static void test_a_process_dies_with_its_maker(void **state)
{
	struct offspring child;
	int status;

	(void)state;
	assert_true(offspring_start(&child, true, exit_with_death_signal, NULL));
	assert_true(offspring_join(&child, &status));
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), SIGKILL);
}

static bool failing_verb(unsigned char token)
{
	errno = EAGAIN;
	return token < 3;
}

struct one_worker {
	struct births births;
	struct worker worker;
	struct trial trial;
};

static void set_up(struct one_worker *one, uint64_t batch)
{
	*one = (struct one_worker){.worker = {.batch = batch, .done = batch, .count = 1}};
	one->worker.local = &one->births;
	one->trial = (struct trial){.workers = 1, .slots = &one->worker};
}

static void test_what_was_made_is_counted(void **state)
{
	struct one_worker one;
	struct reason why;
	double metrics[1];

	(void)state;
	set_up(&one, 5);
	offspring_make(&one.worker, offspring_fork);
	const struct epoch epoch = {.batch = 5, .ops = one.worker.done, .wall_ns = 500};

	assert_true(offspring_check(&one.trial, &epoch, metrics, &why));
	assert_true(metrics[0] == 100.0);
	one.births.made = 4; /* one of them never was */
	assert_false(offspring_check(&one.trial, &epoch, metrics, &why));
	assert_non_null(strstr(why.text, "4 made and reaped instead of 5"));
	one.births.left = true;
	assert_false(offspring_check(&one.trial, &epoch, metrics, &why));
	assert_non_null(strstr(why.text, "left a child"));
}

static void test_a_failure_ends_the_batch_and_is_told(void **state)
{
	struct one_worker one;
	struct reason why;
	double metrics[1];

	(void)state;
	set_up(&one, 5);
	offspring_make(&one.worker, failing_verb);
	assert_int_equal(one.worker.done, 3);
	const struct epoch epoch = {.batch = 5, .ops = one.worker.done, .wall_ns = 500};

	assert_false(offspring_check(&one.trial, &epoch, metrics, &why));
	assert_non_null(strstr(why.text, "number 4 could not be made"));
	offspring_reset(&one.trial);
	assert_int_equal(one.births.error, 0);
}

static bool queue_is_there(int id)
{
	struct msqid_ds info;

	return msgctl(id, IPC_STAT, &info) == 0;
}

static bool semaphore_is_there(int id)
{
	return semctl(id, 0, GETVAL) == 0;
}

static void test_a_keeper_removes_what_it_made(void **state)
{
	struct offspring_keeper queues, semaphores;
	int ids[4];

	(void)state;
	assert_true(offspring_keep(&queues, OFFSPRING_KEEPS_QUEUE, ids, 2));
	assert_true(offspring_keep(&semaphores, OFFSPRING_KEEPS_SEMAPHORE, ids + 2, 2));
	assert_true(queue_is_there(ids[0]) && queue_is_there(ids[1]));
	assert_true(semaphore_is_there(ids[2]) && semaphore_is_there(ids[3]));
	offspring_keep_end(&queues);
	offspring_keep_end(&semaphores);
	offspring_keep_end(&semaphores); /* twice is harmless */
	assert_false(queue_is_there(ids[0]) || queue_is_there(ids[1]));
	assert_false(semaphore_is_there(ids[2]) || semaphore_is_there(ids[3]));
	assert_true(offspring_none_left());
}

static void test_too_many_to_keep_are_refused(void **state)
{
	struct offspring_keeper keeper;
	int ids[64];

	(void)state;
	assert_false(offspring_keep(&keeper, OFFSPRING_KEEPS_QUEUE, ids, 64));
	assert_int_equal(errno, EINVAL);
	offspring_keep_end(&keeper); /* without a keeper it does nothing */
}

/* Its maker's whole group is killed: the keeper is outside of it, notices, removes, leaves. */
static void test_a_keeper_outlives_the_kill_of_its_maker(void **state)
{
	int answer[2], ids[2];

	(void)state;
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	assert_int_equal(pipe(answer), 0);
	pid_t maker = fork();

	if (!maker) {
		struct offspring_keeper keeper;

		setpgid(0, 0);
		if (!offspring_keep(&keeper, OFFSPRING_KEEPS_QUEUE, ids, 2) ||
		    !write_all(answer[1], ids, sizeof(ids)))
			_exit(1);
		for (;;)
			pause();
	}
	assert_int_equal(read_all(answer[0], ids, sizeof(ids)), 1);
	assert_true(queue_is_there(ids[0]) && queue_is_there(ids[1]));
	assert_int_equal(kill(-maker, SIGINT), 0);
	assert_int_equal(kill(-maker, SIGKILL), 0);
	int reaped = 0;

	while (waitpid(-1, NULL, 0) > 0)
		reaped++;
	assert_int_equal(reaped, 2); /* the maker, and the keeper that became ours */
	assert_false(queue_is_there(ids[0]) || queue_is_there(ids[1]));
	close(answer[0]);
	close(answer[1]);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_token_comes_back),
		cmocka_unit_test(test_another_token_is_noticed),
		cmocka_unit_test(test_a_child_that_is_left_is_noticed),
		cmocka_unit_test(test_waiting_for_an_idle_one_ends_at_the_deadline),
		cmocka_unit_test(test_a_grandchild_keeps_nobody_waiting),
		cmocka_unit_test(test_waiting_for_a_dead_process_ends_at_once),
		cmocka_unit_test(test_a_process_dies_with_its_maker),
		cmocka_unit_test(test_what_was_made_is_counted),
		cmocka_unit_test(test_a_failure_ends_the_batch_and_is_told),
		cmocka_unit_test(test_a_keeper_removes_what_it_made),
		cmocka_unit_test(test_too_many_to_keep_are_refused),
		cmocka_unit_test(test_a_keeper_outlives_the_kill_of_its_maker),
	};

	if (argc == 3 && strcmp(argv[1], OFFSPRING_COMMAND) == 0)
		_exit(atoi(argv[2]) + (getenv(LIE) != NULL));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
