/* SPDX-License-Identifier: MIT */
#include "harness/kit/transport.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/bench.h"
#include "tests/unit/talk_stage.h"

static bool judge(double *rt_ns)
{
	double metrics[BENCH_METRICS_MAX] = {NAN};
	const struct epoch epoch = {.batch = BATCH,
				    .ops = stage.workers[0].done + stage.workers[1].done,
				    .wall_ns = UINT64_C(1000) * BATCH};
	const bool good = talk_check(&stage.trial, &epoch, metrics, &stage.why);

	*rt_ns = metrics[0];
	return good;
}

ROUND_TRIP(by_stream, talk_write, talk_read)
ROUND_TRIP(by_message, talk_send, talk_receive)
ROUND_TRIP(by_event, talk_post_event, talk_await_event)

static bool post_futex(struct talk *talk)
{
	talk_count_post(talk);
	talk_futex_wake(talk);
	return true;
}

static bool await_futex(struct talk *talk)
{
	while (!talk_is_posted(talk))
		talk_futex_wait(talk);
	talk->mine->taken++;
	return true;
}

ROUND_TRIP(by_futex, post_futex, await_futex)

static const int64_t sizes[] = {1, 7, 8, 9, 63, 4096, 4099, 65536, 200001};

static void expect_good(bench_run_fn *run)
{
	double rt_ns;

	for (int epoch = 0; epoch < 2; epoch++) {
		talk_reset(&stage.trial);
		converse(run);
		if (!judge(&rt_ns))
			fail_msg("%s", stage.why.text);
		assert_true(rt_ns == 1000.0);
	}
	talk_teardown(&stage.trial);
}

/* The largest is more than a pipe holds, so both writing and reading come in parts. */
static void test_pipes_carry_every_size(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		set_stage(sizes[i], false);
		assert_true(talk_open(&stage.trial, TALK_TRAVELS, &stage.why));
		assert_true(talk_open_pipes(&stage.trial, &stage.why));
		expect_good(by_stream);
	}
}

static void test_unix_sockets_carry_messages(void **state)
{
	static const int types[] = {SOCK_DGRAM, SOCK_SEQPACKET};

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_SIZE(types); i++) {
		set_stage(i < ARRAY_SIZE(types) ? 1 : 4099, false);
		assert_true(talk_open(&stage.trial, TALK_TRAVELS, &stage.why));
		assert_true(
			talk_open_sockets(&stage.trial, types[i % ARRAY_SIZE(types)], &stage.why));
		expect_good(by_message);
	}
}

static void test_memory_with_wake_ups(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		set_stage(sizes[i], false);
		assert_true(talk_open(&stage.trial, TALK_IN_MEMORY, &stage.why));
		assert_true(talk_open_events(&stage.trial, &stage.why));
		expect_good(by_event);
		set_stage(sizes[i], false);
		assert_true(talk_open(&stage.trial, TALK_IN_MEMORY, &stage.why));
		expect_good(by_futex);
	}
}

/* Every round trip is in the histogram, and the figure of record stays empty. */
static void test_the_sampled_pass_gives_percentiles_alone(void **state)
{
	double rt_ns;

	(void)state;
	set_stage(1, true);
	assert_true(talk_open(&stage.trial, TALK_TRAVELS, &stage.why));
	assert_true(talk_open_pipes(&stage.trial, &stage.why));
	converse(by_stream);
	assert_true(judge(&rt_ns));
	assert_true(isnan(rt_ns));
	assert_int_equal(stage.latency.total, BATCH);
	talk_teardown(&stage.trial);
}

/* A partner that sends back what it got, as an echo would, has not answered. */
static bool echo(struct talk *talk)
{
	return write_all(talk->out, talk->index ? talk->incoming : talk->outgoing, talk->size);
}
ROUND_TRIP(by_echo, echo, talk_read)

/* One that always sends its first answer again. */
static bool repeat(struct talk *talk)
{
	if (talk->index)
		talk->sent = 1;
	return talk_write(talk);
}
ROUND_TRIP(by_repetition, repeat, talk_read)

