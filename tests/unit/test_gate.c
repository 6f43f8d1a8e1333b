/* SPDX-License-Identifier: MIT */
#include "harness/sync/gate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/base/clock.h"

#define WORKERS_MOST 6
#define FAR_NS       UINT64_C(60000000000)

/* In a shared mapping: what workers see goes back to the test. */
struct stage {
	struct gate gate;
	_Atomic uint32_t arrivals; /* before the gun, of all epochs */
	_Atomic uint32_t early;    /* released before all were there */
	_Atomic uint32_t stamps;   /* releases with another stamp than the gate's */
	_Atomic uint32_t runs, left;
};

struct actor {
	pthread_t thread;
	pid_t pid;
};

static struct stage *stage;

static int make(void **state)
{
	(void)state;
	stage = mmap(NULL, sizeof(*stage), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	return stage == MAP_FAILED ? -1 : 0;
}

static int unmake(void **state)
{
	(void)state;
	return munmap(stage, sizeof(*stage));
}

static void *work(void *argument)
{
	struct gate *gate = &stage->gate;
	const uint32_t workers = gate->workers;

	(void)argument;
	for (uint32_t number = 1; gate_sleep(gate, number); number++) {
		stage->arrivals++;
		uint64_t release_ns = gate_gather(gate, number);

		stage->early += stage->arrivals < workers * number;
		stage->stamps += release_ns != gate->release_ns || release_ns > clock_now_ns();
		stage->runs++;
		gate_finish(gate);
	}
	stage->left++;
	return NULL;
}

static void start(struct actor *actors, uint32_t workers, bool spin, bool processes)
{
	*stage = (struct stage){.runs = 0};
	gate_init(&stage->gate, workers, spin);
	for (uint32_t i = 0; i < workers; i++) {
		if (!processes) {
			must(pthread_create(&actors[i].thread, NULL, work, NULL));
			continue;
		}
		actors[i].pid = (pid_t)must_sys(fork());
		if (!actors[i].pid) {
			alarm(120);
			work(NULL);
			_exit(0);
		}
	}
}

static void end(struct actor *actors, uint32_t workers, bool processes)
{
	int status;

	gate_close(&stage->gate);
	for (uint32_t i = 0; i < workers; i++) {
		if (!processes) {
			must(pthread_join(actors[i].thread, NULL));
			continue;
		}
		must_sys(waitpid(actors[i].pid, &status, 0));
		assert_int_equal(status, 0);
	}
	assert_int_equal(stage->left, workers);
}

static void run_epochs(uint32_t workers, uint32_t epochs, bool spin, bool processes)
{
	struct actor actors[WORKERS_MOST];

	start(actors, workers, spin, processes);
	for (uint32_t number = 1; number <= epochs; number++) {
		uint64_t before_ns = clock_now_ns();

		gate_open(&stage->gate, number);
		while (!gate_wait_finished(&stage->gate, FAR_NS))
			fail_msg("epoch %u did not end", number);
		assert_int_equal(stage->runs, workers * number);
		assert_true(stage->gate.release_ns >= before_ns);
	}
	end(actors, workers, processes);
	assert_int_equal(stage->early, 0);
	assert_int_equal(stage->stamps, 0);
	assert_int_equal(stage->runs, workers * epochs);
}

static void sleeping_threads(void **state)
{
	(void)state;
	run_epochs(WORKERS_MOST, 1000, false, false);
}

static void sleeping_processes(void **state)
{
	(void)state;
	run_epochs(WORKERS_MOST, 1000, false, true);
}

/* Two workers that spin need two free PUs. Where others use them, each epoch costs a time slice. */
static void spinning_threads(void **state)
{
	(void)state;
	run_epochs(2, 200, true, false);
}

static void spinning_processes(void **state)
{
	(void)state;
	run_epochs(2, 200, true, true);
}

static void one_worker_alone(void **state)
{
	(void)state;
	run_epochs(1, 1000, true, false);
	run_epochs(1, 1000, false, true);
}

static void closing_wakes_who_never_ran(void **state)
{
	(void)state;
	run_epochs(WORKERS_MOST, 0, false, false);
	run_epochs(WORKERS_MOST, 0, true, true);
}

/* A worker that comes to a gate that is closed already must not sleep. */
static void closing_is_seen_by_who_comes_late(void **state)
{
	(void)state;
	*stage = (struct stage){.runs = 0};
	gate_init(&stage->gate, 1, false);
	gate_close(&stage->gate);
	assert_false(gate_sleep(&stage->gate, 1));
}

static void waiting_has_an_end(void **state)
{
	(void)state;
	gate_init(&stage->gate, 2, false);
	gate_open(&stage->gate, 1);
	assert_false(gate_wait_finished(&stage->gate, 0));
	gate_finish(&stage->gate);
	assert_false(gate_wait_finished(&stage->gate, 1000000));
	gate_finish(&stage->gate);
	assert_true(gate_wait_finished(&stage->gate, 0));
	gate_open(&stage->gate, 2); /* and all begins anew */
	assert_false(gate_wait_finished(&stage->gate, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sleeping_threads),
		cmocka_unit_test(sleeping_processes),
		cmocka_unit_test(spinning_threads),
		cmocka_unit_test(spinning_processes),
		cmocka_unit_test(one_worker_alone),
		cmocka_unit_test(closing_wakes_who_never_ran),
		cmocka_unit_test(closing_is_seen_by_who_comes_late),
		cmocka_unit_test(waiting_has_an_end),
	};

	alarm(150);
	return cmocka_run_group_tests(tests, make, unmake);
}
