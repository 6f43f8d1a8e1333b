/* SPDX-License-Identifier: MIT */
#include "harness/machine/binding.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/machine/topology.h"

/* The PUs this process may use, read once before any test binds. */
static struct topology *machine;
static cpu_set_t at_start;

static int read_machine(void **state)
{
	(void)state;
	machine = topology_load("native", NULL);
	return machine ? sched_getaffinity(0, sizeof(at_start), &at_start) : -1;
}

static int free_machine(void **state)
{
	(void)state;
	topology_free(machine);
	return 0;
}

static int release(void **state)
{
	(void)state;
	return sched_setaffinity(0, sizeof(at_start), &at_start);
}

/* Does the kernel say that the calling thread may run on PU only? */
static bool bound_to(int os)
{
	cpu_set_t mask;

	return !sched_getaffinity(0, sizeof(mask), &mask) && CPU_COUNT(&mask) == 1 &&
	       CPU_ISSET(os, &mask) && sched_getcpu() == os && binding_current_cpu() == os;
}

static bool still_free(void)
{
	cpu_set_t mask;

	return !sched_getaffinity(0, sizeof(mask), &mask) && CPU_EQUAL(&mask, &at_start);
}

static void every_pu_can_be_bound(void **state)
{
	struct reason why = {""};

	(void)state;
	for (int round = 0; round < 3; round++)
		for (int i = 0; i < machine->pu_count; i++) {
			int os = machine->pus[i].os;

			if (!binding_apply(os, &why))
				fail_msg("%s", why.text);
			assert_true(bound_to(os));
		}
}

static void minus_one_changes_nothing(void **state)
{
	(void)state;
	assert_true(binding_apply(-1, NULL));
	assert_true(still_free());
}

static void absent_pus_are_refused(void **state)
{
	/* 1023 is the last CPU of cpu_set_t, and Linux builds end at 8192 CPUs. */
	static const int absent[] = {-2, -1000000, 1023, 1024, 1500, 8192, 16383, 16384, 1 << 30};
	struct reason why;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(absent); i++) {
		if (topology_find(machine, absent[i]))
			continue; /* a very large machine */
		why.text[0] = '\0';
		assert_false(binding_apply(absent[i], &why));
		assert_non_null(strstr(why.text, "PU"));
		assert_true(still_free());
	}
}

static void *bind_in_thread(void *argument)
{
	const int *os = argument;

	return binding_apply(*os, NULL) && bound_to(*os) ? argument : NULL;
}

static void a_thread_binds_itself_only(void **state)
{
	int os = machine->pus[machine->pu_count - 1].os;
	pthread_t thread;
	void *result;

	(void)state;
	must(pthread_create(&thread, NULL, bind_in_thread, &os));
	must(pthread_join(thread, &result));
	assert_ptr_equal(result, &os);
	assert_true(still_free());
}

static void threads_bind_at_once(void **state)
{
	pthread_t threads[8];
	void *result;

	(void)state;
	for (int i = 0; i < 8; i++)
		must(pthread_create(&threads[i], NULL, bind_in_thread,
				    &machine->pus[i % machine->pu_count].os));
	for (int i = 0; i < 8; i++) {
		must(pthread_join(threads[i], &result));
		assert_non_null(result);
	}
}

static void a_forked_child_binds_itself_only(void **state)
{
	int os = machine->pus[0].os, status;
	pid_t child = (pid_t)must_sys(fork());

	(void)state;
	if (!child)
		_exit(binding_apply(os, NULL) && bound_to(os) ? 0 : 1);
	must_sys(waitpid(child, &status, 0));
	assert_int_equal(status, 0);
	assert_true(still_free());
}

/* From here on sched_setaffinity() reports success in this process and does nothing. */
static bool make_the_kernel_lie(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_sched_setaffinity, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {.len = ARRAY_SIZE(filter), .filter = filter};

	return !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) &&
	       !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static int bind_with_a_lying_kernel(void)
{
	struct reason why = {""};

	if (!make_the_kernel_lie())
		return EXIT_NOTHING;
	if (binding_apply(CPU_SETSIZE, &why)) /* cannot be this thread's whole mask */
		return 1;
	return strstr(why.text, "kernel's mask") ? 0 : 2;
}

/* The kernel's answer is checked, because a sandbox may answer in its place. */
static void an_empty_success_is_noticed(void **state)
{
	int status;
	pid_t child;

	(void)state;
	if (topology_find(machine, CPU_SETSIZE))
		skip();
	child = (pid_t)must_sys(fork());
	if (!child)
		_exit(bind_with_a_lying_kernel());
	must_sys(waitpid(child, &status, 0));
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == EXIT_NOTHING)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(every_pu_can_be_bound, release),
		cmocka_unit_test_teardown(minus_one_changes_nothing, release),
		cmocka_unit_test_teardown(absent_pus_are_refused, release),
		cmocka_unit_test_teardown(a_thread_binds_itself_only, release),
		cmocka_unit_test_teardown(threads_bind_at_once, release),
		cmocka_unit_test_teardown(a_forked_child_binds_itself_only, release),
		cmocka_unit_test_teardown(an_empty_success_is_noticed, release),
	};

	return cmocka_run_group_tests(tests, read_machine, free_machine);
}