/* One whose last byte went wrong. */
static bool damage(struct talk *talk)
{
	talk->outgoing[talk->size - 1] ^= 1;
	return talk_write(talk);
}
ROUND_TRIP(by_damage, damage, talk_read)

static void test_a_wrong_payload_is_noticed(void **state)
{
	static bench_run_fn *const wrong[] = {by_echo, by_repetition, by_damage};
	double rt_ns;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong) * ARRAY_SIZE(sizes); i++) {
		set_stage(sizes[i / ARRAY_SIZE(wrong)], false);
		assert_true(talk_open(&stage.trial, TALK_TRAVELS, &stage.why));
		assert_true(talk_open_pipes(&stage.trial, &stage.why));
		converse(wrong[i % ARRAY_SIZE(wrong)]);
		assert_false(judge(&rt_ns));
		assert_non_null(strstr(stage.why.text, "other than it expected"));
		talk_teardown(&stage.trial);
	}
}

static void test_lost_halves_are_noticed(void **state)
{
	double rt_ns;

	(void)state;
	set_stage(1, false);
	stage.sides[0].sent = stage.sides[0].received = stage.sides[1].sent = BATCH;
	stage.sides[1].received = BATCH - 1;
	assert_false(judge(&rt_ns));
	assert_non_null(strstr(stage.why.text, "requests sent"));
	stage.sides[1].received = BATCH;
	assert_true(judge(&rt_ns));
	stage.workers[1].done--;
	assert_false(judge(&rt_ns));
}

/* A descriptor that ends: close it and forget that it was ours to close. */
static void hang_up(int fd)
{
	for (unsigned i = 0; i < stage.transfer.talks.fd_count; i++)
		if (stage.transfer.talks.fds[i] == fd)
			stage.transfer.talks.fds[i] =
				stage.transfer.talks.fds[--stage.transfer.talks.fd_count];
	must_sys(close(fd));
}

static void test_end_of_file_and_a_closed_pipe_are_told(void **state)
{
	double rt_ns;

	(void)state;
	set_stage(4, false);
	assert_true(talk_open(&stage.trial, TALK_TRAVELS, &stage.why));
	assert_true(talk_open_pipes(&stage.trial, &stage.why));
	hang_up(stage.sides[1].out);
	by_stream(&stage.workers[0]); /* the request fits into the pipe, the answer never comes */
	assert_false(judge(&rt_ns));
	assert_non_null(strstr(stage.why.text, "stopped after 0 round trips: end of file"));
	hang_up(stage.sides[1].in);
	stage.workers[0].done = BATCH;
	by_stream(&stage.workers[0]);
	assert_false(judge(&rt_ns));
	assert_non_null(strstr(stage.why.text, strerror(EPIPE)));
	talk_teardown(&stage.trial);
}

static void test_a_message_cut_short_is_told(void **state)
{
	char part[3] = "";

	(void)state;
	set_stage(8, false);
	assert_true(talk_open(&stage.trial, TALK_TRAVELS, &stage.why));
	assert_true(talk_open_sockets(&stage.trial, SOCK_SEQPACKET, &stage.why));
	assert_int_equal(send(stage.sides[1].out, part, sizeof(part), 0), sizeof(part));
	assert_false(talk_receive(&stage.sides[0]));
	assert_int_equal(errno, EMSGSIZE);
	talk_teardown(&stage.trial);
}

static void test_a_doubled_wake_up_is_noticed(void **state)
{
	(void)state;
	set_stage(1, false);
	assert_true(talk_open(&stage.trial, TALK_IN_MEMORY, &stage.why));
	assert_true(talk_open_events(&stage.trial, &stage.why));
	assert_true(talk_post_event(&stage.sides[1]));
	assert_true(talk_await_event(&stage.sides[0]));
	assert_true(talk_post_event(&stage.sides[1]));
	assert_true(talk_post_event(&stage.sides[1]));
	assert_false(talk_await_event(&stage.sides[0]));
	assert_int_equal(errno, EBADMSG);
	talk_teardown(&stage.trial);
}

