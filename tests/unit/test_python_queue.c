/* SPDX-License-Identifier: MIT */
#include "harness/python/queue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/base/clock.h"
#include "harness/kit/offspring.h"

#define SHORT_NS  INT64_C(2000000)
#define PIPE_FULL 300u /* so many items of 1 KiB are more than a pipe holds */
#define KIB       1024u

struct sums {
	_Atomic uint64_t count, sum, out_of_order;
};

struct stage {
	struct twin_queue_shared queue;
	struct twin_simple_queue_shared simple;
	struct sums got;
	_Atomic unsigned steps;
};

static struct stage *stage;
static struct twin_queue queue;
static unsigned char item[KIB];
static size_t size;

static void set(unsigned maxsize, bool joinable)
{
	*stage = (struct stage){0};
	assert_true(twin_queue_init(&stage->queue, maxsize, sizeof(item), joinable));
	twin_queue_open(&queue, &stage->queue);
}

static void unset(void)
{
	twin_queue_leave(&queue);
	twin_queue_destroy(&stage->queue);
}

static void need(bool good)
{
	if (!good)
		_exit(EXIT_WRONG);
}

static void expect_well(struct offspring *child)
{
	int status;

	assert_true(offspring_join(child, &status));
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static enum twin_result put(uint64_t number, int64_t timeout_ns)
{
	return twin_queue_put(&queue, &number, sizeof(number), timeout_ns);
}

static enum twin_result get(uint64_t *number, int64_t timeout_ns)
{
	return twin_queue_get(&queue, number, sizeof(*number), &size, timeout_ns);
}

/* ---- rule 5: refusals ---- */

static void test_full_at_once_and_after_the_timeout(void **state)
{
	uint64_t number;

	(void)state;
	set(2, false);
	assert_int_equal(put(1, TWIN_AT_ONCE), TWIN_OK);
	assert_int_equal(put(2, TWIN_AT_ONCE), TWIN_OK);
	assert_int_equal(put(3, TWIN_AT_ONCE), TWIN_FULL);
	assert_int_equal(put(3, -1), TWIN_FULL); /* a negative timeout is no timeout */
	const uint64_t begin_ns = clock_now_ns();

	assert_int_equal(put(3, SHORT_NS), TWIN_FULL);
	assert_true(clock_now_ns() - begin_ns >= (uint64_t)SHORT_NS);
	assert_true(twin_queue_is_full(&queue));
	assert_int_equal(get(&number, TWIN_FOREVER), TWIN_OK);
	assert_int_equal(number, 1);
	assert_int_equal(put(3, TWIN_AT_ONCE), TWIN_OK);
	for (uint64_t i = 2; i <= 3; i++) {
		assert_int_equal(get(&number, TWIN_FOREVER), TWIN_OK);
		assert_int_equal(number, i);
		assert_int_equal(size, sizeof(number));
	}
	unset();
}

static void test_empty_at_once_and_after_the_timeout(void **state)
{
	uint64_t number;

	(void)state;
	set(0, false);
	assert_int_equal(get(&number, TWIN_AT_ONCE), TWIN_EMPTY);
	assert_int_equal(get(&number, -1), TWIN_EMPTY);
	const uint64_t begin_ns = clock_now_ns();

	assert_int_equal(get(&number, SHORT_NS), TWIN_EMPTY);
	assert_true(clock_now_ns() - begin_ns >= (uint64_t)SHORT_NS);
	/* another process reads, so the lock alone uses up the time */
	assert_int_equal(twin_acquire(&queue.pipe.read_lock, TWIN_AT_ONCE), TWIN_OK);
	assert_int_equal(get(&number, SHORT_NS), TWIN_EMPTY);
	assert_int_equal(get(&number, TWIN_AT_ONCE), TWIN_EMPTY);
	assert_int_equal(twin_release(&queue.pipe.read_lock), TWIN_OK);
	unset();
}

static void test_what_a_closed_queue_refuses(void **state)
{
	uint64_t number;

	(void)state;
	set(0, true);
	assert_int_equal(twin_queue_join_thread(&queue), TWIN_ASSERTION_ERROR);
	assert_int_equal(put(1, TWIN_FOREVER), TWIN_OK);
	assert_int_equal(twin_queue_task_done(&queue), TWIN_OK);
	assert_int_equal(twin_queue_task_done(&queue), TWIN_VALUE_ERROR);
	twin_queue_close(&queue);
	assert_int_equal(put(2, TWIN_FOREVER), TWIN_VALUE_ERROR);
	assert_int_equal(get(&number, TWIN_FOREVER), TWIN_VALUE_ERROR);
	assert_int_equal(twin_queue_join_thread(&queue), TWIN_OK);
	assert_int_equal(twin_queue_join_thread(&queue), TWIN_OK);
	unset();
}

static void test_an_item_that_is_too_large_is_refused(void **state)
{
	unsigned char large[KIB + 1] = {0};
	uint64_t number;

	(void)state;
	set(1, false);
	assert_int_equal(twin_queue_put(&queue, large, sizeof(large), TWIN_FOREVER), TWIN_OS_ERROR);
	assert_int_equal(errno, EMSGSIZE);
	assert_int_equal(put(7, TWIN_AT_ONCE), TWIN_OK); /* its slot was not taken */
	assert_int_equal(get(&number, TWIN_FOREVER), TWIN_OK);
	assert_int_equal(number, 7);
	unset();
}

/* ---- rule 6: one deadline, for the first byte ---- */

/* When the reader has taken the header out of the pipe, and its time is long over. */
static void write_the_rest(void *unused)
{
	const struct timespec pause = {.tv_nsec = 2 * SHORT_NS};
	const uint64_t number = 42;
	int unread;

	(void)unused;
	do {
		sched_yield();
		must_sys(ioctl(queue.pipe.reader.fd, FIONREAD, &unread));
	} while (unread);
	nanosleep(&pause, NULL);
	assert_true(write_all(stage->queue.pipe.ends[1].fd, &number, sizeof(number)));
}

static void test_the_timeout_covers_the_first_byte_alone(void **state)
{
	unsigned char header[TWIN_HEADER_MAX];
	struct offspring writer;
	uint64_t number = 0;
	const size_t length = twin_header(header, sizeof(number));

	(void)state;
	set(1, false);
	assert_int_equal(twin_acquire(&queue.slots, TWIN_AT_ONCE), TWIN_OK);
	assert_true(write_all(stage->queue.pipe.ends[1].fd, header, length));
	assert_true(offspring_start(&writer, false, write_the_rest, NULL));
	const uint64_t begin_ns = clock_now_ns();

	assert_int_equal(get(&number, SHORT_NS), TWIN_OK);
	assert_true(clock_now_ns() - begin_ns > (uint64_t)SHORT_NS);
	assert_int_equal(number, 42);
	assert_true(offspring_join(&writer, NULL));
	assert_int_equal(twin_lock_value(&queue.slots), 1);
	unset();
}

/* ---- rule 7: slots, and what may be old ---- */

static void test_a_slot_is_taken_by_put_and_freed_by_get(void **state)
{
	uint64_t number;

	(void)state;
	set(5, false);
	assert_int_equal(twin_queue_size(&queue), 0);
	/* no process may write: items stay in the deque, and count */
	assert_int_equal(twin_acquire(&queue.pipe.write_lock, TWIN_FOREVER), TWIN_OK);
	for (uint64_t i = 0; i < 5; i++) {
		assert_int_equal(put(i, TWIN_AT_ONCE), TWIN_OK);
		assert_int_equal(twin_queue_size(&queue), i + 1);
	}
	assert_true(twin_queue_is_full(&queue));
	assert_true(twin_queue_is_empty(&queue)); /* full and empty at once: rule 7, claim C20 */
	assert_int_equal(get(&number, TWIN_AT_ONCE), TWIN_EMPTY);
	assert_int_equal(twin_release(&queue.pipe.write_lock), TWIN_OK);
	for (uint64_t i = 0; i < 5; i++) {
		assert_int_equal(get(&number, TWIN_FOREVER), TWIN_OK);
		assert_int_equal(number, i);
		assert_int_equal(twin_queue_size(&queue), 4 - i);
	}
	unset();
}

/* ---- rule 8: in order, each exactly once ---- */

#define PRODUCERS 2u
#define CONSUMERS 3u
#define ITEMS     2000u

struct parcel {
	uint32_t producer, last;
	uint64_t number;
};

static void produce(void *unused)
{
	struct parcel parcel = {0};

	(void)unused;
	twin_queue_open(&queue, &stage->queue);
	parcel.producer = atomic_fetch_add(&stage->steps, 1);
	for (parcel.number = 1; parcel.number <= ITEMS; parcel.number++)
		need(twin_queue_put(&queue, &parcel, sizeof(parcel), TWIN_FOREVER) == TWIN_OK);
	parcel.last = 1;
	for (unsigned i = 0; i < CONSUMERS; i++)
		need(twin_queue_put(&queue, &parcel, sizeof(parcel), TWIN_FOREVER) == TWIN_OK);
	twin_queue_leave(&queue);
}

static void consume(void *unused)
{
	uint64_t seen[PRODUCERS] = {0};
	struct parcel parcel;

	(void)unused;
	twin_queue_open(&queue, &stage->queue);
	for (unsigned ends = 0; ends < PRODUCERS;) {
		need(twin_queue_get(&queue, &parcel, sizeof(parcel), &size, TWIN_FOREVER) ==
		     TWIN_OK);
		need(size == sizeof(parcel) && parcel.producer < PRODUCERS);
		ends += parcel.last;
		if (parcel.last)
			continue;
		if (parcel.number <= seen[parcel.producer])
			atomic_fetch_add(&stage->got.out_of_order, 1);
		seen[parcel.producer] = parcel.number;
		atomic_fetch_add(&stage->got.count, 1);
		atomic_fetch_add(&stage->got.sum, parcel.number * (parcel.producer + 1));
	}
}

static void test_order_and_number_across_processes(void **state)
{
	static const unsigned maxsizes[] = {1, 16, 0};

	(void)state;
	for (size_t m = 0; m < ARRAY_SIZE(maxsizes); m++) {
		struct offspring children[PRODUCERS + CONSUMERS];

		set(maxsizes[m], false);
		for (unsigned i = 0; i < PRODUCERS + CONSUMERS; i++)
			assert_true(offspring_start(&children[i], true,
						    i < PRODUCERS ? produce : consume, NULL));
		for (unsigned i = 0; i < PRODUCERS + CONSUMERS; i++)
			expect_well(&children[i]);
		assert_int_equal(stage->got.count, PRODUCERS * ITEMS);
		assert_int_equal(stage->got.sum, UINT64_C(3) * ITEMS * (ITEMS + 1) / 2);
		assert_int_equal(stage->got.out_of_order, 0);
		assert_int_equal(twin_queue_size(&queue), 0);
		unset();
	}
}

/* ---- rule 9: who leaves with something unread ---- */

static void put_and_leave(void *argument)
{
	const unsigned count = argument ? PIPE_FULL : 10;

	twin_queue_open(&queue, &stage->queue);
	for (unsigned i = 0; i < count; i++)
		need(twin_queue_put(&queue, item, sizeof(item), TWIN_FOREVER) == TWIN_OK);
	atomic_store(&stage->steps, 1);
	twin_queue_leave(&queue);
}

static void test_a_producer_that_leaves_loses_nothing(void **state)
{
	struct offspring child;

	(void)state;
	set(0, false);
	assert_true(offspring_start(&child, true, put_and_leave, NULL));
	expect_well(&child);
	for (unsigned i = 0; i < 10; i++)
		assert_int_equal(twin_queue_get(&queue, item, sizeof(item), &size, TWIN_AT_ONCE),
				 TWIN_OK);
	assert_int_equal(twin_queue_get(&queue, item, sizeof(item), &size, TWIN_AT_ONCE),
			 TWIN_EMPTY);
	unset();
}

static void test_it_stays_while_more_than_a_pipe_is_unread(void **state)
{
	struct offspring child;

	(void)state;
	set(0, false);
	assert_true(offspring_start(&child, true, put_and_leave, &child));
	while (!atomic_load(&stage->steps))
		sched_yield();
	assert_false(offspring_wait_until(&child, clock_now_ns() + 20000000));
	for (unsigned i = 0; i < PIPE_FULL; i++)
		assert_int_equal(twin_queue_get(&queue, item, sizeof(item), &size, TWIN_FOREVER),
				 TWIN_OK);
	expect_well(&child);
	unset();
}

static void put_and_cancel(void *unused)
{
	(void)unused;
	twin_queue_open(&queue, &stage->queue);
	twin_queue_cancel_join_thread(&queue);
	for (unsigned i = 0; i < PIPE_FULL; i++)
		need(twin_queue_put(&queue, item, sizeof(item), TWIN_FOREVER) == TWIN_OK);
	twin_queue_leave(&queue);
}

static void test_unless_it_does_not_care(void **state)
{
	struct offspring child;

	(void)state;
	set(0, false);
	assert_true(offspring_start(&child, true, put_and_cancel, NULL));
	expect_well(&child);
	unset();
}

/* An item that cannot be sent is lost. Its slot is free again, as if the item had been taken out. */
static void test_the_feeder_survives_a_broken_pipe(void **state)
{
	(void)state;
	set(3, false);
	twin_connection_close(&queue.pipe.reader);
	twin_connection_close(&stage->queue.pipe.ends[0]);
	for (uint64_t i = 0; i < 10; i++) /* each waits until the previous item was given up */
		assert_int_equal(put(i, TWIN_FOREVER), TWIN_OK);
	twin_queue_close(&queue);
	assert_int_equal(twin_queue_join_thread(&queue), TWIN_OK);
	assert_int_equal(queue.lost, 10);
	assert_int_equal(twin_queue_size(&queue), 0);
	unset();
}

/* ---- JoinableQueue ---- */

static void do_tasks(void *unused)
{
	uint64_t number;

	(void)unused;
	twin_queue_open(&queue, &stage->queue);
	for (int i = 0; i < 100; i++) {
		need(get(&number, TWIN_FOREVER) == TWIN_OK);
		atomic_fetch_add(&stage->got.count, 1);
		need(twin_queue_task_done(&queue) == TWIN_OK);
	}
}

static void test_join_waits_until_all_is_done(void **state)
{
	struct offspring child;

	(void)state;
	set(0, true);
	twin_queue_join(&queue); /* nothing was put: at once */
	assert_true(offspring_start(&child, true, do_tasks, NULL));
	for (uint64_t i = 0; i < 100; i++)
		assert_int_equal(put(i, TWIN_FOREVER), TWIN_OK);
	twin_queue_join(&queue);
	assert_int_equal(stage->got.count, 100);
	expect_well(&child);
	unset();
}

/* ---- SimpleQueue ---- */

static void echo_simple(void *unused)
{
	struct twin_simple_queue simple;

	(void)unused;
	twin_simple_queue_open(&simple, &stage->simple);
	for (int i = 0; i < 100; i++) {
		need(twin_simple_queue_get(&simple, item, sizeof(item), &size) == TWIN_OK);
		atomic_fetch_add(&stage->got.sum, item[0]);
	}
}

static void test_simple_queue(void **state)
{
	struct twin_simple_queue simple;
	struct offspring child;

	(void)state;
	*stage = (struct stage){0};
	assert_true(twin_simple_queue_init(&stage->simple));
	twin_simple_queue_open(&simple, &stage->simple);
	assert_true(twin_simple_queue_empty(&simple));
	assert_int_equal(twin_simple_queue_put(&simple, "\1", 1), TWIN_OK);
	assert_false(twin_simple_queue_empty(&simple)); /* put() writes by itself: no feeder */
	assert_int_equal(twin_simple_queue_get(&simple, item, sizeof(item), &size), TWIN_OK);
	assert_int_equal(size, 1);
	assert_true(offspring_start(&child, true, echo_simple, NULL));
	for (int i = 0; i < 100; i++) {
		item[0] = (unsigned char)i;
		assert_int_equal(twin_simple_queue_put(&simple, item, (size_t)i + 1), TWIN_OK);
	}
	expect_well(&child);
	assert_int_equal(stage->got.sum, 99 * 100 / 2);
	twin_simple_queue_close(&simple);
	twin_simple_queue_destroy(&stage->simple);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_full_at_once_and_after_the_timeout),
		cmocka_unit_test(test_empty_at_once_and_after_the_timeout),
		cmocka_unit_test(test_what_a_closed_queue_refuses),
		cmocka_unit_test(test_an_item_that_is_too_large_is_refused),
		cmocka_unit_test(test_the_timeout_covers_the_first_byte_alone),
		cmocka_unit_test(test_a_slot_is_taken_by_put_and_freed_by_get),
		cmocka_unit_test(test_order_and_number_across_processes),
		cmocka_unit_test(test_a_producer_that_leaves_loses_nothing),
		cmocka_unit_test(test_it_stays_while_more_than_a_pipe_is_unread),
		cmocka_unit_test(test_unless_it_does_not_care),
		cmocka_unit_test(test_the_feeder_survives_a_broken_pipe),
		cmocka_unit_test(test_join_waits_until_all_is_done),
		cmocka_unit_test(test_simple_queue),
	};

	signal(SIGPIPE, SIG_IGN); /* as in a runner, and as in Python */
	stage = mmap(NULL, sizeof(*stage), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	if (stage == MAP_FAILED)
		die(EXIT_INTERNAL, "no memory");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