static _Atomic int interruptions;

static void interrupt(int number)
{
	(void)number;
	atomic_fetch_add(&interruptions, 1);
}

static void *answer(void *argument)
{
	(void)argument;
	by_message(&stage.workers[1]);
	return NULL;
}

/* The answering side is interrupted twenty times before anybody asks it. */
static void test_interrupted_calls_go_on(void **state)
{
	const struct timespec moment = {.tv_nsec = 100000};
	struct sigaction action = {.sa_handler = interrupt}; /* without SA_RESTART */
	pthread_t thread;
	double rt_ns;

	(void)state;
	set_stage(8, false);
	assert_true(talk_open(&stage.trial, TALK_TRAVELS, &stage.why));
	assert_true(talk_open_sockets(&stage.trial, SOCK_SEQPACKET, &stage.why));
	must_sys(sigaction(SIGUSR1, &action, NULL));
	must(pthread_create(&thread, NULL, answer, NULL));
	/* again and again: the thread sanitizer keeps a signal back until the thread's next call */
	while (atomic_load(&interruptions) < 20) {
		must(pthread_kill(thread, SIGUSR1));
		must_sys(clock_nanosleep(CLOCK_MONOTONIC, 0, &moment, NULL));
	}
	by_message(&stage.workers[0]);
	must(pthread_join(thread, NULL));
	if (!judge(&rt_ns))
		fail_msg("%s", stage.why.text);
	talk_teardown(&stage.trial);
}

static void test_what_does_not_fit_is_refused(void **state)
{
	(void)state;
	set_stage(TALK_SIZE_MAX, false); /* beyond what any kernel lets a datagram be */
	assert_true(talk_open(&stage.trial, TALK_TRAVELS, &stage.why));
	assert_false(talk_open_sockets(&stage.trial, SOCK_DGRAM, &stage.why));
	assert_non_null(strstr(stage.why.text, "a message of 16777216 bytes does not fit"));
	talk_teardown(&stage.trial);
}

static void test_spinning_on_one_pu_is_refused(void **state)
{
	struct trial trial = {.same_pu = true};

	(void)state;
	assert_false(talk_may_spin(&trial, &stage.why));
	assert_non_null(strstr(stage.why.text, "spinning needs a processing unit for each side"));
	trial.same_pu = false;
	assert_true(talk_may_spin(&trial, &stage.why));
}

static void test_how_often_each_must_switch(void **state)
{
	(void)state;
	assert_true(talk_switches_blocking(NULL, 2, true) == 2);
	assert_true(isnan(talk_switches_blocking(NULL, 2, false)));
	assert_true(talk_switches_spinning(NULL, 2, false) == 0);
	assert_true(isnan(talk_switches_spinning(NULL, 2, true)));
	assert_true(isnan(talk_switches_counted(NULL, 2, true)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pipes_carry_every_size),
		cmocka_unit_test(test_unix_sockets_carry_messages),
		cmocka_unit_test(test_memory_with_wake_ups),
		cmocka_unit_test(test_the_sampled_pass_gives_percentiles_alone),
		cmocka_unit_test(test_a_wrong_payload_is_noticed),
		cmocka_unit_test(test_lost_halves_are_noticed),
		cmocka_unit_test(test_end_of_file_and_a_closed_pipe_are_told),
		cmocka_unit_test(test_a_message_cut_short_is_told),
		cmocka_unit_test(test_a_doubled_wake_up_is_noticed),
		cmocka_unit_test(test_interrupted_calls_go_on),
		cmocka_unit_test(test_what_does_not_fit_is_refused),
		cmocka_unit_test(test_spinning_on_one_pu_is_refused),
		cmocka_unit_test(test_how_often_each_must_switch),
	};

	signal(SIGPIPE, SIG_IGN); /* as in a runner */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
